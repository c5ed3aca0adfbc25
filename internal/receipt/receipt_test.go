package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"bujiao/internal/fault"
)

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// testKey is a key made from one byte.
func testKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func ringOf(keys ...ed25519.PrivateKey) Keyring {
	var ring Keyring
	for _, k := range keys {
		ring = append(ring, k.Public().(ed25519.PublicKey))
	}
	return ring
}

func mustSeal(t testing.TB, body any) Receipt {
	t.Helper()
	r, err := Seal(body, testKey(1), bytes.NewReader([]byte("sixteen bytes ok")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustParse(t testing.TB, data []byte) Receipt {
	t.Helper()
	r, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The format, written a second time and as slowly as it reads.
func TestSealFollowsTheFormat(t *testing.T) {
	body := json.RawMessage(`{"lines":[{"base":"6821.00","late_days":39,"note":null}],"empty":{},"none":[],"a/b~":true}`)
	r := mustSeal(t, body)
	salt := []byte("sixteen bytes ok")
	b64 := base64.RawURLEncoding.EncodeToString
	length := func(n int) string { return string(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	hashes := map[string]string{}
	for pointer, value := range map[string]string{
		"/lines/0/base": `"6821.00"`, "/lines/0/late_days": "39", "/lines/0/note": "null", "/empty": "{}", "/none": "[]", "/a~1b~0": "true",
	} {
		mac := hmac.New(sha256.New, salt)
		mac.Write([]byte("leaf" + pointer))
		sum := sha256.Sum256([]byte("bujiao leaf" + string(mac.Sum(nil)[:16]) + length(len(pointer)) + pointer + value))
		hashes[pointer] = b64(sum[:])
	}
	canonical, err := jcs.Transform(mustJSON(t, hashes))
	if err != nil {
		t.Fatal(err)
	}
	public := testKey(1).Public().(ed25519.PublicKey)
	saltSum := sha256.Sum256([]byte("bujiao salt" + string(salt)))
	root := sha256.Sum256([]byte("bujiao root" + length(1) + length(18) + "ed25519-sha256-jcs" + string(saltSum[:]) + string(public) + string(canonical)))
	want := map[string]any{
		"version": 1.0, "algorithm": "ed25519-sha256-jcs", "salt": b64(salt), "root": b64(root[:]), "key": b64(public),
		"signature": b64(ed25519.Sign(testKey(1), []byte("bujiao receipt"+string(root[:])))),
		"hashes":    map[string]any{}, "body": map[string]any{},
	}
	for p, h := range hashes {
		want["hashes"].(map[string]any)[p] = h
	}
	var got, wantBody map[string]any
	if err := json.Unmarshal(mustJSON(t, r), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &wantBody); err != nil {
		t.Fatal(err)
	}
	want["body"] = wantBody
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReceiptJSONIsCanonical(t *testing.T) {
	full := mustSeal(t, map[string]any{"b": "<补缴>", "a": []int{1, 2}})
	redacted, err := Redact(full, "/b")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Receipt{"full": full, "redacted": redacted} {
		got, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		want, err := jcs.Transform(got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		again, err := mustParse(t, got).MarshalJSON()
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: parsed and written again it is another text (%v)", name, err)
		}
	}
}

func TestReceiptInsideAnswer(t *testing.T) {
	type answer struct {
		Receipt Receipt `json:"receipt"`
	}
	in := answer{mustSeal(t, map[string]any{"a": "<&>"})}
	var out answer
	if err := json.Unmarshal(mustJSON(t, in), &out); err != nil {
		t.Fatal(err)
	}
	if rep := Verify(out.Receipt, nil, nil); !rep.Intact {
		t.Errorf("not intact: %v", rep.Problems)
	}
	if out.Receipt.Root() != in.Receipt.Root() || string(out.Receipt.Body()) != `{"a":"<&>"}` || out.Receipt.Redacted() {
		t.Errorf("another receipt came back")
	}
	if got := string(mustJSON(t, answer{})); got != `{"receipt":null}` {
		t.Errorf("no receipt is written as %s", got)
	}
	if err := json.Unmarshal([]byte(`{"receipt":null}`), &out); err != nil {
		t.Errorf("null: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"receipt":[]}`), &out); err == nil {
		t.Error("a list was taken for a receipt")
	}
}

// Same body, same key, same salt: same bytes. Another salt: other hashes.
func TestSealIsDeterministic(t *testing.T) {
	body := map[string]any{"a": 1, "b": []string{"x"}}
	if a, b := mustJSON(t, mustSeal(t, body)), mustJSON(t, mustSeal(t, body)); !bytes.Equal(a, b) {
		t.Error("two seals with the same salt differ")
	}
	a, err := Seal(body, testKey(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Seal(body, testKey(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.hashes {
		if a.hashes[i] == b.hashes[i] {
			t.Errorf("equal values have equal hashes at %s", a.hashes[i].pointer)
		}
	}
}

func TestSealErrors(t *testing.T) {
	broken := errors.New("no entropy")
	for name, tc := range map[string]struct {
		body   any
		key    ed25519.PrivateKey
		random io.Reader
		want   string
		kind   fault.Kind
	}{
		"fraction":        {map[string]any{"a": []float64{1, 0.5}}, testKey(1), nil, `receipt.not_integer pointer="/a/1"`, fault.Invalid},
		"exponent":        {json.RawMessage(`{"a":1e3}`), testKey(1), nil, `receipt.not_integer pointer="/a"`, fault.Invalid},
		"minus zero":      {json.RawMessage(`[-0]`), testKey(1), nil, `receipt.not_integer pointer="/0"`, fault.Invalid},
		"integer too big": {int64(1 << 53), testKey(1), nil, `receipt.not_integer pointer=""`, fault.Invalid},
		"far too big":     {json.RawMessage(`[99999999999999999999]`), testKey(1), nil, `receipt.not_integer pointer="/0"`, fault.Invalid},
		"duplicate name":  {json.RawMessage(`{"a":1,"a":2}`), testKey(1), nil, `receipt.duplicate_key offset="7" pointer="/a"`, fault.Invalid},
		"path too long":   {map[string]any{strings.Repeat("a", 500): 1}, testKey(1), nil, "receipt.too_deep", fault.Invalid},
		"not JSON":        {func() {}, testKey(1), nil, "seal: json: unsupported type: func()", fault.Internal},
		"no key":          {1, nil, nil, "seal: private key of 0 bytes", fault.Internal},
		"no salt":         {1, testKey(1), errorReader{broken}, "seal: reading the salt: no entropy", fault.Internal},
		"short salt":      {1, testKey(1), strings.NewReader("short"), "seal: reading the salt: unexpected EOF", fault.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Seal(tc.body, tc.key, tc.random)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) || fault.KindOf(err) != tc.kind {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func TestParseErrors(t *testing.T) {
	good := func(change func(doc map[string]any)) string {
		var doc map[string]any
		if err := json.Unmarshal(mustJSON(t, mustSeal(t, map[string]any{"a": 1})), &doc); err != nil {
			t.Fatal(err)
		}
		change(doc)
		return string(mustJSON(t, doc))
	}
	set := func(name string, v any) string { return good(func(doc map[string]any) { doc[name] = v }) }
	drop := func(name string) string { return good(func(doc map[string]any) { delete(doc, name) }) }
	cases := map[string]struct{ src, want string }{
		"broken":            {`{"version":1,`, `receipt.broken_json offset="13" pointer=""`},
		"not an object":     {`[]`, `receipt.not_object`},
		"trailing":          {set("version", 1) + "x", `receipt.trailing`},
		"unknown":           {set("extra", 1), `receipt.unknown_field pointer="/extra"`},
		"version is text":   {set("version", "1"), `receipt.field_shape pointer="/version" want="integer"`},
		"version is broken": {set("version", 1.5), `receipt.field_shape pointer="/version" want="integer"`},
		"root is a number":  {set("root", 1), `receipt.field_shape pointer="/root" want="string"`},
		"hashes is a list":  {set("hashes", []int{}), `receipt.field_shape pointer="/hashes" want="object"`},
		"hash is null":      {set("hashes", map[string]any{"/a": nil}), `receipt.field_shape pointer="/hashes/~1a" want="string"`},
		"two salts":         {set("salts", map[string]any{}), `receipt.two_salts pointer="/salt"`},
		"half redacted": {good(func(doc map[string]any) { delete(doc, "salt"); doc["salts"] = map[string]any{} }),
			`receipt.missing_field pointer="/salt_hash"`},
	}
	for _, name := range []string{"version", "algorithm", "body", "hashes", "root", "key", "signature", "salt"} {
		cases["without "+name] = struct{ src, want string }{drop(name), `receipt.missing_field pointer="/` + name + `"`}
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(tc.src))
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) || fault.KindOf(err) != fault.Invalid {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
