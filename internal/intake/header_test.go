package intake

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// codes lists the meaning of each column of a header.
func codes(h *Header) string {
	out := make([]string, len(h.cols))
	for i, c := range h.cols {
		switch c {
		case colIgnored:
			out[i] = "ignored"
		case colMend:
			out[i] = "mend"
		case colUnnamed:
			out[i] = "-"
		default:
			out[i] = c.String()
		}
	}
	return strings.Join(out, ",")
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		name, header, want string
		single             bool
	}{
		{name: "codes", header: fullHeader, want: fullHeader},
		{
			name:   "chinese",
			header: "记录类型,人员编号,公民身份号码,出生日期,性别,统筹区,单位,缴费人员类别,人员身份,险种,起始年月,终止年月,工资,缴费基数,单位缴费,个人缴费,到账日期,原因,获知日期,档次,退休类别,单位类型,工伤行业类别,工伤费率",
			want:   fullHeader,
		},
		{
			name:   "ld/t 92",
			header: "记录类型,AAC001,AAC002,AAC006,AAC004,AAA027,AAB001,参保类别,AAC066,AAE140,AAE030,AAE031,AAC040,AAE180,AAE020,AAE022,AAE079",
			want:   "record,person,id_number,birth,sex,area,employer,payer,population,scheme,from,to,wage,base,employer_paid,person_paid,paid_on",
		},
		{
			name: "case and spaces", header: " Record TYPE ,Person_ID,　统 筹 区　,Payer Type,FROM MONTH,\u200bTo Month",
			want: "record,person,area,payer,from,to",
		},
		{name: "one month column", header: "record,person,area,payer,AAE003", want: "record,person,area,payer,from", single: true},
		{name: "month with to", header: "record,person,area,payer,AAE003,to", want: "record,person,area,payer,from,to"},
		{name: "weak month alone", header: "record,person,area,payer,费款所属期", want: "record,person,area,payer,from", single: true},
		{name: "weak month beside the code", header: "record,person,area,payer,费款所属期,AAE003", want: "record,person,area,payer,ignored,from", single: true},
		{name: "name as person", header: "record,姓名,area,payer,from,to", want: "record,person,area,payer,from,to"},
		{name: "name beside person", header: "record,姓名,人员编号,area,payer,from,to", want: "record,ignored,person,area,payer,from,to"},
		{name: "person beside name", header: "record,人员编号,姓名,area,payer,from,to", want: "record,person,ignored,area,payer,from,to"},
		{
			name: "best of weak employers", header: "record,person,area,payer,from,to,单位名称,统一社会信用代码,组织机构代码",
			want: "record,person,area,payer,from,to,ignored,employer,ignored",
		},
		{name: "remarks twice", header: "序号,record,person,area,payer,from,to,备注,备注", want: "ignored,record,person,area,payer,from,to,ignored,ignored"},
		{name: "no name", header: "record,person,area,payer,from,to,", want: "record,person,area,payer,from,to,-"},
		{
			name: "mend file", header: strings.Join(mendHeadings[:], ",") + ",record,person,area,payer,from,to",
			want: "mend,mend,mend,record,person,area,payer,from,to",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := known.readHeader("a.csv", strings.Split(c.header, ","))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, codes(h)); d != "" {
				t.Error(d)
			}
			if h.single != c.single {
				t.Errorf("single is %v", h.single)
			}
			if d := cmp.Diff(strings.Split(c.header, ","), h.names); d != "" {
				t.Errorf("names changed: %s", d)
			}
		})
	}
}

