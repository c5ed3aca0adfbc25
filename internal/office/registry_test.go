package office_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// counter is a desk with the packs and people at it, on 2026-03-02 (a Monday).
type counter struct {
	*office.Office
	t                                   *testing.T
	clock                               *storetest.Clock
	clerk, reviewer, agent, enforcement office.Request
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	o, clock := desk(t)
	var err error
	if o.Laws, err = law.Open(packs.FS); err != nil {
		t.Fatal(err)
	}
	who := func(id string, role access.Role) office.Request {
		return as(access.Actor{ID: id, Role: role, Areas: []string{storetest.Area}})
	}
	c := &counter{Office: o, t: t, clock: clock, clerk: who("clerk", access.Clerk), reviewer: who("reviewer", access.Reviewer), agent: who("agent", access.EmployerAgent),
		enforcement: who("enforcement", access.Enforcement)}
	c.agent.Actor.Employer = "e"
	return c
}

func (c *counter) day(s string) calendar.Date { return storetest.Day(c.t, s) }

// number makes a citizen number of somebody born on a day: GB 11643.
func number(area, birth string, seq int) string {
	s := fmt.Sprintf("%s%s%03d", area, strings.ReplaceAll(birth, "-", ""), seq)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return s + "10X98765432"[sum%11:sum%11+1]
}

func (c *counter) person(n string) string {
	c.t.Helper()
	ref, err := c.RegisterPerson(c.t.Context(), c.clerk, registry.NewPerson{Document: registry.Document{Number: n}, Name: "王小明"})
	if err != nil {
		c.t.Fatal(err)
	}
	return ref.ID
}

// read reads a person by id.
func (c *counter) read(q office.Request, id, asOf string, plainly bool) (office.PersonView, error) {
	in := office.PersonQuery{Person: id, Plain: plainly, AsOf: c.day(asOf), KnownAt: c.day("2026-03-02")}
	return c.ReadPerson(c.t.Context(), q, in)
}

// lead finds a person by a document.
func (c *counter) lead(d registry.Document, want string) {
	c.t.Helper()
	p, err := c.ReadPerson(c.t.Context(), c.clerk, office.PersonQuery{Number: d.Number, Kind: d.Kind, Nation: d.Nation})
	if err != nil || p.ID != want {
		c.t.Errorf("the document leads to %q, want %q (%v)", p.ID, want, err)
	}
}

func TestRegisterPerson(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	in := registry.NewPerson{Document: registry.Document{Number: "110105491231002"}, Name: "王小明", Bank: "icbc", BankAccount: "6222020200112230456"}
	q := c.clerk
	q.Key = "k1"
	_, err := c.RegisterPerson(ctx, c.agent, in)
	check(t, "an agent registers", err, "access.forbidden")
	ref, err := c.RegisterPerson(ctx, q, in)
	check(t, "a clerk registers", err, "")
	again, err := c.RegisterPerson(ctx, q, in)
	if check(t, "the same key", err, ""); again != ref {
		t.Errorf("the same key gave %v, then %v", ref, again)
	}
	in.Number = "11010519491231002X"
	_, err = c.RegisterPerson(ctx, q, in)
	check(t, "the same key for other input", err, "office.key_reused")
	_, err = c.RegisterPerson(ctx, c.clerk, in)
	check(t, "the same person by 18 digits", err, "registry.person_exists")

	p, err := c.read(c.clerk, ref.ID, "2026-03-02", false)
	check(t, "read", err, "")
	if p.Number != "1****************X" || p.Name != "王**" || p.BankAccount != "****0456" || p.Birth != c.day("1949-12-31") || p.Sex != insurance.Female {
		t.Errorf("masked: %+v", p)
	}
	c.lead(in.Document, ref.ID)
	p, err = c.read(c.clerk, ref.ID, "2026-03-02", true)
	if check(t, "read plainly", err, ""); p.Number != "11010519491231002X" || p.Name != "王小明" {
		t.Errorf("plain: %+v", p)
	}

	name, hukou := "王大明", "urban"
	_, err = c.ChangePerson(ctx, c.clerk, ref.ID, registry.PersonChange{From: c.day("2026-01-01"), Name: &name, HukouKind: &hukou, Reason: "更名"})
	check(t, "change", err, "")
	sex := insurance.Male
	_, err = c.ChangePerson(ctx, c.clerk, ref.ID, registry.PersonChange{From: c.day("2026-01-01"), Sex: &sex, Reason: "x"})
	check(t, "change what the number says", err, "registry.said_by_number")
	_, err = c.ChangePerson(ctx, c.clerk, ref.ID, registry.PersonChange{From: c.day("2026-03-03"), Name: &name, Reason: "x"})
	check(t, "change from tomorrow", err, "registry.bad_from")
	for day, want := range map[string]string{"2025-12-31": "王小明", "2026-01-01": "王大明"} {
		p, err := c.read(c.clerk, ref.ID, day, true)
		if check(t, "as of "+day, err, ""); p.Name != want || p.BankAccount != in.BankAccount {
			t.Errorf("as of %s: %+v", day, p)
		}
	}
	c.noSecrets("王小明", "王大明", "11010519491231002", "110105491231002", "6222020200112230456", "19491231")
	storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditOf(ctx, "person", ref.ID, books.Page{})
		got := map[string]int{}
		for _, l := range lines {
			got[l.Actor+" "+l.Action]++
		}
		if want := map[string]int{"clerk person.write": 2, "clerk person.read": 2, "clerk person.read_plain": 3}; !maps.Equal(got, want) {
			t.Errorf("the person sees %v, want %v", got, want)
		}
		return err
	})
}

