package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// element is a node of a page, for questions about its structure.
type element struct {
	name   string
	attr   map[string]string
	kids   []*element // elements and, without a name, texts
	chars  string     // of a text
	parent *element
}

// parsePage reads a page as the tree that it is. An end tag that fits no start
// tag, or a bad entity, fails the test.
func parsePage(t testing.TB, page []byte) *element {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(string(page)))
	dec.Strict = false
	dec.AutoClose = xml.HTMLAutoClose
	dec.Entity = xml.HTMLEntity
	root := &element{name: "", attr: map[string]string{}}
	at := root
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			e := &element{name: strings.ToLower(x.Name.Local), attr: map[string]string{}, parent: at}
			for _, a := range x.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			at.kids = append(at.kids, e)
			at = e
		case xml.EndElement:
			if at.name != strings.ToLower(x.Name.Local) {
				t.Fatalf("</%s> closes <%s>", x.Name.Local, at.name)
			}
			at = at.parent
		case xml.CharData:
			at.kids = append(at.kids, &element{chars: string(x), parent: at})
		}
	}
	if at != root {
		t.Fatalf("<%s> is not closed", at.name)
	}
	return root
}

// all lists the elements below e that the selector names: a tag, a .class or
// tag.class; an empty one is any.
func (e *element) all(selector string) []*element {
	tag, class, _ := strings.Cut(selector, ".")
	var out []*element
	var walk func(*element)
	walk = func(x *element) {
		for _, k := range x.kids {
			if k.name != "" && (tag == "" || k.name == tag) && (class == "" || k.has(class)) {
				out = append(out, k)
			}
			walk(k)
		}
	}
	walk(e)
	return out
}

func (e *element) has(class string) bool {
	for _, c := range strings.Fields(e.attr["class"]) {
		if c == class {
			return true
		}
	}
	return false
}

// one is the only element of a selector.
func (e *element) one(t testing.TB, selector string) *element {
	t.Helper()
	list := e.all(selector)
	if len(list) != 1 {
		t.Fatalf("%s: %d elements, want 1", selector, len(list))
	}
	return list[0]
}

// byID finds an element by its id.
func (e *element) byID(t testing.TB, id string) *element {
	t.Helper()
	for _, x := range e.all("") {
		if x.attr["id"] == id {
			return x
		}
	}
	t.Fatalf("no element has the id %s", id)
	return nil
}

// words is the text of the element and all below it, with runs of blanks made
// one.
func (e *element) words() string {
	var b strings.Builder
	var walk func(*element)
	walk = func(x *element) {
		b.WriteString(x.chars)
		for _, k := range x.kids {
			walk(k)
		}
	}
	walk(e)
	return strings.Join(strings.Fields(b.String()), " ")
}
