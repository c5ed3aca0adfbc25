package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
)

// ErrEngineUnknown is returned by a ReplayFunc that has no engine of the
// version that the body names.
var ErrEngineUnknown = errors.New("receipt: engine unknown")

// ReplayFunc computes the result of a body again. It returns the result as
// recorded in the body and as computed now. The body may have been tampered
// with; it is handed over all the same, since a difference tells more.
type ReplayFunc func(body json.RawMessage) (recorded, computed json.RawMessage, err error)

// Keyring is the public keys whose holders the reader knows.
type Keyring []ed25519.PublicKey

// Holds reports whether the key is one of the ring.
func (k Keyring) Holds(key ed25519.PublicKey) bool {
	for _, known := range k {
		if bytes.Equal(known, key) {
			return true
		}
	}
	return false
}

// Verify checks a receipt against itself, tells whether the signer is in the
// keyring, and computes the result again if replay is not nil. A single change
// anywhere in the receipt is named by its pointer and kind.
func Verify(r Receipt, keys Keyring, replay ReplayFunc) Report {
	c := check{r: &r, keys: keys}
	c.format()
	c.hashBody()
	blame := c.judge()
	if len(c.own) > 0 {
		c.compare(blame)
	}
	c.leftoverSalts()
	rep := Report{Intact: c.bound && len(c.problems) == 0, Signer: "unknown", Problems: c.problems}
	if c.key != nil {
		rep.KeyID = KeyID(c.key)
	}
	if c.verified && keys.Holds(c.key) {
		rep.Signer = "known"
	}
	rep.Replay, rep.Differs, rep.ReplayErr = runReplay(r, replay)
	return rep
}

func runReplay(r Receipt, replay ReplayFunc) (Replay, []Difference, error) {
	if replay == nil {
		return ReplayNone, nil, nil
	}
	if r.redacted {
		return ReplayHidden, nil, nil
	}
	recorded, computed, err := replay(r.Body())
	if errors.Is(err, ErrEngineUnknown) {
		return EngineUnknown, nil, nil
	}
	if err != nil {
		return ReplayFailed, nil, err
	}
	differs, err := Diff(recorded, computed)
	switch {
	case err != nil:
		return ReplayFailed, nil, err
	case len(differs) > 0:
		return ReplayDiffers, differs, nil
	}
	return ReplaySame, nil, nil
}

// check is one run of Verify.
type check struct {
	r        *Receipt
	keys     Keyring
	problems []Problem

	own      []entry // hashes computed from the body; nil if the salt cannot be read
	saltHash []byte  // as the root has it
	key      ed25519.PublicKey
	verified bool // the signature was made with key over something in this receipt
	bound    bool // and that is the root as written, to which the hashes lead

	salter    *salter         // of a receipt that is not redacted
	markers   map[string]bool // where a redacted one has markers
	saltsOff  bool            // its leaf salts do not fit their check sum
	saltNamed bool            // one of them has been named
}

func (c *check) report(what What, pointer, of string) {
	c.problems = append(c.problems, Problem{Pointer: pointer, What: what, Of: of})
}

// format looks at what says how to read the rest. The rest is read as the one
// format there is, so a changed version alone is named alone.
func (c *check) format() {
	if c.r.version != Version {
		c.report(WrongVersion, "/version", "")
	}
	if c.r.algorithm != Algorithm {
		c.report(WrongAlgorithm, "/algorithm", "")
	}
	if key, ok := decode(c.r.key, ed25519.PublicKeySize); ok {
		c.key = key
	}
}

// hashBody computes the hashes of the body as it is now.
func (c *check) hashBody() {
	if c.r.redacted {
		c.saltHash, _ = decode(c.r.saltHash, hashSize) // what cannot be read fits no root and is named for that
		c.saltsOff = hashSalts(c.r.salts) != c.r.saltsHash
		c.markers = map[string]bool{}
		list := newHashList(&c.r.body)
		c.hashDisclosed(list, &c.r.body, make([]byte, 0, 64))
		c.own = list.entries()
		return
	}
	salt, ok := decode(c.r.salt, saltSize)
	if !ok {
		return
	}
	commitment := saltHash(salt)
	c.saltHash, c.salter = commitment[:], newSalter(salt)
	c.own = hashLeaves(&c.r.body, salt)
}

