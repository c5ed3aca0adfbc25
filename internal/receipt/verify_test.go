package receipt

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edit changes a receipt through its JSON, as somebody with an editor would.
func edit(t testing.TB, r Receipt, change func(doc map[string]any)) Receipt {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(mustJSON(t, r), &doc); err != nil {
		t.Fatal(err)
	}
	change(doc)
	return mustParse(t, mustJSON(t, doc))
}

func quoteBody() any {
	return json.RawMessage(`{"engine":"1","lines":[{"base":"6821.00","fee":"0.50"},{"base":"6821.00","fee":"0.60"}],"missing":[],"person":{"id":"x","sex":"F"},"policy":{}}`)
}

func line(doc map[string]any, i int) map[string]any {
	return doc["body"].(map[string]any)["lines"].([]any)[i].(map[string]any)
}

func in(doc map[string]any, names ...string) map[string]any {
	for _, n := range names {
		doc = doc[n].(map[string]any)
	}
	return doc
}

func TestVerifyIntact(t *testing.T) {
	r := mustSeal(t, quoteBody())
	id := KeyID(ringOf(testKey(1))[0])
	for name, tc := range map[string]struct {
		ring   Keyring
		signer string
	}{"known": {ringOf(testKey(2), testKey(1)), "known"}, "unknown": {ringOf(testKey(2)), "unknown"}, "no ring": {nil, "unknown"}} {
		want := Report{Intact: true, Signer: tc.signer, KeyID: id, Replay: ReplayNone}
		if diff := cmp.Diff(want, Verify(r, tc.ring, nil)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	// Blanks and order of members are not part of what was sealed.
	spaced, err := json.MarshalIndent(json.RawMessage(mustJSON(t, r)), " ", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if rep := Verify(mustParse(t, spaced), nil, nil); !rep.Intact {
		t.Errorf("indented: %v", rep.Problems)
	}
}

func TestVerifyNamesTheChange(t *testing.T) {
	r := mustSeal(t, quoteBody())
	other, err := Seal(quoteBody(), testKey(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	problem := func(what What, pointer string) []Problem { return []Problem{{Pointer: pointer, What: what}} }
	hash := func(pointer, of string) Problem { return Problem{pointer, ChangedHash, of} }
	type object = map[string]any
	for name, tc := range map[string]struct {
		change func(doc object)
		want   []Problem
	}{
		"value":                    {func(d object) { line(d, 1)["fee"] = "0.61" }, problem(ChangedValue, "/body/lines/1/fee")},
		"two values":               {func(d object) { line(d, 0)["fee"], line(d, 1)["base"] = "", "" }, []Problem{{"/body/lines/0/fee", ChangedValue, ""}, {"/body/lines/1/base", ChangedValue, ""}}},
		"type of a value":          {func(d object) { line(d, 0)["fee"] = 0.5 }, problem(ChangedValue, "/body/lines/0/fee")},
		"value removed":            {func(d object) { delete(line(d, 0), "fee") }, problem(RemovedValue, "/body/lines/0/fee")},
		"value added":              {func(d object) { line(d, 0)["note"] = "" }, problem(AddedValue, "/body/lines/0/note")},
		"object added":             {func(d object) { in(d, "body")["x"] = object{"y": 1} }, problem(AddedValue, "/body/x/y")},
		"value became an object":   {func(d object) { line(d, 0)["fee"] = object{"a": 1, "b": 2} }, problem(ChangedValue, "/body/lines/0/fee")},
		"object became a value":    {func(d object) { in(d, "body")["person"] = "x" }, problem(ChangedValue, "/body/person")},
		"object was emptied":       {func(d object) { in(d, "body")["person"] = object{} }, []Problem{{"/body/person/id", RemovedValue, ""}, {"/body/person/sex", RemovedValue, ""}}},
		"empty object filled":      {func(d object) { in(d, "body", "policy")["pack"] = "cn" }, problem(AddedValue, "/body/policy/pack")},
		"empty array filled":       {func(d object) { in(d, "body")["missing"] = []int{1} }, problem(AddedValue, "/body/missing/0")},
		"empty array to object":    {func(d object) { in(d, "body")["missing"] = object{} }, problem(ChangedValue, "/body/missing")},
		"line removed":             {func(d object) { b := in(d, "body"); b["lines"] = b["lines"].([]any)[:1] }, []Problem{{"/body/lines/1/base", RemovedValue, ""}, {"/body/lines/1/fee", RemovedValue, ""}}},
		"whole body replaced":      {func(d object) { d["body"] = "nothing" }, problem(ChangedValue, "/body")},
		"hash":                     {func(d object) { in(d, "hashes")["/engine"] = "x" }, []Problem{hash("/hashes/~1engine", "/body/engine")}},
		"hash removed":             {func(d object) { delete(in(d, "hashes"), "/engine") }, []Problem{hash("/hashes/~1engine", "/body/engine")}},
		"hash added":               {func(d object) { in(d, "hashes")["/x"] = "x" }, []Problem{hash("/hashes/~1x", "/body/x")}},
		"hash renamed":             {func(d object) { h := in(d, "hashes"); h["/motor"] = h["/engine"]; delete(h, "/engine") }, []Problem{hash("/hashes/~1engine", "/body/engine"), hash("/hashes/~1motor", "/body/motor")}},
		"root":                     {func(d object) { d["root"] = other.root }, problem(ChangedRoot, "/root")},
		"root unreadable":          {func(d object) { d["root"] = "?" }, problem(ChangedRoot, "/root")},
		"signature":                {func(d object) { d["signature"] = other.signature }, problem(ChangedSignature, "/signature")},
		"signature unreadable":     {func(d object) { d["signature"] = "" }, problem(ChangedSignature, "/signature")},
		"key":                      {func(d object) { d["key"] = other.key }, problem(ChangedKey, "/key")},
		"key unreadable":           {func(d object) { d["key"] = "AAAA" }, problem(ChangedKey, "/key")},
		"salt":                     {func(d object) { d["salt"] = other.salt }, problem(ChangedSalt, "/salt")},
		"salt unreadable":          {func(d object) { d["salt"] = "AA\n" }, problem(ChangedSalt, "/salt")},
		"version":                  {func(d object) { d["version"] = 2 }, problem(WrongVersion, "/version")},
		"algorithm":                {func(d object) { d["algorithm"] = "none" }, problem(WrongAlgorithm, "/algorithm")},
		"value and signature":      {func(d object) { line(d, 0)["fee"], d["signature"] = "", other.signature }, []Problem{{"/signature", ChangedSignature, ""}, {"/body/lines/0/fee", ChangedValue, ""}}},
		"value and root":           {func(d object) { line(d, 0)["fee"], d["root"] = "", other.root }, []Problem{{"/root", ChangedRoot, ""}, {"/body/lines/0/fee", ChangedValue, ""}}},
		"hash and root":            {func(d object) { in(d, "hashes")["/engine"], d["root"] = "x", other.root }, []Problem{{"/root", ChangedRoot, ""}, hash("/hashes/~1engine", "/body/engine")}},
		"hash and signature":       {func(d object) { in(d, "hashes")["/engine"], d["signature"] = "x", "" }, []Problem{{"/signature", ChangedSignature, ""}, hash("/hashes/~1engine", "/body/engine")}},
		"value here, a hash there": {func(d object) { in(d, "hashes")["/engine"], line(d, 0)["fee"] = "x", "" }, []Problem{{"/body/engine", ChangedValue, ""}, hash("/hashes/~1engine", "/body/engine"), {"/body/lines/0/fee", ChangedValue, ""}, hash("/hashes/~1lines~10~1fee", "/body/lines/0/fee")}},
		"value with its hash": {func(d object) {
			line(d, 0)["fee"] = "0.51"
			salt, _ := decode(r.salt, saltSize)
			in(d, "hashes")["/lines/0/fee"] = leafHash(newSalter(salt).salt([]byte("/lines/0/fee")), "/lines/0/fee", `"0.51"`)
		}, []Problem{hash("/hashes", "/body")}},
	} {
		t.Run(name, func(t *testing.T) {
			rep := Verify(edit(t, r, tc.change), ringOf(testKey(3)), nil)
			if rep.Intact || rep.Holds() {
				t.Error("still intact")
			}
			if diff := cmp.Diff(tc.want, rep.Problems); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The signer is known when the signature in the receipt is theirs, whatever
// else was changed.
func TestVerifySigner(t *testing.T) {
	r := mustSeal(t, quoteBody())
	for name, tc := range map[string]struct {
		change func(doc map[string]any)
		want   string
	}{
		"value":     {func(d map[string]any) { line(d, 0)["fee"] = "" }, "known"},
		"root":      {func(d map[string]any) { d["root"] = "" }, "known"},
		"signature": {func(d map[string]any) { d["signature"] = "" }, "unknown"},
		"key":       {func(d map[string]any) { d["key"] = encode(ringOf(testKey(2))[0]) }, "unknown"},
	} {
		if got := Verify(edit(t, r, tc.change), ringOf(testKey(1), testKey(2)), nil).Signer; got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
}

// A known key proves that only the key was changed, and whether body or hashes
// were changed along with it.
func TestVerifyKeyWithRing(t *testing.T) {
	r := mustSeal(t, quoteBody())
	key := encode(ringOf(testKey(2))[0])
	for name, tc := range map[string]struct {
		change func(doc map[string]any)
		want   []Problem
	}{
		"key alone":      {func(map[string]any) {}, []Problem{{"/key", ChangedKey, ""}}},
		"key and a hash": {func(d map[string]any) { in(d, "hashes")["/engine"] = "" }, []Problem{{"/key", ChangedKey, ""}, {"/hashes/~1engine", ChangedHash, "/body/engine"}}},
		"key and value":  {func(d map[string]any) { in(d, "body")["engine"] = "" }, []Problem{{"/key", ChangedKey, ""}, {"/body/engine", ChangedValue, ""}}},
	} {
		got := Verify(edit(t, r, func(d map[string]any) { d["key"] = key; tc.change(d) }), ringOf(testKey(3), testKey(1)), nil)
		if diff := cmp.Diff(tc.want, got.Problems); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Who changes a value and signs anew has made a receipt of their own: intact,
// but by nobody known.
func TestVerifyResigned(t *testing.T) {
	forged, err := Seal(map[string]any{"fee": "0.00"}, testKey(9), nil)
	if err != nil {
		t.Fatal(err)
	}
	if rep := Verify(forged, ringOf(testKey(1)), nil); !rep.Intact || rep.Signer != "unknown" {
		t.Errorf("got %+v", rep)
	}
}

func TestVerifyZeroReceipt(t *testing.T) {
	if rep := Verify(Receipt{}, ringOf(testKey(1)), nil); rep.Intact || rep.Signer != "unknown" || rep.KeyID != "" {
		t.Errorf("got %+v", rep)
	}
}

func TestVerifyReplay(t *testing.T) {
	r := mustSeal(t, map[string]any{"in": 2, "out": "4.00"})
	redacted, err := Redact(r, "/in")
	if err != nil {
		t.Fatal(err)
	}
	engine := func(computed string, err error) ReplayFunc {
		return func(body json.RawMessage) (json.RawMessage, json.RawMessage, error) {
			var b struct{ Out json.RawMessage }
			if err := json.Unmarshal(body, &b); err != nil {
				return nil, nil, err
			}
			return b.Out, json.RawMessage(computed), err
		}
	}
	refused := errors.New("no such area")
	for name, tc := range map[string]struct {
		r      Receipt
		replay ReplayFunc
		want   Replay
		differ []Difference
		fails  bool
		holds  bool
	}{
		"same":           {r, engine(`"4.00"`, nil), ReplaySame, nil, false, true},
		"differs":        {r, engine(`"4.01"`, nil), ReplayDiffers, []Difference{{"", json.RawMessage(`"4.00"`), json.RawMessage(`"4.01"`)}}, false, false},
		"engine unknown": {r, engine(``, fmt.Errorf("engine 9: %w", ErrEngineUnknown)), EngineUnknown, nil, false, true},
		"engine refuses": {r, engine(``, refused), ReplayFailed, nil, true, false},
		"engine babbles": {r, engine(`{`, nil), ReplayFailed, nil, true, false},
		"redacted":       {redacted, engine(`"4.00"`, nil), ReplayHidden, nil, false, true},
		"not asked":      {r, nil, ReplayNone, nil, false, true},
		"tampered": {edit(t, r, func(d map[string]any) { in(d, "body")["out"] = "5.00" }), engine(`"4.00"`, nil), ReplayDiffers,
			[]Difference{{"", json.RawMessage(`"5.00"`), json.RawMessage(`"4.00"`)}}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			rep := Verify(tc.r, nil, tc.replay)
			if rep.Replay != tc.want || (rep.ReplayErr != nil) != tc.fails || rep.Holds() != tc.holds {
				t.Errorf("got %s, error %v, holds %v", rep.Replay, rep.ReplayErr, rep.Holds())
			}
			if diff := cmp.Diff(tc.differ, rep.Differs); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReportJSON(t *testing.T) {
	rep := Report{Signer: "known", KeyID: "ab", Replay: ReplayDiffers, Differs: []Difference{{"/a", json.RawMessage("1"), json.RawMessage("2")}},
		Problems: []Problem{{"/root", ChangedRoot, ""}}, ReplayErr: errors.New("hidden")}
	want := `{"intact":false,"signer":"known","key_id":"ab","replay":"differs","differs":[{"path":"/a","recorded":1,"computed":2}],"problems":[{"pointer":"/root","what":"root"}]}`
	if got := string(mustJSON(t, rep)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKeyringHolds(t *testing.T) {
	ring := ringOf(testKey(1), testKey(2))
	if !ring.Holds(ring[1]) || ring.Holds(ringOf(testKey(3))[0]) || ring.Holds(nil) || Keyring(nil).Holds(ed25519.PublicKey{}) {
		t.Error("the ring holds the wrong keys")
	}
}
