package inquiry

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/report"
	"bujiao/internal/strictjson"
)

// Sweep answers for every person of some files: one kernel call a person, one
// report.
type Sweep struct {
	AsOf    calendar.Date
	KnownAt calendar.Date // zero: AsOf
	Out     report.Writer

	// Rejected, if set, sees the rows that were not read, with what stood in them.
	Rejected func(file int, raw []string, rejects []intake.Reject) error
	// Grouped and Answered, if set, are told how far it is.
	Grouped  func()
	Answered func(rows int)

	Sum report.Summary

	desk    *Desk
	areas   map[string]bool
	missing map[assess.Missing]bool
}

// maxRejected bounds the rejected rows that an answer lists; Sum.More counts
// the rest.
const maxRejected = 10_000

// Sweep prepares one; the fields may be set before Run.
func (d *Desk) Sweep(asOf, knownAt calendar.Date, out report.Writer) *Sweep {
	if knownAt == 0 {
		knownAt = asOf
	}
	return &Sweep{AsOf: asOf, KnownAt: knownAt, Out: out, desk: d, areas: map[string]bool{}, missing: map[assess.Missing]bool{}}
}

// Run reads the files, answers for each person, and closes the report.
func (s *Sweep) Run(ctx context.Context, files []intake.Source) error {
	s.Sum = report.Summary{AsOf: s.AsOf, KnownAt: s.KnownAt, Totals: assess.ZeroTotals(), Known: assess.ZeroTotals()}
	g, err := intake.Group(ctx, files, intake.GroupOptions{Rejected: s.rejected})
	if err != nil {
		return err
	}
	defer g.Close()
	if s.Grouped != nil {
		s.Grouped()
	}
	for {
		name, rows, err := g.NextPerson()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := s.person(name, rows); err != nil {
			return err
		}
		if s.Answered != nil {
			s.Answered(len(rows))
		}
	}
	return s.finish()
}

func (s *Sweep) rejected(file int, raw []string, rejects []intake.Reject) error {
	for _, r := range rejects {
		if len(s.Sum.Rejected) >= maxRejected {
			s.Sum.More++
			continue
		}
		s.Sum.Rejected = append(s.Sum.Rejected, report.Rejected{File: r.File, Row: r.Row, Column: r.Column, Reason: lang.Fault(s.desk.Lang, r.Reason)})
	}
	if s.Rejected == nil {
		return nil
	}
	return s.Rejected(file, raw, rejects)
}

// person answers for one person.
func (s *Sweep) person(name string, rows []intake.Sourced) error {
	q := assess.HistoryRequest{Person: s.desk.Sign.Hide(name), AsOf: s.AsOf, KnownAt: s.KnownAt, Lang: s.desk.Lang}
	for _, r := range rows {
		q.Rows = append(q.Rows, r.Row)
		s.areas[r.Area] = true
	}
	q.Rows = hideRows(q.Rows)
	laws := assess.NewLaws(s.desk.Laws.Book)
	h, err := assess.NewHistory(laws, q, lang.Text)
	if err != nil {
		return TooLarge(err)
	}
	body, err := h.Body(laws, q)
	if err != nil {
		return err
	}
	sealed, err := s.desk.Sign.Seal(body)
	if err != nil {
		return err
	}
	h.Person = name
	for _, m := range h.Missing {
		s.missing[m] = true
	}
	if s.Sum.Totals, err = s.Sum.Totals.Sum(h.Totals); err != nil {
		return TooLarge(err)
	}
	if err := s.known(h); err != nil {
		return TooLarge(err)
	}
	s.Sum.Persons++
	return s.Out.Person(h, sealed)
}

