package declaration

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"io"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

//go:embed makeup.yaml
var makeupYAML []byte

// MakeupSheet is the form of a make-up file (报盘文件).
var MakeupSheet = intake.MustForm(makeupYAML)

// MakeupLine is a run of months of one person and scheme in a make-up file.
type MakeupLine struct {
	Row      int
	Document string // keyed hash, of a file that was read
	Number   string // in plain, of a file that is written
	IDKind   string
	Name     string
	Scheme   insurance.Scheme
	From, To calendar.Month
	Wage     *money.Fen
	Cause    insurance.Cause
}

// maxRun bounds the months of one line: a working life.
const maxRun = 12 * 50

// MakeupReader reads the lines of a make-up file.
type MakeupReader struct {
	rows  *intake.FormReader
	today calendar.Date
	hash  func(registry.Document) string
}

// OpenMakeup reads the header of a make-up file. Numbers leave it as keyed hashes
// only. A file that cannot be read is a fault of kind Invalid.
func OpenMakeup(name string, r io.Reader, size int64, today calendar.Date, hash func(registry.Document) string) (*MakeupReader, error) {
	rows, err := MakeupSheet.Open(name, r, size)
	if err != nil {
		return nil, err
	}
	return &MakeupReader{rows, today, hash}, nil
}

// Next reads a line, or io.EOF. A row with problems has all of them.
func (s *MakeupReader) Next() (MakeupLine, *intake.FormRow, error) {
	row, err := s.rows.Next()
	if err != nil {
		return MakeupLine{}, nil, err
	}
	l := MakeupLine{Row: row.Line, From: row.Month("from"), To: row.Month("to"), Wage: row.Amount("wage")}
	d := registry.Document{Kind: row.Word("id_kind"), Number: row.Text("id_number"), Nation: row.Text("nation")}
	scheme := row.Word("scheme")
	if len(row.Rejects) > 0 {
		return l, row, nil
	}
	if l.Scheme, err = insurance.ParseScheme(scheme); err != nil {
		row.Reject("scheme", "intake.cell_empty", fault.Args{"column": "scheme"})
	}
	if l.To < l.From || l.To-l.From >= maxRun {
		row.Reject("to", "intake.bad_month", fault.Args{"column": "to"})
	}
	h, err := d.Read(s.today)
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return l, row, err
	}
	if err != nil {
		row.Reject("id_number", f.Key, f.Args)
	}
	l.Document = s.hash(h.Document)
	return l, row, nil
}

// Close frees what the reader holds, not the file.
func (s *MakeupReader) Close() error { return s.rows.Close() }

// kinds are the words that a written file has for kinds of documents.
var kinds = map[string]string{"citizen": "居民身份证", "passport": "护照", "hkmt_permit": "港澳台居民居住证", "foreign_pr": "外国人永久居留身份证"}

// WriteMakeup writes a make-up file as CSV with the heads that OpenMakeup reads.
func WriteMakeup(w io.Writer, list []MakeupLine) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"证件类型", "证件号码", "姓名", "险种", "补缴起始月", "补缴截止月", "月工资", "补缴原因"}); err != nil {
		return err
	}
	for _, l := range list {
		wage := ""
		if l.Wage != nil {
			wage = l.Wage.String()
		}
		if err := out.Write([]string{kinds[l.IDKind], l.Number, l.Name, l.Scheme.String(), l.From.String(), l.To.String(), wage, string(l.Cause)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
