package assess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/packs"
)

// vector is a case that people of the field can read and check: a request,
// where the figures come from, the calculation by hand, and what the answer
// must hold. See testdata/vectors/README.md.
type vector struct {
	Name    string                      `yaml:"name"`
	Rule    string                      `yaml:"rule"`
	Source  string                      `yaml:"source"`
	Working string                      `yaml:"working"`
	Quote   map[string]any              `yaml:"quote"`
	History map[string]any              `yaml:"history"`
	Expect  map[string]any              `yaml:"expect"`
	Count   map[string]int              `yaml:"count"`
	Has     map[string][]map[string]any `yaml:"has"`
	HasNot  map[string][]map[string]any `yaml:"has_not"`

	file string
}

// library opens the packs of the program; it is safe to share.
var library = func() *law.Library {
	l, err := law.Open(packs.FS)
	if err != nil {
		panic(err)
	}
	return l
}()

func vectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/vectors/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	var out []vector
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var list []vector
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(&list); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for i := range list {
			list[i].file = filepath.Base(f)
		}
		out = append(out, list...)
	}
	return out
}

// request is the JSON of a vector's request. Rows of a history take area and
// payer from the request, and one month where no end is given.
func (v *vector) request(t testing.TB) []byte {
	t.Helper()
	q, list := v.Quote, "history"
	if q == nil {
		q, list = v.History, "rows"
	}
	if rows, ok := q[list].([]any); ok {
		for _, r := range rows {
			row := r.(map[string]any)
			for field, value := range map[string]any{"person": "P", "area": q["area"], "payer": q["payer"], "to": row["from"]} {
				if row[field] == nil {
					row[field] = value
				}
			}
		}
	}
	if v.Quote == nil {
		delete(q, "area")
		delete(q, "payer")
	}
	b, err := json.Marshal(q)
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	return b
}

// strict decodes as the command line does.
func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// answer runs a vector and returns the answer as JSON and the body of its receipt.
func (v *vector) answer(t testing.TB) (answer []byte, body *Body) {
	t.Helper()
	laws := NewLaws(library.Book)
	var result any
	var err error
	if v.Quote != nil {
		var q QuoteRequest
		if err := strict(v.request(t), &q); err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		out, qerr := NewQuote(laws, q, lang.Text)
		if qerr != nil {
			t.Fatalf("%s: %v", v.Name, qerr)
		}
		result = out
		body, err = out.Body(laws, q)
	} else {
		var q HistoryRequest
		if err := strict(v.request(t), &q); err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		out, herr := NewHistory(laws, q, lang.Text)
		if herr != nil {
			t.Fatalf("%s: %v", v.Name, herr)
		}
		result = out
		body, err = out.Body(laws, q)
	}
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	if answer, err = json.Marshal(result); err != nil {
		t.Fatal(err)
	}
	return answer, body
}

// nothing is the expectation that a pointer leads nowhere.
const nothing = "(nothing)"

