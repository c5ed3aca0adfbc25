package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// flag is a flag of a command; its text stands in the catalogue.
type flag struct {
	name, def string
	short     string // one letter, if it has one
	many      bool   // may be given several times
}

// command makes a command that takes flags only. Its texts are cli.NAME.short,
// .long and .example, those of its flags cli.NAME.flag.F or cli.flag.F; the
// name of a command inside a group is GROUP.NAME.
func (a *app) command(name string, run func(*args) error, flags ...flag) *cobra.Command {
	cmd := &cobra.Command{
		Use: name[strings.LastIndexByte(name, '.')+1:], Args: noWords,
		Short: a.text("cli."+name+".short", nil), Long: a.text("cli."+name+".long", nil), Example: a.text("cli."+name+".example", nil),
	}
	cmd.Flags().SortFlags = false // help shows them in the order of the command
	a.addFlags(cmd, name, flags)
	cmd.RunE = func(cmd *cobra.Command, words []string) error { return run(&args{cmd: cmd, words: words}) }
	return cmd
}

func (a *app) addFlags(cmd *cobra.Command, name string, flags []flag) {
	for _, f := range flags {
		text := a.flagText(name, f.name)
		if f.many {
			cmd.Flags().StringArray(f.name, nil, text)
		} else {
			cmd.Flags().StringP(f.name, f.short, f.def, text)
		}
		a.guard(cmd.Flags(), f.name, f.many)
	}
}

// args reads the flags of one command line. The first error of the gravest
// kind is kept: a wrong command line goes before a wrong value.
type args struct {
	cmd   *cobra.Command
	words []string
	err   error
}

func (x *args) bad(err error) {
	if x.err == nil || worse(codeOf(x.err), codeOf(err)) != codeOf(x.err) {
		x.err = err
	}
}

func (x *args) badValue(flag, key string) {
	x.bad(fault.New(fault.Invalid, key, fault.Args{"flag": "--" + flag}))
}

// badDay reports a day or month that is none, or that lies in a year without support.
func (x *args) badDay(flag, key string, err error) {
	if errors.Is(err, calendar.ErrRange) {
		x.bad(fault.New(fault.Invalid, "cli.out_of_range", fault.Args{"flag": "--" + flag, "min": strconv.Itoa(calendar.MinYear), "max": strconv.Itoa(calendar.MaxYear)}))
		return
	}
	x.badValue(flag, key)
}

// given reports whether the flag stands on the command line.
func (x *args) given(name string) bool { return x.cmd.Flags().Changed(name) }

// text returns the flag as it was typed, or its default.
func (x *args) text(name string) string {
	if f := x.cmd.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// need reports all flags of a list that are not given.
func (x *args) need(names ...string) {
	var missing []string
	for _, n := range names {
		if !x.given(n) {
			missing = append(missing, "--"+n)
		}
	}
	if len(missing) > 0 {
		x.bad(usage("cli.missing_flag", fault.Args{"flags": strings.Join(missing, ", "), "command": x.cmd.CommandPath()}))
	}
}

// apart reports flags that do not go with another one.
func (x *args) apart(name string, others ...string) {
	for _, o := range others {
		if x.given(name) && x.given(o) {
			x.bad(usage("cli.flags_apart", fault.Args{"flag": "--" + name, "other": "--" + o}))
		}
	}
}

// choice returns a value of a list.
func (x *args) choice(name string, values ...string) string {
	v := x.text(name)
	if !slices.Contains(values, v) {
		x.bad(usage("cli.not_in_list", fault.Args{"flag": "--" + name, "list": strings.Join(values, ", ")}))
	}
	return v
}

// list splits a comma list; empty parts are left out.
func (x *args) list(name string) []string {
	var out []string
	for _, s := range strings.Split(x.text(name), ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// schemes reads a comma list of schemes.
func (x *args) schemes(name string) []insurance.Scheme {
	var out []insurance.Scheme
	for _, s := range x.list(name) {
		v, err := insurance.ParseScheme(s)
		if err != nil {
			x.bad(usage("cli.not_in_list", fault.Args{"flag": "--" + name, "list": strings.Join(insurance.SchemeNames(), ", ")}))
			return nil
		}
		out = append(out, v)
	}
	return out
}

// month, date, yuan and number return zero (nil) for a flag that is not given.
func (x *args) month(name string) calendar.Month {
	if !x.given(name) {
		return 0
	}
	m, err := calendar.ParseMonth(x.text(name))
	if err != nil {
		x.badDay(name, "cli.bad_month", err)
	}
	return m
}

func (x *args) date(name string) calendar.Date {
	if !x.given(name) {
		return 0
	}
	d, err := calendar.ParseDate(x.text(name))
	if err != nil {
		x.badDay(name, "cli.bad_date", err)
	}
	return d
}

// yuan reads an amount that may be zero but not negative.
func (x *args) yuan(name string) *money.Fen {
	if !x.given(name) {
		return nil
	}
	f, err := money.ParseFen(x.text(name))
	switch {
	case err != nil:
		x.badValue(name, "cli.bad_yuan")
	case f < 0:
		x.badValue(name, "cli.negative")
	}
	return &f
}

// number reads a whole number of a range; zero if it is not given.
func (x *args) number(name string, min, max int) int {
	if !x.given(name) {
		return 0
	}
	return x.whole(name, x.text(name), min, max)
}

func (x *args) whole(name, text string, min, max int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < min || n > max {
		x.bad(fault.New(fault.Invalid, "cli.bad_number", fault.Args{"flag": "--" + name, "min": strconv.Itoa(min), "max": strconv.Itoa(max)}))
		return 0
	}
	return n
}

func (x *args) year(name string) int { return x.number(name, inquiry.MinYear, inquiry.MaxYear) }

// years reads a comma list of years.
func (x *args) years(name string) []int {
	var out []int
	for _, s := range x.list(name) {
		out = append(out, x.whole(name, s, inquiry.MinYear, inquiry.MaxYear))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spans reads FROM..TO, as often as it is given.
func (x *args) spans(name string) [][2]calendar.Date {
	texts, err := x.cmd.Flags().GetStringArray(name)
	if err != nil {
		x.bad(err)
	}
	var out [][2]calendar.Date
	for _, s := range texts {
		a, b, ok := strings.Cut(s, "..")
		from, err1 := calendar.ParseDate(a)
		to, err2 := calendar.ParseDate(b)
		if err := errors.Join(err1, err2); !ok || err != nil || to < from {
			x.badDay(name, "cli.bad_span", err)
			continue
		}
		out = append(out, [2]calendar.Date{from, to})
	}
	return out
}
