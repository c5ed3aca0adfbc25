package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

func TestGoodRow(t *testing.T) {
	got := readAll(t, "a.csv", file(fullHeader, line(nil)), testOptions)
	want := []result{{Row: goodRow(), Raw: strings.Split(line(nil), ",")}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Each case changes the good row and must be rejected for just these reasons.
func TestRejects(t *testing.T) {
	type changes = map[string]string
	for _, c := range []struct {
		name    string
		changes changes
		want    []string
	}{
		{"unknown record", changes{"record": "hired"}, []string{"record unknown_record"}},
		{"empty record", changes{"record": " "}, []string{"record empty"}},
		{"empty person", changes{"person": "　"}, []string{"person empty"}},
		{"long person", changes{"person": strings.Repeat("人", 67)}, []string{"person text_too_long"}},
		{"line break in a person", changes{"person": "P\n1"}, []string{"person control_character"}},
		{"delete character in an employer", changes{"employer": "E\x7f1"}, []string{"employer control_character"}},
		{"wrong citizen number", changes{"id_number": "11010519491231002"}, []string{"id_number bad_id_number"}},
		{"citizen number as a spreadsheet shortens it", changes{"id_number": "1.10105E+17"}, []string{"id_number bad_id_number"}},
		{"birth is no date", changes{"birth": "1949-13-31"}, []string{"birth bad_date"}},
		{"birth against the number", changes{"birth": "1949-12-30"}, []string{"birth birth_contradicts"}},
		{"unknown sex", changes{"sex": "X"}, []string{"sex unknown_sex"}},
		{"sex against the number", changes{"sex": "M"}, []string{"sex sex_contradicts"}},
		{"short area", changes{"area": "1100"}, []string{"area bad_area"}},
		{"area with a letter", changes{"area": "11000A"}, []string{"area bad_area"}},
		{"empty area", changes{"area": ""}, []string{"area empty"}},
		{"unknown payer", changes{"payer": "boss"}, []string{"payer unknown_payer"}},
		{"empty payer", changes{"payer": ""}, []string{"payer empty"}},
		{"population in words", changes{"population": "外星人"}, []string{"population unknown_population"}},
		{"population of separators", changes{"population": "|"}, []string{"population unknown_population"}},
		{"population as a bare code", changes{"population": "11"}, []string{"population unknown_population"}},
		{"long population", changes{"population": strings.Repeat("a|", 101) + "b"}, []string{"population unknown_population"}},
		{"unknown scheme", changes{"scheme": "999"}, []string{"scheme unknown_scheme"}},
		{"month 13", changes{"from": "2024-13"}, []string{"from bad_month"}},
		{"empty from", changes{"from": ""}, []string{"from empty"}},
		{"month 0", changes{"to": "2024-00"}, []string{"to bad_month"}},
		{"empty to", changes{"to": ""}, []string{"to empty"}},
		{"year out of range", changes{"to": "2200-01"}, []string{"to bad_month"}},
		{"month in words", changes{"to": "至今"}, []string{"to bad_month"}},
		{"day that is not in the month", changes{"from": "2023-02-29"}, []string{"from bad_month"}},
		{"to before from", changes{"from": "2024-02", "to": "2024-01"}, []string{"to to_before_from"}},
		{"1201 months", changes{"from": "1924-01", "to": "2024-01"}, []string{"to span_too_long"}},
		{"negative wage", changes{"wage": "-1"}, []string{"wage amount_negative"}},
		{"negative zero", changes{"base": "-0.001"}, []string{"base amount_negative"}},
		{"three decimals", changes{"base": "8000.005"}, []string{"base amount_decimals"}},
		{"thousands separator", changes{"wage": "8,000.50"}, []string{"wage amount_separator"}},
		{"full-width separator", changes{"wage": "8，000"}, []string{"wage amount_separator"}},
		{"space within", changes{"wage": "8 000"}, []string{"wage amount_separator"}},
		{"unit behind", changes{"employer_paid": "12元"}, []string{"employer_paid amount_malformed"}},
		{"point without decimals", changes{"employer_paid": "12."}, []string{"employer_paid amount_malformed"}},
		{"exponent", changes{"person_paid": "1E3"}, []string{"person_paid amount_malformed"}},
		{"plus sign", changes{"person_paid": "+1"}, []string{"person_paid amount_malformed"}},
		{"beyond all wages", changes{"wage": "99999999999999"}, []string{"wage amount_too_large"}},
		{"beyond int64", changes{"wage": strings.Repeat("9", 60)}, []string{"wage amount_too_large"}},
		{"paid_on without a day", changes{"paid_on": "2024-02"}, []string{"paid_on bad_date"}},
		{"unknown cause", changes{"cause": "forgot"}, []string{"cause unknown_cause"}},
		{"known_on on 31 April", changes{"known_on": "2024-04-31"}, []string{"known_on bad_date"}},
		{"long tier", changes{"tier": strings.Repeat("x", 201)}, []string{"tier text_too_long"}},
		{"unknown unit type", changes{"unit_type": "club"}, []string{"unit_type unknown_unit_type"}},
		{"injury class 0", changes{"injury_class": "0"}, []string{"injury_class bad_injury_class"}},
		{"injury class 9", changes{"injury_class": "9"}, []string{"injury_class bad_injury_class"}},
		{"injury class 10", changes{"injury_class": "10"}, []string{"injury_class bad_injury_class"}},
		{"injury rate in percent without a sign", changes{"injury_rate": "0.2"}, []string{"injury_rate bad_injury_rate"}},
		{"injury rate in words", changes{"injury_rate": "low"}, []string{"injury_rate bad_injury_rate"}},
		{"negative injury rate", changes{"injury_rate": "-0.001"}, []string{"injury_rate bad_injury_rate"}},
		{"injury rate of a percent sign", changes{"injury_rate": "%"}, []string{"injury_rate bad_injury_rate"}},
		{"employee without a wage", changes{"wage": ""}, []string{"wage wage_missing"}},
		{"bad bytes", changes{"employer": "E\xff"}, []string{"employer undecodable"}},
		{"replacement character", changes{"employer": "单位\uFFFD"}, []string{"employer undecodable"}},
		{"zero byte", changes{"employer": "E\x00"}, []string{"employer undecodable"}},
		{
			"all problems at once",
			changes{"record": "x", "person": "", "sex": "?", "area": "1", "from": "13", "wage": "1,0", "injury_class": "x"},
			[]string{
				"record unknown_record", "person empty", "sex unknown_sex", "area bad_area", "from bad_month", "wage amount_separator",
				"injury_class bad_injury_class",
			},
		},
		{
			"birth and sex both contradict", changes{"birth": "1950-01-01", "sex": "男"},
			[]string{"birth birth_contradicts", "sex sex_contradicts"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			// A good row in Chinese leads, so that the file counts as UTF-8.
			in := file(fullHeader, line(nil), line(c.changes))
			if c.name == "zero byte" {
				in = file(fullHeader, strings.Repeat(line(nil)+"\n", sniffLen/len(line(nil))+1)+line(c.changes))
			}
			got := readAll(t, "a.csv", in, testOptions)
			last := got[len(got)-1]
			if d := cmp.Diff(c.want, problems(last.Rejects)); d != "" {
				t.Error(d)
			}
			for i, col := range allColumns {
				want := goodValues[col]
				if v, ok := c.changes[col]; ok {
					want = v
				}
				if last.Raw[i] != want {
					t.Errorf("raw %s is changed", col)
				}
			}
		})
	}
}

// No reason may repeat a value of the row.
func TestReasonsHoldNoValues(t *testing.T) {
	secret := "S3cr3t"
	for _, col := range allColumns {
		got := readAll(t, "a.csv", file(fullHeader, line(map[string]string{col: secret})), testOptions)
		for _, r := range got[0].Rejects {
			if text := r.Reason.Error() + fmt.Sprint(r.Reason.Cause) + say(r.Reason); strings.Contains(text, secret) {
				t.Errorf("the reason for %s shows the value: %s", col, text)
			}
		}
	}
}

// Each case changes the good row and must be read as changed.
func TestAccepts(t *testing.T) {
	type changes = map[string]string
	for _, c := range []struct {
		name    string
		changes changes
		want    func(*record.Row)
	}{
		{"spaces around", changes{"person": " P1　", "wage": "\u00a08000.50 ", "from": "\u200b2024-01"}, func(*record.Row) {}},
		{"lower-case check digit", changes{"id_number": strings.ToLower(testID)}, func(*record.Row) {}},
		{"old number", changes{"id_number": "110105491231002"}, func(r *record.Row) { r.IDNumber = "110105491231002" }},
		{"birth and sex from the number", changes{"birth": "", "sex": ""}, func(*record.Row) {}},
		{"no number", changes{"id_number": ""}, func(r *record.Row) { r.IDNumber = "" }},
		{"no payment date", changes{"paid_on": ""}, func(r *record.Row) { r.PaidOn = 0 }},
		{"no scheme", changes{"scheme": ""}, func(r *record.Row) { r.Scheme = 0 }},
		{"scheme by code", changes{"scheme": "310"}, func(r *record.Row) { r.Scheme = insurance.Medical }},
		{"scheme in Chinese", changes{"scheme": "职工基本养老保险"}, func(*record.Row) {}},
		{"record in Chinese", changes{"record": "缴费"}, func(r *record.Row) { r.Kind = record.Paid }},
		{"record in capitals", changes{"record": "Employment"}, func(*record.Row) {}},
		{"payer in Chinese", changes{"payer": "灵活就业人员"}, func(r *record.Row) { r.Payer = insurance.Flexible }},
		{"sex by code", changes{"sex": "2"}, func(*record.Row) {}},
		{"sex in Chinese", changes{"sex": "女"}, func(*record.Row) {}},
		{"cause in Chinese", changes{"cause": "漏报"}, func(*record.Row) {}},
		{"unit type in Chinese", changes{"unit_type": "中小微企业"}, func(r *record.Row) { r.UnitType = insurance.MicroSmallMedium }},
		{"populations", changes{"population": "农民工、 my_tag"}, func(r *record.Row) { r.Population = "rural_migrant_worker|my_tag" }},
		{"months in Chinese", changes{"from": "2024年1月", "to": "2024年12月31日"}, func(*record.Row) {}},
		{"1200 months", changes{"from": "1925-01", "to": "2024-12"}, func(r *record.Row) { r.From = mustMonth("1925-01") }},
		{"one month", changes{"to": "2024-01"}, func(r *record.Row) { r.To = r.From }},
		{"trailing zeros", changes{"wage": "8000.5000"}, func(*record.Row) {}},
		{"wage of zero", changes{"wage": "0"}, func(r *record.Row) { r.Wage = fen("0") }},
		{"injury rate in percent", changes{"injury_rate": "0.16%"}, func(*record.Row) {}},
		{"declared without a wage", changes{"record": "declared", "wage": ""}, func(r *record.Row) { r.Kind, r.Wage = record.Declared, nil }},
		{
			"flexible without a wage", changes{"payer": "flexible", "wage": ""},
			func(r *record.Row) { r.Payer, r.Wage = insurance.Flexible, nil },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(t, "a.csv", file(fullHeader, line(c.changes)), testOptions)
			want := goodRow()
			c.want(&want)
			if d := cmp.Diff([]string(nil), problems(got[0].Rejects)); d != "" {
				t.Fatal(d)
			}
			if d := cmp.Diff(want, got[0].Row); d != "" {
				t.Error(d)
			}
		})
	}
}

// What is remembered of one row must not leak into the next.
func TestNothingIsCarriedOver(t *testing.T) {
	in := file(fullHeader,
		line(nil),
		line(map[string]string{"id_number": otherTestID, "birth": "", "sex": ""}),
		line(map[string]string{"id_number": "", "birth": "", "sex": "", "scheme": "", "population": "", "cause": "", "unit_type": ""}),
		line(map[string]string{"id_number": "1"}),
		line(map[string]string{"id_number": "1"}),
		line(nil),
	)
	got := readAll(t, "a.csv", in, testOptions)
	for i, want := range []struct {
		birth    string
		sex      insurance.Sex
		problems []string
	}{
		{"1949-12-31", "F", nil},
		{"1980-01-01", "M", nil},
		{"", "", nil},
		{"1949-12-31", "F", []string{"id_number bad_id_number"}},
		{"1949-12-31", "F", []string{"id_number bad_id_number"}},
		{"1949-12-31", "F", nil},
	} {
		r := got[i]
		if r.Row.Birth.String() != want.birth || r.Row.Sex != want.sex {
			t.Errorf("row %d: birth %s, sex %s", r.Row.Line, r.Row.Birth, r.Row.Sex)
		}
		if d := cmp.Diff(want.problems, problems(r.Rejects)); d != "" {
			t.Errorf("row %d: %s", r.Row.Line, d)
		}
	}
	empty := got[2].Row
	if empty.Scheme != 0 || empty.Population != "" || empty.Cause != "" || empty.UnitType != "" {
		t.Errorf("empty cells were filled: %+v", empty)
	}
	if d := cmp.Diff(goodRow(), got[0].Row); d != "" {
		t.Errorf("the first row changed after it was handed out: %s", d)
	}
}

func TestNumbersAreNotCheckedWithoutACheck(t *testing.T) {
	got := readAll(t, "a.csv", file(fullHeader, line(map[string]string{"id_number": "12345x"})), Options{})
	if len(got[0].Rejects) != 0 || got[0].Row.IDNumber != "12345X" {
		t.Errorf("got %q, %v", got[0].Row.IDNumber, problems(got[0].Rejects))
	}
}
