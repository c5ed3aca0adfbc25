package law

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
)

const card = `pack: {area: "%s", name: {zh: 甲, en: A}, parent: "%s", office: {zh: 局, en: office}, hotline: "12333"}` + "\n"

// tree makes a small library: a national pack, and one city with the text.
func tree(national, city string) fstest.MapFS {
	c := func(area, parent string) []byte {
		return []byte(strings.Replace(strings.Replace(card, "%s", area, 1), "%s", parent, 1))
	}
	return fstest.MapFS{
		"cn/pack.yaml":        {Data: c("000000", "")},
		"cn/rows.yaml":        {Data: []byte(national)},
		"cn-990000/pack.yaml": {Data: c("990000", "000000")},
		"cn-990000/rows.yaml": {Data: []byte(city)},
	}
}

func bookOf(t *testing.T, national, city string) (*Book, error) {
	t.Helper()
	lib, err := Open(tree(national, city))
	if err != nil {
		t.Fatal(err)
	}
	return lib.Book("990000")
}

func month(t *testing.T, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBadPacks(t *testing.T) {
	for name, c := range map[string]struct{ city, want string }{
		"unknown key":        {"rates:\n- {schemes: [110], populaton: employee, status: verified}", "populaton"},
		"unknown list":       {"ratess: []", "ratess"},
		"unknown scheme":     {"rates:\n- {schemes: [111], status: verified}", "unknown scheme"},
		"no status":          {"rates:\n- {schemes: [110], from: \"2020-01\"}", "status"},
		"bad month":          {"rates:\n- {schemes: [110], from: \"2020-13\", status: verified}", "2020-13"},
		"ends before":        {"rates:\n- {schemes: [110], from: \"2020-02\", to: \"2020-01\", status: verified}", "ends before"},
		"twice":              {"rates:\n- {schemes: [110], from: \"2020-01\", status: verified}\n- {schemes: [110], from: \"2020-01\", status: verified}", "twice"},
		"three decimals":     {"bases:\n- {schemes: [110], from: \"2020-01\", floor: 1.234, status: verified}", "decimals"},
		"unknown fact":       {"verdicts:\n- {rule: R-1, effect: allow, when: \"person.age > 3\", text: {zh: a, en: b}, status: seed}", "person.age"},
		"type error":         {"verdicts:\n- {rule: R-1, effect: allow, when: \"gap.months > 'x'\", text: {zh: a, en: b}, status: seed}", "no matching overload"},
		"not a truth value":  {"verdicts:\n- {rule: R-1, effect: allow, when: \"gap.months\", text: {zh: a, en: b}, status: seed}", "not true or false"},
		"duplicate yaml key": {"rates: []\nrates: []", "already defined"},
		"not yaml":           {"rates: [", ""},
		"second card":        {"pack: {area: \"990000\", name: {zh: a, en: b}, office: {zh: a, en: b}, hotline: \"1\"}", "second pack card"},
	} {
		_, err := bookOf(t, "", c.city)
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), "cn-990000/") {
			t.Errorf("%s: the error does not name the file: %v", name, err)
		}
	}
}

func TestErrorNamesTheLine(t *testing.T) {
	_, err := bookOf(t, "", "# head\nrates:\n- {schemes: [110], from: \"2020-01\", status: verified}\n- {schemes: [210], from: \"2020-01\", status: sure}")
	if err == nil || !strings.Contains(err.Error(), `line="4"`) {
		t.Errorf("got %v, want line 4", err)
	}
}

func TestNationalAmountsAreNotPricedUnlessAdopted(t *testing.T) {
	national := "rates:\n- {id: cn/rates/pension, schemes: [110], population: employee, from: \"2020-01\", employer_pct: 16, employee_pct: 8, status: verified}\n"
	b, err := bookOf(t, national, "")
	if err != nil {
		t.Fatal(err)
	}
	p := Payer{Kind: insurance.Employee}
	if _, _, hole := b.Read(0, false).Rate(insurance.Pension, month(t, "2021-01"), p); hole == nil {
		t.Error("a national rate is priced without adoption")
	}
	fs := tree(national, "")
	fs["cn-990000/pack.yaml"].Data = []byte(strings.Replace(string(fs["cn-990000/pack.yaml"].Data), "hotline:", "adopt: [cn/rates/pension], hotline:", 1))
	lib, err := Open(fs)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = lib.Book("990000"); err != nil {
		t.Fatal(err)
	}
	if row, _, hole := b.Read(0, false).Rate(insurance.Pension, month(t, "2021-01"), p); hole != nil || row.Area != National {
		t.Errorf("the adopted rate is not priced: %+v", hole)
	}
	fs["cn-990000/pack.yaml"].Data = []byte(strings.Replace(string(fs["cn-990000/pack.yaml"].Data), "cn/rates/pension", "cn/rates/nothing", 1))
	if lib, err = Open(fs); err != nil {
		t.Fatal(err)
	}
	if _, err = lib.Book("990000"); err == nil {
		t.Error("adopting a row that is not there is taken")
	}
}

