package receipt

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/fault"
)

func mustRedact(t testing.TB, r Receipt, pointers ...string) Receipt {
	t.Helper()
	out, err := Redact(r, pointers...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRedact(t *testing.T) {
	r := mustSeal(t, json.RawMessage(`{"a/b":"secret","lines":[{"fee":"1.00"},{"fee":"2.00"}],"none":{},"n":7}`))
	full := mustJSON(t, r)
	for name, tc := range map[string]struct {
		pointers []string
		hidden   []string // pointers of leaves
		body     string   // with ? for the hash of a leaf
	}{
		"one value":    {[]string{"/a~1b"}, []string{"/a~1b"}, `{"a/b":?,"lines":[{"fee":"1.00"},{"fee":"2.00"}],"n":7,"none":{}}`},
		"a subtree":    {[]string{"/lines"}, []string{"/lines/0/fee", "/lines/1/fee"}, `{"a/b":"secret","lines":[{"fee":?},{"fee":?}],"n":7,"none":{}}`},
		"an element":   {[]string{"/lines/1"}, []string{"/lines/1/fee"}, `{"a/b":"secret","lines":[{"fee":"1.00"},{"fee":?}],"n":7,"none":{}}`},
		"empty object": {[]string{"/none", "/n"}, []string{"/n", "/none"}, `{"a/b":"secret","lines":[{"fee":"1.00"},{"fee":"2.00"}],"n":?,"none":?}`},
		"everything":   {[]string{""}, []string{"/a~1b", "/lines/0/fee", "/lines/1/fee", "/n", "/none"}, `{"a/b":?,"lines":[{"fee":?},{"fee":?}],"n":?,"none":?}`},
		"nothing":      {nil, nil, `{"a/b":"secret","lines":[{"fee":"1.00"},{"fee":"2.00"}],"n":7,"none":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			red := mustRedact(t, r, tc.pointers...)
			want := tc.body
			for _, p := range tc.hidden {
				hash, ok := find(r.hashes, p)
				if !ok {
					t.Fatalf("%s has no hash", p)
				}
				want = strings.Replace(want, "?", `{"hash":"`+hash+`","redacted":true}`, 1)
			}
			if diff := cmp.Diff(want, string(red.Body())); diff != "" {
				t.Error(diff)
			}
			if !red.Redacted() || red.Root() != r.Root() || red.signature != r.signature || !equalEntries(red.hashes, r.hashes) {
				t.Error("root, signature or hashes are others")
			}
			written := string(mustJSON(t, red))
			if strings.Contains(written, r.salt) {
				t.Error("the salt is still there")
			}
			for _, p := range tc.hidden {
				salt := newSalter([]byte("sixteen bytes ok")).salt([]byte(p))
				if strings.Contains(written, encode(salt[:])) {
					t.Errorf("the leaf salt of %s is still there", p)
				}
			}
			if rep := Verify(mustParse(t, []byte(written)), ringOf(testKey(1)), nil); !rep.Intact || rep.Signer != "known" {
				t.Errorf("not intact: %v", rep.Problems)
			}
		})
	}
	if string(mustJSON(t, r)) != string(full) {
		t.Error("Redact changed the receipt it was given")
	}
}

func TestRedactAgain(t *testing.T) {
	r := mustSeal(t, map[string]any{"a": 1, "b": 2, "c": map[string]any{"hash": "x", "redacted": true}})
	step := mustRedact(t, mustParse(t, mustJSON(t, mustRedact(t, r, "/a"))), "/b")
	once := mustRedact(t, r, "/a", "/b")
	if diff := cmp.Diff(string(mustJSON(t, once)), string(mustJSON(t, step))); diff != "" {
		t.Errorf("in two steps it is another receipt: %s", diff)
	}
	if rep := Verify(step, nil, nil); !rep.Intact {
		t.Errorf("not intact: %v", rep.Problems)
	}
	own := mustRedact(t, r, "/c") // an object that looks like a marker of its own
	if rep := Verify(own, nil, nil); !rep.Intact || strings.Count(string(own.Body()), `"redacted":true`) != 2 {
		t.Errorf("%s %v", own.Body(), rep.Problems)
	}
	scalar := mustRedact(t, mustSeal(t, "alone"), "")
	if rep := Verify(scalar, nil, nil); !rep.Intact || strings.Contains(string(scalar.Body()), "alone") {
		t.Errorf("%s %v", scalar.Body(), rep.Problems)
	}
}

func TestRedactErrors(t *testing.T) {
	r := mustSeal(t, map[string]any{"a": 1, "b": 2})
	for name, tc := range map[string]struct {
		r       Receipt
		pointer string
		want    string
	}{
		"no such value":     {r, "/x", `receipt.no_such_value pointer="/x"`},
		"half a name":       {mustSeal(t, map[string]any{"ab": 1}), "/a", `receipt.no_such_value pointer="/a"`},
		"no slash":          {r, "a", `receipt.no_such_value pointer="a"`},
		"redacted already":  {mustRedact(t, r, "/a"), "/a", `receipt.no_such_value pointer="/a"`},
		"unreadable salt":   {edit(t, r, func(d map[string]any) { d["salt"] = "?" }), "/a", `receipt.bad_salt pointer="/salt"`},
		"the zero receipt":  {Receipt{}, "", `receipt.bad_salt pointer="/salt"`},
		"below a value":     {r, "/a/b", `receipt.no_such_value pointer="/a/b"`},
		"one of two is bad": {r, "/b/", `receipt.no_such_value pointer="/b/"`},
	} {
		_, err := Redact(tc.r, tc.pointer)
		if err == nil || err.Error() != tc.want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

func TestVerifyRedactedNamesTheChange(t *testing.T) {
	r := mustRedact(t, mustSeal(t, quoteBody()), "/person")
	full := mustSeal(t, quoteBody())
	zeros := encode(make([]byte, saltSize))
	leafSalt := func(p string) string {
		s := newSalter([]byte("sixteen bytes ok")).salt([]byte(p))
		return encode(s[:])
	}
	type object = map[string]any
	one := func(what What, pointer, of string) []Problem { return []Problem{{pointer, what, of}} }
	for name, tc := range map[string]struct {
		change func(doc object)
		want   []Problem
	}{
		"value":                    {func(d object) { line(d, 0)["fee"] = "" }, one(ChangedValue, "/body/lines/0/fee", "")},
		"value removed":            {func(d object) { delete(line(d, 0), "fee") }, one(RemovedValue, "/body/lines/0/fee", "")},
		"value added":              {func(d object) { line(d, 0)["x"] = 1 }, one(AddedValue, "/body/lines/0/x", "")},
		"empty object filled":      {func(d object) { in(d, "body", "policy")["pack"] = "cn" }, one(AddedValue, "/body/policy/pack", "")},
		"hash":                     {func(d object) { in(d, "hashes")["/engine"] = "" }, one(ChangedHash, "/hashes/~1engine", "/body/engine")},
		"hash of a hidden value":   {func(d object) { in(d, "hashes")["/person/id"] = "" }, one(ChangedHash, "/hashes/~1person~1id", "/body/person/id")},
		"hash in a marker":         {func(d object) { in(d, "body", "person", "id")["hash"] = full.root }, one(ChangedValue, "/body/person/id/hash", "")},
		"marker hash is no text":   {func(d object) { in(d, "body", "person", "id")["hash"] = 1 }, one(ChangedValue, "/body/person/id/hash", "")},
		"marker denies":            {func(d object) { in(d, "body", "person", "id")["redacted"] = false }, one(ChangedValue, "/body/person/id/redacted", "")},
		"marker became a value":    {func(d object) { in(d, "body", "person")["id"] = "guess" }, one(ChangedValue, "/body/person/id", "")},
		"marker lost a member":     {func(d object) { delete(in(d, "body", "person", "id"), "hash") }, one(ChangedValue, "/body/person/id", "")},
		"leaf salt":                {func(d object) { in(d, "salts")["/engine"] = zeros }, one(ChangedSalt, "/salts/~1engine", "/body/engine")},
		"leaf salt unreadable":     {func(d object) { in(d, "salts")["/engine"] = "?" }, one(ChangedSalt, "/salts/~1engine", "/body/engine")},
		"leaf salt removed":        {func(d object) { delete(in(d, "salts"), "/engine") }, one(ChangedSalt, "/salts/~1engine", "/body/engine")},
		"leaf salt of nothing":     {func(d object) { in(d, "salts")["/x"] = zeros }, one(ChangedSalt, "/salts/~1x", "/body/x")},
		"leaf salt of a marker":    {func(d object) { in(d, "salts")["/person/id"] = zeros }, one(ChangedSalt, "/salts/~1person~1id", "/body/person/id")},
		"check sum of salts":       {func(d object) { d["salts_hash"] = "" }, one(ChangedSalt, "/salts_hash", "")},
		"hash of the salt":         {func(d object) { d["salt_hash"] = full.root }, one(ChangedSalt, "/salt_hash", "")},
		"hash of the salt no text": {func(d object) { d["salt_hash"] = "?" }, one(ChangedSalt, "/salt_hash", "")},
		"key":                      {func(d object) { d["key"] = full.root }, one(ChangedKey, "/key", "")},
		"signature":                {func(d object) { d["signature"] = "" }, one(ChangedSignature, "/signature", "")},
		"root":                     {func(d object) { d["root"] = "" }, one(ChangedRoot, "/root", "")},
		"value hidden by hand":     {func(d object) { in(d, "body")["engine"] = object{"hash": in(d, "hashes")["/engine"], "redacted": true} }, one(ChangedValue, "/body/engine", "")},
		// Two changes that fit each other look like the one change that spoils the root alone.
		"value and hash of a value": {func(d object) {
			in(d, "body")["engine"] = "2"
			in(d, "hashes")["/engine"] = leafHash([16]byte(mustDecode(leafSalt("/engine"))), "/engine", `"2"`)
		}, one(ChangedSalt, "/salt_hash", "")},
	} {
		t.Run(name, func(t *testing.T) {
			rep := Verify(edit(t, r, tc.change), nil, nil)
			if rep.Intact {
				t.Error("still intact")
			}
			if diff := cmp.Diff(tc.want, rep.Problems); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func mustDecode(s string) []byte {
	b, ok := decode(s, saltSize)
	if !ok {
		panic("not a salt")
	}
	return b
}

// A marker counts in a redacted receipt only: with the salt at hand nothing
// can be hidden.
func TestMarkerInFullReceipt(t *testing.T) {
	r := mustSeal(t, map[string]any{"a": 1})
	got := Verify(edit(t, r, func(d map[string]any) {
		in(d, "body")["a"] = map[string]any{"hash": in(d, "hashes")["/a"], "redacted": true}
	}), nil, nil)
	if diff := cmp.Diff([]Problem{{"/body/a", ChangedValue, ""}}, got.Problems); diff != "" {
		t.Error(diff)
	}
}