// noSecrets looks for texts in all that is kept outside boxes.
func (c *counter) noSecrets(secrets ...string) {
	c.t.Helper()
	storetest.View(c.t, c.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditLines(ctx, books.Page{Limit: 1000})
		if err != nil {
			return err
		}
		kept, err := tx.Kept(ctx, "k1")
		if err != nil {
			return err
		}
		all := fmt.Sprint(lines, kept)
		for _, s := range secrets {
			if strings.Contains(all, s) {
				c.t.Errorf("%s stands in the audit or a kept result", s)
			}
		}
		return nil
	})
}

func TestDocumentsOfAPerson(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	a, b := c.person(number("110105", "1990-01-01", 1)), c.person(number("110105", "1990-01-02", 1))
	passport := office.NewDocument{Document: registry.Document{Kind: registry.Passport, Number: "E12345678", Nation: "CHN"}, From: c.day("2020-01-01")}
	_, err := c.AddDocument(ctx, c.clerk, a, passport)
	check(t, "a passport", err, "")
	_, err = c.AddDocument(ctx, c.clerk, a, passport)
	check(t, "the same again", err, "")
	_, err = c.AddDocument(ctx, c.clerk, b, passport)
	check(t, "that of another", err, "registry.document_of_other")
	c.lead(passport.Document, a)
}