func TestShownRowsAreNeverApplied(t *testing.T) {
	b, err := bookOf(t, "", "rates:\n- {schemes: [110], population: employee, from: \"2020-01\", employer_pct: 16, employee_pct: 8, status: verified, shown: guideline}\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, hole := b.Read(0, false).Rate(insurance.Pension, month(t, "2021-01"), Payer{Kind: insurance.Employee}); hole == nil {
		t.Error("a guideline is priced")
	}
}

func TestChoiceOfRow(t *testing.T) {
	city := `populations:
- {name: rural_hukou, text: {zh: 农, en: rural}, status: verified}
- {name: rural_migrant_worker, implies: [rural_hukou], text: {zh: 农民工, en: migrant}, status: verified}
- {name: government_institution, unit_type: government, text: {zh: 机关, en: government}, status: assumed, adr: "1"}
rates:
- {schemes: [110], population: employee, from: "2020-01", employer_pct: 16, employee_pct: 8, status: verified}
- {schemes: [110], population: rural_hukou, from: "2020-01", employee_pct: 0, status: verified}
- {schemes: [110], population: government_institution, from: "2020-01", employer_pct: 20, employee_pct: 8, status: verified}
- {schemes: [310], population: employee, tier: "1", from: "2020-01", employer_pct: 6, employee_pct: 2, status: verified}
- {schemes: [310], population: employee, tier: "2,3", from: "2020-01", employer_pct: 1, employee_pct: 1, status: verified}
- {schemes: [210], population: rural_hukou, from: "2020-01", employer_pct: 1, employee_pct: 0, status: verified}
`
	b, err := bookOf(t, "", city)
	if err != nil {
		t.Fatal(err)
	}
	m := month(t, "2021-05")
	for _, c := range []struct {
		name   string
		scheme insurance.Scheme
		payer  Payer
		want   string // population:tier of the row, or what is asked
	}{
		{"general", insurance.Pension, Payer{}, "employee"},
		{"implied", insurance.Pension, Payer{Populations: []string{"rural_migrant_worker"}}, "rural_hukou+employee"},
		{"by unit type", insurance.Pension, Payer{UnitType: insurance.Government}, "government_institution+employee"},
		{"tier asked", insurance.Medical, Payer{}, "--tier 1|2|3"},
		{"tier in a list", insurance.Medical, Payer{Tier: "3"}, "employee:2,3"},
		{"tier not there", insurance.Medical, Payer{Tier: "9"}, "--tier 1|2|3"},
		{"population asked", insurance.Unemployment, Payer{}, "--population rural_hukou"},
		{"nobody else", insurance.Unemployment, Payer{Populations: []string{"government_institution"}}, ""},
	} {
		r := b.Read(0, false)
		p, _ := r.Expand(c.payer)
		row, general, hole := r.Rate(c.scheme, m, p)
		var got string
		switch {
		case hole != nil:
			got = hole.Ask
		case general != nil:
			got = row.Who.key() + "+" + general.Who.key()
		default:
			got = row.Who.key()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if hole != nil && hole.Ask != "" && len(r.Rows()) == 0 {
			t.Errorf("%s: the rows that were weighed are not recorded", c.name)
		}
	}
	if _, unknown := b.Read(0, false).Expand(Payer{Populations: []string{"nobody"}}); !slices.Equal(unknown, []string{"nobody"}) {
		t.Errorf("unknown populations: %v", unknown)
	}
}

func TestKnownAt(t *testing.T) {
	city := `rates:
- {schemes: [110], population: employee, from: "2025-07", employer_pct: 16, employee_pct: 8, published: "2025-09", status: verified}
`
	b, err := bookOf(t, "", city)
	if err != nil {
		t.Fatal(err)
	}
	for day, known := range map[string]bool{"2025-08-20": false, "2025-09-29": false, "2025-09-30": true} {
		d, err := calendar.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, hole := b.Read(d, false).Rate(insurance.Pension, month(t, "2025-07"), Payer{}); (hole == nil) != known {
			t.Errorf("on %s: %+v", day, hole)
		}
	}
}

func TestConditionAsksForWhatItNeeds(t *testing.T) {
	f := Facts{"gap.months": int64(40), "payer": "employee"}
	for expr, want := range map[string]string{
		"":                 "true",
		"gap.months >= 36": "true",
		"payer == 'flexible' && person.past_retirement": "false",
		"payer == 'employee' || person.past_retirement": "true",
		"gap.months > 3 && person.hukou == 'nonlocal'":  "needs person.hukou",
	} {
		ok, needs, err := Eval(expr, f)
		got := "false"
		switch {
		case err != nil:
			got = err.Error()
		case len(needs) > 0:
			got = "needs " + strings.Join(needs, ",")
		case ok:
			got = "true"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", expr, got, want)
		}
	}
}

func TestUnknownAreaListsTheAreas(t *testing.T) {
	lib, err := Open(tree("", ""))
	if err != nil {
		t.Fatal(err)
	}
	_, err = lib.Book("123456")
	if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "990000") {
		t.Errorf("got %v", err)
	}
}

