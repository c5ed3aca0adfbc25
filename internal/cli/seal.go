package cli

import (
	"context"

	"github.com/spf13/cobra"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/receipt"
	"bujiao/internal/seal"
)

func newSeal(a *app) *cobra.Command {
	return a.bookCommand("seal", a.seal, flag{name: "area"}, flag{name: "from"})
}

// seal seals the office date and prints its roots, or all from a day on.
func (a *app) seal(ctx context.Context, x *args, d *desk) error {
	from := x.date("from")
	if x.err != nil {
		return x.err
	}
	key, err := receipt.NewKeyStore(d.Home).SigningKey()
	if err != nil {
		return keyFault(err)
	}
	areas, err := d.DB.Areas(ctx)
	if err != nil {
		return err
	}
	if x.given("area") {
		if err := known(x.text("area"), areas); err != nil {
			return err
		}
		areas = []string{x.text("area")}
	}
	list := []seal.Seal{}
	for _, area := range areas {
		q := office.Request{Actor: access.Self, Area: area}
		s, err := office.SealDay(ctx, d.Office, q, key)
		if err != nil {
			return err
		}
		if from == 0 {
			list = append(list, s)
			continue
		}
		all, err := office.Seals(ctx, d.Office, q, from)
		if err != nil {
			return err
		}
		list = append(list, all...)
	}
	return a.show(list, func(p *page) {
		p.say("cli.seal.head", fault.Args{"date": d.Clock.Today().String()})
		for _, s := range list {
			p.line(s.Line())
		}
	})
}
