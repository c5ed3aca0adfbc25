package receipt

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"

	"bujiao/internal/fault"
	"bujiao/internal/identity"
)

// KeyID is the short name of a public key: the first 8 bytes of its SHA-256, in
// hexadecimal. It is for people and file names and proves nothing.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// ParsePublicKey reads a public key as PEM (PKIX) or as the base64url text that
// stands in a receipt. A private key is refused, so that nobody gets used to
// passing one around.
func ParsePublicKey(data []byte) (ed25519.PublicKey, error) {
	if key, ok := decode(strings.TrimSpace(string(data)), ed25519.PublicKeySize); ok {
		return key, nil
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fault.New(fault.Invalid, "receipt.bad_public_key", nil)
	}
	if strings.Contains(block.Type, "PRIVATE KEY") {
		return nil, fault.New(fault.Invalid, "receipt.private_key_given", nil)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "receipt.bad_public_key", nil, err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, fault.New(fault.Invalid, "receipt.bad_public_key", nil)
	}
	return key, nil
}

// KeyedHash stands for a citizen number in what is made public. Whoever has the
// key (the pepper of a KeyStore) finds the hash of a number again, in whichever
// of its forms it is written; without it the few billion numbers there are
// cannot be tried out. An empty number has no hash.
func KeyedHash(key []byte, number string) string {
	canonical := identity.Canonical(number)
	if canonical == "" {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("bujiao citizen number\x00"))
	mac.Write([]byte(canonical))
	return encode(mac.Sum(nil))
}