// known adds the figures that are known, so that one hole does not hide what
// all the others come to.
func (s *Sweep) known(h *assess.History) error {
	zero := money.Fen(0)
	or := func(f *money.Fen) *money.Fen {
		if f == nil {
			return &zero
		}
		return f
	}
	for _, l := range h.Lines {
		t := assess.QuoteTotals{Employer: or(l.Employer), Person: or(l.Person), LateFee: or(l.LateFee), Interest: or(l.Interest)}
		all, err := money.Sum(*t.Employer, *t.Person, *t.LateFee, *t.Interest)
		if err != nil {
			return err
		}
		t.Total = &all
		if s.Sum.Known, err = s.Sum.Known.Sum(t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sweep) finish() error {
	for m := range s.missing {
		s.Sum.Missing = append(s.Sum.Missing, m)
	}
	slices.SortFunc(s.Sum.Missing, func(a, b assess.Missing) int {
		return strings.Compare(a.Area+a.Scheme+a.Parameter+a.Month.String()+a.Ask, b.Area+b.Scheme+b.Parameter+b.Month.String()+b.Ask)
	})
	policy, err := s.desk.Laws.Policy(slices.Sorted(maps.Keys(s.areas)))
	if err != nil {
		return err
	}
	s.Sum.Policy = policy
	return s.Out.Close(s.Sum)
}

// Open reads a file of rows and checks that its areas and populations are in
// the packs.
func (d *Desk) Open(name string, r io.Reader, size int64) (*File, error) {
	in, err := intake.Open(name, r, size, intake.Options{CheckID: d.checkID})
	if err != nil {
		return nil, err
	}
	return &File{in, d.check(in)}, nil
}

// File is an open file of rows. What Next gives is checked.
type File struct {
	*intake.Reader
	rows *checked
}

// Next reads a row.
func (f *File) Next() (record.Row, []intake.Reject, []string, error) { return f.rows.Next() }

// Rows are rows that are at hand, checked like those of a file. A citizen
// number gives birth and sex.
func (d *Desk) Rows(list []record.Row) intake.Source { return d.check(&given{d: d, rows: list}) }

// given are rows at hand.
type given struct {
	d    *Desk
	rows []record.Row
	n    int
}

func (g *given) Name() string { return "rows" }

func (g *given) Next() (row record.Row, rejects []intake.Reject, raw []string, err error) {
	if g.n == len(g.rows) {
		return row, nil, nil, io.EOF
	}
	row = g.rows[g.n]
	g.n++
	row.Line = g.n
	bad := func(column, key string) {
		rejects = append(rejects, intake.Reject{File: g.Name(), Row: row.Line, Column: column, Reason: fault.New(fault.Invalid, key, fault.Args{"field": column})})
	}
	if row.Person == "" {
		bad("person", "assess.field_missing")
	}
	if row.IDNumber == "" {
		return row, rejects, nil, nil
	}
	birth, sex, cerr := g.d.checkID(row.IDNumber)
	switch {
	case cerr != nil:
		bad("id_number", "inquiry.bad_id_number")
	case (row.Birth != 0 && row.Birth != birth) || (row.Sex != "" && row.Sex != sex):
		bad("id_number", "inquiry.id_contradicts")
	default:
		row.Birth, row.Sex = birth, sex
	}
	return row, rejects, nil, nil
}

func (d *Desk) check(from intake.Source) *checked {
	known := map[string]bool{}
	for _, area := range d.Laws.Areas() {
		known[area] = true
	}
	return &checked{from, known, d.Laws, map[string][]string{}}
}

// checkID is what intake asks about a citizen number.
func (d *Desk) checkID(number string) (calendar.Date, insurance.Sex, error) {
	return identity.Citizen(number, d.Today)
}

// checked are rows whose areas and populations are in the packs.
type checked struct {
	intake.Source
	areas       map[string]bool
	laws        *law.Library
	populations map[string][]string // names by area
}

// Next reads a row.
func (s *checked) Next() (record.Row, []intake.Reject, []string, error) {
	row, rejects, raw, err := s.Source.Next()
	if err != nil || len(rejects) > 0 {
		return row, rejects, raw, err
	}
	if !s.areas[row.Area] {
		rejects = append(rejects, intake.Reject{File: s.Name(), Row: row.Line, Column: "area",
			Reason: fault.New(fault.Invalid, "law.unknown_area", fault.Args{"area": strictjson.Shown(row.Area), "areas": strings.Join(slices.Sorted(maps.Keys(s.areas)), ", ")})})
	}
	if len(rejects) == 0 && row.Population != "" && row.Payer != insurance.Resident {
		why, perr := s.population(row)
		if perr != nil {
			return row, rejects, raw, perr
		}
		if why != nil {
			rejects = append(rejects, intake.Reject{File: s.Name(), Row: row.Line, Column: "population", Reason: why})
		}
	}
	return row, rejects, raw, err
}

// population refuses a population that no pack of the row's area names.
func (s *checked) population(row record.Row) (*fault.Error, error) {
	known := s.populations[row.Area]
	if known == nil {
		book, err := s.laws.Book(row.Area)
		if err != nil {
			return nil, err
		}
		known = slices.Compact(slices.Sorted(slices.Values(book.Read(0, false).PopulationNames())))
		s.populations[row.Area] = known
	}
	for _, n := range strings.Split(row.Population, "|") {
		if !slices.Contains(known, n) {
			return unknownPopulation(n, row.Area, known), nil
		}
	}
	return nil, nil
}
