package casework_test

import (
	"context"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

// trial is a small kind: a term of 30 calendar days, which stands still while
// the case is set aside.
const trial = `
kind: trial
name: {zh: 试, en: trial}
about: person
rules: [R-CAL-01]
facts:
  - {name: made, type: text, from: effect, text: {zh: 成, en: made}}
  - {name: said, type: text, from: form, text: {zh: 述, en: said}}
guards:
  - {id: in_time, text: {zh: 已过期, en: late}}
  - {id: was_made, when: "made != ''", text: {zh: 未成, en: not made}}
states:
  - {id: open, owner: clerk, name: {zh: 办, en: open}, clock: {duty: answer, then: escalate}}
  - {id: done, end: done, name: {zh: 完, en: done}}
events:
  - {id: start, name: {zh: 始, en: start}, to: open, by: [clerk], optional: [said]}
  - {id: remark, name: {zh: 记, en: remark}, from: [suspended], to: suspended, by: [clerk]}
  - {id: answer, name: {zh: 答, en: answer}, from: [open], to: done, by: [clerk], needs: [in_time], reason: true}
  - {id: close, name: {zh: 结, en: close}, from: [open], to: done, by: [clock], ledger: true, needs: [was_made]}
sides:
  suspend: {from: [open], by: [reviewer]}
  resume: {from: [suspended], by: [reviewer]}
must:
  - {event: start, by: [clerk], before: [open, done]}
  - {event: remark, by: [clerk]}
  - {event: answer, by: [clerk], needs: [in_time]}
  - {event: close, by: [clock], needs: [was_made]}
  - {event: suspend, by: [reviewer], before: [suspended]}
  - {event: resume, by: [reviewer]}
`

// desk is one with the working days of 2026 and nothing in the books.
func desk(t *testing.T, today string) *casework.Desk {
	t.Helper()
	table, err := casework.Parse([]byte(trial))
	if err != nil {
		t.Fatal(err)
	}
	days := calendar.NewWorkdays()
	if err := days.AddYear(2026, []calendar.Date{date(t, "2026-05-01")}, nil); err != nil {
		t.Fatal(err)
	}
	p := &casework.Procedure{Table: table, Terms: map[string]*law.Duty{"answer": {Days: 30, Counted: "calendar"}, casework.Attend: {Days: 30, Counted: "calendar"}}}
	return &casework.Desk{Procedure: p, Days: days, Today: date(t, today), Ask: func(context.Context, []string) (law.Facts, error) { return nil, nil }}
}

func date(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// moved lets an event happen on a day.
func moved(t *testing.T, c casework.Case, day string, role access.Role, in casework.Input) (casework.Case, error) {
	t.Helper()
	d := desk(t, day)
	e, m, err := d.Take(t.Context(), c, in, access.Actor{ID: string(role), Role: role})
	if err != nil {
		return c, err
	}
	if err := d.Wind(m, c, &e); err != nil {
		t.Fatal(err)
	}
	return d.Table.Fold(c, e), nil
}

// What was left of a term is left when the case goes on, whatever happened
// meanwhile, and its last day rolls to a working day (R-CAL-01).
func TestATermStandsStillWhileTheCaseIsSetAside(t *testing.T) {
	c := casework.Case{}
	for _, x := range []struct {
		day, event string
		role       access.Role
		ends       string
		left       int
	}{
		{"2026-03-02", "start", access.Clerk, "2026-04-01", 0},
		{"2026-03-12", "suspend", access.Reviewer, "2026-04-13", 20}, // 12 March + 30 is Saturday the 11th
		{"2026-03-20", "remark", access.Clerk, "2026-04-13", 20},
		{"2026-04-11", "resume", access.Reviewer, "2026-05-04", 20}, // 11 April + 20 is Friday the 1st, a holiday
	} {
		var err error
		if c, err = moved(t, c, x.day, x.role, casework.Input{Event: x.event, Reason: "r"}); err != nil {
			t.Fatalf("%s: %v", x.event, err)
		}
		if c.EndsOn.String() != x.ends || c.Left != x.left {
			t.Errorf("after %s: until %s with %d days left, want %s with %d", x.event, c.EndsOn, c.Left, x.ends, x.left)
		}
	}
	if c.State != "open" || c.Back != "" {
		t.Errorf("the case is %s, set aside from %q", c.State, c.Back)
	}
}

// A term whose end is not known may be over as soon as its year has begun.
func TestNobodyIsInTimeInAYearWithoutWorkingDays(t *testing.T) {
	c, err := moved(t, casework.Case{}, "2026-12-20", access.Clerk, casework.Input{Event: "start"})
	if err != nil || c.EndsOn != 0 {
		t.Fatal(c.EndsOn, err)
	}
	if _, err := moved(t, c, "2026-12-31", access.Clerk, casework.Input{Event: "answer", Reason: "r"}); err != nil {
		t.Errorf("in December: %v", err)
	}
	if _, err := moved(t, c, "2027-03-01", access.Clerk, casework.Input{Event: "answer", Reason: "r"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("in March: %v", err)
	}
}

// People write short texts and say why; what effects make is as long as it is,
// and the case goes on with it.
func TestWhatIsWrittenIsBounded(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, said := range []string{long, " \n\u3000", "a\x00b", "a\x1bb", "\xff"} {
		if _, err := moved(t, casework.Case{}, "2026-03-02", access.Clerk, casework.Input{Event: "start", Data: casework.Values{"said": said}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a text of %d bytes: %v", len(said), err)
		}
	}
	if _, err := moved(t, casework.Case{}, "2026-03-02", access.Clerk, casework.Input{Event: "start", Data: casework.Values{"said": "一\r\n二\t三"}}); err != nil {
		t.Errorf("a text of two lines: %v", err)
	}
	c, err := moved(t, casework.Case{}, "2026-03-02", access.Clerk, casework.Input{Event: "start"})
	if err != nil {
		t.Fatal(err)
	}
	c.Facts["made"] = long
	for _, reason := range []string{"", "  ", long, "a\x00b"} {
		if _, err := moved(t, c, "2026-03-03", access.Clerk, casework.Input{Event: "answer", Reason: reason}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a reason of %d bytes: %v", len(reason), err)
		}
	}
	if _, err := moved(t, c, "2026-03-03", access.Clerk, casework.Input{Event: "answer", Reason: "r"}); err != nil {
		t.Errorf("after a long effect: %v", err)
	}
}

// What is refused is said in the words of the table and in the reader's language,
// with the id that programs and the command line use.
func TestRefusalsAreInWords(t *testing.T) {
	open, err := moved(t, casework.Case{}, "2026-03-02", access.Clerk, casework.Input{Event: "start"})
	if err != nil {
		t.Fatal(err)
	}
	for want, in := range map[string]struct {
		c     casework.Case
		who   access.Role
		event casework.Input
		en    string
	}{
		"业务现在是“办（open）”，不能办理“始（start）”。": {open, access.Clerk, casework.Input{Event: "start"}, "“start” cannot happen while the case is “open”."},
		"“答（answer）”不能开始一项业务":            {casework.Case{}, access.Clerk, casework.Input{Event: "answer", Reason: "r"}, "No case begins with “answer”"},
		"“始（start）”由经办人员办理，财务人员不能办理。":    {casework.Case{}, access.Finance, casework.Input{Event: "start"}, "“start” is for the clerk, not for finance."},
		"“述（said）”的值不对，应为文字，":            {casework.Case{}, access.Clerk, casework.Input{Event: "start", Data: casework.Values{"said": " "}}, "The value of “said” is wrong: it has to be text"},
		"“理由（reason）”的值不对，应为文字，":         {open, access.Clerk, casework.Input{Event: "answer", Reason: "\x00"}, "The value of “reason” is wrong"},
		"办理“答（answer）”必须写明理由。":           {open, access.Clerk, casework.Input{Event: "answer"}, "“answer” needs a reason"},
	} {
		_, err := moved(t, in.c, "2026-03-02", in.who, in.event)
		if zh, en := lang.Fault("zh", err), lang.Fault("en", err); !strings.Contains(zh, want) || !strings.Contains(en, in.en) {
			t.Errorf("%v:\n%s\n%s", in.event, zh, en)
		}
	}
	_, err = moved(t, open, "2026-08-02", access.Clerk, casework.Input{Event: "answer", Reason: "r"})
	if zh := lang.Fault("zh", err); zh != "不能办理“答（answer）”，下列条件不成立。" {
		t.Errorf("%s", zh)
	}
}

// A table in which the clock would have to fill in a form, or in which a case
// is set aside without a way back, is refused.
func TestTablesThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"a field for the clock":  {"by: [clock], ledger: true,", "by: [clock], ledger: true, fields: [said],"},
		"a reason for the clock": {"by: [clock], ledger: true,", "by: [clock], ledger: true, reason: true,"},
		"two ways aside":         {"from: [suspended], to: suspended", "from: [open], to: suspended"},
	} {
		text := strings.Replace(trial, change[0], change[1], 1)
		if text == trial {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := casework.Parse([]byte(text)); err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

// Whoever corrected an application said it: a second pair of eyes other than who
// opened the case would let them through.
func TestTwoPairsOfEyesAfterACorrection(t *testing.T) {
	text := strings.Replace(trial, "\nmust:", "\n  return: {from: [open], by: [clerk]}\n  complete: {from: [returned], by: [clerk]}\nmust:\n  - {event: return, by: [clerk], once: true, before: [returned]}\n  - {event: complete, by: [clerk]}", 1)
	if _, err := casework.Parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	text = strings.Replace(text, "needs: [in_time], reason", "other_than: [start], needs: [in_time], reason", 1)
	if _, err := casework.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), "corrected") {
		t.Errorf("other than who opened the case: %v", err)
	}
}

// What the ledger says may happen before a term is over, and the check knows it.
func TestTheCheckKnowsThatTheLedgerDoesNotWait(t *testing.T) {
	text := strings.Replace(strings.Replace(trial, "needs: [was_made]}\nsides", "needs: [was_made, in_time]}\nsides", 1), "by: [clock], needs: [was_made]", "by: [clock], needs: [was_made, in_time]", 1)
	table, err := casework.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range casework.Check(table).Problems {
		if strings.Contains(p.What, "close") {
			t.Error(p)
		}
	}
}

// What was returned before anybody did anything may say again what it said at
// first, and whoever looks sees so; what was accepted may not.
func TestCorrects(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	d := desk(t, "2026-05-12")
	d.Ask = func(context.Context, []string) (law.Facts, error) { return nil, nil }
	clerk := access.Actor{ID: "a", Role: access.Clerk}
	for _, x := range []struct {
		kind, back, past string
		fields           int
	}{
		{"makeup", "applied", "apply return", 4},
		{"makeup", "handed_in", "apply accept hand_in return", 0},
		{"registration", "closure_applied", "apply_closure return", 1},
		{"registration", "closure_applied", "apply_closure block settled return", 0},
		{"registration", "employer_applied", "apply_employer return", 4},
		{"complaint", "lodged", "complain identify return", 0},
	} {
		d.Table = tables[x.kind]
		c := casework.Case{State: "returned", Back: x.back, Counts: map[string]int{casework.Wound: 1}}
		for _, e := range strings.Fields(x.past) {
			c.Counts[e]++
		}
		o, err := d.Option(t.Context(), c, "complete", clerk)
		if err != nil || o == nil {
			t.Fatal(o, err)
		}
		if got := o.Move.Optional; len(got) != x.fields {
			t.Errorf("%s: %v, want %d", x.past, got, x.fields)
		}
	}
}

// A correction makes anew what effects made of the first application, and takes
// back what nobody had to give by giving it empty.
func TestCorrectionTakesBack(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	d := desk(t, "2026-05-12")
	d.Table = tables["complaint"]
	c := casework.Case{State: "returned", Back: "lodged", Seq: 2, Counts: map[string]int{"complain": 1, "return": 1},
		Facts: casework.Values{"subject": "box", "first_complaint": "2020-01-01", "claim_barred": "100.00", "missing_papers": "box"}}
	clerk := access.Actor{ID: "a", Role: access.Clerk}
	e, m, err := d.Take(t.Context(), c, casework.Input{Event: "complete", Data: casework.Values{"first_complaint": ""}}, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(m.Effects, " ") != "fill_from_grid weigh_claim" {
		t.Errorf("effects %v", m.Effects)
	}
	if got := d.Table.Fold(c, e).Facts; len(got) != 2 || got["subject"] != "box" {
		t.Errorf("left: %v", got)
	}
	e, _, err = d.Take(t.Context(), c, casework.Input{Event: "complete"}, clerk)
	if got := d.Table.Fold(c, e).Facts; err != nil || len(got) != 4 {
		t.Errorf("handed in again as it was: %v %v", got, err)
	}
	if _, _, err := d.Take(t.Context(), c, casework.Input{Event: "complete", Data: casework.Values{"subject": ""}}, clerk); err == nil || !strings.Contains(err.Error(), "casework.value") {
		t.Errorf("what must be given is taken back: %v", err)
	}
}
