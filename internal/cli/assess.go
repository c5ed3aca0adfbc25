package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/report"
)

func newAssess(a *app) *cobra.Command {
	cmd := a.command("assess", a.assess, flag{name: "as-of"}, flag{name: "known-at"}, flag{name: "out"}, flag{name: "mend"})
	cmd.Use = "assess FILE..."
	cmd.Args = words(1, -1, "FILE")
	cmd.Annotations = map[string]string{"formats": "table,json,csv,xlsx,html"}
	return cmd
}

// sweep is one run over files.
type sweep struct {
	*inquiry.Sweep
	a    *app
	desk *inquiry.Desk
	mend *mender
	bar  *bar
}

// assess reads histories and answers for every person in them.
func (a *app) assess(x *args) error {
	x.need("as-of")
	asOf, knownAt := x.date("as-of"), x.date("known-at")
	if a.format == "xlsx" {
		x.need("out")
	}
	if x.err != nil {
		return x.err
	}
	desk, err := a.signingDesk()
	if err != nil {
		return err
	}
	if err := notAnInput(x.text("out"), x.words); err != nil {
		return err
	}
	return a.deliver(x.text("out"), func(path string, w io.Writer) error {
		s := &sweep{a: a, desk: desk, Sweep: desk.Sweep(asOf, knownAt, nil)}
		if s.Out, err = s.report(path, w); err != nil {
			return err
		}
		return s.run(x.words, x.text("mend"))
	})
}

func (s *sweep) report(path string, w io.Writer) (report.Writer, error) {
	a := s.a
	switch a.format {
	case "json":
		return report.NewJSON(w, s.AsOf, s.KnownAt), nil
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
	s.Rejected = s.mend.write
	s.Grouped = func() { s.bar.next(s.a.text("cli.assess.assessing", nil)) }
	s.Answered = s.bar.add
	if err := s.Run(context.Background(), list); err != nil {
		return err
	}
	s.bar.done()
	if err := s.mend.close(); err != nil {
		return err
	}
	if len(s.Sum.Missing) > 0 {
		s.a.exit(exitMissing)
	}
	if len(s.Sum.Rejected) > 0 || s.Sum.More > 0 {
		s.a.exit(exitInvalid)
	}
	return nil
}

// source is one open file.
type source struct {
	*inquiry.File
	file *os.File
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
		r, err := s.desk.Open(filepath.Base(name), s.bar.reading(f), info.Size())
		if err != nil {
			f.Close()
			return out, closeAll, err
		}
		out = append(out, &source{r, f})
	}
	return out, closeAll, nil
}

// mender writes one mend file for each file with rejected rows. A file that is
// there already is never overwritten: somebody may have corrected it.
type mender struct {
	s       *sweep
	sources []*source
	dir     string
	files   []*os.File
	writers []*intake.MendWriter
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
