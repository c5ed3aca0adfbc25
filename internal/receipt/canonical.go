package receipt

import (
	"strconv"
	"strings"
)

// appendNode appends the canonical form (RFC 8785). It is the canonical form
// of a document whose numbers are integers; others keep their own text.
func appendNode(b []byte, n *node) []byte {
	switch n.kind {
	case array:
		b = append(b, '[')
		for i := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNode(b, &n.kids[i].node)
		}
		return append(b, ']')
	case object:
		b = append(b, '{')
		for i := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, n.kids[i].name)
			b = append(b, ':')
			b = appendNode(b, &n.kids[i].node)
		}
		return append(b, '}')
	}
	return append(b, n.text...)
}

// plain are the bytes that stand for themselves in a canonical string.
var plain = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= 0x20 && c != '"' && c != '\\'
	}
	return set
}()

// appendString appends a string with the escapes of RFC 8785 and no others.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if plain[c] {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		if k := strings.IndexByte("\"\\\b\f\n\r\t", c); k >= 0 {
			b = append(b, '\\', `"\bfnrt`[k])
			continue
		}
		b = append(b, `\u00`...)
		b = append(b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// compareUTF16 orders valid UTF-8 by UTF-16 code units, as RFC 8785 wants. That
// is the order of the bytes but for U+E000..U+FFFF (lead bytes EE, EF), which
// come after the characters that UTF-16 writes as surrogates (F0..F4).
func compareUTF16(a, b string) int {
	n := min(len(a), len(b))
	for i := 0; i < n; i++ {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x == 0xEE || x == 0xEF {
			x += 8
		}
		if y == 0xEE || y == 0xEF {
			y += 8
		}
		return int(x) - int(y)
	}
	return len(a) - len(b)
}

// appendToken appends a reference token of a JSON Pointer (RFC 6901).
func appendToken(pointer []byte, token string) []byte {
	pointer = append(pointer, '/')
	for i := 0; i < len(token); i++ {
		switch token[i] {
		case '~':
			pointer = append(pointer, '~', '0')
		case '/':
			pointer = append(pointer, '~', '1')
		default:
			pointer = append(pointer, token[i])
		}
	}
	return pointer
}

// walk visits the leaves below n in document order with their pointers. The
// pointer is only good until visit returns.
func walk(n *node, pointer []byte, visit func(pointer []byte, n *node)) {
	if n.leaf() {
		visit(pointer, n)
		return
	}
	for i := range n.kids {
		kid := &n.kids[i]
		walk(&kid.node, childPointer(pointer, n, i), visit)
	}
}

func childPointer(pointer []byte, n *node, i int) []byte {
	if n.kind == array {
		return strconv.AppendInt(append(pointer, '/'), int64(i), 10)
	}
	return appendToken(pointer, n.kids[i].name)
}
