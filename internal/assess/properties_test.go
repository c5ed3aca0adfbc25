package assess

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

func quoted(t testing.TB, q QuoteRequest) *Quote {
	t.Helper()
	out, err := NewQuote(NewLaws(library.Book), q, lang.Text)
	if err != nil {
		input, _ := json.Marshal(q)
		t.Fatalf("%v\n%s", err, input)
	}
	return out
}

// answered is what quotes and histories have in common.
type answered struct {
	lines    []QuoteLine
	verdicts []Verdict
	totals   QuoteTotals
	waiting  []Point
	notes    notes
	doc      any
	input    string
}

func answersOf(t *testing.T, n int, each func(t *testing.T, a answered)) {
	t.Helper()
	d := newDice(t)
	for i := range n {
		var a answered
		var result, input any
		if i%3 != 0 {
			q := d.quote()
			o := quoted(t, q)
			result, input, a = o, q, answered{lines: o.Lines, verdicts: o.Verdicts, totals: o.Totals, waiting: o.Waiting, notes: o.notes}
		} else {
			q := d.history()
			h, err := NewHistory(NewLaws(library.Book), q, lang.Text)
			if err != nil {
				t.Fatal(err)
			}
			result, input, a = h, q, answered{lines: h.Lines, verdicts: h.Verdicts, totals: h.Totals, waiting: h.Waiting, notes: h.notes}
		}
		raw, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		in, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		a.doc, a.input = tree(t, raw), string(in)
		if each(t, a); t.Failed() {
			t.Fatalf("request: %s", in)
		}
	}
}

func TestTotalsAreSums(t *testing.T) {
	nulls, full := 0, 0
	answersOf(t, 200, func(t *testing.T, a answered) {
		sum := func(of func(QuoteLine) *money.Fen) *money.Fen {
			total := money.Fen(0)
			for _, l := range a.lines {
				v := of(l)
				if v == nil {
					return nil
				}
				total += *v
			}
			return &total
		}
		employer := sum(func(l QuoteLine) *money.Fen { return l.Employer })
		person := sum(func(l QuoteLine) *money.Fen { return l.Person })
		fee := sum(func(l QuoteLine) *money.Fen { return l.LateFee })
		interest := sum(func(l QuoteLine) *money.Fen { return l.Interest })
		var total *money.Fen
		if employer != nil && person != nil && fee != nil && interest != nil {
			total = fen(*employer + *person + *fee + *interest)
			full++
		} else {
			nulls++
		}
		if diff := cmp.Diff(QuoteTotals{employer, person, fee, interest, total}, a.totals); diff != "" {
			t.Errorf("totals (-sums +got)\n%s", diff)
		}
		if now := a.waiting[0]; cmp.Diff(now.LateFee, a.totals.LateFee) != "" || cmp.Diff(now.Total, a.totals.Total) != "" {
			t.Errorf("paying today costs %v, the answer says %v", now, a.totals)
		}
	})
	if nulls == 0 || full == 0 {
		t.Errorf("%d answers with a null and %d without: both are needed", nulls, full)
	}
}

// A null figure is explained, and nothing is asked for where every figure and
// every verdict is known.
func TestNullsAreExplained(t *testing.T) {
	answersOf(t, 150, func(t *testing.T, a answered) {
		named := map[string]bool{}
		for _, m := range a.notes.Missing {
			named[m.Scheme+m.Month.String()] = true
			if m.Parameter == "" || m.Area == "" {
				t.Errorf("missing what, and where? %+v", m)
			}
		}
		for i, l := range a.lines {
			null := l.Employer == nil || l.Person == nil || l.LateFee == nil || l.Interest == nil
			if null && !named[l.Scheme.String()+l.Month.String()] {
				t.Errorf("line %d %s %s has a null that nothing explains: %+v", i, l.Scheme, l.Month, l)
			}
			if l.LateDays != nil && *l.LateDays < 0 {
				t.Errorf("line %d is late by %d days", i, *l.LateDays)
			}
			for _, v := range []*money.Fen{l.Base, l.Employer, l.Person, l.LateFee, l.Interest} {
				if v != nil && *v < 0 {
					t.Errorf("line %d has a negative figure: %+v", i, l)
				}
			}
		}
	})
}

// What is said beside the figures points at figures that are there.
func TestPointersLeadSomewhere(t *testing.T) {
	marks, alternatives := 0, 0
	answersOf(t, 150, func(t *testing.T, a answered) {
		for _, m := range a.notes.Marks {
			if v, ok := at(a.doc, m.Path); !ok {
				t.Errorf("mark %+v leads to %v", m, v)
			}
			if !m.Status.Valid() || m.Status == law.Verified || m.Basis == "" {
				t.Errorf("mark %+v", m)
			}
			marks++
		}
		for _, x := range a.notes.Alternatives {
			v, ok := at(a.doc, x.Path)
			if !ok {
				t.Errorf("alternative %+v leads nowhere", x)
			}
			// another way of counting days may come to the same amount
			counting := slices.Contains([]string{"end_rule", "deadline_roll", "limitation"}, x.Switch)
			if s, isText := v.(string); isText && x.Amount != nil && s == x.Amount.String() && !counting {
				t.Errorf("alternative %+v is the figure itself", x)
			}
			alternatives++
		}
	})
	if marks == 0 || alternatives == 0 {
		t.Errorf("%d marks, %d alternatives", marks, alternatives)
	}
}

