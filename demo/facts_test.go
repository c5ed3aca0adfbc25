package demo_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// situation is what a person of the sample stands for, written from the story
// and the law. gaps and missing are complete; facts are some of an answer's.
type situation struct {
	person  string
	asOf    string // the day of the sample if empty
	gaps    string // "2022-06..2022-08 not_declared 110 210; ..."
	missing string // parameters, sorted, apart by spaces
	facts   []string
}

func (w *situation) check(t *testing.T, h *assess.History) {
	t.Helper()
	if d := cmp.Diff(w.gaps, gapsOf(h)); d != "" {
		t.Errorf("gaps (-want +got):\n%s", d)
	}
	missing := map[string]bool{}
	for _, m := range h.Missing {
		missing[m.Parameter] = true
	}
	if d := cmp.Diff(w.missing, strings.Join(sorted(missing), " ")); d != "" {
		t.Errorf("missing (-want +got):\n%s", d)
	}
	got := factsOf(h)
	for _, f := range w.facts {
		if !got[f] {
			t.Errorf("want %q; there is %q", f, alike(got, f))
		}
	}
}

// gapsOf joins the gaps of the schemes that share months and cause.
func gapsOf(h *assess.History) string {
	var order []string
	codes := map[string]string{}
	for _, g := range h.Gaps {
		k := fmt.Sprintf("%s..%s %s", g.From, g.To, g.Cause)
		if codes[k] == "" {
			order = append(order, k)
		}
		codes[k] += fmt.Sprintf(" %d", g.Scheme)
	}
	for i, k := range order {
		order[i] = k + codes[k]
	}
	return strings.Join(order, "; ")
}

// factsOf writes an answer as short sentences.
func factsOf(h *assess.History) map[string]bool {
	out := map[string]bool{}
	say := func(parts ...any) { out[strings.Join(strings.Fields(fmt.Sprintln(parts...)), " ")] = true }
	for _, c := range h.Grid {
		say("cell", int(c.Scheme), c.Month, c.Area, c.Category, c.Kind)
	}
	for _, l := range h.Lines {
		at := fmt.Sprintf("%d %s", l.Scheme, l.Month)
		say("line", at, "base", yuan(l.Base), "employer", yuan(l.Employer), "person", yuan(l.Person))
		say("fee", at, number(l.LateDays), "days", yuan(l.LateFee))
		say("provisional", at, yuan(l.Estimate))
		say("area", at, l.Area)
	}
	verdictFacts(h, say)
	for _, a := range h.Alternatives {
		say("alternative", a.Switch)
	}
	effectFacts(h.Effects, say)
	return out
}

func verdictFacts(h *assess.History, say func(...any)) {
	for _, v := range h.Verdicts {
		for m := v.From; m <= v.To; m++ {
			at := fmt.Sprintf("%d %s", v.Scheme, m)
			say("verdict", at, v.Verdict)
			if v.Route != nil {
				say("route", at, v.Route.ID)
			} else {
				say("route", at, "none")
			}
			for _, r := range v.Reasons {
				say("reason", at, r.Rule)
			}
			for _, p := range v.Papers {
				say("paper", at, p.ID)
			}
		}
	}
}

func effectFacts(e *assess.Effects, say func(...any)) {
	if e == nil {
		return
	}
	for _, x := range e.Continuity {
		say(x.Purpose, x.Variant, number(x.Before), "then", number(x.After), "of", number(x.Required))
	}
	for _, x := range e.Benefits {
		say(x.Benefit, number(x.Before), "then", number(x.After), "of", x.Required)
	}
	for _, x := range e.Medical {
		say("medical", x.From, x.To, "back", x.Retroactive, "wait", number(x.WaitMonths), "at most", number(x.WaitAtMost))
	}
	for _, x := range e.Account {
		say("account", int(x.Scheme), x.Mode, yuan(x.Credit))
	}
	if r := e.Retirement; r != nil {
		say("retires", r.Month, number(r.Before), "then", number(r.After), "of", r.MinMonths, "short", number(r.ShortBefore), "then", number(r.ShortAfter))
	}
}

func yuan(f *money.Fen) string {
	if f == nil {
		return "null"
	}
	return f.String()
}

func number(n *int) string {
	if n == nil {
		return "null"
	}
	return strconv.Itoa(*n)
}

// alike picks the facts that begin as the wanted one does, for the message.
func alike(facts map[string]bool, want string) []string {
	words := strings.Fields(want)
	for n := min(3, len(words)); n > 0; n-- {
		near := map[string]bool{}
		for f := range facts {
			if strings.HasPrefix(f, strings.Join(words[:n], " ")+" ") {
				near[f] = true
			}
		}
		if list := sorted(near); len(list) > 0 {
			return list[:min(4, len(list))]
		}
	}
	return nil
}

func sorted(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
