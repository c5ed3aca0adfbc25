package inquiry

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"

	"bujiao/internal/assess"
	"bujiao/internal/receipt"
	"bujiao/internal/record"
)

// Signer seals answers with a key and hides numbers behind a hash with a secret
// of its own (the pepper).
type Signer struct {
	Key    ed25519.PrivateKey
	Pepper []byte
}

// LoadSigner reads the signing key and the pepper of a key store.
func LoadSigner(keys receipt.KeyStore) (*Signer, error) {
	key, err := keys.SigningKey()
	if err != nil {
		return nil, err
	}
	pepper, err := keys.Pepper()
	if err != nil {
		return nil, err
	}
	return &Signer{key, pepper}, nil
}

// PassingSigner has a key that is gone with the process.
func PassingSigner() (*Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	pepper := make([]byte, 32)
	_, err = rand.Read(pepper)
	return &Signer{key, pepper}, err
}

// Public is the key that the signer's receipts are checked with.
func (s *Signer) Public() ed25519.PublicKey {
	return ed25519.PublicKey(s.Key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// Seal makes the receipt of a body.
func (s *Signer) Seal(b *assess.Body) (json.RawMessage, error) {
	r, err := receipt.Seal(b, s.Key, rand.Reader)
	if err != nil {
		return nil, err
	}
	return json.Marshal(r)
}

// Hide replaces a citizen number or a name by its keyed hash.
func (s *Signer) Hide(text string) string { return receipt.KeyedHash(s.Pepper, text) }

// hideRows returns the rows without personal data that the answer does not
// need: the number became birth and sex, the name nothing.
func hideRows(rows []record.Row) []record.Row {
	out := make([]record.Row, len(rows))
	for i, r := range rows {
		r.IDNumber = ""
		r.Person = ""
		out[i] = r
	}
	return out
}
