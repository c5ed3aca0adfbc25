package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// Options are what a Reader is told by its caller.
type Options struct {
	// CheckID returns birth and sex of a citizen number, or an error for a
	// wrong one. Nil leaves numbers unchecked.
	CheckID func(number string) (birth calendar.Date, sex insurance.Sex, err error)
}

// Reader reads the rows of one history. It is not for use by several
// goroutines.
type Reader struct {
	sheet
	conv *converter
}

// Open reads the header of a file and gets ready for its rows. The name is
// what messages call the file; size is its length in bytes, or less than zero.
// A file that cannot be read as a history is a fault of kind Invalid, several
// faults of its header come joined. The caller keeps r and closes it.
func Open(name string, r io.Reader, size int64, opt Options) (*Reader, error) {
	out := &Reader{}
	if err := out.open(known, name, r, size); err != nil {
		return nil, err
	}
	out.conv = newConverter(name, out.head, opt)
	return out, nil
}

// Next returns the next row that is not blank, or io.EOF. A row with problems
// comes with all of them, and is then good for its Person and Line only;
// Person is empty where it could not be told. The raw fields are valid until
// the next call; the row keeps its strings.
func (r *Reader) Next() (row record.Row, rejects []Reject, raw []string, err error) {
	in, err := r.next()
	if err != nil {
		return record.Row{}, nil, nil, err
	}
	rejects = r.conv.convert(&in, &row)
	return row, rejects, in.fields, nil
}

// sheet is a file of rows under a header, in text or a workbook.
type sheet struct {
	name string
	src  source
	book *xlsxSource // the same as src, where the file is a workbook
	head *Header
}

// open reads the header.
func (s *sheet) open(words *vocabulary, name string, r io.Reader, size int64) error {
	s.name = name
	if err := s.openSource(words, r, size); err != nil {
		return err
	}
	first, err := s.src.next()
	if err == io.EOF {
		err = invalid("intake.empty_file", fault.Args{"file": name})
	}
	if err == nil && first.fault != "" {
		err = invalid("intake.header_malformed", fault.Args{"file": name})
	}
	if err == nil {
		s.head, err = words.readHeader(name, first.fields)
	}
	if err != nil {
		return errors.Join(s.wrap(err), s.src.Close())
	}
	return nil
}

func (s *sheet) openSource(words *vocabulary, in io.Reader, size int64) error {
	br := bufio.NewReaderSize(in, sniffLen)
	prefix, err := br.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	args := fault.Args{"file": s.name}
	switch sniffFormat(prefix) {
	case formatZip:
		s.book, err = openXLSX(words, s.name, br, size)
		s.src = s.book
		return err
	case formatOldExcel:
		return invalid("intake.old_excel", args)
	case formatUTF16:
		return invalid("intake.utf16", args)
	case formatBinary:
		return invalid("intake.binary", args)
	}
	enc := sniffCharset(prefix, err == nil)
	if len(prefix) >= len(utf8BOM) && string(prefix[:len(utf8BOM)]) == string(utf8BOM) {
		enc = charsetUTF8
		if _, err := br.Discard(len(utf8BOM)); err != nil {
			return fmt.Errorf("read %s: %w", s.name, err)
		}
	}
	s.src = newCSVSource(br, enc)
	return nil
}

// next returns the next row that is not blank, or io.EOF.
func (s *sheet) next() (rawRow, error) {
	for {
		in, err := s.src.next()
		if err != nil {
			return rawRow{}, s.wrap(err)
		}
		if in.fault == "" && blank(in.fields) {
			continue
		}
		if s.book != nil {
			in.fields = s.book.fit(in.fields, s.head)
		}
		return in, nil
	}
}

// wrap leaves faults and the end as they are and says of other errors where
// they happened.
func (s *sheet) wrap(err error) error {
	var f *fault.Error
	if err == io.EOF || errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("read %s: %w", s.name, err)
}

// Name returns the name given to Open.
func (s *sheet) Name() string { return s.name }

// Header returns the header, for a MendWriter.
func (s *sheet) Header() *Header { return s.head }

// Close frees what is held, not the file itself.
func (s *sheet) Close() error { return s.src.Close() }

func blank(fields []string) bool {
	for _, f := range fields {
		if trim(f) != "" {
			return false
		}
	}
	return true
}
