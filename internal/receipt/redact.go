package receipt

import (
	"iter"
	"strings"

	"bujiao/internal/fault"
)

// Redact returns a receipt without the values at the pointers (RFC 6901, into
// the body). A pointer to an object or array takes out all leaves below it. In
// place of a leaf stands {"hash": ..., "redacted": true}; the hash is a second
// copy of the one in hashes, which keeps a change of either nameable. Without
// the salt nobody can try out which value a hash belongs to. Hashes, root and
// signature stay, so the rest still verifies; who asks for more than is there
// gets a *fault.Error that names the pointer.
func Redact(r Receipt, pointers ...string) (Receipt, error) {
	master, ok := decode(r.salt, saltSize)
	if !r.redacted && !ok {
		return Receipt{}, fault.New(fault.Invalid, "receipt.bad_salt", fault.Args{"pointer": "/salt"})
	}
	out := r
	if !r.redacted {
		commitment := saltHash(master)
		out.redacted, out.salt, out.saltHash = true, "", encode(commitment[:])
		out.salts = leafSalts(&r.body, newSalter(master))
	}
	used := make(map[string]bool, len(pointers))
	for _, p := range pointers {
		used[p] = false
	}
	removed := func(pointer string) (hit bool) {
		for p := range lineage(pointer) {
			if _, asked := used[p]; asked {
				used[p], hit = true, true
			}
		}
		return hit
	}
	kept := make([]entry, 0, len(out.salts))
	for _, e := range out.salts {
		if !removed(e.pointer) {
			kept = append(kept, e)
		}
	}
	for _, p := range pointers {
		if !used[p] {
			return Receipt{}, fault.New(fault.Invalid, "receipt.no_such_value", fault.Args{"pointer": p})
		}
	}
	out.salts = kept
	out.saltsHash = hashSalts(kept)
	out.body = withMarkers(&r.body, nil, removed, r.hashes)
	return out, nil
}

// leafSalts lists the salts of all leaves.
func leafSalts(body *node, s *salter) []entry {
	var list []entry
	walk(body, make([]byte, 0, 64), func(pointer []byte, n *node) {
		salt := s.salt(pointer)
		list = append(list, entry{string(pointer), encode(salt[:])})
	})
	sortEntries(list)
	return list
}

// hashSalts is a check sum that tells a changed leaf salt from a changed value;
// it proves nothing by itself.
func hashSalts(salts []entry) string {
	sum := hashEntries([]byte("bujiao salts"), salts)
	return encode(sum[:])
}

// withMarkers copies the tree with the removed leaves replaced by markers.
func withMarkers(n *node, pointer []byte, removed func(string) bool, hashes []entry) node {
	if isMarker(n, pointer, hashes) {
		return *n
	}
	if n.leaf() {
		if p := string(pointer); removed(p) {
			hash, _ := find(hashes, p)
			return marker(hash)
		}
		return *n
	}
	c := node{kind: n.kind, kids: make([]member, len(n.kids))}
	for i := range n.kids {
		c.kids[i] = member{n.kids[i].name, withMarkers(&n.kids[i].node, childPointer(pointer, n, i), removed, hashes)}
	}
	return c
}

func marker(hash string) node {
	return node{kind: object, kids: []member{
		{"hash", node{kind: text, text: string(appendString(nil, hash))}},
		{"redacted", node{kind: literal, text: "true"}},
	}}
}

// isMarker reports whether n stands for a redacted leaf, perhaps damaged. A
// body may have such an object of its own; then its members have hashes.
func isMarker(n *node, pointer []byte, hashes []entry) bool {
	if n.kind != object || len(n.kids) != 2 || n.kids[0].name != "hash" || n.kids[1].name != "redacted" ||
		!n.kids[0].node.leaf() || !n.kids[1].node.leaf() {
		return false
	}
	p := string(pointer)
	_, own := find(hashes, p+"/hash")
	_, too := find(hashes, p+"/redacted")
	return !own && !too
}

// lineage yields a pointer and its ancestors, nearest first.
func lineage(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for p := pointer; yield(p) && p != ""; {
			p = p[:max(0, strings.LastIndexByte(p, '/'))]
		}
	}
}