func TestJoining(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	n1, n2 := number("110105", "1990-01-01", 1), number("110105", "1990-01-02", 3)
	winner, loser, woman := c.person(n1), c.person(n2), c.person(number("110105", "1990-01-02", 2))
	_, err := c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser, Winner: woman}, "x")
	check(t, "a man and a woman", err, "registry.not_one_person")
	_, err = c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser, Winner: loser}, "x")
	check(t, "with itself", err, "registry.same_record")
	_, err = c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser, Winner: winner}, "")
	check(t, "without a reason", err, "access.no_reason")
	ref, err := c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser, Winner: winner}, "重复登记")
	check(t, "proposed", err, "")
	_, err = c.DecideJoining(ctx, c.clerk, ref.ID, true, "")
	check(t, "decided by a clerk", err, "access.forbidden")
	self := c.reviewer
	self.Actor.ID = "clerk"
	_, err = c.DecideJoining(ctx, self, ref.ID, true, "")
	check(t, "decided by the one who asked", err, "access.another_pair_of_eyes")
	lead := func(n, want string) { t.Helper(); c.lead(registry.Document{Number: n}, want) }
	lead(n2, loser)
	_, err = c.DecideJoining(ctx, c.reviewer, ref.ID, true, "")
	check(t, "granted", err, "")
	_, err = c.DecideJoining(ctx, c.reviewer, ref.ID, false, "")
	check(t, "decided twice", err, "access.decided")
	lead(n2, winner)
	name := "另名"
	_, err = c.ChangePerson(ctx, c.clerk, loser, registry.PersonChange{From: c.day("2026-01-01"), Name: &name, Reason: "x"})
	check(t, "change a duplicate", err, "registry.merged")
	_, err = c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: winner, Winner: loser}, "x")
	check(t, "in a circle", err, "registry.merged")

	c.clock.Add(time.Minute)
	part, err := c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser}, "误合并")
	check(t, "part", err, "")
	_, err = c.DecideJoining(ctx, c.reviewer, part.ID, false, "")
	check(t, "refused", err, "")
	lead(n2, winner)
	part, err = c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser}, "误合并")
	check(t, "part again", err, "")
	_, err = c.DecideJoining(ctx, c.reviewer, part.ID, true, "")
	check(t, "parted", err, "")
	lead(n2, loser)
	part, err = c.ProposeJoining(ctx, c.clerk, office.Joining{Loser: loser}, "误合并")
	check(t, "part once more", err, "")
	_, err = c.DecideJoining(ctx, c.reviewer, part.ID, true, "")
	check(t, "nothing to part", err, "registry.not_merged")
	_, err = c.DecideJoining(ctx, c.reviewer, "nothing", true, "")
	check(t, "no proposal", err, "registry.no_proposal")
}

func TestEmployers(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	in := registry.NewEmployer{CreditCode: "91350100M000100Y44", Name: "某公司", InjuryClass: 1, FormedOn: c.day("2015-05-01"), Bank: "icbc", BankAccount: "6222020200112230456"}
	_, err := c.RegisterEmployer(ctx, c.clerk, in)
	check(t, "a wrong code", err, "identity.uscc_check")
	in.CreditCode = "11010519491231002X"
	_, err = c.RegisterEmployer(ctx, c.clerk, in)
	check(t, "a citizen number", err, "registry.not_a_credit_code")
	in.CreditCode = "91350100M000100Y43" // R-ID-02's test code, which desk's e has
	_, err = c.RegisterEmployer(ctx, c.clerk, in)
	check(t, "a code that is there", err, "registry.employer_exists")
	_, err = c.RegisterEmployer(ctx, c.agent, in)
	check(t, "by an agent", err, "access.forbidden")

	formed := c.day("2020-01-01")
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error { // desk's e lacks what a registered one has
		return tx.AddEmployerState(ctx, registry.Employer{ID: "e", Name: "厂", InjuryClass: 2, FormedOn: formed, Status: registry.Active, From: formed, KnownOn: formed + 1})
	})
	c.clock.Add(time.Second)
	class, mandate := 5, c.day("2026-02-01")
	bank, account := "icbc", "6222020200112230456"
	_, err = c.ChangeEmployer(ctx, c.clerk, "e", registry.EmployerChange{From: c.day("2026-02-01"), InjuryClass: &class, MandateFrom: &mandate, Reason: "x"})
	check(t, "a mandate without an account", err, "registry.mandate_without_account")
	_, err = c.ChangeEmployer(ctx, c.clerk, "e", registry.EmployerChange{From: c.day("2019-12-31"), InjuryClass: &class, Reason: "x"})
	check(t, "before it was formed", err, "registry.before_employer")
	_, err = c.ChangeEmployer(ctx, c.clerk, "e", registry.EmployerChange{From: c.day("2026-02-01"), InjuryClass: &class, Bank: &bank, BankAccount: &account, MandateFrom: &mandate, Reason: "变更"})
	check(t, "changed", err, "")
	for day, want := range map[string]int{"2026-01-31": 2, "2026-02-01": 5} {
		e, err := c.Employer(ctx, c.agent, "e", registry.When{AsOf: c.day(day)})
		if check(t, "as of "+day, err, ""); e.InjuryClass != want || (want == 5) != (e.BankAccount == "****0456") {
			t.Errorf("as of %s: %+v", day, e)
		}
	}
	other := c.agent
	other.Actor.Employer = "f"
	_, err = c.Employer(ctx, other, "e", registry.When{})
	check(t, "another's agent", err, "access.not_yours")
}

