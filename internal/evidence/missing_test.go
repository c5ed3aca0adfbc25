package evidence_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/packs"
)

// desk is the books in memory: papers, employments and duplicates as a test
// gives them.
type desk struct {
	books.Frame
	papers  []evidence.Piece
	jobs    []registry.Employment
	doubles map[string][]string
}

func (d *desk) Today() calendar.Date { return date("2026-03-02") }
func (d *desk) At() books.Instant    { return 7 }
func (d *desk) Actor() books.Actor   { return books.Actor{ID: "clerk"} }
func (d *desk) NewID() string        { return fmt.Sprintf("paper%d", len(d.papers)) }

func (d *desk) AddPiece(_ context.Context, p evidence.Piece) error {
	d.papers = append(d.papers, p)
	return nil
}

func (d *desk) Piece(_ context.Context, id string) (evidence.Piece, error) {
	for _, p := range d.papers {
		if p.ID == id {
			return p, nil
		}
	}
	return evidence.Piece{}, books.ErrNotFound
}

func (d *desk) ReplacedPiece(_ context.Context, id string) (bool, error) {
	return slices.ContainsFunc(d.papers, func(p evidence.Piece) bool { return p.Replaces == id }), nil
}

func (d *desk) Pieces(_ context.Context, f evidence.Filter, _ calendar.Date, page books.Page) (out []evidence.Piece, _ error) {
	for _, p := range d.papers {
		if p.ID > page.After && p.Case == f.Case {
			out = append(out, p)
		}
	}
	return out, nil
}

func (d *desk) PiecesOf(_ context.Context, persons []string, _ calendar.Date) (out []evidence.Piece, _ error) {
	for _, p := range d.papers {
		if gone, _ := d.ReplacedPiece(context.Background(), p.ID); slices.Contains(persons, p.Person) && !gone {
			out = append(out, p)
		}
	}
	return out, nil
}

func (d *desk) DuplicatePersons(context.Context, []string, calendar.Date) (map[string][]string, error) {
	return d.doubles, nil
}

func (d *desk) EmploymentsOf(context.Context, []string, calendar.Date) ([]registry.Employment, error) {
	return d.jobs, nil
}

