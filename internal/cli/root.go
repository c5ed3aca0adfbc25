// Package cli is the command line: it reads flags, calls one operation of the
// kernel, and prints the answer as a table for people or as JSON for programs.
//
// It decides nothing and computes nothing. Results go to stdout, errors to
// stderr, as one sentence in the user's language (as a JSON object with
// -o json). The exit code is 0 when all is done, 1 when the input is wrong or
// a check does not hold, 2 for a wrong command line, 3 when a parameter is
// missing and the rest was printed, 4 when the machine or the program failed.
// The package reads no clock and no environment but through Env.
package cli

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

// Env is all that a run may know of the machine.
type Env struct {
	Getenv func(string) string // environment variables
	Now    func() time.Time    // the clock: which day it is where no date is given
	Packs  fs.FS               // the packs of the program; --packs takes others
	// Database finds the engine of an address; commands that open the books need it.
	Database func(address string) (Database, error)
	// Context ends when the program is told to stop; nil: never.
	Context context.Context
}

// The exit codes.
const (
	exitDone    = 0
	exitInvalid = 1
	exitUsage   = 2
	exitMissing = 3
	exitFailed  = 4
)

// severity ranks exit codes: of several, the first in this list is returned.
var severity = []int{exitFailed, exitUsage, exitInvalid, exitMissing, exitDone}

// commands is the table of all commands, in the order in which help shows them.
func commands() []func(*app) *cobra.Command {
	return []func(*app) *cobra.Command{
		newDue,
		newLateFee,
		newQuote,
		newPlan,
		newAssess,
		newExplain,
		newEstimate,
		newRetire,
		newWait,
		newTerm,
		newID,
		newVerify,
		newKey,
		newPack,
		newServe,
		newMigrate,
		newSimulate,
		newAdmin,
		newBackup,
		newRestore,
		newOfficeDate,
		newJobs,
		newCase,
		newProve,
		newSeal,
		newConfig,
		newSchema,
		newVersion,
	}
}

// app is one run.
type app struct {
	env      Env
	in       io.Reader
	out      io.Writer
	errOut   io.Writer
	lang     string
	format   string
	packsDir string
	lib      *law.Library // once opened
	words    []string     // the command line
	code     int
}

// Run runs one command line (without the program's name) and returns the exit
// code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer, env Env) int {
	a := &app{env: env, in: stdin, out: stdout, errOut: stderr, words: args, lang: language(args, env)}
	return a.run(args)
}

func (a *app) run(args []string) (code int) {
	a.format = peek(args, "output", "o")
	defer func() { // a defect must not look like an answer
		if p := recover(); p != nil {
			code = a.fail(fault.New(fault.Internal, "cli.internal", nil))
		}
	}()
	root := a.root()
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		return a.fail(err)
	}
	return a.code
}

func init() { cobra.EnableCommandSorting = false } // help follows the table above

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "bujiao", Short: a.text("cli.root.short", nil), Long: a.text("cli.root.long", nil),
		SilenceErrors: true, SilenceUsage: true, Args: a.noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpFunc(a.help)
	root.SetFlagErrorFunc(flagFault)
	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringP("output", "o", "table", a.text("cli.flag.output", nil))
	f.BoolP("help", "h", false, a.text("cli.flag.help", nil))
	f.String("lang", "", a.text("cli.flag.lang", nil))
	f.StringVar(&a.packsDir, "packs", "", a.text("cli.flag.packs", nil))
	for _, name := range []string{"output", "lang", "packs"} {
		a.guard(f, name, false)
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.globals(cmd) }
	for _, make := range commands() {
		root.AddCommand(make(a))
	}
	root.SetHelpCommand(a.newHelp())
	return root
}

// globals checks the flags that every command has.
func (a *app) globals(cmd *cobra.Command) error {
	x := &args{cmd: cmd}
	if x.given("lang") {
		x.choice("lang", lang.Chinese, lang.English)
	}
	a.format = x.choice("output", formatsOf(cmd)...)
	return x.err
}

// formatsOf lists the values of -o: table and json, and more where a command
// says so in its annotation.
func formatsOf(cmd *cobra.Command) []string {
	if s := cmd.Annotations["formats"]; s != "" {
		return strings.Split(s, ",")
	}
	return []string{"table", "json"}
}

// language finds the language before the command line is parsed, since help
// and usage errors are said in it too.
func language(args []string, env Env) string {
	if v := peek(args, "lang", ""); v == lang.Chinese || v == lang.English {
		return v
	}
	for _, name := range []string{"BUJIAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env.Getenv(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), lang.English) {
				return lang.English
			}
			return lang.Chinese
		}
	}
	return lang.Chinese
}

// peek looks for a flag's value in a raw command line.
func peek(args []string, long, short string) string {
	for i, s := range args {
		if s == "--" {
			return ""
		}
		if v, ok := strings.CutPrefix(s, "--"+long+"="); ok {
			return v
		}
		if s == "--"+long || (short != "" && s == "-"+short) {
			if i+1 < len(args) {
				return args[i+1]
			}
			return ""
		}
		if v, ok := strings.CutPrefix(s, "-"+short); ok && short != "" && !strings.HasPrefix(s, "--") {
			return strings.TrimPrefix(v, "=")
		}
	}
	return ""
}

// text returns a sentence in the user's language.
func (a *app) text(key string, args fault.Args) string { return lang.Text(a.lang, key, args) }

// exit notes an exit code; the worst one noted is that of the run.
func (a *app) exit(code int) { a.code = worse(a.code, code) }

func worse(a, b int) int {
	if slices.Index(severity, b) < slices.Index(severity, a) {
		return b
	}
	return a
}

func codeOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Forbidden:
		return exitInvalid
	case fault.Usage:
		return exitUsage
	case fault.Missing:
		return exitMissing
	}
	return exitFailed
}

// today is the day on the wall in China, which has one time zone and no
// daylight saving since 1992.
func (a *app) today() calendar.Date {
	y, m, d := a.env.Now().In(time.FixedZone("CST", 8*3600)).Date()
	day, err := calendar.NewDate(y, int(m), d)
	if err != nil {
		return 0 // a clock outside 1900..2199: no day is known
	}
	return day
}

// library opens the packs, once a run.
func (a *app) library() (*law.Library, error) {
	if a.lib != nil {
		return a.lib, nil
	}
	from := a.env.Packs
	if a.packsDir != "" {
		from = os.DirFS(a.packsDir)
	}
	lib, err := law.Open(from)
	a.lib = lib
	return lib, err
}

// write sends a finished result to stdout in one piece.
func (a *app) write(b *bytes.Buffer) error {
	if _, err := a.out.Write(b.Bytes()); err != nil {
		return fault.Wrap(fault.Internal, "cli.cannot_write", nil, err)
	}
	return nil
}
