// Package vault keeps the secrets of an office outside its database: keys that
// encrypt personal data, the key of the hashes by which numbers are found, and
// the key of the MACs that every row carries.
//
// A box (AES-256-GCM) names its algorithm and its key, so that keys can be
// rotated one box at a time, and is bound to the place it stands in: moved to
// another row it does not open. Hash and MAC keys are never rotated; with them
// lost, nothing can be found or proved any more, so they belong in the backup
// that is kept apart from the database's (docs/runbooks). The package prints
// no secret and puts none into an error.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"bujiao/internal/fault"
)

// Algorithm names the only cipher there is; it stands first in every box, so
// that another one (SM4, docs/adr) can come beside it.
const Algorithm = "A256GCM"

const fileName = "vault.json"

// MACSize is the length of a row's MAC in bytes: HMAC-SHA-256 cut to 128 bits.
const MACSize = 16

// content is the file of a vault.
type content struct {
	Current string            `json:"current"` // id of the key that new boxes take
	Keys    map[string]string `json:"keys"`    // hex of 32 bytes, by id
	Index   string            `json:"index"`   // key of hashes
	MAC     string            `json:"mac"`     // key of row MACs
}

// Vault is an open vault. It is safe for concurrent use.
type Vault struct {
	path    string // empty: in memory only
	mu      sync.RWMutex
	current string
	boxes   map[string]cipher.AEAD
	raw     map[string]string
	index   []byte
	mac     []byte
	macs    sync.Pool
}

// Exists reports whether the directory holds a vault. An error means that it
// cannot be told.
func Exists(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Make makes a vault with new keys in a directory. One that is there is never
// overwritten: fault vault.exists.
func Make(dir string, random io.Reader) (*Vault, error) {
	c, err := fresh(random)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make vault: %w", err)
	}
	path := filepath.Join(dir, fileName)
	if err := write(path, c, false); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, fault.Wrap(fault.Invalid, "vault.exists", fault.Args{"file": fileName}, err)
		}
		return nil, fmt.Errorf("make vault: %w", err)
	}
	return open(c, path)
}

// Open opens the vault of a directory. A missing, unreadable or open-to-all
// file is a *fault.Error.
func Open(dir string) (*Vault, error) {
	path := filepath.Join(dir, fileName)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.Invalid, "vault.none", fault.Args{"file": fileName}, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "vault.readable_by_others", fault.Args{"file": fileName})
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fault.Wrap(fault.Invalid, "vault.damaged", fault.Args{"file": fileName}, err)
	}
	return open(c, path)
}

// InMemory makes a vault that is gone with the process, for tests and for the
// simulator, which needs the same keys each time.
func InMemory(random io.Reader) (*Vault, error) {
	c, err := fresh(random)
	if err != nil {
		return nil, err
	}
	return open(c, "")
}

func fresh(random io.Reader) (content, error) {
	var secrets [3][32]byte
	for i := range secrets {
		if _, err := io.ReadFull(random, secrets[i][:]); err != nil {
			return content{}, fmt.Errorf("make keys: %w", err)
		}
	}
	id := keyID(secrets[0][:])
	return content{Current: id, Keys: map[string]string{id: hex.EncodeToString(secrets[0][:])}, Index: hex.EncodeToString(secrets[1][:]), MAC: hex.EncodeToString(secrets[2][:])}, nil
}

// keyID is the short name of a key, which gives nothing of it away.
func keyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("bujiao vault key id\x00"), key...))
	return hex.EncodeToString(sum[:4])
}

func open(c content, path string) (*Vault, error) {
	damaged := fault.New(fault.Invalid, "vault.damaged", fault.Args{"file": fileName})
	v := &Vault{path: path, current: c.Current, boxes: map[string]cipher.AEAD{}, raw: c.Keys}
	for id, text := range c.Keys {
		key, err := hex.DecodeString(text)
		if err != nil || len(key) != 32 || keyID(key) != id {
			return nil, damaged
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if v.boxes[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	var err1, err2 error
	v.index, err1 = hex.DecodeString(c.Index)
	v.mac, err2 = hex.DecodeString(c.MAC)
	if err1 != nil || err2 != nil || len(v.index) != 32 || len(v.mac) != 32 || v.boxes[v.current] == nil {
		return nil, damaged
	}
	v.macs.New = func() any { return hmac.New(sha256.New, v.mac) }
	return v, nil
}

// write puts the file in place whole; replace says whether one may be there.
func write(path string, c content, replace bool) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+fileName+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if replace {
		return os.Rename(f.Name(), path)
	}
	return os.Link(f.Name(), path)
}

// Current is the id of the key that new boxes take.
func (v *Vault) Current() string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.current
}

// KeyIDs lists the ids of all keys that open boxes.
func (v *Vault) KeyIDs() []string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []string
	for id := range v.boxes {
		out = append(out, id)
	}
	return out
}

