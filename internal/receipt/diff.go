package receipt

import (
	"encoding/json"
	"fmt"
)

// Difference is a place where two documents differ. A side that has nothing
// there is nil, which is not the same as a JSON null.
type Difference struct {
	Path     string          `json:"path"` // JSON Pointer
	Recorded json.RawMessage `json:"recorded,omitempty"`
	Computed json.RawMessage `json:"computed,omitempty"`
}

// Diff compares two JSON documents value by value and returns the differences
// in the order of the pointers' tokens; spelling and order of members do not count,
// but 5 and 5.0 differ. A value that is missing on one side, or is of another
// shape, is one difference and is not taken apart. Broken documents are an error.
func Diff(recorded, computed json.RawMessage) ([]Difference, error) {
	a, bad := parseDocument(string(recorded), maxDocumentPath)
	if bad != nil {
		return nil, fmt.Errorf("recorded result: %w", bad)
	}
	b, bad := parseDocument(string(computed), maxDocumentPath)
	if bad != nil {
		return nil, fmt.Errorf("computed result: %w", bad)
	}
	var out []Difference
	diffNodes(nil, &a, &b, &out)
	return out, nil
}

func diffNodes(pointer []byte, a, b *node, out *[]Difference) {
	if a.kind != b.kind || a.text != b.text {
		*out = append(*out, Difference{string(pointer), appendNode(nil, a), appendNode(nil, b)})
		return
	}
	if a.kind == array {
		for i := 0; i < max(len(a.kids), len(b.kids)); i++ {
			switch {
			case i >= len(b.kids):
				*out = append(*out, Difference{Path: string(childPointer(pointer, a, i)), Recorded: appendNode(nil, &a.kids[i].node)})
			case i >= len(a.kids):
				*out = append(*out, Difference{Path: string(childPointer(pointer, b, i)), Computed: appendNode(nil, &b.kids[i].node)})
			default:
				diffNodes(childPointer(pointer, a, i), &a.kids[i].node, &b.kids[i].node, out)
			}
		}
		return
	}
	i, j := 0, 0
	for i < len(a.kids) || j < len(b.kids) {
		order := -1
		switch {
		case i == len(a.kids):
			order = 1
		case j < len(b.kids):
			order = compareUTF16(a.kids[i].name, b.kids[j].name)
		}
		switch {
		case order < 0:
			*out = append(*out, Difference{Path: string(childPointer(pointer, a, i)), Recorded: appendNode(nil, &a.kids[i].node)})
			i++
		case order > 0:
			*out = append(*out, Difference{Path: string(childPointer(pointer, b, j)), Computed: appendNode(nil, &b.kids[j].node)})
			j++
		default:
			diffNodes(childPointer(pointer, a, i), &a.kids[i].node, &b.kids[j].node, out)
			i, j = i+1, j+1
		}
	}
}
