package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// sentence is a message in both languages.
type sentence struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

var catalogue = sync.OnceValues(func() (map[string]sentence, error) {
	b, err := os.ReadFile(filepath.Join("..", "lang", "texts", "intake.yaml"))
	if err != nil {
		return nil, err
	}
	m := map[string]sentence{}
	return m, yaml.Unmarshal(b, &m)
})

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// checkSentence fails unless the fault has a sentence in both languages and
// brings every argument that the sentence names.
func checkSentence(t testing.TB, f *fault.Error) {
	t.Helper()
	m, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := m[f.Key]
	if !ok {
		t.Errorf("%s has no sentence", f.Key)
	}
	for _, text := range []string{s.Zh, s.En} {
		for _, p := range placeholder.FindAllString(text, -1) {
			if f.Args[p[1:len(p)-1]] == "" {
				t.Errorf("%s: sentence names %s, the fault brings %v", f.Key, p, f.Args)
			}
		}
	}
}

// say puts a fault into English, as the caller of a MendWriter would.
func say(f *fault.Error) string {
	m, _ := catalogue()
	return placeholder.ReplaceAllStringFunc(m[f.Key].En, func(p string) string { return f.Args[p[1:len(p)-1]] })
}

// result is what Next returned.
type result struct {
	Row     record.Row
	Rejects []Reject
	Raw     []string
}

func open(t testing.TB, name string, data []byte, opt Options) *Reader {
	t.Helper()
	r, err := Open(name, bytes.NewReader(data), int64(len(data)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readAll(t testing.TB, name string, data []byte, opt Options) []result {
	t.Helper()
	r := open(t, name, data, opt)
	var out []result
	for {
		row, rejects, raw, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range rejects {
			checkSentence(t, j.Reason)
			if j.File != name || j.Row != row.Line {
				t.Errorf("reject of %s row %d, want %s row %d", j.File, j.Row, name, row.Line)
			}
		}
		out = append(out, result{row, rejects, append([]string(nil), raw...)})
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	return out
}

// problems lists rejects as "column key" without the package's prefix.
func problems(rejects []Reject) []string {
	var out []string
	for _, r := range rejects {
		out = append(out, strings.TrimSpace(r.Column+" "+strings.TrimPrefix(r.Reason.Key, "intake.")))
	}
	return out
}

// faultKeys lists the faults in an error, single or joined.
func faultKeys(t testing.TB, err error) []string {
	t.Helper()
	var out []string
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Errorf("not a fault: %v", err)
			return
		}
		if f.Kind != fault.Invalid {
			t.Errorf("%s has kind %v", f.Key, f.Kind)
		}
		checkSentence(t, f)
		out = append(out, strings.TrimPrefix(f.Key, "intake."))
	}
	if err != nil {
		walk(err)
	}
	return out
}

// allColumns are the columns in the contract's order, and ours.
var allColumns = []string{
	"record", "person", "id_number", "birth", "sex", "area", "employer", "payer", "population", "scheme", "from", "to", "wage", "base",
	"employer_paid", "person_paid", "paid_on", "cause", "known_on", "tier", "category", "unit_type", "injury_class", "injury_rate",
}

// goodValues is a row that has everything and nothing wrong.
var goodValues = map[string]string{
	"record": "employment", "person": "P1", "id_number": testID, "birth": "1949-12-31", "sex": "F", "area": "110000", "employer": "E1",
	"payer": "employee", "population": "urban_hukou", "scheme": "pension", "from": "2024-01", "to": "2024-12", "wage": "8000.50",
	"base": "8000", "employer_paid": "1280.08", "person_paid": "640", "paid_on": "2024-02-15", "cause": "not_declared",
	"known_on": "2024-03-01", "tier": "一档", "category": "cadre", "unit_type": "government", "injury_class": "3", "injury_rate": "0.0016",
}

// line writes goodValues with changes as a CSV line.
func line(changes map[string]string) string {
	fields := make([]string, len(allColumns))
	for i, c := range allColumns {
		fields[i] = goodValues[c]
		if v, ok := changes[c]; ok {
			fields[i] = v
		}
	}
	return csvLine(fields)
}

func csvLine(fields []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(fields); err != nil {
		panic(err) // a test that writes no CSV is broken
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

func file(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

var fullHeader = strings.Join(allColumns, ",")

// The example number of the standard, and another person's.
const (
	testID      = "11010519491231002X"
	otherTestID = "440524188001010014"
)

var errTestID = errors.New("wrong number")

// checkTestID knows two numbers and the old form of one.
func checkTestID(s string) (calendar.Date, insurance.Sex, error) {
	switch s {
	case testID, "110105491231002":
		return mustDate("1949-12-31"), insurance.Female, nil
	case otherTestID:
		return mustDate("1980-01-01"), insurance.Male, nil
	}
	return 0, "", errTestID
}

var testOptions = Options{CheckID: checkTestID}

func mustDate(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func mustMonth(s string) calendar.Month {
	m, err := calendar.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func fen(s string) *money.Fen {
	f, err := money.ParseFen(s)
	if err != nil {
		panic(err)
	}
	return &f
}

func rate(s string) *money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic(err)
	}
	return &r
}

// goodRow is what goodValues read as.
func goodRow() record.Row {
	return record.Row{
		Kind: record.Employment, Person: "P1", IDNumber: testID, Birth: mustDate("1949-12-31"), Sex: insurance.Female, Area: "110000",
		Employer: "E1", Payer: insurance.Employee, Population: "urban_hukou", Scheme: insurance.Pension, From: mustMonth("2024-01"),
		To: mustMonth("2024-12"), Wage: fen("8000.50"), Base: fen("8000"), EmployerPaid: fen("1280.08"), PersonPaid: fen("640"),
		PaidOn: mustDate("2024-02-15"), Cause: insurance.NotDeclared, KnownOn: mustDate("2024-03-01"), Tier: "一档", Category: "cadre",
		UnitType: insurance.Government, InjuryClass: 3, InjuryRate: rate("0.0016"), Line: 2,
	}
}
