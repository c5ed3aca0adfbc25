package inquiry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/receipt"
	"bujiao/internal/record"
	"bujiao/internal/report"
	"bujiao/packs"
)

var day = calendar.NewMonth(2026, 8).First() + 29

func desk(t *testing.T) *inquiry.Desk {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := inquiry.PassingSigner()
	if err != nil {
		t.Fatal(err)
	}
	return &inquiry.Desk{Laws: laws, Sign: sign, Lang: lang.English, Today: day}
}

func yuan(n int64) *money.Fen { f := money.Fen(n * 100); return &f }

func key(err error) string {
	if f := new(fault.Error); errors.As(err, &f) {
		return f.Key
	}
	return ""
}

// TestRefusals: what cannot mean anything is refused before the kernel is asked.
func TestRefusals(t *testing.T) {
	d, m := desk(t), calendar.NewMonth(2026, 8)
	class, rate := 2, money.Rate(1)
	for _, c := range []struct {
		name, want string
		q          inquiry.DueRequest
	}{
		{"no area", "inquiry.field_missing", inquiry.DueRequest{Month: m, Wage: yuan(9000)}},
		{"no month", "inquiry.field_missing", inquiry.DueRequest{Area: "110000", Wage: yuan(9000)}},
		{"no wage", "inquiry.field_missing", inquiry.DueRequest{Area: "110000", Month: m}},
		{"a resident by month", "inquiry.field_missing", inquiry.DueRequest{Area: "110000", Month: m, Payer: insurance.Resident}},
		{"a resident's wage", "inquiry.fields_apart", inquiry.DueRequest{Area: "110000", Year: 2026, Wage: yuan(1), Payer: insurance.Resident}},
		{"month and year", "inquiry.fields_apart", inquiry.DueRequest{Area: "110000", Month: m, Year: 2026, Wage: yuan(1)}},
		{"a wage below nothing", "inquiry.negative", inquiry.DueRequest{Area: "110000", Month: m, Wage: yuan(-1)}},
		{"class and rate", "inquiry.fields_apart", inquiry.DueRequest{Area: "110000", Month: m, Wage: yuan(1), InjuryClass: class, InjuryRate: &rate}},
		{"a class of none", "assess.injury_class", inquiry.DueRequest{Area: "110000", Month: m, Wage: yuan(1), InjuryClass: 9}},
		{"a population of no pack", "inquiry.unknown_population", inquiry.DueRequest{Area: "110000", Month: m, Wage: yuan(1), Populations: []string{"martian"}}},
		{"an area of no pack", "law.unknown_area", inquiry.DueRequest{Area: "999999", Month: m, Wage: yuan(1)}},
	} {
		if _, err := d.Due(c.q); key(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	jan := calendar.NewMonth(2026, 1).First()
	for _, c := range []struct {
		name, want string
		q          inquiry.LateFeeRequest
	}{
		{"no principal", "inquiry.field_missing", inquiry.LateFeeRequest{From: jan, To: jan}},
		{"both ways", "inquiry.latefee_one_way", inquiry.LateFeeRequest{Principal: yuan(1), From: jan, To: jan, Month: m, Paid: day}},
		{"backwards", "inquiry.latefee_order", inquiry.LateFeeRequest{Principal: yuan(1), From: jan, To: jan - 1}},
		{"more than fen can hold", "inquiry.too_large", inquiry.LateFeeRequest{Principal: yuan(92_233_720_368_547_758), From: calendar.NewMonth(2011, 7).First(), To: day}},
		{"paid before the month", "inquiry.latefee_too_early", inquiry.LateFeeRequest{Principal: yuan(1), Month: m, Paid: jan}},
	} {
		if _, err := d.LateFee(c.q); key(err) != c.want {
			t.Errorf("late fee, %s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestAskedForTheDoor: a command is told its flag, a request its member. The
// deadline of Guangzhou is in no pack, nor is the enrolment of Qingdao for 2027.
func TestAskedForTheDoor(t *testing.T) {
	d := desk(t)
	ask := func() (out []law.Missing) {
		t.Helper()
		fee, err := d.LateFee(inquiry.LateFeeRequest{Area: "440100", Principal: yuan(1000), Month: calendar.NewMonth(2024, 1), Paid: day})
		if err != nil {
			t.Fatal(err)
		}
		due, err := d.Due(inquiry.DueRequest{Area: "110000", Month: calendar.NewMonth(2026, 8), Wage: yuan(9000), Schemes: []insurance.Scheme{insurance.Injury}})
		if err != nil {
			t.Fatal(err)
		}
		wait, err := d.Wait(inquiry.WaitRequest{Area: "370200", WaitRequest: plan.WaitRequest{Missed: []int{2025, 2026}, Enrolled: calendar.NewMonth(2026, 10).First() + 14}})
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]law.Missing{fee.Missing, due.Missing, wait.Missing} {
			if len(list) == 0 {
				t.Fatal("nothing is missing")
			}
			out = append(out, list[0])
		}
		return out
	}
	for i, m := range ask() {
		if want := []string{"--deadline", "--injury-class 1..8", "--central yes|no"}[i]; m.Ask != want {
			t.Errorf("a command is asked for %q, want %q", m.Ask, want)
		}
	}
	d.Members = true
	for i, m := range ask() {
		if want := []string{"deadline", "injury_class 1..8", "central yes|no"}[i]; m.Ask != want || strings.Contains(m.Text, "--") {
			t.Errorf("a request is asked for %q in %q, want %q", m.Ask, m.Text, want)
		}
	}
}

// TestQuoteHidesNumbers: the number gives birth and sex, and nothing that is
// sealed has it.
func TestQuoteHidesNumbers(t *testing.T) {
	const number = "11010519491231002X" // the example of GB 11643
	d := desk(t)
	q := assess.QuoteRequest{AsOf: day, Area: "110000", Payer: insurance.Employee, Gaps: []assess.GapRequest{{Schemes: []insurance.Scheme{insurance.Pension},
		From: calendar.NewMonth(1998, 1), To: calendar.NewMonth(1998, 2), Wage: assess.Wages{{Wage: 1000_00}}, Cause: insurance.NotDeclared}}}
	q.Person.IDNumber = number
	a, err := d.Quote(q)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(a)
	if err != nil || bytes.Contains(data, []byte(number[6:])) || !bytes.Contains(a.Receipt, []byte(`"birth":"1949-12-31"`)) {
		t.Errorf("the answer has the number, or not the birth: %v %.400s", err, data)
	}
	for name, c := range map[string]struct {
		ring receipt.Keyring
		want string
	}{"own key": {receipt.Keyring{d.Sign.Public()}, "known"}, "no key": {nil, "unknown"}} {
		r, err := inquiry.Verify(data, c.ring, d.Sign)
		if err != nil || !r.Intact || r.Signer != c.want || r.Replay != receipt.ReplaySame {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	q.Person.Birth = day - 10_000
	if _, err := d.Quote(q); key(err) != "inquiry.id_contradicts" {
		t.Errorf("another birth: %v", err)
	}
	q.Person.IDNumber = "110105194912310021"
	if _, err := d.Quote(q); key(err) != "inquiry.bad_id_number" || strings.Contains(err.Error(), "1231") {
		t.Errorf("a number with another check digit: %v", err)
	}
}

// TestSweep: a person with a wrong row is held back whole, the others are
// answered; what is sealed has neither name nor number.
func TestSweep(t *testing.T) {
	d := desk(t)
	m := calendar.NewMonth(2026, 1)
	row := func(person string, kind record.Kind, wage *money.Fen) record.Row {
		return record.Row{Kind: kind, Person: person, Birth: calendar.NewMonth(1990, 1).First(), Sex: insurance.Male, Area: "110000", Employer: "e", Payer: insurance.Employee,
			From: m, To: m + 2, Wage: wage, InjuryClass: 1}
	}
	wrong := row("王小二", record.Employment, yuan(9000))
	wrong.To = m - 1
	var out bytes.Buffer
	s := d.Sweep(day, 0, nil)
	s.Out = report.NewJSON(&out, s.AsOf, s.KnownAt)
	var rows intake.Source = d.Rows([]record.Row{row("张三丰", record.Employment, yuan(9000)), row("王小二", record.Employment, yuan(9000)), wrong})
	if err := s.Run(t.Context(), []intake.Source{rows}); err != nil {
		t.Fatal(err)
	}
	if s.Sum.Persons != 1 || len(s.Sum.Rejected) == 0 {
		t.Errorf("%d persons, %d rows rejected", s.Sum.Persons, len(s.Sum.Rejected))
	}
	var got struct {
		Persons []struct {
			Person  string          `json:"person"`
			Lines   []any           `json:"lines"`
			Receipt json.RawMessage `json:"receipt"`
		} `json:"persons"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got.Persons) != 1 || got.Persons[0].Person != "张三丰" || len(got.Persons[0].Lines) == 0 {
		t.Fatalf("%v: %.400s", err, out.Bytes())
	}
	if bytes.Contains(got.Persons[0].Receipt, []byte("张三丰")) {
		t.Error("the receipt has the name")
	}
}
