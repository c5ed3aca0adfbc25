package assess

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/packs"
)

// replayed holds a body against itself computed again from its own rows.
func replayed(t *testing.T, body *Body, what any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := Replay(raw, lang.Text)
	if err != nil {
		input, _ := json.Marshal(what)
		t.Fatalf("replay: %v\n%s", err, input)
	}
	if !bytes.Equal(recorded, computed) {
		input, _ := json.Marshal(what)
		t.Fatalf("replay differs (-recorded +computed)\n%s\n%s", cmp.Diff(tree(t, recorded), tree(t, computed)), input)
	}
}

func tree(t *testing.T, raw []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReplayOfVectors(t *testing.T) {
	for _, v := range vectors(t) {
		_, body := v.answer(t)
		replayed(t, body, v.Name)
	}
}

func TestReplayOfRandomAnswers(t *testing.T) {
	d := newDice(t)
	lines := 0
	for range 200 {
		q := d.quote()
		laws := NewLaws(library.Book)
		out, err := NewQuote(laws, q, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := out.Body(laws, q)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(out.Lines)
		replayed(t, body, q)
	}
	for range 100 {
		q := d.history()
		laws := NewLaws(library.Book)
		out, err := NewHistory(laws, q, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := out.Body(laws, q)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(out.Lines)
		replayed(t, body, q)
	}
	if lines < 3000 {
		t.Errorf("only %d lines: the requests are too thin", lines)
	}
}

// That a line is there rests on rows too, also where nothing prices it: without
// a history a base that was declared too low asks back.
func TestReplayOfLinesThatAreNotPriced(t *testing.T) {
	for _, area := range library.Areas() {
		for _, payer := range []insurance.Payer{insurance.Employee, insurance.Flexible} {
			q := QuoteRequest{AsOf: mustDay("2025-06-02"), Area: area, Payer: payer, Gaps: []GapRequest{
				{Schemes: []insurance.Scheme{insurance.Medical, insurance.Maternity}, From: mustMonth("2009-01"), To: mustMonth("2025-05"), Cause: insurance.UnderDeclared},
			}}
			laws := NewLaws(library.Book)
			out, err := NewQuote(laws, q, lang.Text)
			if err != nil {
				t.Fatal(err)
			}
			body, err := out.Body(laws, q)
			if err != nil {
				t.Fatal(err)
			}
			replayed(t, body, q)
		}
	}
}

func TestBodyRefusesIDNumbers(t *testing.T) {
	const number = "11010519491231002X"
	q := newDice(t).plainQuote()
	laws := NewLaws(library.Book)
	out, err := NewQuote(laws, q, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Person.IDNumber = number
	if _, err := out.Body(laws, q); err == nil || strings.Contains(err.Error(), number) {
		t.Errorf("a body with the number of the person: %v", err)
	}
	q.Person.IDNumber = ""
	q.History = []record.Row{{IDNumber: number}}
	if _, err := out.Body(laws, q); err == nil || strings.Contains(err.Error(), number) {
		t.Errorf("a body with the number in a row: %v", err)
	}
	if _, err := (&History{}).Body(laws, HistoryRequest{Rows: q.History}); err == nil || strings.Contains(err.Error(), number) {
		t.Errorf("a body of a history with the number: %v", err)
	}
}

func TestReplayRefusesWhatIsNotItsOwn(t *testing.T) {
	v := vectors(t)[0]
	_, body := v.answer(t)
	change := func(edit func(*Body)) []byte {
		b := *body
		edit(&b)
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, tt := range []struct {
		name string
		body []byte
		want error // nil: any
	}{
		{"another engine", change(func(b *Body) { b.Engine = "other/9" }), ErrEngine},
		{"another kind", change(func(b *Body) { b.Kind = "poem" }), ErrEngine},
		{"no law", change(func(b *Body) { b.Laws = nil }), nil},
		{"no request", change(func(b *Body) { b.Input = json.RawMessage(`{}`) }), nil},
		{"a request of another shape", change(func(b *Body) { b.Input = json.RawMessage(`[]`) }), nil},
		{"a history of another shape", change(func(b *Body) { b.Kind, b.Input = "history", json.RawMessage(`[]`) }), nil},
		{"an empty history", change(func(b *Body) { b.Kind, b.Input = "history", json.RawMessage(`{}`) }), nil},
		{"no JSON", []byte(`{"engine`), nil},
	} {
		if _, _, err := Replay(tt.body, lang.Text); err == nil || (tt.want != nil && !errors.Is(err, tt.want)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// A changed figure shows as a difference, not as an error.
func TestReplayShowsAChangedFigure(t *testing.T) {
	v := vectors(t)[0]
	_, body := v.answer(t)
	b := *body
	b.Result = bytes.Replace(body.Result, []byte(`"late_fee":"`), []byte(`"late_fee":"9`), 1)
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := Replay(raw, lang.Text)
	if err != nil || bytes.Equal(recorded, computed) {
		t.Errorf("err %v, same %v", err, bytes.Equal(recorded, computed))
	}
}

// A changed row of the law changes what comes out.
func TestReplayReadsTheEmbeddedRows(t *testing.T) {
	v := vectors(t)[0]
	_, body := v.answer(t)
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.ReplaceAll(raw, []byte(`"daily":"0.0005"`), []byte(`"daily":"0.0006"`))
	if bytes.Equal(raw, other) {
		t.Fatal("no rate of a late fee in the body")
	}
	recorded, computed, err := Replay(other, lang.Text)
	if err != nil || bytes.Equal(recorded, computed) {
		t.Errorf("err %v, same %v", err, bytes.Equal(recorded, computed))
	}
}

// newCity is a city of 2030 that no line of Go has heard of.
const newCity = `
pack:
  area: "469900"
  name: {zh: 新城, en: Newtown}
  parent: "000000"
  office: {zh: 新城社保中心, en: the agency of Newtown}
  hotline: "12333"
  adopt: [cn/rounding/late_fee, cn/late_fee_rates/from-2011-07]
bases:
  - {schemes: [pension], population: employee, from: "2030-01", floor: 5000, ceiling: 25000, status: verified, basis: a notice}
rates:
  - {schemes: [pension], population: employee, from: "2030-01", employer_pct: 15, employee_pct: 7.5, status: verified, basis: a notice}
rounding:
  - {target: amount, rounding: {mode: half_up, units: [0.1]}, status: verified, basis: a notice}
late_fee_rules:
  - id: cn-469900/late_fee_rules/all
    from: "2030-01"
    status: verified
    basis: a notice
    start: {value: day_after_deadline, status: verified}
    deadline: {month_offset: 1, day: 31, roll: {value: none, status: verified}}
    end: {value: pay_date_exclusive, status: verified}
    cap: {value: principal, status: verified}
routes:
  - id: cn-469900/routes/hall
    name: newtown_hall
    priority: 10
    payers: [employee]
    status: verified
    basis: a notice
    text: {zh: 大厅办理, en: at the hall}
    steps:
      - {id: hall, office: {zh: 大厅, en: the hall}, action: {zh: 办理, en: hand in}, days: 3, day_kind: calendar}
verdicts:
  - id: cn-469900/verdicts/sunday-child
    rule: N-1
    payers: [employee]
    schemes: [110]
    when: gap.months > 1 && person.sex == "F"
    effect: condition
    status: verified
    basis: a notice
    text: {zh: 须提交说明, en: a letter is needed}
`

// national copies the national base of the program into a tree of packs.
func national(t *testing.T, fsys fstest.MapFS) {
	t.Helper()
	files, err := fs.Glob(packs.FS, "cn/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no national base: %v", err)
	}
	for _, f := range files {
		data, err := packs.FS.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		fsys[f] = &fstest.MapFile{Data: data}
	}
}

// Two months that wait for the same fact under different rules are two
// verdicts: each says what it depends on.
func TestMonthsUnderDifferentOpenRulesAreApart(t *testing.T) {
	rule := func(id, month, text string) string {
		return "\n  - {id: cn-469900/verdicts/" + id + ", rule: N-2, payers: [employee], schemes: [110], fee_from: \"" + month + "\", fee_to: \"" + month +
			"\", when: 'person.hukou == \"local\"', effect: condition, status: verified, basis: a notice, text: {zh: " + text + ", en: " + text + "}}"
	}
	fsys := fstest.MapFS{"cn-469900/pack.yaml": {Data: []byte(newCity + rule("a", "2030-01", "first") + rule("b", "2030-02", "second"))}}
	fsys["cn-469900/pack.yaml"].Data = []byte(strings.TrimSpace(string(fsys["cn-469900/pack.yaml"].Data)))
	national(t, fsys)
	l, err := law.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	q := QuoteRequest{AsOf: mustDay("2030-03-11"), Area: "469900", Payer: insurance.Employee, Person: Person{Birth: mustDay("1990-01-02"), Sex: insurance.Male}, Lang: "en",
		Gaps: []GapRequest{{Schemes: []insurance.Scheme{insurance.Pension}, From: mustMonth("2030-01"), To: mustMonth("2030-02"), Cause: insurance.NotDeclared}}}
	out, err := NewQuote(NewLaws(l.Book), q, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Verdicts) != 2 || !strings.Contains(out.Verdicts[0].Conditions[0], "first") || !strings.Contains(out.Verdicts[1].Conditions[0], "second") {
		t.Errorf("verdicts %+v", out.Verdicts)
	}
}

// Adding a city is adding a folder. Base 12345.67: 15 % is 1851.8505, to the
// jiao 1851.90; 7.5 % is 925.92525, 925.90. 2030-01 is due on 2030-02-28 (its
// 31st is the month's last day); paid on 2030-03-11, that day not counted:
// 2030-03-01..10 is 10 days, 2777.80 x 0.005 = 13.889 -> 13.89.
func TestNewCityNeedsNoGo(t *testing.T) {
	fsys := fstest.MapFS{"cn-469900/pack.yaml": {Data: []byte(newCity)}}
	national(t, fsys)
	l, err := law.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var q QuoteRequest
	if err := strict([]byte(`{"as_of": "2030-03-11", "area": "469900", "payer": "employee", "lang": "en", "person": {"birth": "1990-01-02", "sex": "F", "category": "cadre"},
		"gaps": [{"schemes": ["pension"], "from": "2030-01", "to": "2030-02", "wage": "12345.67", "cause": "not_declared"}]}`), &q); err != nil {
		t.Fatal(err)
	}
	laws := NewLaws(l.Book)
	out, err := NewQuote(laws, q, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	v := vector{
		Expect: map[string]any{
			"/lines/0/base": "12345.67", "/lines/0/employer": "1851.90", "/lines/0/person": "925.90", "/lines/0/late_days": 10, "/lines/0/late_fee": "13.89",
			"/lines/1/late_fee": "0.00", "/verdicts/0/verdict": "conditional", "/verdicts/0/conditions/0": "a letter is needed",
			"/verdicts/0/route/id": "newtown_hall", "/verdicts/0/route/steps/0/ends": nil, // 2030 has no table of working days to roll by
			"/totals/interest": "0.00",
		},
		Has: map[string][]map[string]any{"/missing": {{"parameter": "workdays"}}},
	}
	for _, w := range v.wrong(tree(t, raw)) {
		t.Error(w)
	}
	body, err := out.Body(laws, q)
	if err != nil {
		t.Fatal(err)
	}
	replayed(t, body, "a new city")
	if _, err := NewLaws(library.Book).Reader("469900"); err == nil {
		t.Error("the city is in the program after all")
	}
	var due *Due
	r, err := laws.Reader("469900")
	if err != nil {
		t.Fatal(err)
	}
	due, err = NewDue(r, DueRequest{Area: "469900", Month: mustMonth("2030-01"), Wage: fen(1), Payer: law.Payer{Kind: insurance.Employee}, Schemes: []insurance.Scheme{insurance.Pension}})
	if err != nil || due.Lines[0].Base.String() != "5000.00" {
		t.Errorf("due: %v %+v", err, due)
	}
}
