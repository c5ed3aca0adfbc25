package cli

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/receipt"
)

// KeyAnswer is a public key: its short name, the key itself, and whether new
// receipts are signed with it.
type KeyAnswer struct {
	KeyID   string `json:"key_id"`
	Public  string `json:"public"` // base64url, as it stands in a receipt
	Signing bool   `json:"signing"`
}

func newKey(a *app) *cobra.Command {
	return a.group("key", a.command("key.new", a.keyNew), a.command("key.show", a.keyShow), a.command("key.list", a.keyList), newKeyRotate(a))
}

// keyFault says that the directory of keys cannot be used, unless the error
// says already what is wrong.
func keyFault(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.Internal, "cli.key.store", nil, err)
}

// noKey reports whether there is no key yet, as opposed to one that is broken
// or open to others: a new key in its place would hide that.
func noKey(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == "receipt.no_key"
}

func (a *app) keyNew(*args) error {
	store := a.keys()
	key, err := store.Make()
	if err != nil {
		return keyFault(err)
	}
	return a.showKeys(keyAnswer(key, key))
}

func (a *app) keyShow(*args) error {
	store := a.keys()
	private, err := store.SigningKey()
	if err != nil {
		return keyFault(err)
	}
	public := private[ed25519.PrivateKeySize-ed25519.PublicKeySize:]
	return a.showKeys(keyAnswer(ed25519.PublicKey(public), ed25519.PublicKey(public)))
}

func (a *app) keyList(*args) error {
	store := a.keys()
	ring, err := store.Keyring()
	if err != nil {
		return keyFault(err)
	}
	var own ed25519.PublicKey // stays nil where there is no signing key
	if private, err := store.SigningKey(); err == nil {
		own = ed25519.PublicKey(private[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
	}
	list := make([]KeyAnswer, len(ring))
	for i, k := range ring {
		list[i] = keyAnswer(k, own)
	}
	return a.show(list, func(p *page) {
		if len(list) == 0 {
			p.say("cli.key.none", nil)
		}
		p.keys(list)
	})
}

func keyAnswer(key, signing ed25519.PublicKey) KeyAnswer {
	return KeyAnswer{KeyID: receipt.KeyID(key), Public: base64.RawURLEncoding.EncodeToString(key), Signing: key.Equal(signing)}
}

func (a *app) showKeys(k KeyAnswer) error {
	return a.show(k, func(p *page) {
		p.keys([]KeyAnswer{k})
		p.gap()
		p.say("cli.key.hint", fault.Args{"public": k.Public})
	})
}

func (p *page) keys(list []KeyAnswer) {
	var rows [][]string
	for _, k := range list {
		use := ""
		if k.Signing {
			use = p.a.text("cli.key.signing", nil)
		}
		rows = append(rows, []string{k.KeyID, k.Public, use})
	}
	if len(rows) > 0 {
		p.table("lll", []string{p.a.text("cli.key.id", nil), p.a.text("cli.key.public", nil), ""}, rows)
	}
}