// The debt is booked as billing does it: receivable and late_fee_due against
// their other sides. R-REG-05: closed only when all is zero.
func TestDeregister(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	p := c.person(number("110105", "1990-01-01", 1))
	s, err := c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-02-02")})
	check(t, "start", err, "")
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	check(t, "with staff", err, "registry.staff_left")
	_, err = c.EndEmployment(ctx, c.agent, s.Employment.ID, c.day("2026-02-19"), "离职")
	check(t, "end", err, "")
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	check(t, "February is owed, although no sweep saw it", err, "arrears.left")
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error { // entered by mistake
		return tx.AddEmployment(ctx, registry.Employment{ID: "none", Person: p, Employer: "e", From: c.day("2026-02-02"), To: c.day("2026-02-01"), KnownOn: tx.Today(), Replaces: last(ctx, t, tx, p)})
	})
	book := func(key, account, against string, amount money.Fen) {
		t.Helper()
		storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error {
			_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Billing, RefKind: "declaration", Ref: "d", Key: key, Legs: []ledger.Leg{
				{Account: account, Party: "e", Scheme: insurance.Pension, EmployerFen: amount}, {Account: against, Scheme: insurance.Pension, EmployerFen: -amount}}})
			return err
		})
	}
	book("1", ledger.Receivable, ledger.FundDue, 100_00)
	book("2", ledger.LateFeeDue, ledger.LateFee, 1_50)
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	if check(t, "with arrears and a late fee", err, "registry.debt_left"); err != nil && !strings.Contains(err.Error(), "101.50") {
		t.Errorf("the debt is 101.50: %v", err)
	}
	book("3", ledger.Receivable, ledger.FundDue, -100_00)
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	check(t, "with a late fee", err, "registry.debt_left")
	book("4", ledger.LateFeeDue, ledger.LateFee, -1_50)
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	check(t, "settled", err, "")
	_, err = c.Deregister(ctx, c.clerk, "e", c.day("2026-02-20"), "注销")
	check(t, "twice", err, "registry.employer_closed")
	_, err = c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-02-02")})
	check(t, "hire", err, "registry.employer_closed")
}

// The days by hand: 30 days after 2026-01-29 end on Saturday 2026-02-28, which
// is worked in the place of a holiday (R-CAL-04); 30 days after 2026-01-30 end
// on Sunday 2026-03-01 and run to Monday (R-CAL-01).
func TestDutyToRegister(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	for i, x := range []struct {
		from, due string
		late      bool
	}{{"2026-03-02", "2026-04-01", false}, {"2026-01-30", "2026-03-02", false}, {"2026-01-29", "2026-02-28", true}} {
		p := c.person(number("110105", "1990-01-01", 2*i+1))
		s, err := c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day(x.from)})
		if check(t, "start on "+x.from, err, ""); s.Due != c.day(x.due) || s.Late != x.late || s.Enrolment == "" || s.Employment.RegisteredOn != c.day("2026-03-02") {
			t.Errorf("%v: %+v", x, s)
		}
	}
	p := c.person(number("110105", "1990-01-01", 21))
	found := registry.NewEmployment{Person: p, Employer: "e", From: c.day("2025-06-10"), Unregistered: true, Reason: "投诉"}
	_, err := c.StartEmployment(ctx, c.agent, found)
	check(t, "an agent finds", err, "access.forbidden")
	s, err := c.StartEmployment(ctx, c.enforcement, found)
	if check(t, "found", err, ""); s.Due != c.day("2025-07-10") || !s.Late || s.Enrolment != "" {
		t.Errorf("found: %+v", s)
	}
	overdue, err := c.OverdueDuties(ctx, c.clerk, books.Page{})
	if check(t, "overdue", err, ""); len(overdue) != 1 || overdue[0].Object != s.Employment.ID || overdue[0].Kind != law.RegisterEmployee {
		t.Errorf("overdue: %+v", overdue)
	}
	done, err := c.CorrectEmployment(ctx, c.agent, s.Employment.ID, registry.EmploymentChange{Register: true, Reason: "补登记"})
	if check(t, "registered", err, ""); !done.Late || done.Enrolment == "" || done.Employment.Replaces != s.Employment.ID {
		t.Errorf("registered: %+v", done)
	}
	_, err = c.CorrectEmployment(ctx, c.agent, done.Employment.ID, registry.EmploymentChange{Register: true, Reason: "x"})
	check(t, "registered twice", err, "registry.registered")
	if overdue, err = c.OverdueDuties(ctx, c.clerk, books.Page{}); err != nil || len(overdue) != 0 {
		t.Errorf("overdue: %+v, %v", overdue, err)
	}
}

