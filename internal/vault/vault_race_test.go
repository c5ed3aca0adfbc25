package vault_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"bujiao/internal/vault"
)

// TestVaultAtOnce: texts are sealed, opened, found and signed while another
// program turns the keys; each box opens, in both.
func TestVaultAtOnce(t *testing.T) {
	v, dir := make1(t)
	other, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	index, mac := v.Index("citizen", "x"), string(v.MAC(nil, []byte("x")))
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			for n := range 20 {
				place := fmt.Sprintf("110000/box/%d-%d", i, n)
				box, err := other.Seal(place, place)
				if err != nil {
					t.Error(err)
					return
				}
				for _, by := range []*vault.Vault{v, other} {
					if text, err := by.Open(place, box); err != nil || text != place {
						t.Errorf("%s opens as %q, %v", place, text, err)
					}
				}
				if v.Index("citizen", "x") != index || string(v.MAC(nil, []byte("x"))) != mac {
					t.Error("another hash of the same")
				}
			}
		})
	}
	all.Go(func() {
		for range 5 {
			if _, err := other.Rotate(rand.Reader); err != nil {
				t.Error(err)
			}
			_, _ = v.Current(), v.KeyIDs()
		}
	})
	all.Wait()
	if n := len(other.KeyIDs()); n != 6 {
		t.Errorf("%d keys, want 6", n)
	}
}

// TestTwoProgramsTurnKeys: neither forgets the key that the other made since
// it read the vault.
func TestTwoProgramsTurnKeys(t *testing.T) {
	v, dir := make1(t)
	other, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Rotate(rand.Reader); err != nil {
		t.Fatal(err)
	}
	box := seal(t, v, "p", "text")
	if _, err := other.Rotate(rand.Reader); err != nil {
		t.Fatal(err)
	}
	again, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := again.Open("p", box); err != nil || text != "text" || len(again.KeyIDs()) != 3 {
		t.Errorf("opened %q, %v; %d keys, want 3", text, err, len(again.KeyIDs()))
	}
	if err := v.Retire(); err != nil { // knows of the first two
		t.Fatal(err)
	}
	if again, err = vault.Open(dir); err != nil || len(again.KeyIDs()) != 2 || again.Current() != other.Current() {
		t.Errorf("left are %v, %v, want the second and third", again.KeyIDs(), err)
	}
}