func real(t testing.TB) *Library {
	t.Helper()
	lib, err := Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// TestEmbeddedRowsMakeTheSameBook: every row of every pack survives the trip
// through a receipt's JSON.
func TestEmbeddedRowsMakeTheSameBook(t *testing.T) {
	lib := real(t)
	for _, area := range lib.Areas() {
		b, err := lib.Book(area)
		if err != nil {
			t.Fatal(err)
		}
		var rows []Row
		b.set.Each(func(r Row) {
			if r.head().Kind != "tests" {
				rows = append(rows, r)
			}
		})
		first, err := Embed(rows)
		if err != nil {
			t.Fatal(err)
		}
		again, err := FromEmbedded(area, b.Policy, first)
		if err != nil {
			t.Fatalf("%s: %v", area, err)
		}
		rows = nil
		again.set.Each(func(r Row) { rows = append(rows, r) })
		second, err := Embed(rows)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(first)
		c, _ := json.Marshal(second)
		if string(a) != string(c) {
			t.Errorf("%s: the rows changed on the way", area)
		}
	}
}

// TestRuleTable holds docs/rules.md: every rule id once, every pack row named
// there exists.
func TestRuleTable(t *testing.T) {
	data, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	lib := real(t)
	have := map[string]*Head{}
	rules := map[string]bool{}
	tests := testNames(t)
	for _, area := range lib.Areas() {
		b, err := lib.Book(area)
		if err != nil {
			t.Fatal(err)
		}
		b.shown.Each(func(r Row) { have[r.head().ID] = r.head(); rules[r.head().Rule] = true })
	}
	seen := map[string]int{}
	rowID := regexp.MustCompile("`(cn[^`]*/[^`]*)`")
	for i, line := range strings.Split(string(data), "\n") {
		if !strings.HasPrefix(line, "| R-") {
			continue
		}
		id := strings.TrimSpace(strings.Split(line, "|")[1])
		seen[id]++
		for _, m := range rowID.FindAllStringSubmatch(line, -1) {
			switch h := have[m[1]]; {
			case h == nil:
				t.Errorf("line %d: %s names %s, which is in no pack", i+1, id, m[1])
			case h.Basis == "" && len(h.Docs) == 0:
				t.Errorf("line %d: %s rests on nothing", i+1, m[1])
			}
		}
		for _, name := range testName.FindAllString(line, -1) {
			if !tests[name] {
				t.Errorf("line %d: %s names the test %s, which does not exist", i+1, id, name)
			}
		}
		cells := strings.Split(line, "|")
		if len(cells) < 6 || strings.TrimSpace(cells[3]) == "" || strings.TrimSpace(cells[4]) == "" {
			t.Errorf("line %d: %s has no place or no test", i+1, id)
		}
	}
	if len(seen) != 153 {
		t.Errorf("%d rules in the table, the rule book has 153", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
	for id := range rules {
		if id != "" && seen[id] == 0 {
			t.Errorf("a pack row rests on %s, which is not in the table", id)
		}
	}
}

var testName = regexp.MustCompile(`Test[A-Z][A-Za-z0-9]+`)

// testNames lists the tests of the tree.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, "_test.go") {
			return err
		}
		data, err := os.ReadFile(p)
		for _, m := range regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`).FindAllSubmatch(data, -1) {
			out[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func FuzzPackLoader(f *testing.F) {
	f.Add("rates:\n- {schemes: [110], population: employee, from: \"2020-01\", employer_pct: 16, status: verified}\n")
	f.Add("verdicts:\n- {rule: R-1, effect: allow, when: 'gap.months > 3', text: {zh: a, en: b}, status: seed}\n")
	f.Add("a: &a [*a]")
	f.Add("bases: [{schemes: [110], floor: 1e9}]")
	f.Fuzz(func(t *testing.T, city string) {
		lib, err := Open(tree("", city))
		if err != nil {
			t.Fatal(err)
		}
		b, err := lib.Book("990000")
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("not a fault of the pack: %v", err)
			}
			return
		}
		r := b.Read(0, false)
		r.Rate(insurance.Pension, calendar.NewMonth(2021, 1), Payer{})
	})
}
