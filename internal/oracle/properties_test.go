package oracle

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

const propertyRuns = 4000

// total adds figures; one that is not given leaves the sum open.
func total(figures ...*money.Fen) string {
	sum := int64(0)
	for _, f := range figures {
		if f == nil {
			return null
		}
		sum += int64(*f)
	}
	return money.Fen(sum).String()
}

func TestTotalsAreTheSumOfLines(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	for i := range propertyRuns {
		q := s.ask(areas[i%len(areas)], s.month())
		due, err := assess.NewDue(d.reader(q.area, q.known), request(q))
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		var employer, person []*money.Fen
		for _, l := range due.Lines {
			employer, person = append(employer, l.Employer), append(person, l.Person)
		}
		got := [3]string{text(due.Totals.Employer), text(due.Totals.Person), text(due.Totals.Total)}
		want := [3]string{total(employer...), total(person...), total(slices.Concat(employer, person)...)}
		if got != want {
			t.Fatalf("%+v: totals %v, the lines sum to %v", q, got, want)
		}
	}
}

// A request for everything holds the lines that belong, each as if asked alone.
func TestWholeRequestIsItsLines(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	for i := range propertyRuns {
		q := s.ask(areas[i%len(areas)], s.month())
		if q.payer == "resident" {
			continue
		}
		due, err := assess.NewDue(d.reader(q.area, q.known), request(q))
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		var names []string
		for _, l := range due.Lines {
			q.scheme = l.Scheme.String()
			names = append(names, q.scheme)
			alone := lands()[q.area].due(q)
			if got := [3]string{text(l.Base), text(l.Employer), text(l.Person)}; got != [3]string{alone.base, alone.employer, alone.person} {
				d.dispute(fmt.Sprintf("%+v: %v in the whole request, alone %+v", q, got, alone))
			}
		}
		if want := lands()[q.area].belonging(q); !slices.Equal(names, want) {
			d.dispute(fmt.Sprintf("%+v: lines %v, want %v", q, names, want))
		}
	}
	d.finish()
}

// belonging are the lines of a request without schemes. Maternity has none
// where medical contains it; large medical comes along where the area has it.
func (l *land) belonging(q ask) []string {
	q.populations = l.belongs(q)
	has := func(scheme string) bool {
		q.scheme = scheme
		list := "rates"
		if q.payer == "flexible" {
			list = "flexible"
		}
		_, fixed := l.fixed(q)
		return fixed || len(l.speaking(list, scheme, q.month, q.known)) > 0
	}
	if q.payer == "flexible" {
		// pension and medical are open to everybody (SIL 10, 23)
		return slices.DeleteFunc(slices.Clone(employeeSchemes), func(scheme string) bool {
			return scheme != "pension" && scheme != "medical" && !has(scheme)
		})
	}
	out := []string{"pension", "unemployment", "medical", "injury"}
	q.scheme = "maternity"
	if has("maternity") || !l.inMedical(q) {
		out = append(out, "maternity")
	}
	if has("large_medical") {
		out = append(out, "large_medical")
	}
	return out
}

// A day later, by the same law and without pause or waiver, never costs less.
func TestLaterNeverCostsLess(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	for i := range propertyRuns {
		q := s.fee(ask{area: areas[i%len(areas)], month: s.month(), scheme: choice(s, employeeSchemes), payer: "employee"})
		q.pauses, q.cause = nil, "not_declared"
		later := q
		if q.from != "" {
			later.to = s.later(dayOf(q.to))
		} else {
			later.paid = s.later(dayOf(q.paid))
		}
		a, b := d.ask(q), d.ask(later)
		if a.Uncapped == nil || b.Uncapped == nil {
			continue
		}
		if *a.LateFee > *b.LateFee || *a.Uncapped > *b.Uncapped || *a.Capped > *b.Capped || *a.Days > *b.Days {
			t.Fatalf("%+v\ncosts %s, %s later only %s", q, text(a.LateFee), later.paid+later.to, text(b.LateFee))
		}
	}
}

func TestPausesOnlyLowerTheFee(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	lowered := 0
	for i := range propertyRuns {
		q := s.fee(ask{area: areas[i%len(areas)], month: s.month(), scheme: choice(s, employeeSchemes), payer: "employee"})
		if q.from != "" {
			continue
		}
		q.pauses = nil
		free := d.ask(q)
		from := dayOf(s.later(dayOf(q.month + "-01")))
		q.pauses = [][2]day{{from, dayOf(s.later(from))}}
		paused := d.ask(q)
		if (free.LateFee == nil) != (paused.LateFee == nil) {
			t.Fatalf("%+v: a pause made a fee known or unknown", q)
		}
		if free.LateFee == nil {
			continue
		}
		if *paused.LateFee > *free.LateFee || *paused.Days > *free.Days {
			t.Fatalf("%+v: %s with the pause, %s without", q, text(paused.LateFee), text(free.LateFee))
		}
		if *paused.Days < *free.Days {
			lowered++
		}
	}
	if lowered == 0 {
		t.Error("no pause took a day away")
	}
}

func TestCapIsNeverAboveThePrincipal(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	bitten := 0
	for i := range propertyRuns {
		q := s.fee(ask{area: areas[i%len(areas)], month: s.month(), scheme: choice(s, employeeSchemes), payer: "employee"})
		a := d.ask(q)
		if a.Capped == nil {
			continue
		}
		principal := must(money.ParseFen(q.principal.yuan()))
		if *a.Capped > principal || *a.Capped > *a.Uncapped {
			t.Fatalf("%+v: capped %s, uncapped %s", q, text(a.Capped), text(a.Uncapped))
		}
		if *a.Capped < *a.Uncapped {
			bitten++
			if a.CapFrom == 0 || a.CapFrom > a.End {
				t.Fatalf("%+v: the cap bites and no day says from when", q)
			}
		}
	}
	if bitten == 0 {
		t.Error("no cap in the sample")
	}
}

func (d *duel) ask(q feeAsk) *assess.LateFee {
	d.t.Helper()
	a, err := assess.NewLateFee(d.reader(q.area, q.known), feeRequest(q))
	if err != nil {
		d.t.Fatalf("%+v: %v", q, err)
	}
	return a
}

// No answer has a place for a late fee of the person: nothing under a field of
// the person speaks of a fee, and nothing under a late fee of the person.
func TestNoAnswerCanChargeThePersonALateFee(t *testing.T) {
	seen := 0
	for _, answer := range []any{assess.Due{}, assess.LateFee{}, assess.Quote{}, assess.History{}, assess.QuoteTotals{}, assess.Totals{}, assess.FeeTrace{}} {
		walkFields(reflect.TypeOf(answer), nil, nil, func(path []string) {
			seen++
			person, fee := false, false
			for _, name := range path {
				person = person || strings.Contains(name, "person")
				fee = fee || strings.Contains(name, "late") || strings.Contains(name, "fee") || strings.Contains(name, "penalt")
			}
			if person && fee {
				t.Errorf("%T has %s", answer, strings.Join(path, "."))
			}
		})
	}
	if seen < 60 {
		t.Errorf("only %d fields were looked at", seen)
	}
}

// walkFields visits every path of fields; a type is not entered twice on one.
func walkFields(t reflect.Type, path []string, above []reflect.Type, visit func([]string)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || slices.Contains(above, t) {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		p := append(slices.Clone(path), strings.ToLower(f.Name+" "+f.Tag.Get("json")))
		visit(p)
		walkFields(f.Type, p, append(slices.Clone(above), t), visit)
	}
}