// hashDisclosed hashes what a redacted receipt still shows; a marker counts
// with the hash it carries.
func (c *check) hashDisclosed(list *hashList, n *node, pointer []byte) {
	if isMarker(n, pointer, c.r.hashes) {
		hash, _ := n.kids[0].node.str()
		list.addText(pointer, hash)
		c.markers[string(pointer)] = true
		if n.kids[1].node.text != "true" {
			c.report(ChangedValue, "/body"+string(pointer)+"/redacted", "")
		}
		return
	}
	if !n.leaf() {
		for i := range n.kids {
			c.hashDisclosed(list, &n.kids[i].node, childPointer(pointer, n, i))
		}
		return
	}
	if salt, ok := c.leafSalt(string(pointer)); ok {
		list.add(salt[:], pointer, n)
	} else {
		list.addText(pointer, "")
	}
}

func (c *check) leafSalt(pointer string) (salt [saltSize]byte, ok bool) {
	if c.salter != nil {
		return c.salter.salt([]byte(pointer)), true
	}
	text, _ := find(c.r.salts, pointer)
	b, ok := decode(text, saltSize)
	copy(salt[:], b)
	return salt, ok
}

// side is the side of a mismatch between body and hashes that is to blame.
type side int

const (
	bodyChanged side = iota
	hashesChanged
	eitherChanged
)

// judge finds out what the signature vouches for and reports what is wrong with
// salt, root, signature and key. Of body and hashes it says which changed: the
// one whose root was not signed.
func (c *check) judge() side {
	stored := rootOf(c.saltHash, c.key, c.r.hashes)
	own := stored
	if c.own != nil && !equalEntries(c.own, c.r.hashes) {
		own = rootOf(c.saltHash, c.key, c.own)
	}
	written, readable := decode(c.r.root, hashSize)
	isWritten := func(root [hashSize]byte) bool { return readable && bytes.Equal(root[:], written) }
	switch {
	case readable && c.signed(c.key, written):
		c.verified = true
		switch {
		case isWritten(stored):
			c.bound = true
			return bodyChanged
		case isWritten(own):
			return hashesChanged
		}
		return c.blameSalt()
	case c.signed(c.key, stored[:]):
		c.verified = true
		c.report(ChangedRoot, "/root", "")
		return bodyChanged
	case c.signed(c.key, own[:]):
		c.verified = true
		c.report(ChangedRoot, "/root", "")
		return hashesChanged
	case isWritten(stored):
		c.report(ChangedSignature, "/signature", "")
		return bodyChanged
	case isWritten(own):
		c.report(ChangedSignature, "/signature", "")
		return hashesChanged
	}
	return c.blameKey(written)
}

func (c *check) signed(key ed25519.PublicKey, root []byte) bool {
	signature, ok := decode(c.r.signature, ed25519.SignatureSize)
	return ok && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, signedMessage(root), signature)
}

// blameSalt is for a signed root to which neither the hashes nor the body lead:
// the salt is wrong, or several things are.
func (c *check) blameSalt() side {
	misfits := 0
	for _, e := range c.own {
		if v, _ := find(c.r.hashes, e.pointer); v != e.value {
			misfits++
		}
	}
	switch {
	case c.r.redacted && misfits == 0:
		c.report(ChangedSalt, "/salt_hash", "")
	case !c.r.redacted && misfits == len(c.own): // also if the salt cannot be read
		c.report(ChangedSalt, "/salt", "")
		c.own = nil // nothing to learn from hashes with a wrong salt
	case misfits == 0: // body and hashes were changed to fit each other
		c.report(ChangedHash, "/hashes", "/body")
	default:
		return eitherChanged
	}
	return bodyChanged
}

// blameKey is for a signature that fits nothing, under a root that nothing
// leads to. The key is in both, so it is the one change that breaks both; a
// known key that mends them proves it. If body and hashes disagree as well,
// the known key also tells which of them was sealed.
func (c *check) blameKey(written []byte) side {
	c.report(ChangedKey, "/key", "")
	for _, key := range c.keys {
		if !c.signed(key, written) {
			continue
		}
		if root := rootOf(c.saltHash, key, c.r.hashes); bytes.Equal(root[:], written) {
			return bodyChanged
		}
		if root := rootOf(c.saltHash, key, c.own); bytes.Equal(root[:], written) {
			return hashesChanged
		}
	}
	return eitherChanged
}

func equalEntries(a, b []entry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
