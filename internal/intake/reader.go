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

// Reader reads the rows of one file. It is not for use by several goroutines.
type Reader struct {
	name  string
	src   source
	sheet *xlsxSource // the same as src, where the file is a workbook
	head  *Header
	conv  *converter
}

// Open reads the header of a file and gets ready for its rows. The name is
// what messages call the file; size is its length in bytes, or less than zero.
// A file that cannot be read as a history is a fault of kind Invalid, several
// faults of its header come joined. The caller keeps r and closes it.
func Open(name string, r io.Reader, size int64, opt Options) (*Reader, error) {
	out := &Reader{name: name}
	if err := out.openSource(r, size); err != nil {
		return nil, err
	}
	first, err := out.src.next()
	if err == io.EOF {
		err = invalid("intake.empty_file", fault.Args{"file": name})
	}
	if err == nil && first.fault != "" {
		err = invalid("intake.header_malformed", fault.Args{"file": name})
	}
	if err == nil {
		out.head, err = readHeader(name, first.fields)
	}
	if err != nil {
		return nil, errors.Join(out.wrap(err), out.src.Close())
	}
	out.conv = newConverter(name, out.head, opt)
	return out, nil
}

func (r *Reader) openSource(in io.Reader, size int64) error {
	br := bufio.NewReaderSize(in, sniffLen)
	prefix, err := br.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read %s: %w", r.name, err)
	}
	args := fault.Args{"file": r.name}
	switch sniffFormat(prefix) {
	case formatZip:
		r.sheet, err = openXLSX(r.name, br, size)
		r.src = r.sheet
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
			return fmt.Errorf("read %s: %w", r.name, err)
		}
	}
	r.src = newCSVSource(br, enc)
	return nil
}

// wrap leaves faults and the end as they are and says of other errors where
// they happened.
func (r *Reader) wrap(err error) error {
	var f *fault.Error
	if err == io.EOF || errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("read %s: %w", r.name, err)
}

// Name returns the name given to Open.
func (r *Reader) Name() string { return r.name }

// Header returns the header, for a MendWriter.
func (r *Reader) Header() *Header { return r.head }

// Next returns the next row that is not blank, or io.EOF. A row with problems
// comes with all of them, and is then good for its Person and Line only;
// Person is empty where it could not be told. The raw fields are valid until
// the next call; the row keeps its strings.
func (r *Reader) Next() (row record.Row, rejects []Reject, raw []string, err error) {
	for {
		in, err := r.src.next()
		if err != nil {
			return record.Row{}, nil, nil, r.wrap(err)
		}
		if in.fault == "" && blank(in.fields) {
			continue
		}
		if r.sheet != nil {
			in.fields = r.sheet.fit(in.fields, r.head)
		}
		rejects = r.conv.convert(&in, &row)
		return row, rejects, in.fields, nil
	}
}

// Close frees what the Reader holds, not the file itself.
func (r *Reader) Close() error { return r.src.Close() }

func blank(fields []string) bool {
	for _, f := range fields {
		if trim(f) != "" {
			return false
		}
	}
	return true
}
