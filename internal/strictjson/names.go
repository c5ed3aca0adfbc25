package strictjson

import (
	"bytes"
	"encoding/json"
	"strconv"

	"bujiao/internal/fault"
)

// CheckNames refuses a document that gives a name twice in one object, or in
// capital letters: the decoder would take the last one, or any spelling, in
// silence. Broken JSON is left to the decoder, which says where it breaks.
func CheckNames(data []byte) error {
	type level struct {
		object bool
		name   bool // a name comes next
		seen   map[string]bool
	}
	var open []level
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	for token, err := dec.Token(); err == nil; token, err = dec.Token() {
		top := len(open) - 1
		if text, ok := token.(string); ok && top >= 0 && open[top].object && open[top].name {
			at := strconv.FormatInt(dec.InputOffset(), 10)
			if open[top].seen[text] {
				return fault.New(fault.Invalid, "strictjson.twice", fault.Args{"field": Shown(text), "byte": at})
			}
			if lower(text) != text {
				return fault.New(fault.Invalid, "strictjson.unknown", fault.Args{"field": Shown(text), "byte": at})
			}
			open[top].seen[text] = true
			open[top].name = false
			continue
		}
		if d, ok := token.(json.Delim); ok && (d == '{' || d == '[') {
			open = append(open, level{object: d == '{', name: d == '{', seen: map[string]bool{}})
			continue
		} else if ok {
			open = open[:top]
			top--
		}
		if top >= 0 && open[top].object {
			open[top].name = true // a value has ended
		}
	}
	return nil
}

// lower folds ASCII letters; the names of the contract have no others.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
