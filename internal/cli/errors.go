package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/httpapi"
	"bujiao/internal/lang"
)

// Failure is the error as programs read it, on stderr with -o json.
type Failure struct {
	Error FailureBody `json:"error"`
}

// FailureBody says what kind of failure it is (invalid, usage, missing,
// not_found, conflict, forbidden, unavailable, internal), the key of the sentence, and the sentence.
type FailureBody struct {
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Message string `json:"message"`
	// Refused are the conditions of an event of a case that do not hold.
	Refused []httpapi.CaseReason `json:"refused,omitempty"`
}

var kindNames = map[fault.Kind]string{fault.Internal: "internal", fault.Invalid: "invalid", fault.Usage: "usage", fault.Missing: "missing",
	fault.NotFound: "not_found", fault.Conflict: "conflict", fault.Forbidden: "forbidden", fault.Unavailable: "unavailable"}

// fail says what went wrong and returns the exit code of the run.
func (a *app) fail(err error) int {
	message, key := oneLine(lang.Fault(a.lang, err)), "cli.internal"
	var f *fault.Error
	if errors.As(err, &f) {
		key = f.Key
	}
	var refused []httpapi.CaseReason
	if u := (*casework.Unmet)(nil); errors.As(err, &u) {
		refused = httpapi.CaseReasons(u, a.lang)
	}
	if a.format == "json" {
		enc := json.NewEncoder(a.errOut)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		_ = enc.Encode(Failure{FailureBody{kindNames[fault.KindOf(err)], key, message, refused}}) // there is nowhere left to report to
	} else {
		fmt.Fprintln(a.errOut, "bujiao: "+message)
		for _, r := range refused {
			fmt.Fprintln(a.errOut, "  - "+oneLine(refusal(r)))
		}
	}
	return worse(a.code, codeOf(err))
}

// oneLine keeps a message on one line, whatever a library put into it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func usage(key string, args fault.Args) error { return fault.New(fault.Usage, key, args) }

// flagFault turns what the flag parser says into a sentence of ours.
func flagFault(cmd *cobra.Command, err error) error {
	at := cmd.CommandPath()
	var none *pflag.NotExistError
	var value *pflag.ValueRequiredError
	var refused *pflag.InvalidValueError
	switch {
	case errors.As(err, &none):
		name := none.GetSpecifiedName()
		if len(name) == 1 {
			return usage("cli.unknown_flag", fault.Args{"flag": "-" + name, "command": at})
		}
		return usage("cli.unknown_flag", fault.Args{"flag": "--" + clip(name), "command": at})
	case errors.As(err, &value):
		return usage("cli.flag_without_value", fault.Args{"flag": "--" + value.GetFlag().Name, "command": at})
	case errors.As(err, &refused) && errors.Is(err, errTwice):
		return usage("cli.flag_twice", fault.Args{"flag": "--" + refused.GetFlag().Name, "command": at})
	case errors.As(err, &refused) && errors.Is(err, errNoValue):
		return usage("cli.flag_without_value", fault.Args{"flag": "--" + refused.GetFlag().Name, "command": at})
	}
	return usage("cli.bad_flags", fault.Args{"command": at})
}

// noCommand refuses words where a command is expected.
func (a *app) noCommand(cmd *cobra.Command, words []string) error {
	if len(words) == 0 {
		return nil
	}
	args := fault.Args{"word": clip(words[0]), "command": cmd.CommandPath()}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(words[0]); len(near) > 0 {
		args["near"] = strings.Join(near, ", ")
		return usage("cli.unknown_command_near", args)
	}
	return usage("cli.unknown_command", args)
}

// noWords refuses words behind a command that takes flags only.
func noWords(cmd *cobra.Command, words []string) error {
	if len(words) > 0 {
		return usage("cli.unexpected_word", fault.Args{"command": cmd.CommandPath()})
	}
	return nil
}

// words asks for a number of words behind a command.
func words(min, max int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, words []string) error {
		if len(words) < min {
			return usage("cli.missing_word", fault.Args{"what": what, "command": cmd.CommandPath()})
		}
		if max >= 0 && len(words) > max {
			return usage("cli.unexpected_word", fault.Args{"command": cmd.CommandPath()})
		}
		return nil
	}
}

// clip keeps what a user typed short enough to be repeated: a name, never a
// number of eighteen characters.
func clip(s string) string {
	r := []rune(s)
	if len(r) > 16 {
		return string(r[:12]) + "..."
	}
	return s
}
