package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bujiao/internal/lang"
)

// flagText finds the text of a flag: the command's own, or the general one.
// Texts begin with the placeholder of the value in back quotes.
func (a *app) flagText(command, name string) string {
	if key := "cli." + command + ".flag." + name; lang.Has(key) {
		return a.text(key, nil)
	}
	return a.text("cli.flag."+name, nil)
}

func (a *app) newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help", Short: a.text("cli.help.short", nil), Hidden: true,
		RunE: func(cmd *cobra.Command, words []string) error {
			target, rest, err := cmd.Root().Find(words)
			if err != nil {
				return a.noCommand(cmd.Root(), words)
			}
			if len(rest) > 0 {
				return a.noCommand(target, rest)
			}
			return target.Help()
		},
	}
}

// help prints what a command does, how it is called and what its flags mean.
func (a *app) help(cmd *cobra.Command, _ []string) {
	if words := cmd.Flags().Args(); cmd.HasSubCommands() && len(words) > 0 { // --help behind a command that there is not
		a.exit(a.fail(a.noCommand(cmd, words)))
		return
	}
	p := a.page()
	p.line(cmd.Long)
	p.gap()
	p.title("cli.help.usage")
	p.line("  " + a.useLine(cmd))
	if cmd.HasAvailableSubCommands() {
		p.gap()
		p.title("cli.help.commands")
		var rows [][]string
		for _, c := range cmd.Commands() {
			if !c.Hidden {
				rows = append(rows, []string{"  " + c.Name(), c.Short})
			}
		}
		p.table("ll", nil, rows)
	}
	if s := cmd.Example; s != "" {
		p.gap()
		p.title("cli.help.examples")
		for _, l := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
			p.line("  " + l)
		}
	}
	var own [][]string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if cmd.Root().PersistentFlags().Lookup(f.Name) == nil && !f.Hidden {
			own = append(own, flagRow(f))
		}
	})
	if len(own) > 0 {
		p.gap()
		p.title("cli.help.flags")
		p.table("ll", nil, own)
	}
	var global [][]string
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		row := flagRow(f)
		if f.Name == "output" {
			row[0] = "  -o, --output " + strings.Join(formatsOf(cmd), "|")
		}
		global = append(global, row)
	})
	p.gap()
	p.title("cli.help.global")
	p.table("ll", nil, global)
	if cmd.HasAvailableSubCommands() {
		p.gap()
		p.line(a.text("cli.help.more", map[string]string{"command": cmd.CommandPath()}))
	}
	var b bytes.Buffer
	b.WriteString(p.String())
	if err := a.write(&b); err != nil {
		a.exit(exitFailed)
	}
}

func (a *app) useLine(cmd *cobra.Command) string {
	line := cmd.CommandPath()
	if _, words, ok := strings.Cut(cmd.Use, " "); ok {
		line += " " + words
	}
	if cmd.HasAvailableSubCommands() {
		return line + " " + a.text("cli.help.a_command", nil)
	}
	return line + " " + a.text("cli.help.some_flags", nil)
}

// flagRow splits the value's placeholder off the text.
func flagRow(f *pflag.Flag) []string {
	name, text := "--"+f.Name, f.Usage
	if rest, ok := strings.CutPrefix(text, "`"); ok {
		if value, after, ok := strings.Cut(rest, "`"); ok {
			name, text = name+" "+value, strings.TrimSpace(after)
		}
	}
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" {
		text += fmt.Sprintf(" [%s]", f.DefValue)
	}
	return []string{"  " + name, text}
}
