package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/law"
)

// PackTestAnswer says how many tests and printed amounts were tried, and which
// do not hold.
type PackTestAnswer struct {
	Tests    int           `json:"tests"`
	Examples int           `json:"examples"`
	Failed   []FailedCheck `json:"failed"`
}

// FailedCheck is an expectation that does not hold.
type FailedCheck struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Name    string `json:"name"`
	Pointer string `json:"pointer"` // of the answer, or "exit"
	Want    string `json:"want"`
	Got     string `json:"got"`
}

// packTest runs the tests of packs through the commands themselves, and
// computes the amounts that sources print.
func (a *app) packTest(x *args) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	areas := x.words
	if len(areas) == 0 {
		areas = lib.Areas()
	}
	out := PackTestAnswer{Failed: []FailedCheck{}}
	for _, area := range areas {
		book, err := lib.Book(area)
		if err != nil {
			return err
		}
		for _, t := range book.Tests() {
			out.Tests++
			out.Failed = append(out.Failed, a.tryTest(lib, area, t)...)
		}
		for _, e := range book.Examples() {
			out.Examples++
			failed, err := tryExample(book, e)
			if err != nil {
				return err
			}
			out.Failed = append(out.Failed, failed...)
		}
	}
	if len(out.Failed) > 0 {
		a.exit(exitInvalid)
	}
	return a.show(out, func(p *page) {
		for _, f := range out.Failed {
			p.say("cli.pack.failed", fault.Args{"at": f.File + ":" + itoa(f.Line), "name": f.Name, "pointer": f.Pointer, "want": f.Want, "got": f.Got})
		}
		p.say("cli.pack.test_sum", fault.Args{"tests": itoa(out.Tests), "examples": itoa(out.Examples), "failed": itoa(len(out.Failed))})
	})
}

// tested are the commands that tests may call, and whether they take an area.
var tested = map[string]bool{"due": true, "latefee": true, "wait": true, "retire": false, "term": false, "estimate": true, "quote": false, "plan": false}

// tryTest runs one test as a command line with -o json.
func (a *app) tryTest(lib *law.Library, area string, t *law.Test) []FailedCheck {
	failed := func(pointer, want, got string) FailedCheck {
		return FailedCheck{File: t.File, Line: t.Line, Name: t.Name, Pointer: pointer, Want: want, Got: got}
	}
	takesArea, ok := tested[t.Command]
	if !ok {
		return []FailedCheck{failed("command", "due, latefee, plan, quote, retire, wait, term, estimate", t.Command)}
	}
	line, stdin := []string{t.Command, "-o", "json", "--lang", a.lang}, io.Reader(strings.NewReader(""))
	if t.Command == "quote" || t.Command == "plan" {
		var doc any
		if err := t.Given.Decode(&doc); err != nil {
			return []FailedCheck{failed("given", "-", "-")}
		}
		request, _ := json.Marshal(doc) // YAML that decoded into any has a JSON form, or the command says so
		line, stdin = append(line, "-f", "-"), bytes.NewReader(request)
	} else {
		line = append(line, flagsOf(&t.Given)...)
		if takesArea && !slices.ContainsFunc(line, func(s string) bool { return strings.HasPrefix(s, "--area=") }) {
			line = append(line, "--area="+area)
		}
	}
	var stdout, stderr bytes.Buffer
	run := &app{env: a.env, in: stdin, out: &stdout, errOut: &stderr, lang: a.lang, lib: lib}
	exit := run.run(line)
	answer := stdout.Bytes()
	if len(answer) == 0 {
		answer = stderr.Bytes()
	}
	return compareAnswer(&t.Expect, answer, exit, failed)
}

// flagsOf writes a YAML mapping as flags: injury_class: 1 is --injury-class=1,
// a list is joined by commas.
func flagsOf(given *yaml.Node) []string {
	var out []string
	for i := 0; i+1 < len(given.Content); i += 2 {
		v := given.Content[i+1]
		value := v.Value
		if v.Kind == yaml.SequenceNode {
			parts := make([]string, len(v.Content))
			for j, e := range v.Content {
				parts[j] = e.Value
			}
			value = strings.Join(parts, ",")
		}
		out = append(out, "--"+strings.ReplaceAll(given.Content[i].Value, "_", "-")+"="+value)
	}
	return out
}

// compareAnswer holds the expected values against an answer. A test that says
// nothing of the exit code expects the command to succeed.
func compareAnswer(expect *yaml.Node, answer []byte, exit int, failed func(pointer, want, got string) FailedCheck) []FailedCheck {
	var out []FailedCheck
	var doc any
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		doc = nil
	}
	wantExit := strconv.Itoa(exitDone)
	for i := 0; i+1 < len(expect.Content); i += 2 {
		pointer, want := expect.Content[i].Value, wanted(expect.Content[i+1])
		if pointer == "exit" {
			wantExit = want
			continue
		}
		if got := at(doc, pointer); got != want {
			out = append(out, failed(pointer, want, got))
		}
	}
	if got := strconv.Itoa(exit); got != wantExit {
		out = append(out, failed("exit", wantExit, got))
	}
	return out
}

// wanted writes an expected value as at writes a found one.
func wanted(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return "null"
	case n.Kind == yaml.ScalarNode:
		return n.Value
	}
	var v any
	if n.Decode(&v) != nil {
		return ""
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// nothing is what a pointer to nothing finds.
const nothing = "(nothing)"

// at finds the value of a JSON Pointer (RFC 6901): a scalar as its text, else
// as JSON.
func at(doc any, pointer string) string {
	for _, token := range strings.Split(pointer, "/")[1:] {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch x := doc.(type) {
		case map[string]any:
			v, ok := x[token]
			if !ok {
				return nothing
			}
			doc = v
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(x) {
				return nothing
			}
			doc = x[i]
		default:
			return nothing
		}
	}
	if s, ok := doc.(string); ok {
		return s
	}
	b, _ := json.Marshal(doc) // decoded JSON can be written again
	return string(b)
}

// tryExample computes a printed amount again.
func tryExample(book *law.Book, e *law.Example) ([]FailedCheck, error) {
	v, err := assess.Printed(book, e)
	if err != nil {
		return nil, inquiry.TooLarge(err)
	}
	got := nothing
	if v != nil {
		got = v.String()
	}
	if got == e.Amount.String() {
		return nil, nil
	}
	name := fmt.Sprintf("%s %s %s x %s", e.Scheme, e.Period, e.Base, e.Rate.Rate())
	return []FailedCheck{{File: e.File, Line: e.Line, Name: name, Pointer: e.Share, Want: e.Amount.String(), Got: got}}, nil
}
