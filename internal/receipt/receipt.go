package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"bujiao/internal/fault"
)

// The format that this package writes and reads. Another version or algorithm
// is refused, never guessed at.
const (
	Version   = 1
	Algorithm = "ed25519-sha256-jcs"
)

// Receipt is a sealed body. The zero Receipt is none and never verifies. It has
// either a salt, or, once redacted, the salts of the leaves that are still
// disclosed.
type Receipt struct {
	version   int64
	algorithm string
	body      node
	hashes    []entry
	root      string
	key       string
	signature string

	salt string

	redacted  bool
	saltHash  string
	salts     []entry
	saltsHash string
}

// Seal makes a receipt of any body that encoding/json can write. Numbers have
// to be integers within ±(2^53-1); others are a *fault.Error that names the
// pointer, since readers would not agree on their text. Random gives 16 bytes
// of salt; nil means crypto/rand.
func Seal(body any, key ed25519.PrivateKey, random io.Reader) (Receipt, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Receipt{}, fmt.Errorf("seal: private key of %d bytes", len(key))
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return Receipt{}, fmt.Errorf("seal: %w", err)
	}
	tree, bad := parseDocument(buf.String(), maxBodyPath)
	if bad != nil {
		return Receipt{}, bad
	}
	if pointer, ok := findNonInteger(&tree); ok {
		return Receipt{}, fault.New(fault.Invalid, "receipt.not_integer", fault.Args{"pointer": pointer})
	}
	salt := make([]byte, saltSize)
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, salt); err != nil {
		return Receipt{}, fmt.Errorf("seal: reading the salt: %w", err)
	}
	return seal(tree, key, salt), nil
}

func seal(tree node, key ed25519.PrivateKey, salt []byte) Receipt {
	public := key[ed25519.PrivateKeySize-ed25519.PublicKeySize:]
	hashes := hashLeaves(&tree, salt)
	commitment := saltHash(salt)
	root := rootOf(commitment[:], public, hashes)
	return Receipt{
		version: Version, algorithm: Algorithm, body: tree, hashes: hashes, salt: encode(salt),
		root: encode(root[:]), key: encode(public), signature: encode(ed25519.Sign(key, signedMessage(root[:]))),
	}
}

// findNonInteger returns the pointer of the first number that has no canonical
// form of its own.
func findNonInteger(tree *node) (pointer string, found bool) {
	walk(tree, make([]byte, 0, 64), func(p []byte, n *node) {
		if !found && n.kind == number && !isInteger(n.text) {
			pointer, found = string(p), true
		}
	})
	return pointer, found
}

func isInteger(text string) bool {
	const limit = 1<<53 - 1
	v, err := strconv.ParseInt(text, 10, 64)
	return err == nil && -limit <= v && v <= limit && text != "-0"
}

// Body returns the body in canonical form; redacted leaves are markers.
func (r Receipt) Body() json.RawMessage { return appendNode(nil, &r.body) }

// Root returns the root as it is written in the receipt.
func (r Receipt) Root() string { return r.root }

// Redacted reports whether Redact has removed the salt of the receipt.
func (r Receipt) Redacted() bool { return r.redacted }

// MarshalJSON writes the receipt in canonical form.
func (r Receipt) MarshalJSON() ([]byte, error) {
	if r.body.text == "" && r.body.kind < array {
		return []byte("null"), nil
	}
	b := make([]byte, 0, 1024+160*len(r.hashes))
	field := func(name string) {
		if len(b) > 0 {
			b = append(b, ',')
		} else {
			b = append(b, '{')
		}
		b = append(appendString(b, name), ':')
	}
	str := func(name, value string) {
		field(name)
		b = appendString(b, value)
	}
	str("algorithm", r.algorithm)
	field("body")
	b = appendNode(b, &r.body)
	field("hashes")
	b = appendEntries(b, r.hashes)
	str("key", r.key)
	str("root", r.root)
	if r.redacted {
		str("salt_hash", r.saltHash)
		field("salts")
		b = appendEntries(b, r.salts)
		str("salts_hash", r.saltsHash)
	} else {
		str("salt", r.salt)
	}
	str("signature", r.signature)
	field("version")
	b = strconv.AppendInt(b, r.version, 10)
	return append(b, '}'), nil
}

// UnmarshalJSON is Parse; null leaves the receipt as it is.
func (r *Receipt) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	got, err := Parse(data)
	if err != nil {
		return err
	}
	*r = got
	return nil
}

// Parse reads a receipt and checks its shape, not its truth. Errors are
// *fault.Error: broken JSON with the byte offset (from 0), a duplicate, unknown,
// missing or misshapen field with its pointer.
func Parse(data []byte) (Receipt, error) {
	doc, bad := parseDocument(string(data), maxDocumentPath)
	if bad != nil {
		return Receipt{}, bad
	}
	if doc.kind != object {
		return Receipt{}, fault.New(fault.Invalid, "receipt.not_object", nil)
	}
	var r Receipt
	has := map[string]bool{}
	for i := range doc.kids {
		name := doc.kids[i].name
		has[name] = true
		if bad := r.setField(name, &doc.kids[i].node); bad != nil {
			return Receipt{}, bad
		}
	}
	required := []string{"version", "algorithm", "body", "hashes", "root", "key", "signature"}
	switch redaction := has["salts"] || has["salt_hash"] || has["salts_hash"]; {
	case redaction && has["salt"]:
		return Receipt{}, fault.New(fault.Invalid, "receipt.two_salts", fault.Args{"pointer": "/salt"})
	case redaction:
		r.redacted = true
		required = append(required, "salt_hash", "salts", "salts_hash")
	default:
		required = append(required, "salt")
	}
	for _, name := range required {
		if !has[name] {
			return Receipt{}, fault.New(fault.Invalid, "receipt.missing_field", fault.Args{"pointer": "/" + name})
		}
	}
	return r, nil
}

func (r *Receipt) setField(name string, n *node) *fault.Error {
	texts := map[string]*string{
		"algorithm": &r.algorithm, "root": &r.root, "key": &r.key, "signature": &r.signature,
		"salt": &r.salt, "salt_hash": &r.saltHash, "salts_hash": &r.saltsHash,
	}
	pointer := string(appendToken(nil, name))
	shape := func(pointer, want string) *fault.Error {
		return fault.New(fault.Invalid, "receipt.field_shape", fault.Args{"pointer": pointer, "want": want})
	}
	switch name {
	case "version":
		if n.kind != number || !isInteger(n.text) {
			return shape(pointer, "integer")
		}
		r.version, _ = strconv.ParseInt(n.text, 10, 64) // isInteger has parsed it
	case "body":
		r.body = *n
	case "hashes", "salts":
		if n.kind != object {
			return shape(pointer, "object")
		}
		list := make([]entry, len(n.kids))
		for i := range n.kids {
			s, ok := n.kids[i].node.str()
			if !ok {
				return shape(string(childPointer([]byte(pointer), n, i)), "string")
			}
			list[i] = entry{n.kids[i].name, s}
		}
		if name == "hashes" {
			r.hashes = list
		} else {
			r.salts = list
		}
	default:
		target, known := texts[name]
		if !known {
			return fault.New(fault.Invalid, "receipt.unknown_field", fault.Args{"pointer": pointer})
		}
		var ok bool
		if *target, ok = n.str(); !ok {
			return shape(pointer, "string")
		}
	}
	return nil
}