// at follows a JSON Pointer; ok is false where it leads nowhere.
func at(doc any, pointer string) (value any, ok bool) {
	if pointer == "" {
		return doc, true
	}
	for _, key := range strings.Split(pointer, "/")[1:] {
		switch x := doc.(type) {
		case map[string]any:
			if doc, ok = x[key]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			doc = x[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// shown writes a value as the expectations write it.
func shown(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// fits reports whether an object has the fields; a text of the form "~part"
// asks for a part of it only.
func fits(object any, want map[string]any) bool {
	m, ok := object.(map[string]any)
	for field, w := range want {
		if !ok || !matches(m[field], w) {
			return false
		}
	}
	return ok
}

func matches(got, want any) bool {
	if part, ok := want.(string); ok && strings.HasPrefix(part, "~") {
		s, isText := got.(string)
		return isText && strings.Contains(s, part[1:])
	}
	return shown(got) == shown(want)
}

func TestVectors(t *testing.T) {
	rules := map[string]bool{}
	for _, v := range vectors(t) {
		t.Run(v.file+"/"+v.Name, func(t *testing.T) {
			if v.Rule == "" || v.Source == "" || v.Working == "" || (v.Quote == nil) == (v.History == nil) {
				t.Fatal("a vector needs rule, source, working and one of quote and history")
			}
			if len(v.Expect)+len(v.Has)+len(v.HasNot) == 0 {
				t.Fatal("a vector needs something to hold")
			}
			raw, _ := v.answer(t)
			var doc any
			if err := json.Unmarshal(raw, &doc); err != nil {
				t.Fatal(err)
			}
			for _, w := range v.wrong(doc) {
				t.Error(w)
			}
		})
		for _, r := range strings.Fields(v.Rule) {
			rules[r] = true
		}
	}
	for _, r := range []string{"R-LATEFEE-05", "R-LATEFEE-06", "R-LATEFEE-07", "R-LATEFEE-10", "R-LATEFEE-11", "R-ROUTE-01", "R-BACKPAY-06", "R-BACKPAY-08", "R-BACKPAY-10", "R-LIM-03", "R-UI-03", "R-CONT-03", "R-CONT-04", "R-CONT-06", "R-MED-02", "R-MED-07", "R-RET-01", "R-REG-06", "R-POST-02", "R-DEFER-06"} {
		if !rules[r] {
			t.Errorf("no vector is about %s", r)
		}
	}
}

// wrong lists what the vector expects and the answer does not hold.
func (v *vector) wrong(doc any) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for pointer, want := range v.Expect {
		got, ok := at(doc, pointer)
		switch {
		case want == nothing && ok:
			say("%s is %s, want nothing there", pointer, shown(got))
		case want == nothing:
		case !ok:
			say("%s is not there, want %s", pointer, shown(want))
		case !matches(got, want):
			say("%s is %s, want %s", pointer, shown(got), shown(want))
		}
	}
	for pointer, want := range v.Count {
		got, _ := at(doc, pointer)
		if list, ok := got.([]any); !ok || len(list) != want {
			say("%s has %d entries, want %d: %s", pointer, len(list), want, shown(got))
		}
	}
	for pointer, wants := range v.Has {
		got, _ := at(doc, pointer)
		list, _ := got.([]any)
		for _, w := range wants {
			if !slices.ContainsFunc(list, func(x any) bool { return fits(x, w) }) {
				say("%s has no %s in %s", pointer, shown(w), shown(got))
			}
		}
	}
	for pointer, wants := range v.HasNot {
		got, ok := at(doc, pointer)
		list, isList := got.([]any)
		if !ok || !isList {
			say("%s is no list", pointer)
		}
		for _, w := range wants {
			if slices.ContainsFunc(list, func(x any) bool { return fits(x, w) }) {
				say("%s has %s", pointer, shown(w))
			}
		}
	}
	return out
}

// A runner that holds nothing would let every vector pass.
func TestVectorsCanFail(t *testing.T) {
	doc := map[string]any{"a": []any{map[string]any{"b": "1.00", "t": "ask 12333"}}, "n": nil}
	for _, v := range []vector{
		{Expect: map[string]any{"/a/0/b": "1.01"}},
		{Expect: map[string]any{"/a/1": "1.00"}},
		{Expect: map[string]any{"/a/0/t": "~12334"}},
		{Expect: map[string]any{"/a/0/b": nothing}},
		{Expect: map[string]any{"/n": "0.00"}},
		{Expect: map[string]any{"/a/0/b": nil}},
		{Count: map[string]int{"/a": 2}},
		{Has: map[string][]map[string]any{"/a": {{"b": "1.01"}}}},
		{Has: map[string][]map[string]any{"/a": {{"b": "1.00", "c": "x"}}}},
		{HasNot: map[string][]map[string]any{"/a": {{"t": "~12333"}}}},
		{HasNot: map[string][]map[string]any{"/none": {{"t": "~12333"}}}},
	} {
		if len(v.wrong(doc)) == 0 {
			t.Errorf("%+v holds of %v", v, doc)
		}
	}
	good := vector{Expect: map[string]any{"/a/0/b": "1.00", "/n": nil, "/a/1": nothing, "/a/0/t": "~12333"}, Count: map[string]int{"/a": 1},
		Has: map[string][]map[string]any{"/a": {{"b": "1.00"}}}, HasNot: map[string][]map[string]any{"/a": {{"b": "2.00"}}}}
	if bad := good.wrong(doc); len(bad) > 0 {
		t.Errorf("what holds does not hold: %q", bad)
	}
}
