package cli

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/report"
)

func newAssess(a *app) *cobra.Command {
	cmd := a.command("assess", a.assess, flag{name: "as-of"}, flag{name: "known-at"}, flag{name: "out"}, flag{name: "mend"})
	cmd.Use = "assess FILE..."
	cmd.Args = words(1, -1, "FILE")
	cmd.Annotations = map[string]string{"formats": "table,json,csv,xlsx,html"}
	return cmd
}

// sweep is one run over files: intake, one kernel call a person, one report.
type sweep struct {
	a       *app
	asOf    calendar.Date
	knownAt calendar.Date
	lib     *law.Library
	sign    *signer
	out     report.Writer
	mend    *mender
	bar     *bar
	sum     report.Summary
	areas   map[string]bool
	missing map[assess.Missing]bool
}

// assess reads histories and answers for every person in them.
func (a *app) assess(x *args) error {
	x.need("as-of")
	s := &sweep{a: a, asOf: x.date("as-of"), knownAt: x.date("known-at"), areas: map[string]bool{}, missing: map[assess.Missing]bool{}}
	if a.format == "xlsx" {
		x.need("out")
	}
	if x.err != nil {
		return x.err
	}
	if s.knownAt == 0 {
		s.knownAt = s.asOf
	}
	var err error
	if s.lib, err = a.library(); err != nil {
		return err
	}
	if s.sign, err = a.signer(); err != nil {
		return err
	}
	if err := notAnInput(x.text("out"), x.words); err != nil {
		return err
	}
	return a.deliver(x.text("out"), func(path string, w io.Writer) error {
		if s.out, err = s.report(path, w); err != nil {
			return err
		}
		return s.run(x.words, x.text("mend"))
	})
}

func (s *sweep) report(path string, w io.Writer) (report.Writer, error) {
	a := s.a
	switch a.format {
	case "json":
		return report.NewJSON(w, s.asOf, s.knownAt), nil
	case "csv":
		return report.NewCSV(w, a.lang, lang.Text), nil
	case "xlsx":
		return report.NewXLSX(path, a.lang, lang.Text)
	case "html":
		return report.NewHTML(w, a.lang, lang.Text)
	}
	return report.NewTable(w, a.lang, lang.Text), nil
}

// notAnInput refuses a target that is a directory or one of the files to read:
// the report would take its place.
func notAnInput(out string, files []string) error {
	if out == "" {
		return nil
	}
	target, err := os.Stat(out)
	switch {
	case err != nil:
		target = nil // it does not exist yet; if it cannot be made, that is said then
	case target.IsDir():
		return fault.New(fault.Invalid, "cli.out_is_directory", fault.Args{"file": out})
	}
	for _, f := range files {
		if in, err := os.Stat(f); target != nil && err == nil && os.SameFile(target, in) {
			return fault.New(fault.Invalid, "cli.out_is_input", fault.Args{"file": out})
		}
	}
	return nil
}

