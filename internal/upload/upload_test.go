package upload_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/upload"
)

// TestSniff: the first bytes tell, whatever a name says.
func TestSniff(t *testing.T) {
	box := func(size byte, brands string) string { return "\x00\x00\x00" + string(size) + "ftyp" + brands }
	for _, c := range []struct{ name, data, want string }{
		{"pdf", "%PDF-1.7\n", upload.PDF},
		{"jpeg", "\xff\xd8\xff\xe0", upload.JPEG},
		{"png", "\x89PNG\r\n\x1a\nIHDR", upload.PNG},
		{"heic", box(24, "heic\x00\x00\x00\x00mif1heic") + "rest", upload.HEIC},
		{"heic among the compatible", box(24, "mif1\x00\x00\x00\x00mif1heic"), upload.HEIC},
		{"a picture in another coding", box(24, "avif\x00\x00\x00\x00mif1avif"), ""},
		{"a film", box(20, "isom\x00\x00\x02\x00mp41"), ""},
		{"a box longer than the file", box(64, "heic\x00\x00\x00\x00"), ""},
		{"a box of no length", box(0, "heic\x00\x00\x00\x00heic"), ""},
		{"a pdf behind something", " %PDF-1.7", ""},
		{"a page", "<html>%PDF-", ""},
		{"half a png", "\x89PNG\r\n", ""},
		{"nothing", "", ""},
	} {
		if got := upload.Sniff([]byte(c.data)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNew(t *testing.T) {
	u, err := upload.New([]byte("%PDF-"))
	if err != nil || u.Size != 5 || u.Media != upload.PDF || len(u.Hash) != 64 {
		t.Errorf("%+v %v", u, err)
	}
	full := append([]byte("%PDF-"), make([]byte, upload.MaxSize)...)
	for key, data := range map[string][]byte{"upload.too_big": full, "upload.bad_kind": []byte("MZ")} {
		var f *fault.Error
		if _, err := upload.New(data); !errors.As(err, &f) || f.Key != key {
			t.Errorf("%v, want %s", err, key)
		}
	}
	if _, err := upload.New(full[:upload.MaxSize]); err != nil {
		t.Errorf("the largest there is: %v", err)
	}
}

// TestSealed: what is sealed opens in its place with its key, and in no other
// way, whatever byte is another.
func TestSealed(t *testing.T) {
	text := []byte("%PDF- 工资台账")
	u, err := upload.New(text)
	if err != nil {
		t.Fatal(err)
	}
	box, key, err := upload.Seal("110000/a", text)
	if err != nil || bytes.Contains(box, text[6:]) || strings.Contains(string(box), key) {
		t.Fatalf("sealed %q: %v", box, err)
	}
	open := func(place, key string, box []byte) ([]byte, error) { return u.Open(place, key, bytes.Clone(box)) }
	if got, err := open("110000/a", key, box); err != nil || !bytes.Equal(got, text) {
		t.Fatalf("opened %q: %v", got, err)
	}
	other, otherKey, err := upload.Seal("110000/a", text)
	if err != nil || otherKey == key || bytes.Equal(other, box) {
		t.Error("two files have one key")
	}
	refused := func(what, place, key string, box []byte) {
		t.Helper()
		var f *fault.Error
		if _, err := open(place, key, box); !errors.As(err, &f) || f.Key != "upload.damaged" {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("another place", "110000/b", key, box)
	refused("another key", "110000/a", otherKey, box)
	refused("no key", "110000/a", "zz", box)
	refused("a short key", "110000/a", "ab", box)
	for i := range box {
		bad := bytes.Clone(box)
		bad[i] ^= 1
		refused("a changed byte", "110000/a", key, bad)
		refused("a cut box", "110000/a", key, box[:i])
	}
	u.Hash = strings.Repeat("0", 64)
	refused("the bytes of another upload", "110000/a", key, box)
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"))
	f.Add([]byte("%PDF-1.7"))
	f.Fuzz(func(t *testing.T, data []byte) { upload.Sniff(data) })
}
