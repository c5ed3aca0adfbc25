package receipt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A text that decodes to the same bytes in another spelling is another text.
func TestDecodeTakesOneSpelling(t *testing.T) {
	data := []byte{0xfb, 0xff, 0x01, 0x02}
	good := encode(data)
	if got, ok := decode(good, 4); !ok || !slices.Equal(got, data) || good != "-_8BAg" {
		t.Fatalf("decode %s: %v %v", good, got, ok)
	}
	for name, text := range map[string]string{
		"padding": "-_8BAg==", "stray bits": "-_8BAh", "line break": "-_8B\nAg", "line break at the end": "-_8BAg\r\n",
		"standard alphabet": "+/8BAg", "too short": "-_8B", "too long": "-_8BAgMD", "empty": "", "blank": " -_8BAg",
	} {
		if _, ok := decode(text, 4); ok {
			t.Errorf("%s: %q was taken", name, text)
		}
	}
}

// The MAC is used again for every leaf; what came before must not matter.
func TestSalterForgetsTheLastLeaf(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	key := []byte("0123456789abcdef")
	s := newSalter(key)
	for range 200 {
		pointer := "/" + strings.Repeat("p", r.IntN(200))
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("leaf" + pointer))
		if got := s.salt([]byte(pointer)); string(got[:]) != string(mac.Sum(nil)[:saltSize]) {
			t.Fatalf("another salt for a pointer of %d bytes", len(pointer))
		}
	}
}

// The entries are hashed in pieces; the pieces must make the whole.
func TestHashEntriesInPieces(t *testing.T) {
	var list []entry
	for i := range 400 {
		if got, want := hashEntries([]byte("prefix"), list), sha256.Sum256(appendEntries([]byte("prefix"), list)); got != want {
			t.Fatalf("%d entries hash to something else", i)
		}
		list = append(list, entry{fmt.Sprintf("/%04d\n", i), strings.Repeat("v", i%50)})
	}
}

// The pointer is hashed with its length, so that no byte can move from the
// pointer to the value.
func TestLeafHashSeparatesPointerAndValue(t *testing.T) {
	var salt [saltSize]byte
	if leafHash(salt, "/a", "1") == leafHash(salt, "/a1", "") {
		t.Error("pointer and value run together")
	}
	if leafHash(salt, "/a", "1") == leafHash([saltSize]byte{1}, "/a", "1") {
		t.Error("the salt does not count")
	}
}

func TestFind(t *testing.T) {
	list := []entry{{"", "root"}, {"/a", "1"}, {"/a/b", "2"}, {"/😀", "3"}, {"/\ufb33", "4"}}
	if !slices.IsSortedFunc(list, func(a, b entry) int { return compareUTF16(a.pointer, b.pointer) }) {
		t.Fatal("the list of this test is not in order")
	}
	for _, e := range list {
		if got, ok := find(list, e.pointer); !ok || got != e.value {
			t.Errorf("%q: got %q %v", e.pointer, got, ok)
		}
	}
	for _, absent := range []string{"/", "/a/", "/b", "/z"} {
		if got, ok := find(list, absent); ok || got != "" {
			t.Errorf("%q: got %q", absent, got)
		}
	}
}

// Leaves are in the order of their pointers as strings, which is not the order
// of the document: /b-1 comes before /b/0, and /b/10 before /b/2.
func TestHashLeavesOrder(t *testing.T) {
	n, bad := parseDocument(`{"b":[0,0,0,0,0,0,0,0,0,0,0],"b-1":0,"a":{}}`, maxBodyPath)
	if bad != nil {
		t.Fatal(bad)
	}
	var got []string
	for _, e := range hashLeaves(&n, make([]byte, saltSize)) {
		got = append(got, e.pointer)
	}
	want := []string{"/a", "/b-1", "/b/0", "/b/1", "/b/10", "/b/2", "/b/3", "/b/4", "/b/5", "/b/6", "/b/7", "/b/8", "/b/9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIsEmptyNeedsASalt(t *testing.T) {
	c := check{r: &Receipt{redacted: true}}
	if c.isEmpty("/a", leafHash([saltSize]byte{}, "/a", "{}")) {
		t.Error("without a salt nothing can be known")
	}
}

// Documents made to cost much: verifying stays near the size of the file.
func TestHostileReceiptsStayCheap(t *testing.T) {
	const many = 20000
	markers := strings.Repeat(`{"hash":"","redacted":true},`, many)
	names := make([]string, many)
	for i := range names {
		names[i] = fmt.Sprintf(`"/%d":""`, i)
	}
	proof := `"version":1,"algorithm":"ed25519-sha256-jcs","root":"","key":"","signature":"","salt_hash":"","salts_hash":""`
	for name, doc := range map[string]string{
		"markers":   `{"body":[` + markers + `0],"hashes":{` + strings.Join(names, ",") + `},"salts":{` + strings.Join(names, ",") + `},` + proof + `}`,
		"no hashes": `{"body":[` + strings.Repeat("0,", many) + `0],"hashes":{},"salts":{},` + proof + `}`,
		"ancestors": `{"body":` + strings.Repeat(`{"a":`, 150) + `[` + strings.Repeat("0,", many) + `0]` + strings.Repeat("}", 150) + `,"hashes":{"":"","/a":""},"salts":{},` + proof + `}`,
	} {
		start := time.Now()
		rep := Verify(mustParse(t, []byte(doc)), nil, nil)
		if rep.Intact || len(rep.Problems) == 0 {
			t.Errorf("%s: taken for a receipt", name)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v for %d kB", name, took, len(doc)/1000)
		}
	}
}

func Example() {
	key := testKey(1)
	r, err := Seal(map[string]any{"fee": "818.52"}, key, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := json.Marshal(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	forged, err := Parse([]byte(strings.Replace(string(file), "818.52", "0.00", 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	rep := Verify(forged, ringOf(key), nil)
	fmt.Println(rep.Intact, rep.Signer, rep.Problems[0].Pointer, rep.Problems[0].What)
	// Output: false known /body/fee value
}