// deliver writes into a temporary file beside the target and renames it when
// all is written, so that a failure leaves no half report.
func (a *app) deliver(path string, write func(path string, w io.Writer) error) error {
	if path == "" {
		return write("", a.out)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && a.format != "xlsx" {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // a device or a pipe is written to, never replaced
		if err != nil {
			return fault.Wrap(fault.Invalid, "cli.cannot_create", fault.Args{"file": path}, err)
		}
		err = write(path, f)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	} else if err == nil && !info.Mode().IsRegular() {
		return fault.New(fault.Invalid, "cli.cannot_create", fault.Args{"file": path})
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the file behind a link is replaced, not the link
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".bujiao-*"+filepath.Ext(path))
	if err != nil {
		return fault.Wrap(fault.Invalid, "cli.cannot_create", fault.Args{"file": path}, err)
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing left of that name
	err = write(tmp.Name(), tmp)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func (s *sweep) run(files []string, mendDir string) error {
	sources, closeAll, err := s.open(files)
	defer closeAll()
	if err != nil {
		return err
	}
	s.mend = newMender(s, sources, mendDir)
	defer func() { // after an error the rows found so far are still whole
		if err := s.mend.close(); err != nil {
			s.a.exit(exitFailed)
		}
	}()
	list := make([]intake.Source, len(sources))
	for i := range sources {
		list[i] = sources[i]
	}
	s.sum = report.Summary{AsOf: s.asOf, KnownAt: s.knownAt, Totals: assess.ZeroTotals(), Known: assess.ZeroTotals()}
	g, err := intake.Group(context.Background(), list, intake.GroupOptions{Rejected: s.rejected})
	if err != nil {
		return err
	}
	defer g.Close()
	s.bar.next(s.a.text("cli.assess.assessing", nil))
	for {
		name, rows, err := g.NextPerson()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.person(name, rows); err != nil {
			return err
		}
		s.bar.add(len(rows))
	}
	s.bar.done()
	return s.finish()
}

// person answers for one person.
func (s *sweep) person(name string, rows []intake.Sourced) error {
	q := assess.HistoryRequest{Person: s.sign.hide(name), AsOf: s.asOf, KnownAt: s.knownAt, Lang: s.a.lang}
	for _, r := range rows {
		q.Rows = append(q.Rows, r.Row)
		s.areas[r.Area] = true
	}
	q.Rows = s.sign.hideRows(q.Rows)
	laws := assess.NewLaws(s.lib.Book)
	h, err := assess.NewHistory(laws, q, lang.Text)
	if err != nil {
		return tooLarge(err)
	}
	body, err := h.Body(laws, q)
	if err != nil {
		return err
	}
	sealed, err := s.sign.seal(body)
	if err != nil {
		return err
	}
	h.Person = name
	for _, m := range h.Missing {
		s.missing[m] = true
	}
	if s.sum.Totals, err = s.sum.Totals.Sum(h.Totals); err != nil {
		return tooLarge(err)
	}
	if err := s.known(h); err != nil {
		return tooLarge(err)
	}
	s.sum.Persons++
	return s.out.Person(h, sealed)
}

// known adds the figures that are known, so that one hole does not hide what
// all the others come to.
func (s *sweep) known(h *assess.History) error {
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
		if s.sum.Known, err = s.sum.Known.Sum(t); err != nil {
			return err
		}
	}
	return nil
}

func (s *sweep) finish() error {
	for m := range s.missing {
		s.sum.Missing = append(s.sum.Missing, m)
	}
	slices.SortFunc(s.sum.Missing, func(a, b assess.Missing) int {
		return strings.Compare(a.Area+a.Scheme+a.Parameter+a.Month.String()+a.Ask, b.Area+b.Scheme+b.Parameter+b.Month.String()+b.Ask)
	})
	policy, err := s.policy()
	if err != nil {
		return err
	}
	s.sum.Policy, s.sum.More = policy, s.mend.more
	if err := s.mend.close(); err != nil {
		return err
	}
	if len(s.sum.Missing) > 0 {
		s.a.exit(exitMissing)
	}
	if len(s.sum.Rejected) > 0 || s.mend.more > 0 {
		s.a.exit(exitInvalid)
	}
	return s.out.Close(s.sum)
}

// policy pins the packs of all areas that were asked for.
func (s *sweep) policy() (law.Policy, error) {
	var codes []string
	for a := range s.areas {
		codes = append(codes, a)
	}
	slices.Sort(codes)
	return s.lib.Policy(codes)
}

// source is one file with the check that its areas have packs.
type source struct {
	*intake.Reader
	file  *os.File
	known map[string]bool
	areas string
	lib   *law.Library
	names map[string]map[string]bool // populations by area
}

func (s *source) Next() (record.Row, []intake.Reject, []string, error) {
	row, rejects, raw, err := s.Reader.Next()
	if err == nil && len(rejects) == 0 && !s.known[row.Area] {
		rejects = append(rejects, intake.Reject{File: s.Name(), Row: row.Line, Column: "area",
			Reason: fault.New(fault.Invalid, "law.unknown_area", fault.Args{"area": clip(row.Area), "areas": s.areas})})
	}
	if err == nil && len(rejects) == 0 && row.Population != "" && row.Payer != insurance.Resident {
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

// population refuses a population that no pack of the row's area names; a slip
// of the pen must not be priced as if nothing had been said.
func (s *source) population(row record.Row) (*fault.Error, error) {
	known := s.names[row.Area]
	if known == nil {
		book, err := s.lib.Book(row.Area)
		if err != nil {
			return nil, err
		}
		known = map[string]bool{}
		for _, n := range book.Read(0, false).PopulationNames() {
			known[n] = true
		}
		s.names[row.Area] = known
	}
	for _, n := range strings.Split(row.Population, "|") {
		if !known[n] {
			return fault.New(fault.Invalid, "cli.unknown_population", fault.Args{"name": clip(n), "area": row.Area, "list": strings.Join(slices.Sorted(maps.Keys(known)), ", ")}), nil
		}
	}
	return nil, nil
}

func (s *sweep) open(files []string) ([]*source, func(), error) {
	var out []*source
	var total int64
	closeAll := func() {
		for _, x := range out {
			x.Close()
			x.file.Close()
		}
	}
	known := map[string]bool{}
	for _, area := range s.lib.Areas() {
		known[area] = true
	}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			total += info.Size()
		}
	}
	s.bar = s.a.newBar(total, s.a.text("cli.assess.reading", nil))
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return out, closeAll, fault.Wrap(fault.Invalid, "cli.cannot_read", fault.Args{"file": name}, err)
		}
		info, err := f.Stat()
		if err == nil && info.IsDir() {
			err = errors.New("is a directory")
		}
		if err != nil {
			f.Close()
			return out, closeAll, fault.Wrap(fault.Invalid, "cli.cannot_read", fault.Args{"file": name}, err)
		}
		r, err := intake.Open(filepath.Base(name), s.bar.reading(f), info.Size(), intake.Options{CheckID: s.a.checkID})
		if err != nil {
			f.Close()
			return out, closeAll, err
		}
		out = append(out, &source{r, f, known, strings.Join(s.lib.Areas(), ", "), s.lib, map[string]map[string]bool{}})
	}
	return out, closeAll, nil
}

