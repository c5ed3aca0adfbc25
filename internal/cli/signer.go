package cli

import (
	"fmt"
	"path/filepath"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/receipt"
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
func (a *app) signer() (*inquiry.Signer, error) {
	if a.keyDir() == "" { // nowhere to keep a key: never the folder one happens to be in
		return a.ephemeral()
	}
	store := a.keys()
	sign, err := inquiry.LoadSigner(store)
	if err == nil {
		return sign, nil
	}
	if !noKey(err) {
		return nil, keyFault(err)
	}
	if pub, makeErr := store.Make(); makeErr == nil {
		fmt.Fprintln(a.errOut, a.text("cli.key.made", fault.Args{"dir": a.keyDir(), "id": receipt.KeyID(pub)}))
		return inquiry.LoadSigner(store)
	}
	return a.ephemeral()
}

// ephemeral signs with a key of this run alone.
func (a *app) ephemeral() (*inquiry.Signer, error) {
	dir := a.keyDir()
	if dir == "" {
		dir = "$BUJIAO_HOME, $HOME/.config"
	}
	fmt.Fprintln(a.errOut, a.text("cli.key.ephemeral", fault.Args{"dir": dir}))
	return inquiry.PassingSigner()
}

// desk answers questions in the user's language.
func (a *app) desk() (*inquiry.Desk, error) {
	lib, err := a.library()
	return &inquiry.Desk{Laws: lib, Lang: a.lang, Today: a.today()}, err
}

// signingDesk answers and seals.
func (a *app) signingDesk() (*inquiry.Desk, error) {
	desk, err := a.desk()
	if err != nil {
		return nil, err
	}
	desk.Sign, err = a.signer()
	return desk, err
}
