package intake

import (
	"bytes"
	"io"
)

// quoted splits the row at start, whose first line holds a quotation mark and
// has n bytes. It returns the length of the row. Where the marks do not fit
// together only the first line is taken, roughly cut, and the key of the fault
// returned: the row after it must not be lost with it.
func (s *csvSource) quoted(n int) (length int, fault string, err error) {
	for {
		length, fault, more := s.scan(s.buf[s.start:], s.err != nil)
		if more && len(s.buf)-s.start >= maxRowBytes {
			more, fault = false, "intake.quote_open"
		}
		if !more && fault == "" {
			return length, "", nil
		}
		if !more {
			s.split(dropCR(bytes.TrimSuffix(s.buf[s.start:s.start+n], []byte{'\n'})))
			return n, fault, nil
		}
		if err := s.fill(); err != nil && err != io.EOF {
			return 0, "", err
		}
	}
}

// scan splits the row that b begins with. more says that b ends before the row
// does; last says that nothing follows b.
func (s *csvSource) scan(b []byte, last bool) (length int, fault string, more bool) {
	s.text, s.ends = s.text[:0], s.ends[:0]
	pos, lines := 0, 0
	for {
		if pos < len(b) && b[pos] == '"' {
			n, fault, more := s.scanCell(b[pos:], last)
			if fault != "" || more {
				return 0, fault, more
			}
			if lines += bytes.Count(b[pos:pos+n], []byte{'\n'}); lines > maxQuoteLines {
				return 0, "intake.quote_open", false
			}
			s.field(s.cell)
			pos += n
		} else {
			end := pos
			for end < len(b) && b[end] != s.comma && b[end] != '\n' {
				if b[end] == '"' {
					return 0, "intake.quote", false
				}
				end++
			}
			if end == len(b) && !last {
				return 0, "", true
			}
			cell := b[pos:end]
			if end == len(b) || b[end] == '\n' {
				cell = dropCR(cell)
			}
			s.field(cell)
			pos = end
		}
		// b[pos] ends the field: separator, line end, or nothing.
		if pos < len(b) && b[pos] == s.comma {
			pos++
			continue
		}
		return min(pos+1, len(b)), "", false
	}
}

// scanCell reads a quoted field into s.cell and returns the bytes up to what
// ends it.
func (s *csvSource) scanCell(b []byte, last bool) (n int, fault string, more bool) {
	s.cell = s.cell[:0]
	pos := 1
	for lines := 0; lines <= maxQuoteLines; {
		i := bytes.IndexByte(b[pos:], '"')
		if i < 0 {
			if last || bytes.Count(b[pos:], []byte{'\n'}) > maxQuoteLines {
				return 0, "intake.quote_open", false
			}
			return 0, "", true
		}
		s.cell = append(s.cell, b[pos:pos+i]...)
		lines += bytes.Count(b[pos:pos+i], []byte{'\n'})
		pos += i + 1
		rest := b[pos:]
		if len(rest) < 2 && !last {
			return 0, "", true
		}
		switch {
		case len(rest) == 0 || rest[0] == s.comma || rest[0] == '\n':
			return pos, "", false
		case rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n'):
			return pos + 1, "", false
		case rest[0] == '"':
			s.cell = append(s.cell, '"')
			pos++
		default:
			return 0, "intake.quote", false
		}
	}
	return 0, "intake.quote_open", false
}
