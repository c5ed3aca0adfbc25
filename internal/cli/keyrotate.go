package cli

import (
	"context"
	"crypto/rand"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// RotateAnswer says what key rotate did.
type RotateAnswer struct {
	KeyID   string `json:"key_id"` // of the vault's key that new boxes take
	Made    bool   `json:"made"`   // now; else an earlier rotation was gone on with
	Boxes   int    `json:"boxes"`  // encrypted anew
	Retired bool   `json:"retired"`
}

// newKeyRotate makes a new key for personal data and encrypts everything with
// it. Old keys are forgotten only when asked: a server that was started before
// still encrypts with the old one.
func newKeyRotate(a *app) *cobra.Command {
	cmd := a.bookCommand("key.rotate", a.keyRotate)
	cmd.Flags().Bool("retire", false, a.flagText("key.rotate", "retire"))
	return cmd
}

// boxesAtOnce bounds a transaction of a rotation, so that others get on.
const boxesAtOnce = 500

func (a *app) keyRotate(ctx context.Context, x *args, d *desk) error {
	out := RotateAnswer{}
	if len(d.Vault.KeyIDs()) == 1 && !x.given("retire") {
		if _, err := d.Vault.Rotate(rand.Reader); err != nil {
			return keyFault(err)
		}
		out.Made = true
	}
	out.KeyID = d.Vault.Current()
	areas, err := d.DB.Areas(ctx)
	if err != nil {
		return err
	}
	for _, area := range areas {
		for n := boxesAtOnce; n == boxesAtOnce; {
			err := d.DB.Update(ctx, area, func(tx store.Tx) (err error) {
				n, err = tx.Rebox(ctx, boxesAtOnce)
				return err
			})
			if err != nil {
				return err
			}
			out.Boxes += n
		}
	}
	if x.given("retire") {
		if err := d.Vault.Retire(); err != nil {
			return keyFault(err)
		}
		out.Retired = true
	}
	return a.show(out, func(p *page) {
		p.say("cli.key.rotate.done", fault.Args{"id": out.KeyID, "n": strconv.Itoa(out.Boxes)})
		if !out.Retired {
			p.say("cli.key.rotate.next", nil)
		}
	})
}
