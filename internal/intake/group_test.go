package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// outcome is what a grouping did with its files.
type outcome struct {
	Persons  []string // "person: file/line file/line"
	Rejected []string // "file/line column key; ..."
}

// groupFiles groups CSV files with limits so small that they bind.
func groupFiles(t testing.TB, opt GroupOptions, files ...[]byte) outcome {
	t.Helper()
	var out outcome
	var sources []Source
	for i, f := range files {
		sources = append(sources, open(t, fmt.Sprintf("f%d.csv", i), f, testOptions))
	}
	opt.Dir = t.TempDir()
	opt.Rejected = func(file int, raw []string, rejects []Reject) error {
		s := fmt.Sprintf("%d/%d", file, rejects[0].Row)
		for _, r := range rejects {
			checkSentence(t, r.Reason)
			if r.File != fmt.Sprintf("f%d.csv", file) || r.Row != rejects[0].Row {
				t.Errorf("reject of %s row %d beside row %d of file %d", r.File, r.Row, rejects[0].Row, file)
			}
		}
		if want := rawLine(files[file], rejects[0].Row); csvLine(raw) != want {
			t.Errorf("row %s comes back as %q, was %q", s, csvLine(raw), want)
		}
		out.Rejected = append(out.Rejected, s+" "+strings.Join(problems(rejects), "; "))
		return nil
	}
	g, err := Group(context.Background(), sources, opt)
	if err != nil {
		t.Fatal(err)
	}
	for {
		person, rows, err := g.NextPerson()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		s := person + ":"
		for _, r := range rows {
			if r.Person != person {
				t.Errorf("a row of %s came with %s", r.Person, person)
			}
			s += fmt.Sprintf(" %d/%d", r.File, r.Line)
		}
		out.Persons = append(out.Persons, s)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(opt.Dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	slices.Sort(out.Rejected)
	return out
}

func rawLine(file []byte, row int) string { return strings.Split(string(file), "\n")[row-1] }

const shortHeader = "record,person,area,employer,payer,scheme,from,to,wage,paid_on,known_on,id_number,birth,sex"

// short is a good row of the short header: what one person declares in a month.
func short(person string, changes ...string) string {
	v := map[string]string{"record": "declared", "person": person, "area": "110000", "employer": "E", "payer": "employee", "from": "2024-01", "to": "2024-03"}
	for i := 0; i+1 < len(changes); i += 2 {
		v[changes[i]] = changes[i+1]
	}
	var out []string
	for _, c := range strings.Split(shortHeader, ",") {
		out = append(out, v[c])
	}
	return strings.Join(out, ",")
}

func TestGroupByPerson(t *testing.T) {
	a := file(shortHeader, short("B", "to", "2024-01"), short("A"), short("B", "from", "2024-02"))
	b := file(shortHeader, short("C"), short("B", "from", "2025-01", "to", "2025-02"), short("A", "area", "310000"))
	want := outcome{Persons: []string{"A: 0/3 1/4", "B: 0/2 0/4 1/3", "C: 1/2"}}
	for _, opt := range []GroupOptions{{}, {ChunkBytes: 1, FanIn: 2}, {ChunkBytes: 300, FanIn: 2}, {ChunkBytes: 1, FanIn: 64}} {
		if d := cmp.Diff(want, groupFiles(t, opt, a, b)); d != "" {
			t.Errorf("%+v: %s", opt, d)
		}
	}
}

func TestGroupOfNothing(t *testing.T) {
	if d := cmp.Diff(outcome{}, groupFiles(t, GroupOptions{})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(outcome{}, groupFiles(t, GroupOptions{}, file(shortHeader))); d != "" {
		t.Error(d)
	}
}

// One wrong row holds back all rows of the person in all files, and nobody
// else's; rows of no known person stand alone.
func TestHeldBack(t *testing.T) {
	a := file(shortHeader, short("A"), short("B"), short("A", "from", "x"), short("", "to", "2024-05"))
	b := file(shortHeader, short("A", "area", "310000"), short("C"), "declared,B")
	want := outcome{
		Persons: []string{"C: 1/3"},
		Rejected: []string{
			"0/2 held", "0/3 held", "0/4 from bad_month", "0/5 person empty", "1/2 held", "1/4 too_few_fields",
		},
	}
	for _, opt := range []GroupOptions{{}, {ChunkBytes: 1, FanIn: 2}} {
		files := [][]byte{a, b}
		// A short row is compared as it stands.
		if d := cmp.Diff(want, groupFiles(t, opt, files...)); d != "" {
			t.Errorf("%+v: %s", opt, d)
		}
	}
}

func TestPersonWithOnlyWrongRows(t *testing.T) {
	got := groupFiles(t, GroupOptions{}, file(shortHeader, short("A", "area", "1"), short("A", "from", "x")))
	if d := cmp.Diff(outcome{Rejected: []string{"0/2 area bad_area", "0/3 from bad_month"}}, got); d != "" {
		t.Error(d)
	}
}

// A wrong row and a contradiction between others: each row has its own reason.
func TestHeldRowsKeepTheirOwnReasons(t *testing.T) {
	got := groupFiles(t, GroupOptions{}, file(shortHeader,
		short("A", "area", "x"), short("A", "scheme", "pension"), short("A", "scheme", "pension"), short("A", "scheme", "medical")))
	want := outcome{Rejected: []string{"0/2 area bad_area", "0/3 from overlap", "0/4 from overlap", "0/5 held"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestHeldNamesTheCause(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"wrong row", file(shortHeader, short("A"), short("A", "area", "x")), "3"},
		{"contradiction", file(shortHeader, short("A", "scheme", "injury"), short("A", "scheme", "medical"), short("A", "scheme", "medical")), "3"},
	} {
		var got string
		g, err := Group(context.Background(), []Source{open(t, "f.csv", c.in, testOptions)}, GroupOptions{
			Rejected: func(_ int, _ []string, rejects []Reject) error {
				if r := rejects[0]; r.Reason.Key == "intake.held" {
					got = r.Reason.Args["row"] + " of " + r.Reason.Args["file"]
				}
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := g.NextPerson(); err != io.EOF {
			t.Errorf("%s: %v", c.name, err)
		}
		if got != c.want+" of f.csv" {
			t.Errorf("%s: held because of row %s, want %s", c.name, got, c.want)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTooManyRows(t *testing.T) {
	var rows []string
	for i := range 10 {
		rows = append(rows, short("B", "area", fmt.Sprint(110000+i)))
	}
	in := file(append([]string{shortHeader, short("A"), short("C")}, rows...)...)
	got := groupFiles(t, GroupOptions{PersonRows: 10}, in)
	if len(got.Persons) != 3 || got.Rejected != nil {
		t.Errorf("at the limit: %+v", got)
	}
	got = groupFiles(t, GroupOptions{PersonRows: 9}, in)
	want := outcome{Persons: []string{"A: 0/2", "C: 0/3"}}
	for i := range 10 {
		want.Rejected = append(want.Rejected, fmt.Sprintf("0/%d too_many_rows", i+4))
	}
	slices.Sort(want.Rejected)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRowsAreTheCallers(t *testing.T) {
	g, err := Group(context.Background(), []Source{open(t, "f.csv", file(shortHeader, short("A"), short("B", "area", "310000")), testOptions)},
		GroupOptions{Rejected: func(int, []string, []Reject) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	_, first, err := g.NextPerson()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := g.NextPerson(); err != nil {
		t.Fatal(err)
	}
	if first[0].Person != "A" || first[0].Area != "110000" {
		t.Errorf("the first person's row became %+v", first[0])
	}
}

// What the sort does must not change a row: rows read alone and rows that went
// through runs are the same.
func TestGroupingKeepsRows(t *testing.T) {
	in := file(fullHeader, line(nil), line(map[string]string{"person": "P2", "record": "paid", "wage": "", "injury_rate": "", "tier": "", "base": ""}))
	want := readAll(t, "f.csv", in, testOptions)
	g, err := Group(context.Background(), []Source{open(t, "f.csv", in, testOptions)},
		GroupOptions{ChunkBytes: 1, Rejected: func(int, []string, []Reject) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		_, rows, err := g.NextPerson()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]Sourced{{Row: want[i].Row}}, rows); d != "" {
			t.Error(d)
		}
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := g.NextPerson(); err != io.EOF {
		t.Errorf("after Close: %v", err)
	}
}

// failing is a source that ends with an error.
type failing struct {
	rows int
	err  error
}

func (f *failing) Name() string { return "failing" }

func (f *failing) Next() (record.Row, []Reject, []string, error) {
	if f.rows == 0 {
		return record.Row{}, nil, nil, f.err
	}
	f.rows--
	return record.Row{Person: fmt.Sprint("P", f.rows), Payer: insurance.Employee, Line: f.rows}, nil, []string{"x"}, nil
}

func TestGroupErrors(t *testing.T) {
	boom := errors.New("boom")
	ignore := func(int, []string, []Reject) error { return nil }
	bad := file(shortHeader, short("A", "area", "x"))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		src  Source
		opt  GroupOptions
		want error
	}{
		{"source fails", context.Background(), &failing{rows: 100, err: boom}, GroupOptions{ChunkBytes: 1, Rejected: ignore}, boom},
		{"outlet fails", context.Background(), open(t, "f", bad, testOptions), GroupOptions{Rejected: func(int, []string, []Reject) error { return boom }}, boom},
		{"cancelled", cancelled, &failing{rows: 1, err: io.EOF}, GroupOptions{Rejected: ignore}, context.Canceled},
		{"no directory", context.Background(), &failing{rows: 1, err: io.EOF}, GroupOptions{ChunkBytes: 1, Dir: "/no/such/directory", Rejected: ignore}, os.ErrNotExist},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.opt.Dir == "" {
				c.opt.Dir = t.TempDir()
			}
			g, err := Group(c.ctx, []Source{c.src}, c.opt)
			if g != nil || !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if left, _ := os.ReadDir(c.opt.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestGroupOptionsAreChecked(t *testing.T) {
	ignore := func(int, []string, []Reject) error { return nil }
	for name, opt := range map[string]GroupOptions{
		"no outlet": {}, "negative chunk": {ChunkBytes: -1, Rejected: ignore}, "chunk too large": {ChunkBytes: 1<<30 + 1, Rejected: ignore},
		"merging one": {FanIn: 1, Rejected: ignore}, "no rows": {PersonRows: -1, Rejected: ignore},
	} {
		if _, err := Group(context.Background(), nil, opt); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestOutletErrorsEndNextPerson(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		in  []byte
		opt GroupOptions
	}{
		"held":     {file(shortHeader, short("A"), short("A")), GroupOptions{}},
		"too many": {file(shortHeader, short("A"), short("A", "area", "310000")), GroupOptions{PersonRows: 1}},
	} {
		c.opt.Rejected = func(int, []string, []Reject) error { return boom }
		g, err := Group(context.Background(), []Source{open(t, "f", c.in, testOptions)}, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := g.NextPerson(); !errors.Is(err, boom) {
			t.Errorf("%s: %v", name, err)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Any order of the same rows gives the same persons and the same rejects.
func TestOrderDoesNotMatter(t *testing.T) {
	var rows []string
	for p := range 40 {
		person := fmt.Sprint("P", p)
		rows = append(rows, short(person, "to", "2024-01"), short(person, "from", "2024-02"))
		switch p % 5 {
		case 1:
			rows = append(rows, short(person, "from", "2024-03"))
		case 2:
			rows = append(rows, short(person, "from", "2024-13"))
		case 3:
			rows = append(rows, short(person, "area", "310000", "sex", "M"), short(person, "area", "320000", "sex", "F"))
		}
	}
	tally := func(in []string) map[string]int {
		got := groupFiles(t, GroupOptions{ChunkBytes: 2000, FanIn: 3}, file(append([]string{shortHeader}, in...)...))
		m := map[string]int{}
		for _, p := range got.Persons {
			m[p[:strings.Index(p, ":")]] = strings.Count(p, "/")
		}
		for _, r := range got.Rejected {
			m[r[strings.Index(r, " "):]]++
		}
		return m
	}
	want := tally(rows)
	if want["P0"] != 2 || want["P1"] != 0 || want[" from overlap"] != 16 || want[" held"] != 8+16+16 || want[" sex sex_differs"] != 16 {
		t.Errorf("got %v", want)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if d := cmp.Diff(want, tally(rows)); d != "" {
			t.Error(d)
		}
	}
}