// Rotate makes a new key for new boxes, saves it, and returns its id. Old keys
// stay until Retire.
func (v *Vault) Rotate(random io.Reader) (string, error) {
	var key [32]byte
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.reread(""); err != nil {
		return "", err
	}
	id := keyID(key[:])
	keys := map[string]string{id: hex.EncodeToString(key[:])}
	for k, text := range v.raw {
		keys[k] = text
	}
	return id, v.replace(id, keys)
}

// Retire forgets all keys but the current one and those that another program
// made meanwhile. Boxes that still need one can never be opened again: the
// caller has seen to it that there are none.
func (v *Vault) Retire() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	old := maps.Clone(v.raw)
	delete(old, v.current)
	if err := v.reread(""); err != nil {
		return err
	}
	keys := map[string]string{}
	for id, text := range v.raw {
		if _, is := old[id]; !is || id == v.current {
			keys[id] = text
		}
	}
	return v.replace(v.current, keys)
}

// reread takes over the file, in which another program may have made a key
// since it was read; with an id, only if the file has that key. The vault is
// locked.
func (v *Vault) reread(id string) error {
	if v.path == "" {
		return nil
	}
	next, err := Open(filepath.Dir(v.path))
	if err != nil || id != "" && next.boxes[id] == nil {
		return err
	}
	v.current, v.boxes, v.raw = next.current, next.boxes, next.raw
	return nil
}

func (v *Vault) replace(current string, keys map[string]string) error {
	c := content{Current: current, Keys: keys, Index: hex.EncodeToString(v.index), MAC: hex.EncodeToString(v.mac)}
	next, err := open(c, v.path)
	if err != nil {
		return err
	}
	if v.path != "" {
		if err := write(v.path, c, true); err != nil {
			return fmt.Errorf("save vault: %w", err)
		}
	}
	v.current, v.boxes, v.raw = next.current, next.boxes, next.raw
	return nil
}

// Seal encrypts a text for one place, such as "area/box/id". The box is
// algorithm, key id, nonce and ciphertext.
func (v *Vault) Seal(place, text string) ([]byte, error) {
	v.mu.RLock()
	id, aead := v.current, v.boxes[v.current]
	v.mu.RUnlock()
	head := Algorithm + ":" + id + ":"
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	out := append([]byte(head), nonce...)
	return aead.Seal(out, nonce, []byte(text), []byte(head+place)), nil
}

// cipherOf finds the key of a box. One that is not known may have been made by
// a rotation since the vault was opened: the file is read again.
func (v *Vault) cipherOf(id string) (cipher.AEAD, error) {
	v.mu.RLock()
	aead := v.boxes[id]
	v.mu.RUnlock()
	if aead != nil || v.path == "" {
		return aead, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.reread(id); err != nil {
		return nil, err
	}
	return v.boxes[id], nil
}

// Open decrypts a box of a place. A box of an unknown key or algorithm, one
// that was changed, and one from another place are faults that say which.
func (v *Vault) Open(place string, box []byte) (string, error) {
	id, err := KeyOf(box)
	if err != nil {
		return "", err
	}
	aead, err := v.cipherOf(id)
	if err != nil {
		return "", err
	}
	if aead == nil {
		return "", fault.New(fault.Internal, "vault.unknown_key", fault.Args{"key": id})
	}
	head := Algorithm + ":" + id + ":"
	rest := box[len(head):]
	if len(rest) < aead.NonceSize() {
		return "", fault.New(fault.Internal, "vault.bad_box", nil)
	}
	text, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], []byte(head+place))
	if err != nil {
		return "", fault.Wrap(fault.Internal, "vault.bad_box", nil, err)
	}
	return string(text), nil
}

// KeyOf names the key of a box.
func KeyOf(box []byte) (string, error) {
	parts := strings.SplitN(string(box[:min(len(box), 40)]), ":", 3)
	if len(parts) != 3 || parts[0] != Algorithm {
		return "", fault.New(fault.Internal, "vault.bad_box", nil)
	}
	return parts[1], nil
}

// Index is the keyed hash under which a value of a kind (a citizen number, a
// login) is found; 32 hexadecimal digits.
func (v *Vault) Index(kind, value string) string {
	h := hmac.New(sha256.New, v.index)
	io.WriteString(h, kind)
	h.Write([]byte{0})
	io.WriteString(h, value)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// MAC appends the MAC of data to out.
func (v *Vault) MAC(out, data []byte) []byte {
	h := v.macs.Get().(hash.Hash)
	h.Reset()
	h.Write(data)
	var sum [sha256.Size]byte
	out = append(out, h.Sum(sum[:0])[:MACSize]...)
	v.macs.Put(h)
	return out
}
