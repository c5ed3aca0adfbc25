package cli

import (
	"bufio"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
)

func newID(a *app) *cobra.Command {
	check := a.command("id.check", a.idCheck)
	check.Use = "check NUMBER...|-"
	check.Args = words(1, -1, "NUMBER")
	return a.group("id", check)
}

// group makes a command that only holds others.
func (a *app) group(name string, members ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: a.text("cli."+name+".short", nil), Long: a.text("cli."+name+".long", nil), Args: a.noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage("cli.missing_command", fault.Args{"command": cmd.CommandPath()})
		},
	}
	cmd.AddCommand(members...)
	return cmd
}

// idCheck checks numbers of persons and employers.
func (a *app) idCheck(x *args) error {
	var numbers []string
	for _, w := range x.words {
		if w != "-" {
			numbers = append(numbers, w)
			continue
		}
		lines, err := readLines(a.in)
		if err != nil {
			return err
		}
		numbers = append(numbers, lines...)
	}
	desk := &inquiry.Desk{Lang: a.lang, Today: a.today()} // numbers ask no law
	results := desk.CheckIDs(numbers)
	for _, r := range results {
		if !r.Valid {
			a.exit(exitInvalid)
		}
	}
	return a.show(results, func(p *page) {
		var rows [][]string
		for _, r := range results {
			valid, say := p.a.text("cli.id.valid", nil), r.Note
			if !r.Valid {
				valid, say = p.a.text("cli.id.invalid", nil), r.Reason
			}
			rows = append(rows, []string{r.Number, p.a.name("id.kind", string(r.Kind)), valid, dash(r.Birth.String()), dash(p.a.name("sex", string(r.Sex))), dash(r.Area), say})
		}
		p.table("lllllll", []string{
			p.a.text("cli.id.number", nil), p.a.text("cli.id.kind", nil), p.a.text("cli.id.result", nil),
			p.a.text("cli.id.birth", nil), p.a.text("cli.id.sex", nil), p.a.text("cli.id.area", nil), "",
		}, rows)
	})
}

// maxLine is longer than any number, and stops a file that is no list of numbers.
const maxLine = 4096

// readLines reads the lines that are not empty; a byte-order mark is dropped.
func readLines(r io.Reader) ([]string, error) {
	var out []string
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, maxLine), maxLine)
	for s.Scan() {
		if line := strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff")); line != "" {
			out = append(out, line)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fault.Wrap(fault.Invalid, "cli.cannot_read", fault.Args{"file": "-"}, err)
	}
	return out, nil
}
