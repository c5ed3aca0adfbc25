package access

import (
	"strings"
	"testing"

	"bujiao/internal/fault"
)

// cheap keeps the tests quick.
var cheap = Argon2id{Memory: 64, Passes: 1, Threads: 1}

const password = "一二三四五六七八九十"

// TestKnownKey has the vector of the reference implementation's own test
// (P-H-C/phc-winner-argon2, src/test.c: argon2id, t=2, m=16, p=1).
func TestKnownKey(t *testing.T) {
	key := Argon2id{Memory: 1 << 16, Passes: 2, Threads: 1}.key("password", []byte("somesalt"))
	if got, want := b64.EncodeToString(key), "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPasswordRecord(t *testing.T) {
	record, err := cheap.Hash(password)
	if err != nil || !strings.HasPrefix(record, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("got %s, %v", record, err)
	}
	again, _ := cheap.Hash(password)
	if again == record {
		t.Error("two records of one password are the same: no salt")
	}
	for _, c := range []struct {
		name         string
		cost         Argon2id
		record, pass string
		right, stale bool
	}{
		{"right", cheap, record, password, true, false},
		{"wrong", cheap, record, password + " ", false, false},
		{"right, at another cost", Argon2id{Memory: 128, Passes: 1, Threads: 1}, record, password, true, true},
		{"no such login", cheap, "", password, false, false},
		{"endless password", cheap, record, strings.Repeat("a", 257), false, false},
	} {
		right, stale, err := c.cost.Verify(c.record, c.pass)
		if err != nil || right != c.right || stale != c.stale {
			t.Errorf("%s: right %t, stale %t, %v", c.name, right, stale, err)
		}
	}
}

func TestBadRecords(t *testing.T) {
	good, err := cheap.Hash(password)
	if err != nil {
		t.Fatal(err)
	}
	for name, record := range map[string]string{
		"plain":         password,
		"other kind":    strings.Replace(good, "argon2id", "argon2i", 1),
		"other version": strings.Replace(good, "v=19", "v=16", 1),
		"endless":       strings.Replace(good, "m=64,t=1", "m=64,t=1000000", 1),
		"huge":          strings.Replace(good, "m=64", "m=4000000000", 1),
		"no memory":     strings.Replace(good, "m=64", "m=1", 1),
		"no pass":       strings.Replace(good, "t=1", "t=0", 1),
		"cut":           good[:len(good)-1],
		"longer":        good + "$",
	} {
		if right, _, err := cheap.Verify(record, password); right || fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%s: right %t, %v", name, right, err)
		}
	}
}

func TestWeakPasswords(t *testing.T) {
	for _, p := range []string{"", "123456789", "一二三四五六七八九", strings.Repeat("a", 257), "0123456789\xff"} {
		if _, err := cheap.Hash(p); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestZeroCostIsTheDefault(t *testing.T) {
	record, err := Argon2id{}.Hash(password)
	if err != nil || !strings.Contains(record, "m=19456,t=2,p=1") {
		t.Fatalf("got %s, %v", record, err)
	}
	if right, stale, err := (Argon2id{}).Verify(record, password); !right || stale || err != nil {
		t.Errorf("right %t, stale %t, %v", right, stale, err)
	}
}

// BenchmarkPassword is the price of a login.
func BenchmarkPassword(b *testing.B) {
	record, err := DefaultCost.Hash(password)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if right, _, err := DefaultCost.Verify(record, password); !right || err != nil {
			b.Fatal(right, err)
		}
	}
}
