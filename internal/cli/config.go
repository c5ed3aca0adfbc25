package cli

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/config"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
)

// placeFlags are the settings that every command takes that opens the books,
// allFlags those of the server.
func placeFlags() []flag { return []flag{{name: "db"}, {name: "home"}, {name: "config"}} }

func allFlags() []flag {
	out := placeFlags()
	for _, name := range config.Names() {
		if name != "db" && name != "home" && name != "packs" { // --packs is global
			out = append(out, flag{name: config.FlagName(name)})
		}
	}
	return out
}

// settings reads the configuration; all that is wrong with it is said.
func (a *app) settings(x *args) (*config.Config, error) {
	path := x.text("config")
	if path == "" {
		path = a.env.Getenv("BUJIAO_CONFIG")
	}
	c, err := config.Load(config.Sources{File: path, Getenv: a.env.Getenv, Home: a.keyDir(), Flag: func(name string) (string, bool) {
		return x.text(name), x.given(name)
	}})
	var problems config.Problems
	if errors.As(err, &problems) {
		if len(problems) == 1 {
			return nil, problems[0]
		}
		for _, f := range problems {
			fmt.Fprintln(a.errOut, "  - "+lang.Fault(a.lang, f))
		}
		return nil, fault.Wrap(fault.Invalid, "cli.config.problems", fault.Args{"n": strconv.Itoa(len(problems))}, err)
	}
	return c, err
}

func newConfig(a *app) *cobra.Command {
	return a.group("config", a.command("config.check", a.configCheck, allFlags()...))
}

func (a *app) configCheck(x *args) error {
	c, err := a.settings(x)
	if err != nil {
		return err
	}
	return a.show(c.Values(), func(p *page) {
		var rows [][]string
		for _, v := range c.Values() {
			rows = append(rows, []string{v.Name, v.Text, a.text("cli.config.from."+v.From, nil)})
		}
		p.table("lll", nil, rows)
	})
}