// The working days of 2027 are not published (R-CAL-04): the end is not known,
// nothing is guessed, and nobody is turned away.
func TestDutyInAYearWithoutTable(t *testing.T) {
	c := newCounter(t)
	c.clock.Add(294 * 24 * time.Hour) // 2026-12-21
	p := c.person(number("110105", "1990-01-01", 1))
	s, err := c.StartEmployment(t.Context(), c.clerk, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-12-20"), Unregistered: true})
	if check(t, "start", err, ""); s.Due != 0 || s.Late {
		t.Errorf("due %s, late %v", s.Due, s.Late)
	}
	n, err := c.WindClocks(t.Context(), storetest.Area)
	if check(t, "wind", err, ""); n != 0 {
		t.Errorf("%d terms have an end", n)
	}
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error { // one that was left open and can be counted now
		tx.AddClock(ctx, registry.Clock{ID: "0", Kind: law.RegisterEmployee, ObjectKind: "employment", Object: "x", StartsOn: c.day("2026-01-29"), State: registry.Open})
		return nil
	})
	n, err = c.WindClocks(t.Context(), storetest.Area)
	if check(t, "wind", err, ""); n != 1 {
		t.Errorf("%d terms have an end, want 1", n)
	}
	storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		k, err := tx.Clock(ctx, law.RegisterEmployee, "x")
		if k.EndsOn != c.day("2026-02-28") {
			t.Errorf("ends on %s", k.EndsOn)
		}
		return err
	})
}

// R-REG-08: people of Hong Kong, Macao and Taiwan are insured from 2020-01-01,
// foreigners from 2011-10-15.
func TestStaffFromElsewhere(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		day := c.day("2005-01-01")
		return tx.NewEmployer(ctx, registry.Employer{ID: "old", CreditCode: "x", Name: "厂", Status: registry.Active, From: day, KnownOn: day})
	})
	c.agent.Actor.Employer = "old"
	foreigner := registry.NewPerson{Document: registry.Document{Kind: registry.Passport, Number: "C01X00T47", Nation: "DEU"}, Name: "Anna Schmidt", Birth: c.day("1980-02-29"), Sex: insurance.Female}
	a, err := c.RegisterPerson(ctx, c.clerk, foreigner)
	check(t, "a foreigner", err, "")
	for _, x := range []struct {
		person, from, to, insured string
	}{
		{c.person(number("810000", "1990-01-01", 1)), "2018-05-01", "", "2020-01"},
		{c.person(number("830000", "1990-01-01", 1)), "2021-05-01", "", "2021-05"},
		{c.person(number("820000", "1990-01-01", 1)), "2018-05-01", "2019-12-31", ""},
		{a.ID, "2010-01-01", "", "2011-10"},
		{c.person(number("110105", "1990-01-01", 1)), "2010-01-01", "", "2010-01"},
	} {
		in := registry.NewEmployment{Person: x.person, Employer: "old", From: c.day(x.from)}
		if x.to != "" {
			in.To = c.day(x.to)
		}
		s, err := c.StartEmployment(ctx, c.agent, in)
		check(t, "start", err, "")
		storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.EnrolmentsOf(ctx, []string{x.person}, tx.Today())
			got := ""
			for _, n := range list {
				got += n.From.String()
			}
			if got != x.insured || (got == "") != (s.Enrolment == "") {
				t.Errorf("%v: insured from %q", x, got)
			}
			return err
		})
	}
}

