package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/receipt"
)

// naive is RFC 6962, section 2.1, word for word.
func naive(leaves [][]byte) []byte {
	switch n := len(leaves); n {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		sum := sha256.Sum256(append([]byte{0}, leaves[0]...))
		return sum[:]
	default:
		k := 1 // the largest power of two smaller than n
		for k*2 < n {
			k *= 2
		}
		node := append([]byte{1}, naive(leaves[:k])...)
		sum := sha256.Sum256(append(node, naive(leaves[k:])...))
		return sum[:]
	}
}

func TestTreeIsThatOfRFC6962(t *testing.T) {
	tree := NewTree()
	var leaves [][]byte
	for n := range 70 {
		want := hex.EncodeToString(naive(leaves))
		if got, err := tree.Root(); err != nil || got != want {
			t.Fatalf("%d leaves: %s, want %s (%v)", n, got, want, err)
		}
		leaf := sha256.Sum256(fmt.Append(nil, n))
		leaves = append(leaves, leaf[:])
		if err := tree.Add(hex.EncodeToString(leaf[:])); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Add("zz"); err == nil {
		t.Error("a leaf that is no hash was taken")
	}
}

func example(t testing.TB) (Seal, receipt.Keyring) {
	t.Helper()
	day, err := calendar.ParseDate("2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	s := Seal{Area: "110000", Day: day, First: 7, Size: 3, Root: strings.Repeat("ab", 32), Prev: strings.Repeat("cd", 32)}
	s.sign(key)
	return s, receipt.Keyring{key.Public().(ed25519.PublicKey)}
}

func TestEveryWordIsSigned(t *testing.T) {
	s, ring := example(t)
	if !s.Signed(ring) {
		t.Fatal("a good signature is refused")
	}
	for name, change := range map[string]func(*Seal){
		"area": func(s *Seal) { s.Area = "310000" }, "day": func(s *Seal) { s.Day++ }, "first": func(s *Seal) { s.First++ }, "size": func(s *Seal) { s.Size-- },
		"root": func(s *Seal) { s.Root = s.Prev }, "prev": func(s *Seal) { s.Prev = "" }, "key": func(s *Seal) { s.KeyID = "x" },
		"signature": func(s *Seal) { s.Signature = "AA" + s.Signature[2:] }, "no signature": func(s *Seal) { s.Signature = "!" },
	} {
		changed := s
		change(&changed)
		if changed.Signed(ring) || changed.Same(s) {
			t.Errorf("%s: changed and not seen", name)
		}
	}
	if s.Signed(nil) {
		t.Error("signed by nobody")
	}
}

func TestRootsOnPaper(t *testing.T) {
	s, _ := example(t)
	first := s
	first.Prev = ""
	text := "\ufeff# 封存根值\r\n\r\n" + first.Line() + "\r\n  " + s.Line() + "\nroots are kept by the auditor\n"
	list, err := ParseRoots(strings.NewReader(text))
	if err != nil || len(list) != 2 || !list[0].Same(first) || !list[1].Same(s) {
		t.Fatalf("%+v: %v", list, err)
	}
	for text, key := range map[string]string{
		"": "seal.no_roots", "nothing": "seal.no_roots", s.Line() + " more": "seal.bad_root", "x\nroot 1": "seal.bad_root",
		strings.Replace(s.Line(), "ab", "AB", 1): "seal.bad_root", strings.Replace(s.Line(), " 7 ", " -7 ", 1): "seal.bad_root",
		strings.Replace(s.Line(), "2026-03-02", "2026-02-30", 1): "seal.bad_root", strings.Repeat("x", 1<<20): "seal.unreadable",
	} {
		_, err := ParseRoots(strings.NewReader(text))
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != key {
			t.Errorf("%.60q: %v, want %s", text, err, key)
		}
	}
}

func FuzzParseRoots(f *testing.F) {
	s, _ := example(f)
	f.Add("# kept\n" + s.Line())
	f.Add("root - - - - - - - -")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseRoots(strings.NewReader(text))
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d roots and %v", len(list), err)
		}
		for _, s := range list {
			again, err := ParseRoots(strings.NewReader(s.Line()))
			if err != nil || len(again) != 1 || !again[0].Same(s) {
				t.Fatalf("%q is read as %+v: %v", s.Line(), again, err)
			}
		}
	})
}