// maxRejected bounds the rejected rows that an answer lists; all stand in the
// mend file.
const maxRejected = 10_000

func (s *sweep) rejected(file int, raw []string, rejects []intake.Reject) error {
	for _, r := range rejects {
		if len(s.sum.Rejected) >= maxRejected {
			s.mend.more++
			continue
		}
		s.sum.Rejected = append(s.sum.Rejected, report.Rejected{File: r.File, Row: r.Row, Column: r.Column, Reason: lang.Fault(s.a.lang, r.Reason)})
	}
	return s.mend.write(file, raw, rejects)
}

// mender writes one mend file for each file with rejected rows. A file that is
// there already is never overwritten: somebody may have corrected it.
type mender struct {
	s       *sweep
	sources []*source
	dir     string
	files   []*os.File
	writers []*intake.MendWriter
	more    int
}

func newMender(s *sweep, sources []*source, dir string) *mender {
	return &mender{s: s, sources: sources, dir: dir, files: make([]*os.File, len(sources)), writers: make([]*intake.MendWriter, len(sources))}
}

func (m *mender) write(file int, raw []string, rejects []intake.Reject) error {
	if m.writers[file] == nil {
		f, err := createNew(m.dir, strings.TrimSuffix(m.sources[file].Name(), filepath.Ext(m.sources[file].Name())))
		if err != nil {
			return err
		}
		m.files[file] = f
		m.writers[file] = intake.NewMendWriter(f, m.sources[file].Header(), func(e *fault.Error) string { return lang.Fault(m.s.a.lang, e) })
	}
	return m.writers[file].Write(raw, rejects)
}

// createNew makes NAME.mend.csv, or NAME.mend-2.csv and so on.
func createNew(dir, name string) (*os.File, error) {
	for i := 1; ; i++ {
		ext := ".mend.csv"
		if i > 1 {
			ext = ".mend-" + strconv.Itoa(i) + ".csv"
		}
		path := filepath.Join(dir, strings.TrimSuffix(name, ".mend")+ext)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, os.ErrExist) || i == 10_000 {
			return nil, fault.Wrap(fault.Invalid, "cli.cannot_create", fault.Args{"file": path}, err)
		}
	}
}

func (m *mender) close() error {
	for i, w := range m.writers {
		if w == nil {
			continue
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := m.files[i].Close(); err != nil {
			return err
		}
		m.s.a.warn("cli.assess.mend", fault.Args{"file": m.files[i].Name()})
		m.writers[i] = nil
	}
	return nil
}
