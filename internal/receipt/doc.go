// Package receipt seals an answer so that anybody can check it later, offline,
// and learn which value was touched.
//
// A receipt holds a body (any JSON of objects, arrays, strings, booleans,
// nulls and integers), one salted hash for every leaf of it, one root over the
// hashes, and an Ed25519 signature over the root:
//
//	leaf salt = HMAC-SHA256(salt, "leaf" pointer), 16 bytes
//	leaf hash = SHA-256("bujiao leaf" leaf-salt length(pointer) pointer canonical-value)
//	root      = SHA-256("bujiao root" version length(algorithm) algorithm SHA-256("bujiao salt" salt) key canonical-hashes)
//	signature = Ed25519("bujiao receipt" root)
//
// Pointers are JSON Pointers (RFC 6901) into the body, canonical is RFC 8785,
// lengths and the version are 8 bytes, big-endian. The root holds a hash of the
// salt and not the salt, so that a redacted receipt, which has to keep the
// salt secret, has the same root; and it holds the key, so that a changed key
// is told from a changed signature.
//
// Seal makes a receipt, Parse reads one, Verify checks it and names what was
// changed, Redact takes values out without breaking the proof of the others. A
// receipt that Parse or Seal returned is not changed by anything.
//
// The package knows nothing of insurance: what a body means, and how its result
// is computed again, is passed in as a ReplayFunc. It vouches for a signer only
// as far as the caller's Keyring goes. Errors name pointers and byte offsets,
// never values; member names of a body must therefore not be personal data.
package receipt
