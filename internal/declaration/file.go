package declaration

import (
	_ "embed"
	"errors"
	"io"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/intake"
	"bujiao/internal/registry"
)

//go:embed form.yaml
var formYAML []byte

// Sheet is the form of a declaration as a file.
var Sheet = intake.MustForm(formYAML)

// SheetReader reads the lines of a declaration file.
type SheetReader struct {
	rows  *intake.FormReader
	month calendar.Month
	today calendar.Date
	hash  func(registry.Document) string
}

// OpenSheet reads the header of a file for a month. Numbers leave it as keyed
// hashes only. A file that cannot be read is a fault of kind Invalid.
func OpenSheet(name string, r io.Reader, size int64, m calendar.Month, today calendar.Date, hash func(registry.Document) string) (*SheetReader, error) {
	rows, err := Sheet.Open(name, r, size)
	if err != nil {
		return nil, err
	}
	return &SheetReader{rows, m, today, hash}, nil
}

// Next reads a line, or io.EOF. A row with problems has all of them, and the
// line is then good for its Row only; the row is valid until the next call.
func (s *SheetReader) Next() (FilingLine, *intake.FormRow, error) {
	row, err := s.rows.Next()
	if err != nil {
		return FilingLine{}, nil, err
	}
	l := FilingLine{Row: row.Line, Leaves: row.Word("leaves") == "yes", CreditCode: row.Text("employer")}
	d := registry.Document{Kind: row.Word("id_kind"), Number: row.Text("id_number"), Nation: row.Text("nation")}
	if len(row.Rejects) == 0 {
		h, err := d.Read(s.today)
		var f *fault.Error
		if err != nil && !errors.As(err, &f) {
			return l, row, err
		}
		if err != nil {
			row.Reject("id_number", f.Key, f.Args)
		}
		l.Document = s.hash(h.Document)
	}
	if m := row.Month("month"); m != 0 && m != s.month {
		row.Reject("month", "declaration.other_month", fault.Args{"month": s.month.String()})
	}
	if wage := row.Amount("wage"); wage != nil {
		l.Wage = *wage
	}
	l.Base = row.Amount("base")
	return l, row, nil
}

// OfMany reports whether the file says whose employee each row is.
func (s *SheetReader) OfMany() bool { return s.rows.Has("employer") }

// Close frees what the reader holds, not the file.
func (s *SheetReader) Close() error { return s.rows.Close() }

// Mend starts a file of the rows that have to be corrected.
func (s *SheetReader) Mend(w io.Writer, reason func(*fault.Error) string) *intake.MendWriter {
	return intake.NewMendWriter(w, s.rows.Header(), reason)
}
