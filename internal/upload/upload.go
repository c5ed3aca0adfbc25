// Package upload keeps files that people send in: papers as PDF or pictures.
//
// What a file is, its first bytes say, never its name, which is not kept. It is
// named by the SHA-256 of its bytes, so that the same file twice is one file.
// The bytes stand encrypted in a store of files outside the books, under a key
// of their own that lies in a box of the books: turning the vault's keys needs
// no file to be written anew, and without its box a file cannot be read. A
// virus scanner may have to pass a file before it is given out.
//
// The package holds a whole file in memory, which MaxSize bounds.
package upload

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// MaxSize bounds a file.
const MaxSize = 16 << 20

// State of a file.
type State string

// The states.
const (
	Unchecked State = "unchecked" // no scanner was there to ask
	Waiting   State = "waiting"   // the scanner did not answer yet
	Clean     State = "clean"
	Infected  State = "infected" // its bytes are not kept
)

// Upload is a file that was sent in.
type Upload struct {
	ID        string        `json:"id"`
	Hash      string        `json:"file"` // SHA-256 of the bytes, hexadecimal
	Media     string        `json:"media"`
	Size      int64         `json:"size"`
	Box       string        `json:"-"` // of the key
	State     State         `json:"state"`
	Found     string        `json:"found,omitempty"` // what the scanner says it is infected with
	At        books.Instant `json:"at"`
	Actor     string        `json:"actor"`
	ScannedAt books.Instant `json:"scanned_at"`
	Stored    []any         `json:"-"`
}

// Store keeps what is known of files.
type Store interface {
	books.Frame
	AddUpload(ctx context.Context, u Upload)
	SaveUpload(ctx context.Context, u Upload) error
	Upload(ctx context.Context, id string) (Upload, error)
	UploadByHash(ctx context.Context, hash string) (Upload, error)
	// Uploads lists those of an actor, of everybody for the empty one, by id.
	Uploads(ctx context.Context, actor string, p books.Page) ([]Upload, error)
}

// Files is the store of the bytes. Get of what is not there is books.ErrNotFound.
type Files interface {
	Put(ctx context.Context, name string, data []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	Delete(ctx context.Context, name string) error
}

// Scanner looks for viruses; found is empty for none.
type Scanner interface {
	Scan(ctx context.Context, data []byte) (found string, err error)
}

// Name is where the bytes of an upload stand.
func Name(area, id string) string { return area + "/" + id }

// New checks the bytes and says what they are.
func New(data []byte) (Upload, error) {
	if len(data) > MaxSize {
		return Upload{}, fault.New(fault.Invalid, "upload.too_big", fault.Args{"mib": strconv.Itoa(MaxSize >> 20)})
	}
	media := Sniff(data)
	if media == "" {
		return Upload{}, fault.New(fault.Invalid, "upload.bad_kind", nil)
	}
	sum := sha256.Sum256(data)
	return Upload{Hash: hex.EncodeToString(sum[:]), Media: media, Size: int64(len(data))}, nil
}

// The media types that are taken.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	HEIC = "image/heic"
)

// Sniff tells by the first bytes what a file is; empty for what is not taken.
func Sniff(data []byte) string {
	for _, s := range []struct{ start, media string }{{"%PDF-", PDF}, {"\xff\xd8\xff", JPEG}, {"\x89PNG\r\n\x1a\n", PNG}} {
		if bytes.HasPrefix(data, []byte(s.start)) {
			return s.media
		}
	}
	if heic(data) {
		return HEIC
	}
	return ""
}

// heic reads the file type box of ISO 14496-12: one of its brands must be a
// still picture in HEVC (ISO 23008-12).
func heic(data []byte) bool {
	if len(data) < 16 || string(data[4:8]) != "ftyp" {
		return false
	}
	size := int(data[0])<<24 | int(data[1])<<16 | int(data[2])<<8 | int(data[3])
	if size < 16 || size > len(data) || size > 256 || size%4 != 0 {
		return false
	}
	brands := append([]byte{}, data[8:12]...)
	for brands = append(brands, data[16:size]...); len(brands) > 0; brands = brands[4:] {
		switch string(brands[:4]) {
		case "heic", "heix", "heim", "heis":
			return true
		}
	}
	return false
}

// algorithm names the cipher; it stands first in a sealed file, as in a box.
const algorithm = "A256GCM:"

// Seal encrypts bytes for their place, under a new key that it returns in
// hexadecimal.
func Seal(place string, data []byte) (sealed []byte, key string, err error) {
	var k [32]byte
	_, _ = rand.Read(k[:]) // never fails since Go 1.24
	aead, err := gcm(k[:])
	if err != nil {
		return nil, "", err
	}
	out := make([]byte, len(algorithm)+aead.NonceSize(), len(algorithm)+aead.NonceSize()+len(data)+aead.Overhead())
	copy(out, algorithm)
	nonce := out[len(algorithm):]
	_, _ = rand.Read(nonce)
	return aead.Seal(out, nonce, data, []byte(algorithm+place)), hex.EncodeToString(k[:]), nil
}

// Open decrypts the bytes of an upload. What was changed, moved, or belongs to
// another upload is fault upload.damaged.
func (u Upload) Open(place, key string, sealed []byte) ([]byte, error) {
	damaged := func(err error) error { return fault.Wrap(fault.Internal, "upload.damaged", nil, err) }
	k, err := hex.DecodeString(key)
	if err != nil {
		return nil, damaged(fmt.Errorf("the key is no key"))
	}
	aead, err := gcm(k)
	if err != nil {
		return nil, damaged(err)
	}
	rest, ok := bytes.CutPrefix(sealed, []byte(algorithm))
	if !ok || len(rest) < aead.NonceSize() {
		return nil, damaged(nil)
	}
	nonce, text := rest[:aead.NonceSize()], rest[aead.NonceSize():]
	data, err := aead.Open(text[:0], nonce, text, []byte(algorithm+place))
	if err != nil {
		return nil, damaged(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != u.Hash {
		return nil, damaged(nil)
	}
	return data, nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