// R-REG-06: a paper is required only where a law says so. A refusal has no
// way, and where nothing is known the hotline is named.
func TestVerdictsHoldTogether(t *testing.T) {
	seen := map[string]int{}
	answersOf(t, 200, func(t *testing.T, a answered) {
		months := 0
		for i, v := range a.verdicts {
			seen[v.Verdict]++
			months += int(v.To-v.From) + 1
			for _, p := range v.Papers {
				if p.Required != (p.LegalBasis != nil) || (p.LegalBasis != nil && *p.LegalBasis == "") || p.Seal != (len(p.Seals) > 0) {
					t.Errorf("verdict %d: paper %+v", i, p)
				}
			}
			switch v.Verdict {
			case "refused":
				if v.Route != nil || len(v.Papers) > 0 || len(v.Reasons) == 0 {
					t.Errorf("verdict %d is refused: route %v, papers %v, reasons %v", i, v.Route, v.Papers, v.Reasons)
				}
			case "unknown":
				if !slices.ContainsFunc(v.Reasons, func(r Reason) bool { return strings.Contains(r.Text, "12333") }) {
					t.Errorf("verdict %d is unknown and names nobody: %v", i, v.Reasons)
				}
			case "conditional":
				if len(v.Conditions) == 0 {
					t.Errorf("verdict %d is conditional on nothing", i)
				}
			case "allowed":
				if len(v.Conditions) > 0 || len(v.Reasons) == 0 {
					t.Errorf("verdict %d is allowed: %v, %v", i, v.Conditions, v.Reasons)
				}
			default:
				t.Errorf("verdict %d is %q", i, v.Verdict)
			}
			if v.Verdict != "refused" && v.Route == nil {
				t.Errorf("verdict %d has no way, not even to ask", i)
			}
		}
		if !strings.Contains(a.input, `"resident"`) && months != len(a.lines) {
			t.Errorf("%d months are ruled and %d priced", months, len(a.lines))
		}
	})
	for _, v := range []string{"allowed", "conditional", "refused", "unknown"} {
		if seen[v] == 0 {
			t.Errorf("no verdict is %s", v)
		}
	}
}

// principal is what the months cost, without what grows by the day.
func principal(lines []QuoteLine) (out []string) {
	for _, l := range lines {
		out = append(out, fmt.Sprint(l.Scheme, l.Month, l.Base, l.Employer, l.Person))
	}
	return out
}

func TestCuttingAGapKeepsThePrincipal(t *testing.T) {
	d := newDice(t)
	for range 100 {
		q := d.plainQuote()
		whole := quoted(t, q)
		cut := q
		cut.Gaps = nil
		for _, g := range q.Gaps {
			a, b := g, g
			a.To = g.From + calendar.Month(d.IntN(int(g.To-g.From)+1))
			b.From = a.To + 1
			for _, part := range []GapRequest{b, a} {
				if part.From <= part.To {
					cut.Gaps = append(cut.Gaps, part)
				}
			}
		}
		parts := quoted(t, cut)
		if diff := cmp.Diff(principal(whole.Lines), principal(parts.Lines)); diff != "" {
			t.Fatalf("cut gaps cost something else\n%s", diff)
		}
		if diff := cmp.Diff(whole.Totals, parts.Totals); diff != "" {
			t.Fatalf("cut gaps total something else\n%s", diff)
		}
	}
}

// A later day never costs less, and what grows is the employer's late fee
// alone: the shares stay what they are (O13 art. 20, R-LATEFEE-08).
func TestALaterDayIsNeverCheaperAndThePersonPaysNoneOfIt(t *testing.T) {
	d := newDice(t)
	grew := 0
	for n := 0; n < 100 || (grew < 10 && n < 2000); n++ { // until enough late fees grew to have said something
		q := d.plainQuote()
		later := q
		later.AsOf += calendar.Date(1 + d.IntN(800))
		now, then := quoted(t, q), quoted(t, later)
		if diff := cmp.Diff(principal(now.Lines), principal(then.Lines)); diff != "" {
			t.Fatalf("the shares changed with the day\n%s", diff)
		}
		for i, l := range now.Lines {
			a, b := l.LateFee, then.Lines[i].LateFee
			if a == nil || b == nil {
				continue
			}
			if *b < *a {
				t.Errorf("%s %s: %s on %s, %s on %s", l.Scheme, l.Month, a, q.AsOf, b, later.AsOf)
			}
			if *b > *a {
				grew++
			}
		}
		for i := 1; i < len(now.Waiting); i++ {
			a, b := now.Waiting[i-1], now.Waiting[i]
			if a.Total != nil && b.Total != nil && (*b.Total < *a.Total || *b.LateFee < *a.LateFee) {
				t.Errorf("waiting from %s to %s is cheaper", a.Day, b.Day)
			}
		}
	}
	if grew < 10 {
		t.Errorf("only %d late fees grew", grew)
	}
}

