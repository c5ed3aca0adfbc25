package receipt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"slices"
	"strings"
)

// Sizes in bytes. A leaf salt is as long as the salt it is derived from.
const (
	saltSize = 16
	hashSize = sha256.Size
)

// entry is a member of hashes or salts: JSON Pointer into the body, and a
// base64url text. Lists of entries are in canonical order without duplicates.
type entry struct{ pointer, value string }

// find returns the value at a pointer.
func find(list []entry, pointer string) (string, bool) {
	i, ok := slices.BinarySearchFunc(list, pointer, func(e entry, p string) int { return compareUTF16(e.pointer, p) })
	if !ok {
		return "", false
	}
	return list[i].value, true
}

// appendEntries appends the entries as a canonical JSON object.
func appendEntries(b []byte, list []entry) []byte {
	b = append(b, '{')
	for i, e := range list {
		b = appendEntry(b, i, e)
	}
	return append(b, '}')
}

func appendEntry(b []byte, i int, e entry) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = appendString(b, e.pointer)
	b = append(b, ':')
	return appendString(b, e.value)
}

// hashEntries hashes a prefix and the canonical object behind it, without
// holding the whole text.
func hashEntries(prefix []byte, list []entry) (sum [hashSize]byte) {
	h := sha256.New()
	b := append(prefix, '{')
	for i, e := range list {
		if b = appendEntry(b, i, e); len(b) > 2048 {
			h.Write(b)
			b = b[:0]
		}
	}
	h.Write(append(b, '}'))
	h.Sum(sum[:0])
	return sum
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode reads exactly size bytes and takes one spelling only: the decoder
// alone would overlook line breaks and stray bits, and with them a changed text.
func decode(s string, size int) ([]byte, bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != size || encode(b) != s {
		return nil, false
	}
	return b, true
}

// salter derives leaf salts. It is kept for all leaves of a receipt, since a
// MAC that is reset does not start from the key again.
type salter struct {
	mac hash.Hash
	sum []byte
}

var leafPrefix = []byte("leaf")

func newSalter(salt []byte) *salter { return &salter{mac: hmac.New(sha256.New, salt)} }

func (s *salter) salt(pointer []byte) [saltSize]byte {
	s.mac.Reset()
	s.mac.Write(leafPrefix)
	s.mac.Write(pointer)
	s.sum = s.mac.Sum(s.sum[:0])
	return [saltSize]byte(s.sum[:saltSize])
}

// appendLeaf appends what a leaf hash is taken over.
func appendLeaf(b, salt, pointer []byte, value string) []byte {
	b = append(b, "bujiao leaf"...)
	b = append(b, salt...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(pointer)))
	b = append(b, pointer...)
	return append(b, value...)
}

// canonicalLeaf is the canonical form of a leaf.
func canonicalLeaf(n *node) string {
	switch n.kind {
	case object:
		return "{}"
	case array:
		return "[]"
	}
	return n.text
}

// leafHash hashes one value as the leaf at a pointer.
func leafHash(salt [saltSize]byte, pointer, value string) string {
	sum := sha256.Sum256(appendLeaf(nil, salt[:], []byte(pointer), value))
	return encode(sum[:])
}

// hashList collects hashes of leaves; texts go into one buffer, which keeps a
// receipt of thousands of leaves from being thousands of small strings.
type hashList struct {
	texts   strings.Builder
	spans   [][2]int // end of the pointer, end of the value
	scratch []byte
}

// newHashList has room for the leaves of a body.
func newHashList(body *node) *hashList {
	leaves := countLeaves(body)
	l := &hashList{spans: make([][2]int, 0, leaves), scratch: make([]byte, 0, 256)}
	l.texts.Grow(80 * leaves)
	return l
}

func countLeaves(n *node) int {
	if n.leaf() {
		return 1
	}
	sum := 0
	for i := range n.kids {
		sum += countLeaves(&n.kids[i].node)
	}
	return sum
}

func (l *hashList) add(salt, pointer []byte, n *node) {
	l.scratch = appendLeaf(l.scratch[:0], salt, pointer, canonicalLeaf(n))
	sum := sha256.Sum256(l.scratch)
	l.texts.Write(pointer)
	end := l.texts.Len()
	l.texts.Write(base64.RawURLEncoding.AppendEncode(l.scratch[:0], sum[:]))
	l.spans = append(l.spans, [2]int{end, l.texts.Len()})
}

// addText takes the hash as it is written, or "" if none can be computed.
func (l *hashList) addText(pointer []byte, value string) {
	l.texts.Write(pointer)
	end := l.texts.Len()
	l.texts.WriteString(value)
	l.spans = append(l.spans, [2]int{end, l.texts.Len()})
}

func (l *hashList) entries() []entry {
	texts, from := l.texts.String(), 0
	list := make([]entry, len(l.spans))
	for i, s := range l.spans {
		list[i] = entry{texts[from:s[0]], texts[s[0]:s[1]]}
		from = s[1]
	}
	sortEntries(list)
	return list
}

func sortEntries(list []entry) {
	slices.SortFunc(list, func(a, b entry) int { return compareUTF16(a.pointer, b.pointer) })
}

// hashLeaves computes the hashes of all leaves from the salt of the receipt.
func hashLeaves(body *node, salt []byte) []entry {
	list := newHashList(body)
	s := newSalter(salt)
	walk(body, make([]byte, 0, 64), func(pointer []byte, n *node) {
		leafSalt := s.salt(pointer)
		list.add(leafSalt[:], pointer, n)
	})
	return list.entries()
}

// saltHash is what the root knows of the salt.
func saltHash(salt []byte) [hashSize]byte {
	return sha256.Sum256(append([]byte("bujiao salt"), salt...))
}

// rootOf binds format, salt, key and hashes.
func rootOf(saltHash, key []byte, hashes []entry) [hashSize]byte {
	b := make([]byte, 0, 256)
	b = append(b, "bujiao root"...)
	b = binary.BigEndian.AppendUint64(b, Version)
	b = binary.BigEndian.AppendUint64(b, uint64(len(Algorithm)))
	b = append(b, Algorithm...)
	b = append(b, saltHash...)
	b = append(b, key...)
	return hashEntries(b, hashes)
}

// signedMessage is what the signature is over.
func signedMessage(root []byte) []byte { return append([]byte("bujiao receipt"), root...) }
