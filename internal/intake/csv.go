package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// rawRow is a row as a file holds it. The fields are valid until the next row.
type rawRow struct {
	fields  []string
	row     int    // as a spreadsheet counts
	fault   string // key, when the row could not be split; fields are then a rough cut
	suspect bool   // some field may not be text
}

// source hands out the rows of a file, io.EOF at the end.
type source interface {
	next() (rawRow, error)
	Close() error
}

// Limits of one row. A quotation mark that is never closed would otherwise
// swallow the rest of the file.
const (
	maxRowBytes   = 1 << 20
	maxQuoteLines = 64
	chunkBytes    = 64 << 10
)

// csvSource splits RFC 4180 text. It works on bytes: in UTF-8 and in GB18030
// no byte of a longer character equals a comma, tab, semicolon, quotation mark
// or line end.
type csvSource struct {
	r     io.Reader
	buf   []byte
	start int // of the next row in buf
	err   error
	comma byte // zero before the header
	enc   charset
	gb    gbDecoder
	row   int

	text   []byte // fields of the row, one after another
	cell   []byte // a quoted field without its marks
	ends   []int  // of each field in text
	fields []string
}

func newCSVSource(r io.Reader, enc charset) *csvSource {
	return &csvSource{r: r, enc: enc, gb: newGBDecoder()}
}

// Close does nothing: the file belongs to the caller.
func (s *csvSource) Close() error { return nil }

// next returns the next row that is not an empty line.
func (s *csvSource) next() (rawRow, error) {
	for {
		line, n, err := s.line()
		if err != nil && err != errLong {
			return rawRow{}, err
		}
		s.row++
		if err == errLong {
			return rawRow{row: s.row, fault: "intake.row_too_long"}, nil
		}
		if len(line) == 0 {
			s.start += n
			continue
		}
		if s.comma == 0 {
			s.comma = separator(line)
		}
		out := rawRow{row: s.row}
		if bytes.IndexByte(line, '"') < 0 {
			s.split(line)
		} else if n, out.fault, err = s.quoted(n); err != nil {
			return rawRow{}, err
		}
		s.start += n
		out.fields, out.suspect = s.decode()
		return out, nil
	}
}

var errLong = errors.New("row too long")

// line returns the first line from start, without its end, and its whole length.
func (s *csvSource) line() (line []byte, n int, err error) {
	seen := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+seen:], '\n'); i >= 0 {
			n = seen + i + 1
			return dropCR(s.buf[s.start : s.start+n-1]), n, nil
		}
		seen = len(s.buf) - s.start
		if seen >= maxRowBytes {
			return nil, 0, s.skipLine()
		}
		if err := s.fill(); err == io.EOF && seen > 0 {
			return dropCR(s.buf[s.start:]), seen, nil
		} else if err != nil {
			return nil, 0, err
		}
	}
}

// skipLine drops bytes up to the next line end and returns errLong.
func (s *csvSource) skipLine() error {
	for {
		if i := bytes.IndexByte(s.buf[s.start:], '\n'); i >= 0 {
			s.start += i + 1
			return errLong
		}
		s.start = len(s.buf)
		if err := s.fill(); err == io.EOF {
			return errLong
		} else if err != nil {
			return err
		}
	}
}

// fill reads on, keeping the bytes from start. It returns io.EOF when there
// is no more.
func (s *csvSource) fill() error {
	if s.err != nil {
		return s.err
	}
	rest := copy(s.buf, s.buf[s.start:])
	s.buf, s.start = s.buf[:rest], 0
	if cap(s.buf)-rest < chunkBytes/2 {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)+chunkBytes), s.buf...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[rest:cap(s.buf)])
		s.buf, s.err = s.buf[:rest+n], err
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	s.err = io.ErrNoProgress
	return s.err
}

func dropCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// separator is the one of comma, tab and semicolon that the header has most.
func separator(line []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte{',', '\t', ';'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// split cuts a line without regard to quotation marks.
func (s *csvSource) split(line []byte) {
	s.text, s.ends = s.text[:0], s.ends[:0]
	for {
		i := bytes.IndexByte(line, s.comma)
		if i < 0 {
			s.field(line)
			return
		}
		s.field(line[:i])
		line = line[i+1:]
	}
}

// field ends a field of the row with these bytes.
func (s *csvSource) field(b []byte) {
	if s.enc == charsetGB18030 && asciiLen(b) < len(b) {
		s.text = s.gb.appendTo(s.text, b)
	} else {
		s.text = append(s.text, b...)
	}
	s.ends = append(s.ends, len(s.text))
}

// decode makes strings of the fields: one allocation a row.
func (s *csvSource) decode() (fields []string, suspect bool) {
	text := string(s.text)
	s.fields = s.fields[:0]
	from := 0
	for _, end := range s.ends {
		s.fields = append(s.fields, text[from:end])
		from = end
	}
	if asciiLen(s.text) == len(s.text) {
		return s.fields, strings.IndexByte(text, 0) >= 0
	}
	if s.enc == charsetOpen {
		if s.enc = sniffCharset(s.text, false); s.enc == charsetGB18030 {
			return s.recode()
		}
	}
	return s.fields, !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) || strings.IndexByte(text, 0) >= 0
}

// recode reads the row again after it turned out to be GB18030.
func (s *csvSource) recode() ([]string, bool) {
	raw := make([][]byte, len(s.fields))
	for i, f := range s.fields {
		raw[i] = []byte(f)
	}
	s.text, s.ends = s.text[:0], s.ends[:0]
	for _, f := range raw {
		s.field(f)
	}
	return s.decode()
}
