package receipt

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"bujiao/internal/fault"
)

// Names in the directory of a KeyStore.
const (
	signingFile  = "signing.key.pem"
	pepperFile   = "pepper.key"
	publicSuffix = ".pub.pem"
)

const pepperSize = 32

// KeyStore is a directory with one signing key, the secret of KeyedHash beside
// it (pepper), and the public keys of everybody whose receipts are known.
// Nothing in it is ever overwritten: a lost key makes old receipts unprovable,
// and another pepper makes old hashes unfindable.
type KeyStore struct{ dir string }

// NewKeyStore names a directory; it is not touched until a key is made.
func NewKeyStore(dir string) KeyStore { return KeyStore{dir} }

// Make makes signing key and pepper and publishes the public key as
// KEYID.pub.pem. If there is a signing key already it is a *fault.Error and
// nothing changes; what an interrupted Make left is completed.
func (s KeyStore) Make() (ed25519.PublicKey, error) {
	if _, err := os.Lstat(s.path(signingFile)); err == nil {
		return nil, fault.New(fault.Invalid, "receipt.key_exists", fault.Args{"file": signingFile})
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make key store: %w", err)
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	if err := s.makePepper(); err != nil {
		return nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("encode signing key: %w", err)
	}
	// The public key goes first: a public key without its private one does no
	// harm, a signing key whose receipts are "unknown" does.
	if err := s.Add(public); err != nil {
		return nil, err
	}
	err = s.write(signingFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), 0o600)
	if errors.Is(err, fs.ErrExist) { // somebody else was faster
		return nil, fault.Wrap(fault.Invalid, "receipt.key_exists", fault.Args{"file": signingFile}, err)
	}
	if err != nil {
		return nil, fmt.Errorf("save signing key: %w", err)
	}
	return public, nil
}

func (s KeyStore) makePepper() error {
	pepper := make([]byte, pepperSize)
	if _, err := rand.Read(pepper); err != nil {
		return fmt.Errorf("make pepper: %w", err)
	}
	err := s.write(pepperFile, []byte(encode(pepper)+"\n"), 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("save pepper: %w", err)
	}
	return nil
}

// Add publishes a public key in the store. A key that is there stays as it is.
func (s KeyStore) Add(key ed25519.PublicKey) error {
	encoded, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return fmt.Errorf("encode public key: %w", err)
	}
	err = s.write(KeyID(key)+publicSuffix, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded}), 0o644)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("save public key: %w", err)
	}
	return nil
}

// SigningKey loads the signing key. A missing, unreadable or open-to-all file is
// a *fault.Error.
func (s KeyStore) SigningKey() (ed25519.PrivateKey, error) {
	data, err := s.readSecret(signingFile)
	if err != nil {
		return nil, err
	}
	bad := fault.New(fault.Invalid, "receipt.bad_key_file", fault.Args{"file": signingFile})
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, bad
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fault.Wrap(bad.Kind, bad.Key, bad.Args, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, bad
	}
	return key, nil
}

// Pepper loads the secret for KeyedHash.
func (s KeyStore) Pepper() ([]byte, error) {
	data, err := s.readSecret(pepperFile)
	if err != nil {
		return nil, err
	}
	pepper, ok := decode(strings.TrimSpace(string(data)), pepperSize)
	if !ok {
		return nil, fault.New(fault.Invalid, "receipt.bad_key_file", fault.Args{"file": pepperFile})
	}
	return pepper, nil
}

// Keyring loads the public keys of the store, by file name. No directory, or
// none with keys in it, is an empty ring.
func (s KeyStore) Keyring() (Keyring, error) {
	files, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list public keys: %w", err)
	}
	var ring Keyring
	for _, f := range files {
		if f.IsDir() || !strings.HasSuffix(f.Name(), publicSuffix) {
			continue
		}
		data, err := os.ReadFile(s.path(f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read public key: %w", err)
		}
		key, err := ParsePublicKey(data)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "receipt.bad_key_file", fault.Args{"file": f.Name()}, err)
		}
		ring = append(ring, key)
	}
	return ring, nil
}

func (s KeyStore) path(name string) string { return filepath.Join(s.dir, name) }

// readSecret refuses a file that others on the machine can read.
func (s KeyStore) readSecret(name string) ([]byte, error) {
	info, err := os.Stat(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.Invalid, "receipt.no_key", fault.Args{"file": name}, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // Windows has no such bits
		return nil, fault.New(fault.Invalid, "receipt.key_open", fault.Args{"file": name})
	}
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return data, nil
}

// write puts a whole file in place or none, and never over another one: a
// temporary file is linked to the name, which fails if the name is taken.
func (s KeyStore) write(name string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(s.dir, "."+name+".*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Link(f.Name(), s.path(name))
}