func TestCorrectEmployment(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	p := c.person(number("110105", "1990-01-01", 1))
	wage, more := money.Fen(8000_00), money.Fen(9000_00)
	s, err := c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-01-05"), Wage: &wage})
	check(t, "start", err, "")
	_, err = c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-02-05")})
	check(t, "start twice", err, "registry.employed_already")
	_, err = c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-03-03")})
	check(t, "start tomorrow", err, "registry.bad_from")
	_, err = c.EndEmployment(ctx, c.agent, s.Employment.ID, c.day("2026-01-04"), "x")
	check(t, "end before the start", err, "registry.ends_before_start")
	other := c.agent
	other.Actor.Employer = "f"
	_, err = c.EndEmployment(ctx, other, s.Employment.ID, c.day("2026-02-04"), "x")
	check(t, "another's agent ends it", err, "access.not_yours")
	_, err = c.EndEmployment(ctx, other, "nothing", c.day("2026-02-04"), "x")
	check(t, "another's agent asks for nothing", err, "access.not_yours")

	c.clock.Add(24 * time.Hour) // 2026-03-03
	from := c.day("2025-12-29")
	fixed, err := c.CorrectEmployment(ctx, c.agent, s.Employment.ID, registry.EmploymentChange{From: &from, Wage: &more, Reason: "更正"})
	check(t, "correct", err, "")
	_, err = c.EndEmployment(ctx, c.agent, s.Employment.ID, c.day("2026-02-04"), "x")
	check(t, "end what was replaced", err, "access.not_yours")
	_, err = c.EndEmployment(ctx, c.clerk, s.Employment.ID, c.day("2026-02-04"), "x")
	check(t, "a clerk ends what was replaced", err, "registry.no_employment")
	c.clock.Add(24 * time.Hour) // 2026-03-04
	gone, err := c.CorrectEmployment(ctx, c.clerk, fixed.Employment.ID, registry.EmploymentChange{Withdraw: true, Reason: "误增"})
	check(t, "withdraw", err, "")
	_ = gone
	for day, want := range map[string]string{
		"2026-03-02": "2026-01-05 8000.00 2026-01",
		"2026-03-03": "2025-12-29 9000.00 2025-12",
		"2026-03-04": "",
	} {
		storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
			works, err := tx.EmploymentsOf(ctx, []string{p}, c.day(day))
			if err != nil {
				return err
			}
			insured, err := tx.EnrolmentsOf(ctx, []string{p}, c.day(day))
			got := ""
			for _, e := range works {
				got += e.From.String() + " " + e.Wage.String()
			}
			for _, n := range insured {
				got += " " + n.From.String()
			}
			if got != want {
				t.Errorf("known on %s: %q, want %q", day, got, want)
			}
			return err
		})
	}
}