// The point of the curve is the answer of that day.
func TestWaitingIsWhatTheDayCosts(t *testing.T) {
	d := newDice(t)
	for range 40 {
		q := d.plainQuote()
		for _, p := range quoted(t, q).Waiting {
			later := q
			later.AsOf = p.Day
			then := quoted(t, later)
			if cmp.Diff(p.LateFee, then.Totals.LateFee) != "" || cmp.Diff(p.Total, then.Totals.Total) != "" {
				t.Fatalf("on %s: %v, the quote of that day %v", p.Day, p, then.Totals)
			}
		}
	}
}

func TestOrderOfARequestDoesNotMatter(t *testing.T) {
	d := newDice(t)
	for range 100 {
		q := d.quote()
		other := q
		other.Gaps = slices.Clone(q.Gaps)
		slices.Reverse(other.Gaps)
		for i, g := range other.Gaps {
			other.Gaps[i].Schemes, other.Gaps[i].Wage = slices.Clone(g.Schemes), slices.Clone(g.Wage)
			slices.Reverse(other.Gaps[i].Schemes)
			slices.Reverse(other.Gaps[i].Wage)
		}
		other.History = slices.Clone(q.History)
		slices.Reverse(other.History)
		a, err := json.Marshal(quoted(t, q))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(quoted(t, other))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tree(t, a), tree(t, b)); diff != "" {
			input, _ := json.Marshal(q)
			t.Fatalf("another order gives another answer\n%s\n%s", diff, input)
		}
	}
}

// Nobody but an employee's employer owes a late fee.
func TestVoluntaryPayersOweNoLateFee(t *testing.T) {
	d := newDice(t)
	n := 0
	for range 300 {
		q := d.quote()
		if q.Payer == insurance.Employee {
			continue
		}
		for _, l := range quoted(t, q).Lines {
			if l.LateFee != nil && *l.LateFee != 0 {
				t.Fatalf("%s %s: %s", l.Scheme, l.Month, l.LateFee)
			}
			if l.Employer != nil && *l.Employer != 0 {
				t.Fatalf("%s %s: an employer's %s", l.Scheme, l.Month, l.Employer)
			}
			n++
		}
	}
	if n == 0 {
		t.Error("no line")
	}
}

// The longest request and the longest history that are let in come back soon:
// nothing grows with the square of the months.
func TestTheLongestRequestsComeBack(t *testing.T) {
	wage := money.Fen(1_234_567)
	q := QuoteRequest{
		AsOf: mustDay("2026-11-20"), Area: "110000", Payer: insurance.Employee, Employer: &Employer{InjuryClass: 2, UnitType: insurance.LargeAndOther},
		Gaps: []GapRequest{{Schemes: []insurance.Scheme{110, 210, 310, 410, 510, 330}, To: mustMonth("2026-11"), Wage: Wages{{Wage: wage}}, Cause: insurance.NeverRegistered}},
	}
	q.Gaps[0].From = q.Gaps[0].To - maxLines/6 + 1
	start := time.Now()
	out := quoted(t, q)
	if took := time.Since(start); took > 120*time.Second || len(out.Lines) < 4000 {
		t.Errorf("%d lines took %v", len(out.Lines), took)
	}
	h := HistoryRequest{AsOf: q.AsOf}
	for i := range maxFacts {
		r := onePayment(i)
		h.Rows = append(h.Rows, r)
	}
	start = time.Now()
	if _, err := NewHistory(NewLaws(library.Book), h, lang.Text); err != nil || time.Since(start) > 120*time.Second {
		t.Errorf("a history of one month stated %d times: %v, %v", maxFacts, err, time.Since(start))
	}
}

func TestNotesAreNotRepeated(t *testing.T) {
	var n notes
	for range 2 {
		n.miss(Missing{Scheme: "pension", Parameter: "bases", Area: "110000"})
		n.mark("/lines/0/person", law.Recalled, "a row")
		n.mark("/lines/0/person", law.Verified, "another row")
		n.alternative(Alternative{"cap_mode", "principal", "/lines/0/late_fee", fen(1)})
	}
	n.mark("/lines/0/person", law.Assumed, "a row")
	n.alternative(Alternative{"cap_mode", "none", "/lines/0/late_fee", fen(1)})
	if len(n.Missing) != 1 || len(n.Marks) != 2 || len(n.Alternatives) != 2 {
		t.Errorf("%+v", n)
	}
}