func date(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func month(s string) calendar.Month {
	m, err := calendar.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func reader(t *testing.T, area string) *law.Reader {
	t.Helper()
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := lib.Book(area)
	if err != nil {
		t.Fatal(err)
	}
	return b.Read(0, false)
}

// line is months of a never registered employee of E.
func line(s insurance.Scheme, from, to string) evidence.Line {
	return evidence.Line{Person: "P", Employer: "E", Payer: insurance.Employee, Scheme: s, Cause: insurance.NeverRegistered, From: month(from), To: month(to)}
}

func missing(t *testing.T, d *desk, area string, q evidence.Request) evidence.Answer {
	t.Helper()
	a, err := evidence.Missing(t.Context(), d, reader(t, area), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// asked writes the asks: kind, what it proves, months.
func asked(a evidence.Answer) string {
	var out []string
	for _, x := range a.Missing {
		s := x.Kind
		if len(x.Proves) > 0 {
			s += "(" + strings.Join(x.Proves, "+") + ")"
		}
		for _, m := range x.Months {
			s += " " + m.From.String() + ".." + m.To.String()
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func wants(t *testing.T, what string, a evidence.Answer, want string) {
	t.Helper()
	if got := asked(a); got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// paper is one that was accepted in another case.
func paper(id, kind string, p evidence.Proofs, from, to string) evidence.Piece {
	out := evidence.Piece{ID: id, Case: "old", Person: "P", Employer: "E", Kind: kind, Proves: p, Copies: 1, OriginalSeen: true, State: evidence.Accepted}
	if from != "" {
		out.From, out.To = month(from), month(to)
	}
	return out
}

// TestSmallestSet: R-BACKPAY-04 names contract, employment form, personal file and payroll
// ledger side by side as proof of the work; the ledger proves the wage too, so
// it alone does for both. Only the identity document rests on a law (D765 31).
func TestSmallestSet(t *testing.T) {
	a := missing(t, &desk{}, "440100", evidence.Request{Lines: []evidence.Line{line(insurance.Pension, "2015-01", "2015-12")}})
	wants(t, "nothing is held", a, "written_application; id_document(identity); household_book; payroll_ledger(relation+wage) 2015-01..2015-12")
	for _, x := range a.Missing {
		if law := x.Kind == "id_document"; x.Required != law || len(x.Reasons) == 0 || x.Text.ZH == "" || x.Text.EN == "" {
			t.Errorf("%s: required %v, reasons %d, text %v", x.Kind, x.Required, len(x.Reasons), x.Text)
		}
	}
	ledger := a.Missing[3]
	if len(ledger.Reasons) != 4 || ledger.Person != "P" || ledger.Employer != "E" || a.Missing[0].Person != "" {
		t.Errorf("ledger %+v, application %+v", ledger, a.Missing[0])
	}
	for _, i := range ledger.Instead {
		wantKind := map[string]string{"relation": "labour_contract", "wage": "payroll_voucher"}[i.Proof]
		if !slices.Contains(i.Kinds, wantKind) || slices.Contains(i.Kinds, "payroll_ledger") {
			t.Errorf("instead of the ledger for %s: %v", i.Proof, i.Kinds)
		}
		if i.Proof == "wage" && slices.Contains(i.Kinds, "labour_contract") {
			t.Error("a contract stands in for a wage, which it does not prove")
		}
	}
}

// TestHeldIsNotAsked: what was accepted elsewhere, what this case received, and
// a relation on the register are not asked for; what was refused, what another
// case made for itself, another's and another employer's are.
func TestHeldIsNotAsked(t *testing.T) {
	lines := []evidence.Line{line(insurance.Pension, "2015-01", "2015-12")}
	all := "written_application; id_document(identity); household_book; payroll_ledger(relation+wage) 2015-01..2015-12"
	half := paper("c", "labour_contract", evidence.Relation, "2015-01", "2015-06")
	ledger := paper("l", "payroll_ledger", evidence.Relation|evidence.Wage, "2014-01", "2016-01")
	of := func(p evidence.Piece, change func(*evidence.Piece)) []evidence.Piece {
		change(&p)
		return []evidence.Piece{p}
	}
	for _, c := range []struct {
		name   string
		papers []evidence.Piece
		jobs   []registry.Employment
		want   string
	}{
		{"a ledger of another case", []evidence.Piece{ledger}, nil, "written_application; id_document(identity); household_book"},
		{"one not accepted there", of(ledger, func(p *evidence.Piece) { p.State = evidence.Handed }), nil, all},
		{"one received in this case", of(ledger, func(p *evidence.Piece) { p.State, p.Case = evidence.Handed, "now" }), nil, "written_application; id_document(identity); household_book"},
		{"one refused in this case", of(ledger, func(p *evidence.Piece) { p.State, p.Case = evidence.Refused, "now" }), nil, all},
		{"one of another employer", of(ledger, func(p *evidence.Piece) { p.Employer = "F" }), nil, all},
		{"one of another person", of(ledger, func(p *evidence.Piece) { p.Person = "Q" }), nil, all},
		{"one of a duplicate record", of(ledger, func(p *evidence.Piece) { p.Person = "P2" }), nil, "written_application; id_document(identity); household_book"},
		{"one that proves the wage only", of(ledger, func(p *evidence.Piece) { p.Proves = evidence.Wage }), nil,
			"written_application; id_document(identity); household_book; labour_contract(relation) 2015-01..2015-12"},
		{"half a contract", []evidence.Piece{half}, nil, all},
		{"half a contract and a wage", append(of(ledger, func(p *evidence.Piece) { p.Proves = evidence.Wage }), half), nil,
			"written_application; id_document(identity); household_book; labour_contract(relation) 2015-07..2015-12"},
		{"an identity document of once", []evidence.Piece{ledger, paper("i", "id_document", evidence.Identity, "", "")}, nil, "written_application; household_book"},
		{"an application of another case", []evidence.Piece{ledger, {ID: "w", Case: "old", Employer: "E", Kind: "written_application", Copies: 1, State: evidence.Accepted}}, nil,
			"written_application; id_document(identity); household_book"},
		{"an application of this case", []evidence.Piece{ledger, {ID: "w", Case: "now", Employer: "E", Kind: "written_application", Copies: 1, State: evidence.Handed}}, nil,
			"id_document(identity); household_book"},
		{"registered at the time, with the wage", of(ledger, func(p *evidence.Piece) { p.Proves = evidence.Wage }),
			[]registry.Employment{{ID: "j", Person: "P", Employer: "E", From: date("2015-01-10"), RegisteredOn: date("2015-02-01")}}, "written_application; id_document(identity); household_book"},
		{"registered too late for the first months", of(ledger, func(p *evidence.Piece) { p.Proves = evidence.Wage }),
			[]registry.Employment{{ID: "j", Person: "P", Employer: "E", From: date("2015-01-10"), RegisteredOn: date("2015-04-01")}},
			"written_application; id_document(identity); household_book; labour_contract(relation) 2015-01..2015-03"},
		{"registered today, for the past", of(ledger, func(p *evidence.Piece) { p.Proves = evidence.Wage }),
			[]registry.Employment{{ID: "j", Person: "P", Employer: "E", From: date("2015-01-10"), RegisteredOn: date("2026-03-01")}},
			"written_application; id_document(identity); household_book; labour_contract(relation) 2015-01..2015-12"},
	} {
		d := &desk{papers: c.papers, jobs: c.jobs, doubles: map[string][]string{"P": {"P2"}}}
		wants(t, c.name, missing(t, d, "440100", evidence.Request{Case: "now", Lines: lines}), c.want)
	}
}

// TestBeijingOldMonths: the guide of R-ROUTE-03 for months of before July 2011. The income-tax
// list is asked for beside the proof of wages, the archive beside that of the
// relation for months of before July 1998; originals are to be seen.
func TestBeijingOldMonths(t *testing.T) {
	q := evidence.Request{AsOf: date("2026-03-02"), Lines: []evidence.Line{line(insurance.Pension, "1998-05", "1998-08")}, Facts: map[string]law.Facts{"P": {"person.hukou": "local", "person.age_months": int64(500), "person.past_retirement": false,
		"person.populations": []string{}, "benefit_drawn": false, "history_given": true, "person.sex": "M", "employer.unit_type": "", "employer.ownership": ""}}}
	a := missing(t, &desk{}, "110000", q)
	got := map[string]evidence.Ask{}
	for _, x := range a.Missing {
		got[x.Kind] = x
	}
	if x := got["income_tax_list"]; !x.Original || len(x.Months) != 1 || x.Months[0] != (evidence.Span{From: month("1998-05"), To: month("1998-08")}) || len(x.Instead) != 0 {
		t.Errorf("income-tax list: %+v", x)
	}
	if x := got["personnel_archive"]; len(x.Months) != 1 || x.Months[0].To < month("1998-06") {
		t.Errorf("archive: %+v", x)
	}
	if x := got["makeup_audit_form"]; x.Copies != 3 || !x.Original {
		t.Errorf("audit form: %+v", x)
	}
	if x, ok := got["legal_document"]; ok {
		t.Errorf("four months want a document of court: %+v", x)
	}
	t.Logf("%s; needs %v", asked(a), a.Needs)
	copy := paper("l", "payroll_ledger", evidence.Relation|evidence.Wage, "1998-01", "1999-01")
	copy.OriginalSeen = false
	b := missing(t, &desk{papers: []evidence.Piece{copy}}, "110000", q)
	if !strings.Contains(asked(b), "(relation") && !strings.Contains(asked(b), "relation+wage") {
		t.Errorf("a copy did for an original: %s", asked(b))
	}
}

// TestTheWayThatWasFound: five years of a person from elsewhere were approved first
// (R-ROUTE-01), and want the notice of R-ROUTE-03 that the other way does not. The kernel knows
// whose household register is where; here it is a fact that is missing.
func TestTheWayThatWasFound(t *testing.T) {
	q := evidence.Request{AsOf: date("2023-10-09"), Lines: []evidence.Line{line(insurance.Pension, "2012-01", "2017-12")}}
	a := missing(t, &desk{}, "110000", q)
	if !slices.Contains(a.Needs, "person.hukou") || strings.Contains(asked(a), "one_time_makeup_notice") {
		t.Errorf("nobody knows the way: needs %v, asked %s", a.Needs, asked(a))
	}
	q.Lines[0].Route = "beijing_approval_first"
	a = missing(t, &desk{}, "110000", q)
	if len(a.Needs) > 0 || !strings.Contains(asked(a), "one_time_makeup_notice") {
		t.Errorf("approval first: needs %v, asked %s", a.Needs, asked(a))
	}
}

// TestThreeYearsAtOnce: R-BACKPAY-08. Three years at once want a document of a
// court, audit office, inspection or arbitration that was formed before the
// payment; a registered relation is none, nor is one issued later.
func TestThreeYearsAtOnce(t *testing.T) {
	q := evidence.Request{Lines: []evidence.Line{line(insurance.Pension, "2015-01", "2017-12")}, PaidOn: date("2026-02-10")}
	wanted := func(d *desk) bool {
		for _, x := range missing(t, d, "440100", q).Missing {
			if x.BeforePayment {
				return true
			}
		}
		return false
	}
	job := []registry.Employment{{ID: "j", Person: "P", Employer: "E", From: date("2014-01-10"), RegisteredOn: date("2014-02-01")}}
	if !wanted(&desk{jobs: job}) {
		t.Error("36 months on the register need no document")
	}
	for day, want := range map[string]bool{"2026-02-09": false, "2026-02-10": true, "2026-02-11": true, "": true} {
		p := paper("a", "arbitration_award", evidence.Relation, "2015-01", "2017-12")
		if day != "" {
			p.FormedOn = date(day)
		}
		if got := wanted(&desk{papers: []evidence.Piece{p}}); got != want {
			t.Errorf("an award of %q: wanted %v, want %v", day, got, want)
		}
	}
	opinion := paper("o", "audit_opinion", evidence.Relation, "2015-01", "2017-12")
	opinion.FormedOn = date("2025-01-01")
	if !wanted(&desk{papers: []evidence.Piece{opinion}}) {
		t.Error("the agency's own audit did for the audit office")
	}
	q.Lines[0].To = month("2017-11")
	if wanted(&desk{}) {
		t.Error("35 months want a document")
	}
}

// TestFlexible: R-BACKPAY-04: the self-employed show the licence, and no papers of an employer.
func TestFlexible(t *testing.T) {
	l := evidence.Line{Person: "P", Payer: insurance.Flexible, Scheme: insurance.Pension, Cause: insurance.PersonalReason, From: month("2025-01"), To: month("2025-02")}
	wants(t, "flexible", missing(t, &desk{}, "440100", evidence.Request{Lines: []evidence.Line{l}}), "id_document(identity); household_book; business_licence")
}

// TestOnce: what was told is not told again; what comes later shows as new.
func TestOnce(t *testing.T) {
	told := missing(t, &desk{}, "440100", evidence.Request{Lines: []evidence.Line{line(insurance.Pension, "2015-01", "2015-12")}})
	now := missing(t, &desk{}, "440100", evidence.Request{Lines: []evidence.Line{line(insurance.Pension, "2015-01", "2015-12"), line(insurance.Medical, "2015-01", "2015-12")}})
	if again := evidence.Untold(told.Missing, told.Missing); len(again) != 0 {
		t.Errorf("told twice: %v", again)
	}
	if news := evidence.Untold(told.Missing, now.Missing); len(news) != 1 || news[0].Kind != "social_security_card" {
		t.Errorf("what medical adds: %+v", news)
	}
}

func TestHandIn(t *testing.T) {
	r := reader(t, "440100")
	good := evidence.NewPiece{Case: "c", Person: "P", Employer: "E", Kind: "payroll_ledger", From: month("2015-01"), To: month("2015-12"), FormedOn: date("2016-01-02")}
	for _, c := range []struct {
		name   string
		change func(*evidence.NewPiece)
		key    string
	}{
		{"as it is", func(*evidence.NewPiece) {}, ""},
		{"narrowed", func(p *evidence.NewPiece) { p.Proves = []string{"wage"} }, ""},
		{"a kind that nobody knows", func(p *evidence.NewPiece) { p.Kind = "bank_flow" }, "evidence.unknown_kind"},
		{"more than the kind proves", func(p *evidence.NewPiece) { p.Kind, p.Proves = "labour_contract", []string{"wage"} }, "evidence.proves_not"},
		{"a proof of nothing", func(p *evidence.NewPiece) { p.Proves = []string{"love"} }, "evidence.proves_not"},
		{"nobody's", func(p *evidence.NewPiece) { p.Person, p.Employer = "", "" }, "evidence.whose"},
		{"of no months", func(p *evidence.NewPiece) { p.From, p.To = 0, 0 }, "evidence.which_months"},
		{"of months turned round", func(p *evidence.NewPiece) { p.From, p.To = p.To, p.From }, "evidence.empty_span"},
		{"made tomorrow", func(p *evidence.NewPiece) { p.FormedOn = date("2026-03-03") }, "evidence.not_yet"},
		{"of many copies", func(p *evidence.NewPiece) { p.Copies = 101 }, "evidence.copies"},
		{"instead of one that is not there", func(p *evidence.NewPiece) { p.Replaces = "x" }, "evidence.no_paper"},
		{"instead of another's", func(p *evidence.NewPiece) { p.Replaces, p.Person = "old", "Q" }, "evidence.not_replaceable"},
		{"instead of one that was refused", func(p *evidence.NewPiece) { p.Replaces = "no" }, ""},
		{"instead of one that was accepted", func(p *evidence.NewPiece) { p.Replaces = "old" }, "evidence.not_replaceable"},
	} {
		old := evidence.Piece{ID: "old", Case: "c", Person: "P", Employer: "E", State: evidence.Accepted}
		no := old
		no.ID, no.State = "no", evidence.Refused
		d := &desk{papers: []evidence.Piece{old, no}}
		in := good
		c.change(&in)
		p, err := evidence.HandIn(t.Context(), d, r, in, "")
		keyed(t, c.name, err, c.key)
		if err == nil && (p.State != evidence.Handed || p.Copies != 1 || p.Proves == 0 || len(d.papers) != 3) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func keyed(t *testing.T, what string, err error, key string) {
	t.Helper()
	got := ""
	if f, ok := err.(*fault.Error); ok {
		got = f.Key
	} else if err != nil {
		got = err.Error()
	}
	if got != key {
		t.Errorf("%s: %s, want %s", what, got, key)
	}
}

func TestDecide(t *testing.T) {
	d := &desk{papers: []evidence.Piece{{ID: "a", State: evidence.Handed, Kind: "labour_contract", Person: "P"}}}
	_, err := evidence.Decide(t.Context(), d, "a", false, false, " ")
	keyed(t, "refused without a reason", err, "evidence.no_reason")
	for _, reason := range []string{strings.Repeat("x", 2001), "a\x00"} {
		_, err = evidence.Decide(t.Context(), d, "a", false, false, reason)
		keyed(t, "refused with a reason that cannot be kept", err, "evidence.long_reason")
	}
	p, err := evidence.Decide(t.Context(), d, "a", false, true, "unreadable")
	if err != nil || p.State != evidence.Refused || p.Replaces != "a" || !p.OriginalSeen || p.Reason != "unreadable" || p.ID == "a" {
		t.Errorf("refused: %+v %v", p, err)
	}
	_, err = evidence.Decide(t.Context(), d, "a", true, false, "")
	keyed(t, "one that was replaced", err, "evidence.replaced")
	_, err = evidence.Decide(t.Context(), d, p.ID, false, false, "again")
	keyed(t, "the same twice", err, "evidence.decided")
	if q, err := evidence.Decide(t.Context(), d, p.ID, true, false, ""); err != nil || q.State != evidence.Accepted || !q.OriginalSeen || len(d.papers) != 3 {
		t.Errorf("accepted after all: %+v %v", q, err)
	}
	_, err = evidence.Decide(t.Context(), d, "z", true, false, "")
	keyed(t, "one that is not there", err, "evidence.no_paper")
}
