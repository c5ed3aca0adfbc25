package receipt

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"bujiao/internal/fault"
)

// Limits on documents from outside: nesting bounds the recursion, and the
// length of the names on the way to a value (in bytes) bounds its pointer, which
// is written once per leaf. A body gets the smaller length, so that its
// pointers, escaped, still fit as names in hashes.
const (
	maxDepth        = 200
	maxBodyPath     = 500
	maxDocumentPath = 2000
)

// node is a JSON value. Scalars hold their canonical text; a number keeps the
// text it came with, so that 5 and 5.0 stay different values.
type node struct {
	kind kind
	text string   // of a scalar
	kids []member // of an object, in canonical order, or of an array
}

type member struct {
	name string // decoded; empty in an array
	node node
}

type kind byte

const (
	literal kind = iota // null, true, false
	number
	text
	array
	object
)

// leaf reports whether the value has a hash of its own: scalars, and empty
// objects and arrays, which would otherwise leave no trace.
func (n *node) leaf() bool { return n.kind < array || len(n.kids) == 0 }

// str returns the decoded text of a string.
func (n *node) str() (string, bool) {
	if n.kind != text {
		return "", false
	}
	if strings.IndexByte(n.text, '\\') < 0 {
		return n.text[1 : len(n.text)-1], true
	}
	s, _, err := (&parser{src: n.text}).str()
	return s, err == nil
}

// syntaxError is what is wrong with a document; the path grows from the inside
// out while the parser returns.
type syntaxError struct {
	key    string
	offset int
	path   []string
}

func (e *syntaxError) in(token string) *syntaxError {
	e.path = append(e.path, token)
	return e
}

func (e *syntaxError) fault() *fault.Error {
	var pointer []byte
	for _, token := range slices.Backward(e.path) {
		pointer = appendToken(pointer, token)
	}
	return fault.New(fault.Invalid, e.key, fault.Args{"offset": strconv.Itoa(e.offset), "pointer": string(pointer)})
}

// parseDocument reads one JSON value and nothing behind it. No path may be
// longer than maxPath.
func parseDocument(src string, maxPath int) (node, *fault.Error) {
	p := parser{src: src, path: maxPath}
	if !utf8.ValidString(src) {
		for r, size := utf8.DecodeRuneInString(src); r != utf8.RuneError || size != 1; r, size = utf8.DecodeRuneInString(src[p.at:]) {
			p.at += size
		}
		return node{}, p.broken().fault()
	}
	p.space()
	n, err := p.value(0)
	if err == nil {
		if p.space(); p.at < len(src) {
			err = p.fail("receipt.trailing")
		}
	}
	if err != nil {
		return node{}, err.fault()
	}
	return n, nil
}

// parser is stricter than encoding/json: no duplicate names, no broken UTF-8
// (parseDocument has looked), no lone surrogates.
type parser struct {
	src  string
	at   int
	path int // bytes that names may still take on the way down
}

func (p *parser) fail(key string) *syntaxError { return &syntaxError{key: key, offset: p.at} }

func (p *parser) broken() *syntaxError { return p.fail("receipt.broken_json") }

func (p *parser) space() {
	for p.at < len(p.src) {
		switch p.src[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// accept steps over blanks and the byte c, if c is there.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.at < len(p.src) && p.src[p.at] == c {
		p.at++
		return true
	}
	return false
}

// value reads the value that starts here, without leading blanks.
func (p *parser) value(depth int) (node, *syntaxError) {
	if p.at >= len(p.src) {
		return node{}, p.broken()
	}
	if depth > maxDepth || p.path < 0 {
		return node{}, p.fail("receipt.too_deep")
	}
	switch c := p.src[p.at]; {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		_, canonical, err := p.str()
		return node{kind: text, text: canonical}, err
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for _, word := range [...]string{"null", "true", "false"} {
		if strings.HasPrefix(p.src[p.at:], word) {
			p.at += len(word)
			return node{kind: literal, text: word}, nil
		}
	}
	return node{}, p.broken()
}

func (p *parser) object(depth int) (node, *syntaxError) {
	n := node{kind: object}
	p.at++
	if p.accept('}') {
		return n, nil
	}
	sorted := true
	for {
		p.space()
		start := p.at
		name, _, err := p.str()
		if err != nil {
			return node{}, err
		}
		if !p.accept(':') {
			return node{}, p.broken().in(name)
		}
		p.space()
		p.path -= len(name) + 1
		v, err := p.value(depth + 1)
		if err != nil {
			return node{}, err.in(name)
		}
		p.path += len(name) + 1
		if k := len(n.kids); k > 0 {
			switch order := compareUTF16(n.kids[k-1].name, name); {
			case order == 0:
				return node{}, (&syntaxError{key: "receipt.duplicate_key", offset: start}).in(name)
			case order > 0:
				sorted = false
			}
		}
		if n.kids == nil {
			n.kids = make([]member, 0, 8) // growing from one costs more than the room
		}
		n.kids = append(n.kids, member{name, v})
		if p.accept(',') {
			continue
		}
		if !p.accept('}') {
			return node{}, p.broken()
		}
		break
	}
	if !sorted {
		slices.SortFunc(n.kids, func(a, b member) int { return compareUTF16(a.name, b.name) })
		for i := 1; i < len(n.kids); i++ {
			if n.kids[i].name == n.kids[i-1].name {
				return node{}, p.fail("receipt.duplicate_key").in(n.kids[i].name)
			}
		}
	}
	return n, nil
}

func (p *parser) array(depth int) (node, *syntaxError) {
	n := node{kind: array}
	p.at++
	if p.accept(']') {
		return n, nil
	}
	for {
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return node{}, err.in(strconv.Itoa(len(n.kids)))
		}
		n.kids = append(n.kids, member{node: v})
		if p.accept(',') {
			continue
		}
		if p.accept(']') {
			return n, nil
		}
		return node{}, p.broken()
	}
}

// number reads a number of the JSON grammar and keeps its text.
func (p *parser) number() (node, *syntaxError) {
	start := p.at
	digits := func() bool {
		from := p.at
		for p.at < len(p.src) && '0' <= p.src[p.at] && p.src[p.at] <= '9' {
			p.at++
		}
		return p.at > from
	}
	next := func(set string) bool {
		if p.at < len(p.src) && strings.IndexByte(set, p.src[p.at]) >= 0 {
			p.at++
			return true
		}
		return false
	}
	next("-")
	if !next("0") && !digits() {
		return node{}, p.broken()
	}
	if next(".") && !digits() {
		return node{}, p.broken()
	}
	if next("eE") {
		next("+-")
		if !digits() {
			return node{}, p.broken()
		}
	}
	return node{kind: number, text: p.src[start:p.at]}, nil
}
