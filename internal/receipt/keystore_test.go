package receipt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/fault"
)

func write(t testing.TB, dir, name, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func fileNames(t testing.TB, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func TestKeyStoreMake(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "keys")
	store := NewKeyStore(dir)
	public, err := store.Make()
	if err != nil {
		t.Fatal(err)
	}
	private, err := store.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	if !public.Equal(private.Public()) {
		t.Error("the signing key belongs to another public key")
	}
	ring, err := store.Keyring()
	if err != nil || len(ring) != 1 || !ring.Holds(public) {
		t.Errorf("keyring %v, %v", ring, err)
	}
	pepper, err := store.Pepper()
	if err != nil || len(pepper) != pepperSize {
		t.Errorf("pepper of %d bytes, %v", len(pepper), err)
	}
	r, err := Seal(1, private, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rep := Verify(r, ring, nil); !rep.Intact || rep.Signer != "known" {
		t.Errorf("got %+v", rep)
	}
	want := []string{KeyID(public) + ".pub.pem", "pepper.key", "signing.key.pem"}
	slices.Sort(want)
	if diff := cmp.Diff(want, fileNames(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for name, want := range map[string]os.FileMode{".": 0o700, "pepper.key": 0o600, "signing.key.pem": 0o600, KeyID(public) + ".pub.pem": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
}

func TestKeyStoreNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	store := NewKeyStore(dir)
	if _, err := store.Make(); err != nil {
		t.Fatal(err)
	}
	before := map[string]string{}
	for _, name := range fileNames(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		before[name] = string(data)
	}
	if _, err := store.Make(); err == nil || err.Error() != `receipt.key_exists file="signing.key.pem"` || fault.KindOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
	after := fileNames(t, dir)
	for _, name := range after {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || before[name] != string(data) {
			t.Errorf("%s is new or changed (%v)", name, err)
		}
	}
}

// Of two who make a key at once one wins, and the store is whole.
func TestKeyStoreMakeAtOnce(t *testing.T) {
	store := NewKeyStore(t.TempDir())
	var wg sync.WaitGroup
	made := make([]ed25519.PublicKey, 8)
	for i := range made {
		wg.Go(func() {
			key, err := store.Make()
			if err == nil {
				made[i] = key
			} else if fault.KindOf(err) != fault.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	private, err := store.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	winners := 0
	for _, key := range made {
		if key != nil {
			winners++
			if !key.Equal(private.Public()) {
				t.Error("a loser was told it had won")
			}
		}
	}
	if winners != 1 {
		t.Errorf("%d winners", winners)
	}
}

// An interrupted Make leaves a pepper; the next one keeps it.
func TestKeyStoreKeepsPepper(t *testing.T) {
	dir := t.TempDir()
	pepper := encode(make([]byte, pepperSize))
	write(t, dir, "pepper.key", pepper, 0o600)
	store := NewKeyStore(dir)
	if _, err := store.Make(); err != nil {
		t.Fatal(err)
	}
	got, err := store.Pepper()
	if err != nil || encode(got) != pepper {
		t.Errorf("another pepper, %v", err)
	}
}

func TestKeyStoreErrors(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	otherKind := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
	signing := func(s KeyStore) error { _, err := s.SigningKey(); return err }
	pepper := func(s KeyStore) error { _, err := s.Pepper(); return err }
	ring := func(s KeyStore) error { _, err := s.Keyring(); return err }
	for name, tc := range map[string]struct {
		file, content string
		mode          os.FileMode
		load          func(KeyStore) error
		want          string
	}{
		"no key":               {"x", "", 0o600, signing, `receipt.no_key file="signing.key.pem"`},
		"no pepper":            {"x", "", 0o600, pepper, `receipt.no_key file="pepper.key"`},
		"open key":             {"signing.key.pem", "", 0o640, signing, `receipt.key_open file="signing.key.pem"`},
		"open pepper":          {"pepper.key", "", 0o604, pepper, `receipt.key_open file="pepper.key"`},
		"key is no PEM":        {"signing.key.pem", "x", 0o600, signing, `receipt.bad_key_file file="signing.key.pem"`},
		"key is no PKCS 8":     {"signing.key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0o600, signing, `receipt.bad_key_file file="signing.key.pem"`},
		"key of another kind":  {"signing.key.pem", otherKind, 0o600, signing, `receipt.bad_key_file file="signing.key.pem"`},
		"pepper is too short":  {"pepper.key", "AAAA", 0o600, pepper, `receipt.bad_key_file file="pepper.key"`},
		"public key is broken": {"a.pub.pem", "x", 0o644, ring, `receipt.bad_key_file file="a.pub.pem"`},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasPrefix(name, "open") {
				return // no such modes there
			}
			dir := t.TempDir()
			write(t, dir, tc.file, tc.content, tc.mode)
			if err := tc.load(NewKeyStore(dir)); err == nil || err.Error() != tc.want || fault.KindOf(err) != fault.Invalid {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

// What goes wrong on the machine is no fault of the user.
func TestKeyStoreMachineErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, filepath.Dir(file), "file", "", 0o600)
	asDir := t.TempDir()
	for _, name := range []string{"signing.key.pem", "a.pub.pem"} {
		if err := os.Mkdir(filepath.Join(asDir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	inFile := NewKeyStore(filepath.Join(file, "keys"))
	_, makeErr := inFile.Make()
	_, loadErr := inFile.SigningKey()
	_, ringErr := NewKeyStore(file).Keyring()
	_, dirErr := NewKeyStore(asDir).SigningKey()
	addErr := NewKeyStore(filepath.Join(asDir, "absent")).Add(ringOf(testKey(1))[0])
	for name, err := range map[string]error{"make": makeErr, "load": loadErr, "list": ringErr, "directory": dirErr, "add": addErr} {
		if err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: got %v, want an internal error", name, err)
		}
	}
	if ring, err := NewKeyStore(asDir).Keyring(); err != nil || len(ring) != 0 {
		t.Errorf("a directory was taken for a key: %v %v", ring, err)
	}
}

func TestKeyringOfStore(t *testing.T) {
	dir := t.TempDir()
	store := NewKeyStore(dir)
	if ring, err := NewKeyStore(filepath.Join(dir, "absent")).Keyring(); err != nil || ring != nil {
		t.Errorf("no directory: %v %v", ring, err)
	}
	want := ringOf(testKey(1), testKey(2))
	for _, key := range append(want, want[0]) { // twice is as good as once
		if err := store.Add(key); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "note.txt", "x", 0o600)
	ring, err := store.Keyring()
	if err != nil || len(ring) != 2 || !ring.Holds(want[0]) || !ring.Holds(want[1]) {
		t.Errorf("got %v, %v", ring, err)
	}
}

func TestParsePublicKey(t *testing.T) {
	key := ringOf(testKey(1))[0]
	dir := t.TempDir()
	if err := NewKeyStore(dir).Add(key); err != nil {
		t.Fatal(err)
	}
	asPEM, err := os.ReadFile(filepath.Join(dir, KeyID(key)+".pub.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"PEM": string(asPEM), "PEM with a heading": "key of the office\n" + string(asPEM), "base64url": encode(key), "with a line end": encode(key) + "\r\n"} {
		if got, err := ParsePublicKey([]byte(text)); err != nil || !got.Equal(key) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKIXPublicKey(ec.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":      {"", "receipt.bad_public_key"},
		"too short":    {"AAAA", "receipt.bad_public_key"},
		"padded":       {encode(key) + "=", "receipt.bad_public_key"},
		"broken PEM":   {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "receipt.bad_public_key"},
		"another kind": {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})), "receipt.bad_public_key"},
		"private":      {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "receipt.private_key_given"},
	} {
		if _, err := ParsePublicKey([]byte(tc.text)); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

func TestKeyID(t *testing.T) {
	if got := KeyID(make(ed25519.PublicKey, 32)); got != "66687aadf862bd77" {
		t.Errorf("got %s", got)
	}
}

func TestKeyedHash(t *testing.T) {
	key := []byte("pepper")
	want := KeyedHash(key, "11010519491231002X")
	for _, same := range []string{"11010519491231002x", " 11010519491231002X\n", "110105491231002"} {
		if got := KeyedHash(key, same); got != want {
			t.Errorf("another form of the number has another hash")
		}
	}
	if len(want) != 43 || strings.Contains(want, "1949") {
		t.Errorf("got %s", want)
	}
	if KeyedHash([]byte("salt"), "11010519491231002X") == want || KeyedHash(key, "110105194912310011") == want {
		t.Error("another key or number has the same hash")
	}
	if got := KeyedHash(key, " "); got != "" {
		t.Errorf("no number has hash %s", got)
	}
	// HMAC-SHA256 with this key over "bujiao citizen number", a zero byte and the number.
	if pinned := "VLgfsR_dc-VcD-UMFAmOrfS-FRquDBzPAJIrQHj_nWg"; want != pinned {
		t.Errorf("got %s, want %s: published hashes would no longer be found", want, pinned)
	}
}
