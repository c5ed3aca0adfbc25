package vault_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/vault"
)

func make1(t *testing.T) (*vault.Vault, string) {
	t.Helper()
	dir := t.TempDir()
	v, err := vault.Make(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return v, dir
}

func seal(t *testing.T, v *vault.Vault, place, text string) []byte {
	t.Helper()
	box, err := v.Seal(place, text)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// fails checks that an error is the fault of a key, and that no secret or text
// stands in it.
func fails(t *testing.T, what string, err error, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
	if err != nil && strings.Contains(err.Error(), "张三") {
		t.Errorf("%s: the text stands in the error", what)
	}
}

func TestBox(t *testing.T) {
	v, dir := make1(t)
	box := seal(t, v, "110000/box/1", "张三")
	if bytes.Contains(box, []byte("张三")) || !bytes.HasPrefix(box, []byte(vault.Algorithm+":"+v.Current()+":")) {
		t.Errorf("box %q", box)
	}
	if bytes.Equal(box, seal(t, v, "110000/box/1", "张三")) {
		t.Error("the same text twice gives the same box")
	}
	again, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := again.Open("110000/box/1", box); err != nil || text != "张三" {
		t.Errorf("opened %q, %v", text, err)
	}
	_, err = v.Open("110000/box/2", box)
	fails(t, "another place", err, "vault.bad_box")
	for i := range box {
		bad := bytes.Clone(box)
		bad[i] ^= 1
		if text, err := v.Open("110000/box/1", bad); err == nil {
			t.Errorf("byte %d changed and it opens as %q", i, text)
		}
		if _, err := v.Open("110000/box/1", box[:i]); err == nil {
			t.Errorf("cut at %d it opens", i)
		}
	}
	other, _ := make1(t)
	_, err = other.Open("110000/box/1", box)
	fails(t, "another vault", err, "vault.unknown_key")
}

// TestIndexAndMAC: the same value gives the same hash for a kind, and other
// keys give others.
func TestIndexAndMAC(t *testing.T) {
	v, dir := make1(t)
	again, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := make1(t)
	i := v.Index("citizen", "x")
	if len(i) != 32 || i != again.Index("citizen", "x") || i == v.Index("login", "x") || i == other.Index("citizen", "x") || v.Index("ab", "c") == v.Index("a", "bc") {
		t.Error("the hash does not keep values and kinds apart, or does not stay")
	}
	m := v.MAC(nil, []byte("row"))
	if len(m) != vault.MACSize || !bytes.Equal(m, again.MAC(nil, []byte("row"))) || bytes.Equal(m, other.MAC(nil, []byte("row"))) || bytes.Equal(m, v.MAC(nil, []byte("rox"))) {
		t.Error("the MAC does not stay, or is that of other keys")
	}
}

// TestRotation: old boxes open until the old key goes; a program that was
// started before opens new boxes; hashes and MACs stay.
func TestRotation(t *testing.T) {
	v, dir := make1(t)
	server, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	old, mac := seal(t, v, "p", "张三"), v.MAC(nil, []byte("row"))
	id, err := v.Rotate(rand.Reader)
	if err != nil || id != v.Current() || len(v.KeyIDs()) != 2 {
		t.Fatalf("rotated to %s, current %s, %v", id, v.Current(), err)
	}
	fresh := seal(t, v, "p", "李四")
	for _, box := range [][]byte{old, fresh} {
		if _, err := v.Open("p", box); err != nil {
			t.Error(err)
		}
		if _, err := server.Open("p", box); err != nil {
			t.Errorf("in a server that runs: %v", err)
		}
	}
	if server.Current() != id {
		t.Error("the server goes on with the old key")
	}
	if err := v.Retire(); err != nil {
		t.Fatal(err)
	}
	_, err = v.Open("p", old)
	fails(t, "a box of a forgotten key", err, "vault.unknown_key")
	last, err := vault.Open(dir)
	if err != nil || len(last.KeyIDs()) != 1 || !bytes.Equal(mac, last.MAC(nil, []byte("row"))) {
		t.Errorf("saved: %v, %v", last.KeyIDs(), err)
	}
}

// TestFile: a vault is never overwritten, is for its owner only, and what is
// wrong with its file is said.
func TestFile(t *testing.T) {
	v, dir := make1(t)
	_, err := vault.Make(dir, rand.Reader)
	fails(t, "made twice", err, "vault.exists")
	again, err := vault.Open(dir)
	if err != nil || again.Current() != v.Current() {
		t.Errorf("after the second make: %v", err)
	}
	_, err = vault.Open(t.TempDir())
	fails(t, "none", err, "vault.none")
	path := filepath.Join(dir, "vault.json")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = vault.Open(dir)
	fails(t, "readable by others", err, "vault.readable_by_others")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"no JSON": "{", "no key": "{}", "another key": strings.Replace(string(good), v.Current(), "00000000", 1), "cut": string(good[:len(good)/2])} {
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, 0o600)); err != nil {
			t.Fatal(err)
		}
		_, err := vault.Open(dir)
		fails(t, name, err, "vault.damaged")
	}
}
