package cli

import (
	"context"
	"crypto/rand"

	"github.com/spf13/cobra"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/worker"
)

// AdminAnswer is a login with a password that is good for the first login.
type AdminAnswer struct {
	Area     string `json:"area"`
	Login    string `json:"login"`
	Account  string `json:"account"`
	Password string `json:"password"` // nowhere else, and changed at the first login
}

func newAdmin(a *app) *cobra.Command {
	cmd := a.bookCommand("admin", a.admin, flag{name: "area"}, flag{name: "login"})
	cmd.Flags().Bool("reset", false, a.flagText("admin", "reset"))
	return cmd
}

// admin opens the first administrator of an area, or gives a local account
// whose password is lost a new one.
func (a *app) admin(ctx context.Context, x *args, d *desk) error {
	x.need("area", "login")
	if x.err != nil {
		return x.err
	}
	out := AdminAnswer{Area: x.text("area"), Login: x.text("login"), Password: rand.Text()}
	var acc access.Account
	var err error
	if x.given("reset") {
		q := office.Request{Actor: access.Self, Area: out.Area}
		if acc, err = d.AccountOf(ctx, q, access.Local, out.Login); err == nil {
			acc, err = d.ChangeAccount(ctx, q, acc.ID, office.AccountChange{Password: out.Password, Reason: "password lost"})
		}
	} else {
		acc, err = d.FirstAdministrator(ctx, out.Area, out.Login, out.Password)
	}
	if err != nil {
		return err
	}
	out.Account = acc.ID
	return a.show(out, func(p *page) {
		p.say("cli.admin.done", fault.Args{"login": out.Login, "area": out.Area, "password": out.Password})
	})
}

// purgeSessions is the daily job that removes logins that are over.
func purgeSessions(ctx context.Context, o *office.Office, t worker.Task) error {
	const atOnce = 500
	for {
		n, err := o.PurgeSessions(ctx, t.Area, atOnce)
		if err != nil || n < atOnce {
			return err
		}
	}
}
