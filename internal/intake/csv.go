package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"slices"
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
			out.fields, out.suspect = s.cut(line)
		} else {
			if n, out.fault, err = s.quoted(n); err != nil {
				return rawRow{}, err
			}
			out.fields, out.suspect = s.decode()
		}
		s.start += n
		return out, nil
	}
}

var errLong = errors.New("row too long")

// line returns the first line from start, without its end, and its whole length.
func (s *csvSource) line() (line []byte, n int, err error) {
	seen := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+seen:], '\n'); i >= 0 {
			if n = seen + i + 1; n > maxRowBytes {
				s.start += n
				return nil, 0, errLong
			}
			return dropCR(s.buf[s.start : s.start+n-1]), n, nil
		}
		seen = len(s.buf) - s.start
		if seen > maxRowBytes {
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

// cut returns the fields of a line without quotation marks. This is the way
// of nearly every row, so it costs one allocation and copies nothing twice.
func (s *csvSource) cut(line []byte) (fields []string, suspect bool) {
	text := string(line)
	fields = s.fields[:0]
	from, i, seen := 0, 0, uint64(0)
	for pattern := lanes * uint64(s.comma); i+8 <= len(line); i += 8 {
		v := binary.LittleEndian.Uint64(line[i:])
		seen |= v
		for hits := zeroBytes(v ^ pattern); hits != 0; hits &= hits - 1 {
			at := i + bits.TrailingZeros64(hits)/8
			fields = append(fields, text[from:at])
			from = at + 1
		}
	}
	for ; i < len(line); i++ {
		seen |= uint64(line[i])
		if line[i] == s.comma {
			fields = append(fields, text[from:i])
			from = i + 1
		}
	}
	fields = append(fields, text[from:])
	s.fields = fields
	switch {
	case seen&(lanes*utf8.RuneSelf) == 0:
		return fields, bytes.IndexByte(line, 0) >= 0
	case s.enc == charsetUTF8:
		return fields, !isTextBytes(line)
	}
	s.split(line)
	return s.decode()
}

// isTextBytes is isText for a whole line: it runs over the long stretches of
// ASCII eight bytes at a time, which utf8.Valid does at the start only.
func isTextBytes(b []byte) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return false
	}
	for b = b[asciiLen(b):]; len(b) > 0; b = b[asciiLen(b):] {
		r, n := utf8.DecodeRune(b) // RuneError for bad bytes and for U+FFFD
		if r == utf8.RuneError {
			return false
		}
		b = b[n:]
	}
	return true
}

// lanes repeats a byte eight times when multiplied with it.
const lanes = 0x0101010101010101

// zeroBytes sets the top bit of every byte that is zero, and no other bit.
// Eight bytes are looked at together: fields are too short for bytes.IndexByte
// to pay.
func zeroBytes(v uint64) uint64 {
	const low = 0x7F * lanes
	return ^((v&low + low) | v | low)
}

// split cuts a line into s.text and s.ends without regard to quotation marks.
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

// decode makes strings of s.text and s.ends.
func (s *csvSource) decode() (fields []string, suspect bool) {
	if s.enc == charsetOpen {
		if s.enc = sniffCharset(s.text, false); s.enc == charsetGB18030 {
			s.recode()
		}
	}
	text, from := string(s.text), 0
	s.fields = s.fields[:0]
	for _, end := range s.ends {
		s.fields = append(s.fields, text[from:end])
		from = end
	}
	return s.fields, !isText(text)
}

// recode reads the fields again after they turned out to be GB18030.
func (s *csvSource) recode() {
	text, ends := bytes.Clone(s.text), slices.Clone(s.ends)
	s.text, s.ends = s.text[:0], s.ends[:0]
	from := 0
	for _, end := range ends {
		s.field(text[from:end])
		from = end
	}
}