func TestHeaderFaults(t *testing.T) {
	for _, c := range []struct {
		name, header string
		want         []string
	}{
		{"unknown column", "record,person,area,payer,from,to,sallary", []string{"unknown_column"}},
		{"no column known", "张三,110105,2024-01", []string{"no_header"}},
		{"empty header", ",,", []string{"no_header"}},
		{"missing columns", "record,person", []string{"missing_columns"}},
		{"same name twice", "record,person,area,payer,from,to,wage,wage", []string{"duplicate_column"}},
		{"two names of one column", "record,person,area,payer,from,to,wage,工资", []string{"duplicate_column"}},
		{"weak name twice", "record,姓名,姓名,area,payer,from,to", []string{"duplicate_column"}},
		{"month beside from", "record,person,area,payer,from,AAE003", []string{"duplicate_column"}},
		{"bytes that are no text", "record,person,area,payer,from,to,\xff", []string{"header_undecodable"}},
		{"replacement character", "record,person,area,payer,from,to,\uFFFD", []string{"header_undecodable"}},
		{"everything", "record,record,foo,bar", []string{"unknown_column", "unknown_column", "duplicate_column", "missing_columns"}},
		{"too wide", strings.Repeat("备注,", maxColumns) + "record", []string{"too_many_columns"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := known.readHeader("a.csv", strings.Split(c.header, ","))
			if h != nil {
				t.Error("a header came with the faults")
			}
			if d := cmp.Diff(c.want, faultKeys(t, err)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestUnknownColumnNamesItsNeighbours(t *testing.T) {
	for _, c := range []struct{ header, position, name, nearest string }{
		{"record,person,area,payer,from,to,emploier", "7", "emploier", "employer"},
		{"record,公民身份证号码,person,area,payer,from,to", "2", "公民身份证号码", "公民身份号码"},
		{"record,person,area,payer,from,to,缴费基敷", "7", "缴费基敷", "缴费基数"},
	} {
		_, err := known.readHeader("a.csv", strings.Split(c.header, ","))
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Fatalf("got %v", err)
		}
		if f.Args["position"] != c.position || f.Args["name"] != c.name || !strings.HasPrefix(f.Args["nearest"], c.nearest) {
			t.Errorf("got %v", f)
		}
		if n := strings.Count(f.Args["nearest"], ", "); n != 2 {
			t.Errorf("%d names are suggested", n+1)
		}
	}
}

// A file without a header has a person's data in its first row.
func TestFirstRowOfDataIsNotEchoed(t *testing.T) {
	for _, first := range []string{line(map[string]string{"record": "用工x"}), "record," + testID + ",person"} {
		_, err := Open("a.csv", bytes.NewReader(file(first)), -1, testOptions)
		if err == nil {
			t.Fatal("accepted")
		}
		for _, secret := range []string{testID, testID[6:14], "8000.50"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q is in %v", secret, err)
			}
		}
	}
}

func TestShowHeading(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"wage", "wage"},
		{"AAC9999", "AAC9999"},
		{"a\nb", "a b"},
		{"13800138000", "###########"},
		{strings.Repeat("长", 50), strings.Repeat("长", 40)},
	} {
		if got := showHeading(c.in); got != c.want {
			t.Errorf("showHeading(%q) = %q", c.in, got)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"wage", "wage", 0}, {"wage", "wages", 1}, {"kitten", "sitting", 3}, {"险种", "险种代码", 2}} {
		if got := distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearestTakesAnyText(t *testing.T) {
	for _, s := range []string{"", strings.Repeat("x", 10_000)} {
		if got := known.nearest(s, 3); len(got) != 3 {
			t.Errorf("got %v", got)
		}
	}
}

// The embedded table must have all columns of the contract and all values
// that the program knows.
func TestVocabularyIsComplete(t *testing.T) {
	for _, c := range allColumns {
		if known.headings[fold(c)].col.String() != c {
			t.Errorf("%s is not a heading of itself", c)
		}
	}
	for _, k := range []record.Kind{record.Employment, record.Declared, record.Paid, record.Benefit} {
		if got, ok := known.records.find(string(k)); !ok || got != k {
			t.Errorf("record %s", k)
		}
	}
	for _, s := range insurance.Schemes {
		for _, text := range []string{s.String(), strconv.Itoa(int(s))} {
			if got, ok := known.schemes.find(text); !ok || got != s {
				t.Errorf("scheme %s", text)
			}
		}
	}
	for _, s := range insurance.Causes {
		if got, ok := known.causes.find(string(s)); !ok || got != s {
			t.Errorf("cause %s", s)
		}
	}
	for _, s := range []insurance.Payer{insurance.Employee, insurance.Flexible, insurance.Resident} {
		if got, ok := known.payers.find(string(s)); !ok || got != s {
			t.Errorf("payer %s", s)
		}
	}
	for _, s := range []insurance.UnitType{insurance.MicroSmallMedium, insurance.LargeAndOther, insurance.Government} {
		if got, ok := known.unitTypes.find(string(s)); !ok || got != s {
			t.Errorf("unit type %s", s)
		}
	}
	for text, want := range map[string]insurance.Sex{"M": "M", "m": "M", "1": "M", "男": "M", "F": "F", "f": "F", "2": "F", "女": "F"} {
		if got, ok := known.sexes.find(text); !ok || got != want {
			t.Errorf("sex %s", text)
		}
	}
}

func TestBadVocabularies(t *testing.T) {
	good := string(columnsYAML)
	for _, c := range []struct{ name, old, new, want string }{
		{"not yaml", "columns:", "columns: [", "yaml"},
		{"unknown column", "{code: birth,", "{code: born,", `"born"`},
		{"column twice", "{code: birth,", "{code: sex,", `"sex"`},
		{"column missing", "  - {code: tier, names: [档次, 医保档次, 参保档次]}\n", "", "without a line"},
		{"heading for two columns", "档次, 医保", "工资, 医保", `"工资"`},
		{"weak heading for two columns", "else: [费款所属期]", "else: [姓名]", `"姓名"`},
		{"ignored heading in use", "ignored: [序号", "ignored: [工资", `"工资"`},
		{"mend heading in use", "mend: [", "mend: [工资, ", `"工资"`},
		{"value for two codes", "失业, 失业保险", "失业, 工伤", `"工伤"`},
		{"unknown record", "    benefit:", "    bonus:", `"bonus"`},
		{"unknown payer", "    resident:", "    visitor:", "payer"},
		{"unknown scheme", "    resident_medical:", "    dental:", "scheme"},
		{"unknown cause", "    policy:", "    luck:", "cause"},
		{"unknown sex", "    M: [m", "    Q: [m", "sex"},
		{"unknown unit type", "    government: [机关事业单位, 机关", "    club: [机关事业单位, 机关", "unit type"},
		{"population that is no tag", "    urban_hukou:", "    Urban-Hukou:", "not a tag"},
		{"no values", "  sex:\n    M: [m, male, 男, 男性, \"1\"]\n    F: [f, female, 女, 女性, \"2\"]\n", "", "missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatal("the table has changed; so must this case")
			}
			_, err := loadVocabulary([]byte(bad))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a word of %s", err, c.want)
			}
		})
	}
}

func TestBrokenEmbeddedTablePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	mustVocabulary([]byte("columns: {"))
}

func TestIsTag(t *testing.T) {
	for s, want := range map[string]bool{"a": true, "a_1": true, "urban_hukou": true, "": false, "1a": false, "_a": false, "A": false, "农": false, "a-b": false} {
		if isTag(s) != want {
			t.Errorf("isTag(%q) = %v", s, !want)
		}
	}
}
