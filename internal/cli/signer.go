package cli

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"path/filepath"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/receipt"
	"bujiao/internal/record"

	"bujiao/internal/calendar"
)

// keyDir is where the signing key, the pepper and the known public keys lie.
func (a *app) keyDir() string {
	if d := a.env.Getenv("BUJIAO_HOME"); d != "" {
		return d
	}
	if d := a.env.Getenv("XDG_CONFIG_HOME"); d != "" {
		return filepath.Join(d, "bujiao")
	}
	if d := a.env.Getenv("HOME"); d != "" {
		return filepath.Join(d, ".config", "bujiao")
	}
	return ""
}

func (a *app) keys() receipt.KeyStore { return receipt.NewKeyStore(a.keyDir()) }

// signer seals answers. The key is made on first use and said so; where it
// cannot be kept, the answer is signed by a key for this run alone.
type signer struct {
	key    ed25519.PrivateKey
	pepper []byte
}

func (a *app) signer() (*signer, error) {
	if a.keyDir() == "" { // nowhere to keep a key: never the folder one happens to be in
		return a.ephemeral()
	}
	store := a.keys()
	key, err := store.SigningKey()
	if err == nil {
		pepper, err := store.Pepper()
		return &signer{key, pepper}, err
	}
	if !noKey(err) {
		return nil, keyFault(err)
	}
	if pub, makeErr := store.Make(); makeErr == nil {
		fmt.Fprintln(a.errOut, a.text("cli.key.made", fault.Args{"dir": a.keyDir(), "id": receipt.KeyID(pub)}))
		if key, err = store.SigningKey(); err != nil {
			return nil, err
		}
		pepper, err := store.Pepper()
		return &signer{key, pepper}, err
	}
	return a.ephemeral()
}

// ephemeral signs with a key of this run alone.
func (a *app) ephemeral() (*signer, error) {
	dir := a.keyDir()
	if dir == "" {
		dir = "$BUJIAO_HOME, $HOME/.config"
	}
	fmt.Fprintln(a.errOut, a.text("cli.key.ephemeral", fault.Args{"dir": dir}))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	pepper := make([]byte, 32)
	_, err = rand.Read(pepper)
	return &signer{key, pepper}, err
}

// seal makes the receipt of a body.
func (s *signer) seal(b *assess.Body) (json.RawMessage, error) {
	r, err := receipt.Seal(b, s.key, rand.Reader)
	if err != nil {
		return nil, err
	}
	return json.Marshal(r)
}

// hide replaces a citizen number by its keyed hash.
func (s *signer) hide(number string) string { return receipt.KeyedHash(s.pepper, number) }

// hideRows returns the rows without personal data that the answer does not
// need: the number becomes birth and sex, the name nothing.
func (s *signer) hideRows(rows []record.Row) []record.Row {
	out := make([]record.Row, len(rows))
	for i, r := range rows {
		r.IDNumber = ""
		r.Person = ""
		out[i] = r
	}
	return out
}

// checkID is what intake asks about a citizen number.
func (a *app) checkID(number string) (calendar.Date, insurance.Sex, error) {
	return identity.Citizen(number, a.today())
}