func TestEnrol(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	p := c.person(number("110105", "1990-01-01", 1))
	month := func(s string) calendar.Month { return c.day(s + "-01").Month() }
	base := money.Fen(7000_00)
	in := registry.NewEnrolment{Person: p, Payer: insurance.Flexible, Scheme: insurance.Pension, From: month("2026-01"), Base: &base}
	self := as(access.Actor{ID: "me", Role: access.Insured, Areas: []string{storetest.Area}, Person: p})
	n, err := c.Enrol(ctx, self, in)
	check(t, "for oneself", err, "")
	for _, x := range []struct {
		name string
		edit func(*registry.NewEnrolment)
		want string
	}{
		{"again", func(*registry.NewEnrolment) {}, "registry.insured_already"},
		{"medical beside it", func(n *registry.NewEnrolment) { n.Scheme = insurance.Medical }, ""},
		{"unemployment", func(n *registry.NewEnrolment) { n.Scheme = insurance.Unemployment }, "registry.scheme_not_open"},
		{"all that are mandatory", func(n *registry.NewEnrolment) { n.Scheme = 0 }, "registry.scheme_not_open"},
		{"a resident in the pension of employees", func(n *registry.NewEnrolment) { n.Payer = insurance.Resident }, "registry.scheme_not_open"},
		{"a resident with a base", func(n *registry.NewEnrolment) { n.Payer, n.Scheme = insurance.Resident, insurance.ResidentMedical }, "registry.bad_base"},
		{"a resident", func(n *registry.NewEnrolment) {
			n.Payer, n.Scheme, n.Base, n.Group = insurance.Resident, insurance.ResidentMedical, nil, "学生儿童"
		}, ""},
		{"a grade of a flexible worker", func(n *registry.NewEnrolment) { n.Grade = "1" }, "registry.grade_of_resident"},
		{"with an employer", func(n *registry.NewEnrolment) { n.Employer = "e" }, "registry.employer_of_employee"},
		{"without a month", func(n *registry.NewEnrolment) { n.From = 0 }, "registry.bad_from_month"},
		{"backwards", func(n *registry.NewEnrolment) { n.To = n.From - 1 }, "registry.ends_before_start"},
		{"no payer", func(n *registry.NewEnrolment) { n.Payer = "" }, "registry.bad_payer"},
		{"nobody", func(n *registry.NewEnrolment) { n.Person = "nobody" }, "registry.no_person"},
	} {
		in := in
		x.edit(&in)
		_, err := c.Enrol(ctx, c.clerk, in)
		check(t, x.name, err, x.want)
	}
	_, err = c.Enrol(ctx, as(access.Actor{ID: "me", Role: access.Insured, Areas: []string{storetest.Area}, Person: "q"}), in)
	check(t, "for another", err, "access.not_yours")
	s, err := c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: p, Employer: "e", From: c.day("2026-02-02")})
	if check(t, "a flexible worker is employed", err, ""); len(s.Alongside) != 2 { // pension and medical
		t.Errorf("alongside: %v", s.Alongside)
	}
	_, err = c.EndEnrolment(ctx, self, n.ID, month("2025-11"), "x")
	check(t, "end before the start", err, "registry.ends_before_start")
	_, err = c.EndEnrolment(ctx, self, s.Enrolment, month("2026-03"), "x")
	check(t, "end what comes of an employment", err, "registry.ends_with_employment")
	ended, err := c.EndEnrolment(ctx, self, n.ID, month("2026-01"), "就业")
	if check(t, "end", err, ""); ended.To != month("2026-01") || ended.Replaces != n.ID {
		t.Errorf("ended: %+v", ended)
	}
	_, err = c.EndEnrolment(ctx, c.clerk, ended.ID, month("2026-01"), "x")
	check(t, "end twice", err, "registry.ended")
	_, err = c.EndEnrolment(ctx, c.clerk, n.ID, month("2026-01"), "x")
	check(t, "end what was replaced", err, "registry.no_enrolment")
}

// R-PRIV-05: an employer sees its own staff and nobody else; each of them sees
// that it did.
func TestRosterOfOwnStaff(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	mine := c.person(number("110105", "1990-01-01", 1))
	c.person(number("110105", "1990-01-01", 3))
	_, err := c.StartEmployment(ctx, c.agent, registry.NewEmployment{Person: mine, Employer: "e", From: c.day("2026-02-02")})
	check(t, "start", err, "")
	in := office.RosterQuery{Employer: "e", Month: c.day("2026-02-01").Month()}
	list, err := c.Roster(ctx, c.agent, in)
	if check(t, "roster", err, ""); len(list) != 1 || list[0].Person != mine || list[0].Name != "王**" || strings.Contains(list[0].Number, "1990") {
		t.Errorf("roster: %+v", list)
	}
	storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditOf(ctx, "person", mine, books.Page{})
		n := 0
		for _, l := range lines {
			if l.Action == "roster.read" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d lines tell the person of the reading, want 1", n)
		}
		return err
	})
	in.Employer = "f"
	_, err = c.Roster(ctx, c.agent, in)
	check(t, "another's roster", err, "access.not_yours")
	firms, err := c.Employers(ctx, c.agent, registry.When{}, books.Page{})
	if check(t, "employers", err, ""); len(firms) != 1 || firms[0].ID != "e" {
		t.Errorf("employers: %+v", firms)
	}
}

// last is the employment of a person that holds.
func last(ctx context.Context, t *testing.T, tx store.Tx, person string) string {
	t.Helper()
	list, err := tx.EmploymentsOf(ctx, []string{person}, tx.Today())
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0].ID
}
