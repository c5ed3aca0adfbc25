package roster_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/registry"
	"bujiao/internal/roster"
)

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func plain(kind, value string) string { return kind + "|" + value }

// The numbers are the test number of R-ID-01 and its 15-digit form.
func TestRows(t *testing.T) {
	const head = "证件号码,证件类型,国籍,姓名,出生日期,性别,户口性质,用工日期,离职日期,工资,人员身份,开户银行,银行账号\n"
	for _, c := range []struct{ row, want string }{
		{"11010519491231002X,,,王小明,,,,2026-01-05,,8000,,,", ""},
		{"110105491231002,身份证,,王小明,1949-12-31,女,农业户口,2026/1/5,2026年2月6日,8000.5,农民工,icbc,6222020200112230456", ""},
		{"C01X00T47,护照,DEU,Anna Schmidt,1980-02-29,女,,2026-01-05,,,,,", ""},
		{"110105194912310021,,,王小明,,,,2026-01-05,,,,,", "id_number identity.citizen_check"},
		{",,,王小明,,,,2026-01-05,,,,,", "id_number intake.cell_empty"},
		{"11010519491231002X,,,,,,,2026-01-05,,,,,", "name intake.cell_empty"},
		{"11010519491231002X,,,王小明,,,,,,,,,", "from intake.cell_empty"},
		{"11010519491231002X,,,王小明,,,,2026-02-30,,,,,", "from intake.bad_date"},
		{"11010519491231002X,,,王小明,,男,,2026-01-05,,,,,", "sex registry.sex_contradicts"},
		{"11010519491231002X,,,王小明,1949-12-30,,,2026-01-05,,,,,", "birth registry.birth_contradicts"},
		{"11010519491231002X,军官证,,王小明,,,,2026-01-05,,,,,", "id_kind intake.unknown_word"},
		{"C01X00T47,护照,,Anna,1980-02-29,女,,2026-01-05,,,,,", "nation registry.no_nation"},
		{"C01X00T47,护照,DEU,Anna,,女,,2026-01-05,,,,,", "birth registry.bad_birth"},
		{"11010519491231002X,,,王小明,,,,2026-01-05,,\"8,000\",,,", "wage intake.amount_separator"},
		{"11010519491231002X,,,王小明,,,,2026-01-05,,,,,6222", "bank_account registry.bank_and_account"},
		{"11010519491231002X,,,王小明", " intake.too_few_fields"},
	} {
		r, err := roster.Open("r.csv", strings.NewReader(head+c.row+"\n"), -1, day(t, "2026-03-02"), plain)
		if err != nil {
			t.Fatal(err)
		}
		n, row, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, j := range row.Rejects {
			got += j.Column + " " + j.Reason.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.row, got, c.want)
		}
		if got == "" && (n.From != day(t, "2026-01-05") || n.Person.Name == "" || n.Person.NumberHash == "") {
			t.Errorf("%s: %+v", c.row, n)
		}
	}
}

func TestFields(t *testing.T) {
	r, err := roster.Open("r.csv", strings.NewReader("证件号码,姓名,性别,户口性质,用工日期,离职日期,登记日期,工资,人员身份,档次,退休类别,开户银行,银行账号,信用代码\n"+
		"110105491231002,王小明,女,农业户口,2026-01-05,2026-02-06,2026-01-06,8000.5,农民工,2,干部,icbc,6222020200112230456,91350100m000100y43\n"), -1, day(t, "2026-03-02"), plain)
	if err != nil {
		t.Fatal(err)
	}
	n, row, err := r.Next()
	if err != nil || row.Rejects != nil {
		t.Fatal(err, row.Rejects)
	}
	p, e := n.Person, n.Employment
	if p.Number != "11010519491231002X" || p.NumberHash != "citizen|11010519491231002X" || p.NumberKind != registry.Citizen || p.Birth != day(t, "1949-12-31") || p.Sex != "F" ||
		p.HukouKind != "rural" || p.Category != "cadre" || p.Bank != "icbc" || p.BankAccount != "6222020200112230456" {
		t.Errorf("person %+v", p)
	}
	if n.CreditCode != "91350100M000100Y43" || n.To != day(t, "2026-02-06") || n.RegisteredOn != day(t, "2026-01-06") || *e.Wage != 800050 ||
		e.Population != "rural_migrant_worker" || e.Tier != "2" || e.Category != "cadre" {
		t.Errorf("entry %+v", n)
	}
	if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last row: %v", err)
	}
}

// FuzzRoster reads any bytes behind a good header: nothing may panic, rows come
// in order, reasons have sentences without the values, and what is not rejected
// is good.
func FuzzRoster(f *testing.F) {
	const head = "证件号码,证件类型,国籍,姓名,性别,用工日期,离职日期,工资,信用代码\n"
	f.Add([]byte("11010519491231002X,,,王小明,,2026-01-05,,8000,91350100M000100Y43\n"))
	f.Add([]byte("C01X00T47,护照,DEU,Anna,女,2026-01-05,2026-01-04,-1,\n\n,,,,,,,,\n\"a\"\"\n"))
	f.Add([]byte{0xff, ',', 0, '"', '\n'})
	today := day(f, "2026-03-02")
	f.Fuzz(func(t *testing.T, body []byte) {
		in := append([]byte(head), body...)
		r, err := roster.Open("f", bytes.NewReader(in), int64(len(in)), today, plain)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		last := 1
		for {
			n, row, err := r.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("row %d after row %d", row.Line, last)
			}
			last = row.Line
			for _, j := range row.Rejects {
				if s := lang.Text("en", j.Reason.Key, j.Reason.Args); s == "" || strings.Contains(s, "{") {
					t.Fatalf("%s has no sentence: %q", j.Reason.Key, s)
				}
			}
			p := n.Person
			if row.Rejects == nil && (p.NumberHash == "" || p.Name == "" || p.Birth == 0 || p.Birth > today || p.Sex == "" || n.From == 0) {
				t.Fatalf("row %d is not good: %+v", row.Line, n)
			}
		}
	})
}
