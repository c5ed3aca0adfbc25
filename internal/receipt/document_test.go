package receipt

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/gowebpki/jcs"

	"bujiao/internal/fault"
)

func faultText(f *fault.Error) string {
	if f == nil {
		return ""
	}
	return f.Error()
}

func TestParseDocumentErrors(t *testing.T) {
	for name, tc := range map[string]struct{ src, want string }{
		"nothing":              {"", `receipt.broken_json offset="0" pointer=""`},
		"blanks":               {" \n", `receipt.broken_json offset="2" pointer=""`},
		"a word":               {"nil", `receipt.broken_json offset="0" pointer=""`},
		"byte order mark":      {"\ufeff{}", `receipt.broken_json offset="0" pointer=""`},
		"broken UTF-8":         {"{\"a\":\"�b\xff\"}", `receipt.broken_json offset="10" pointer=""`},
		"unclosed object":      {`{"a":1`, `receipt.broken_json offset="6" pointer=""`},
		"unclosed array":       {`{"a":[1,2`, `receipt.broken_json offset="9" pointer="/a"`},
		"unclosed string":      {`["abc`, `receipt.broken_json offset="5" pointer="/0"`},
		"unclosed escape":      {`["ab\n`, `receipt.broken_json offset="6" pointer="/0"`},
		"comma at the end":     {`{"a":1,}`, `receipt.broken_json offset="7" pointer=""`},
		"comma in an array":    {`[1,]`, `receipt.broken_json offset="3" pointer="/1"`},
		"no colon":             {`{"a" 1}`, `receipt.broken_json offset="5" pointer="/a"`},
		"no value":             {`{"a":}`, `receipt.broken_json offset="5" pointer="/a"`},
		"name without quotes":  {`{a:1}`, `receipt.broken_json offset="1" pointer=""`},
		"control character":    {"[\"a\tb\"]", `receipt.broken_json offset="3" pointer="/0"`},
		"control after escape": {"[\"\\n\tb\"]", `receipt.broken_json offset="4" pointer="/0"`},
		"unknown escape":       {`["\x"]`, `receipt.broken_json offset="2" pointer="/0"`},
		"short escape":         {`["\u12"]`, `receipt.broken_json offset="2" pointer="/0"`},
		"lone high surrogate":  {`["\ud800"]`, `receipt.broken_json offset="2" pointer="/0"`},
		"lone low surrogate":   {`["\udc00a"]`, `receipt.broken_json offset="2" pointer="/0"`},
		"two high surrogates":  {`["\ud800\ud800"]`, `receipt.broken_json offset="2" pointer="/0"`},
		"leading zero":         {`[01]`, `receipt.broken_json offset="2" pointer=""`},
		"minus alone":          {`[-]`, `receipt.broken_json offset="2" pointer="/0"`},
		"point alone":          {`[1.]`, `receipt.broken_json offset="3" pointer="/0"`},
		"exponent alone":       {`[1e+]`, `receipt.broken_json offset="4" pointer="/0"`},
		"plus":                 {`[+1]`, `receipt.broken_json offset="1" pointer="/0"`},
		"trailing":             {`{} {}`, `receipt.trailing offset="3" pointer=""`},
		"duplicate, in order":  {`{"a":{"b":1,"b":2}}`, `receipt.duplicate_key offset="12" pointer="/a/b"`},
		"duplicate, apart":     {`{"b":1,"a":2,"b":3}`, `receipt.duplicate_key offset="19" pointer="/b"`},
		"duplicate by escape":  {`{"a":1,"\u0061":2}`, `receipt.duplicate_key offset="7" pointer="/a"`},
		"pointer is escaped":   {`{"a/b~":[0,!]}`, `receipt.broken_json offset="11" pointer="/a~1b~0/1"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseDocument(tc.src, maxDocumentPath)
			if got := faultText(err); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestParseDocumentLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	named := func(n int) string { return `{"` + strings.Repeat("a", n) + `":[1]}` }
	for name, tc := range map[string]struct {
		src string
		ok  bool
	}{
		"deep enough": {nested(maxDepth + 1), true}, "too deep": {nested(maxDepth + 2), false}, "far too deep": {nested(1 << 20), false},
		"long enough": {named(maxBodyPath - 1), true}, "too long": {named(maxBodyPath), false},
	} {
		_, err := parseDocument(tc.src, maxBodyPath)
		if (err == nil) != tc.ok || err != nil && err.Key != "receipt.too_deep" {
			t.Errorf("%s: got %.60s", name, faultText(err))
		}
	}
}

func TestCanonicalForm(t *testing.T) {
	for name, tc := range map[string]struct{ src, want string }{
		"members are sorted":   {`{"b":1, "a":{"d":[ ],"c":{ }}}`, `{"a":{"c":{},"d":[]},"b":1}`},
		"escapes":              {`"\u0041\/\"\\\b\f\n\r\t\u001F\u00e9\u2028<>&"`, `"A/\"\\\b\f\n\r\t\u001fé` + "\u2028" + `<>&"`},
		"surrogate pair":       {`"\ud83d\ude00"`, `"😀"`},
		"UTF-16 order of keys": {`{"\ufb33":1,"😀":2,"é":3,"z":4}`, `{"z":4,"é":3,"😀":2,"` + "\ufb33" + `":1}`},
		"integers":             {`[0,-1,9007199254740991]`, `[0,-1,9007199254740991]`},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := parseDocument(tc.src, maxDocumentPath)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(appendNode(nil, &n)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// Other numbers are no part of a sealed body and keep their text, so that a
// changed spelling is a changed value.
func TestNumbersKeepTheirText(t *testing.T) {
	const src = `[5.0,1e2,1E+2,-0,10000000000000000000000]`
	n, err := parseDocument(src, maxDocumentPath)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(appendNode(nil, &n)); got != src {
		t.Errorf("got %s", got)
	}
}

// randomString is made of characters that are hard for escapes and order.
func randomString(r *rand.Rand) string {
	alphabet := []rune("aAbz019_-~/\"\\\n\t\x00\x1f\x7fé补缴\ufb33\uffff😀\U0010ffff\u2028<&")
	n := r.IntN(6)
	out := make([]rune, n)
	for i := range out {
		out[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(out)
}

// randomValue is a body: maps, slices, strings, integers, booleans and nulls.
func randomValue(r *rand.Rand, depth int) any {
	switch k := r.IntN(9); {
	case k < 3 && depth > 0:
		m := map[string]any{}
		for range r.IntN(4) {
			m[randomString(r)] = randomValue(r, depth-1)
		}
		return m
	case k < 5 && depth > 0:
		l := make([]any, r.IntN(4))
		for i := range l {
			l[i] = randomValue(r, depth-1)
		}
		return l
	case k < 6:
		return r.Int64N(1<<53) - 1<<52
	case k < 7:
		return r.IntN(2) == 0
	case k < 8:
		return nil
	}
	return randomString(r)
}

func TestCanonicalFormIsThatOfJCS(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 5000 {
		src := mustJSON(t, randomValue(r, 4))
		n, bad := parseDocument(string(src), maxDocumentPath)
		if bad != nil {
			t.Fatalf("document %d: %v", i, bad)
		}
		want, err := jcs.Transform(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendNode(nil, &n); string(got) != string(want) {
			t.Fatalf("document %d\ngot  %s\nwant %s", i, got, want)
		}
	}
}

func TestCompareUTF16(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 20000 {
		a, b := randomString(r), randomString(r)
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		got := compareUTF16(a, b)
		if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
			t.Fatalf("compare %q %q: got %d, want %d", a, b, got, want)
		}
	}
}

func TestLineage(t *testing.T) {
	got := slices.Collect(lineage("/a/b~1c/0"))
	if want := []string{"/a/b~1c/0", "/a/b~1c", "/a", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
