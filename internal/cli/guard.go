package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// The parser of flags takes the last of two values in silence, and the name of
// the next flag for a value that was forgotten. Neither is what was meant.
var (
	errTwice   = errors.New("given twice")
	errNoValue = errors.New("no value")
)

// guarded is the value of a flag that refuses both.
type guarded struct {
	pflag.Value
	many  bool
	seen  bool
	looks func(string) bool // like another flag
}

// Set takes a value from the command line.
func (g *guarded) Set(s string) error {
	if g.looks(s) {
		return errNoValue
	}
	if g.seen && !g.many {
		return errTwice
	}
	g.seen = true
	return g.Value.Set(s)
}

// guard guards a flag that was just added. A value that does begin with two
// dashes is written --flag=VALUE.
func (a *app) guard(flags *pflag.FlagSet, name string, many bool) {
	f := flags.Lookup(name)
	f.Value = &guarded{Value: f.Value, many: many, looks: func(s string) bool {
		if slices.Contains(a.words, "--"+name+"="+s) {
			return false
		}
		return strings.HasPrefix(s, "--") || len(s) == 2 && s[0] == '-' && flags.ShorthandLookup(s[1:]) != nil
	}}
}
