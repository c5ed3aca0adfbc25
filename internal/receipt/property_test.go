package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/fault"
)

// place is a value somewhere in a document of encoding/json, with a way to put
// another one there.
type place struct {
	pointer string
	value   any
	set     func(any)
}

// leaves lists the leaves of a document by a walk of its own.
func leaves(doc any, pointer string, set func(any)) []place {
	var out []place
	switch v := doc.(type) {
	case map[string]any:
		for name, kid := range v {
			token := strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
			out = append(out, leaves(kid, pointer+"/"+token, func(x any) { v[name] = x })...)
		}
	case []any:
		for i, kid := range v {
			out = append(out, leaves(kid, fmt.Sprintf("%s/%d", pointer, i), func(x any) { v[i] = x })...)
		}
	}
	if len(out) == 0 {
		return []place{{pointer, doc, set}}
	}
	return out
}

// another returns a value that differs from v, often only a little.
func another(r *rand.Rand, v any) any {
	if r.IntN(8) == 0 {
		for _, x := range []any{nil, true, "", json.Number("1.5"), []any{}, map[string]any{}} {
			if fmt.Sprintf("%#v", x) != fmt.Sprintf("%#v", v) && r.IntN(3) == 0 {
				return x
			}
		}
	}
	switch v := v.(type) {
	case string:
		if v == "" || r.IntN(8) == 0 {
			return v + " "
		}
		letters := []rune(v)
		i := r.IntN(len(letters))
		for was := letters[i]; letters[i] == was; {
			letters[i] = rune("abcXYZ019-_\n"[r.IntN(12)])
		}
		return string(letters)
	case json.Number:
		if v == "0" {
			return json.Number("7")
		}
		return v + "0"
	case bool:
		return !v
	}
	return "x"
}

func decodeDoc(t testing.TB, data []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// named reports which pointer the package names for a changed document: that of
// the error of Parse, or that of the only problem of Verify.
func named(data []byte) (string, error) {
	r, err := Parse(data)
	if err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			return "", fmt.Errorf("not a fault: %w", err)
		}
		return f.Args["pointer"], nil
	}
	rep := Verify(r, nil, nil)
	if rep.Intact || len(rep.Problems) != 1 {
		return "", fmt.Errorf("intact %v, problems %v", rep.Intact, rep.Problems)
	}
	return rep.Problems[0].Pointer, nil
}

func randomReceipt(t testing.TB, r *rand.Rand, redact bool) Receipt {
	t.Helper()
	salt := make([]byte, saltSize)
	for i := range salt {
		salt[i] = byte(r.Uint32())
	}
	out, err := Seal(randomValue(r, 4), testKey(1), bytes.NewReader(salt))
	if err != nil {
		t.Fatal(err)
	}
	if redact {
		var pointers []string
		for _, e := range out.hashes {
			if r.IntN(3) == 0 {
				pointers = append(pointers, e.pointer)
			}
		}
		out = mustRedact(t, out, pointers...)
	}
	return out
}

// changeOne puts another value at one leaf, asks what is named, and puts the
// old value back.
func changeOne(t *testing.T, r *rand.Rand, doc any, p place) {
	t.Helper()
	x := another(r, p.value)
	p.set(x)
	data := mustJSON(t, doc)
	p.set(p.value)
	got, err := named(data)
	if err != nil || got != p.pointer {
		t.Fatalf("%s changed from %#v to %#v: named %q, %v\n%s", p.pointer, p.value, x, got, err, data)
	}
}

// Ten thousand receipts verify, and a change of any one leaf does not.
func TestRandomReceipts(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	ring := ringOf(testKey(1))
	for i := range 10000 {
		sealed := randomReceipt(t, r, i%2 == 1)
		data, err := sealed.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if rep := Verify(mustParse(t, data), ring, nil); !rep.Intact || rep.Signer != "known" || len(rep.Problems) != 0 {
			t.Fatalf("receipt %d: %+v\n%s", i, rep, data)
		}
		if i%4 < 2 {
			continue
		}
		doc := decodeDoc(t, data)
		all := leaves(doc, "", nil)
		changeOne(t, r, doc, all[r.IntN(len(all))])
	}
}

// Every leaf of the whole document, of the body and of the proof.
func TestEveryLeafCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	count := 0
	for i := range 400 {
		doc := decodeDoc(t, mustJSON(t, randomReceipt(t, r, i%2 == 1)))
		for _, p := range leaves(doc, "", nil) {
			changeOne(t, r, doc, p)
			count++
		}
	}
	if count < 4000 {
		t.Errorf("only %d leaves were changed", count)
	}
}

// A member taken away or put in anywhere is named, itself or by the values in
// it.
func TestEveryMemberCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for i := range 300 {
		data := mustJSON(t, randomReceipt(t, r, i%2 == 1))
		for _, at := range objects(decodeDoc(t, data), "") {
			names := append(slices.Clone(at.names), "\x00new")
			for _, name := range names {
				doc := decodeDoc(t, data)
				members := objectAt(t, doc, at.pointer)
				if _, there := members[name]; there {
					delete(members, name)
				} else {
					members[name] = "x"
				}
				pointer := at.pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
				checkNamed(t, mustJSON(t, doc), pointer)
			}
		}
	}
}

// checkNamed wants all problems at or below a pointer; a marker that gains or
// loses a member is itself the changed value.
func checkNamed(t *testing.T, data []byte, pointer string) {
	t.Helper()
	r, err := Parse(data)
	var f *fault.Error
	if errors.As(err, &f) {
		if f.Args["pointer"] != pointer {
			t.Fatalf("%s: %v", pointer, f)
		}
		return
	}
	rep := Verify(r, nil, nil)
	if rep.Intact || len(rep.Problems) == 0 {
		t.Fatalf("%s: intact %v, problems %v\n%s", pointer, rep.Intact, rep.Problems, data)
	}
	parent := pointer[:strings.LastIndexByte(pointer, '/')]
	for _, p := range rep.Problems {
		if p.Pointer != pointer && !strings.HasPrefix(p.Pointer, pointer+"/") && p.Pointer != parent {
			t.Fatalf("%s: named %v\n%s", pointer, rep.Problems, data)
		}
	}
}

type objectPlace struct {
	pointer string
	names   []string
}

func objects(doc any, pointer string) []objectPlace {
	var out []objectPlace
	switch v := doc.(type) {
	case map[string]any:
		here := objectPlace{pointer: pointer}
		for name, kid := range v {
			here.names = append(here.names, name)
			out = append(out, objects(kid, pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name))...)
		}
		out = append(out, here)
	case []any:
		for i, kid := range v {
			out = append(out, objects(kid, fmt.Sprintf("%s/%d", pointer, i))...)
		}
	}
	return out
}

func objectAt(t *testing.T, doc any, pointer string) map[string]any {
	t.Helper()
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		switch v := doc.(type) {
		case map[string]any:
			doc = v[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
		case []any:
			var i int
			if _, err := fmt.Sscan(token, &i); err != nil {
				t.Fatal(err)
			}
			doc = v[i]
		}
	}
	m, ok := doc.(map[string]any)
	if !ok {
		t.Fatalf("no object at %q", pointer)
	}
	return m
}
