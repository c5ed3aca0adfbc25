package receipt

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string: decoded, and as canonical text with its quotes. Most
// strings are canonical as they stand and cost no copy.
func (p *parser) str() (decoded, canonical string, err *syntaxError) {
	if p.at >= len(p.src) || p.src[p.at] != '"' {
		return "", "", p.broken()
	}
	start := p.at
	p.at++
	for p.at < len(p.src) && plain[p.src[p.at]] {
		p.at++
	}
	if p.at == len(p.src) || p.src[p.at] < 0x20 {
		return "", "", p.broken()
	}
	if p.src[p.at] == '"' {
		p.at++
		return p.src[start+1 : p.at-1], p.src[start:p.at], nil
	}
	if decoded, err = p.escaped(start + 1); err != nil {
		return "", "", err
	}
	return decoded, string(appendString(nil, decoded)), nil
}

// escaped reads the rest of a string that has escapes; it stands on the first.
func (p *parser) escaped(start int) (string, *syntaxError) {
	out := append(make([]byte, 0, 2*(p.at-start)+16), p.src[start:p.at]...)
	for p.at < len(p.src) {
		c := p.src[p.at]
		switch {
		case c == '"':
			p.at++
			return string(out), nil
		case c < 0x20:
			return "", p.broken()
		case c != '\\':
			out = append(out, c)
			p.at++
		default:
			r, size := unescape(p.src[p.at:])
			if size == 0 {
				return "", p.broken()
			}
			p.at += size
			out = utf8.AppendRune(out, r)
		}
	}
	return "", p.broken()
}

// unescape reads one escape, both halves of a surrogate pair together. Size 0
// says that it is not one.
func unescape(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, s[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	r, ok := hex4(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := hex4(s[6:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 12
	}
	return 0, 0
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[:2] != `\u` {
		return 0, false
	}
	v, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(v), err == nil
}
