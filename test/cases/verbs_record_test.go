package cases_test

import (
	"fmt"
	"maps"

	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/statement"
)

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){
		"enrol":   (*play).enrol,
		"mandate": (*play).mandate,
		"debit":   (*play).debit,
		"debts":   (*play).debts,
		"informs": (*play).informs,
		"close":   (*play).closeMonth,
		"late":    (*play).declareLate,
	})
}

// enrol registers somebody who pays alone, by the own hand, for pension and
// medical insurance: "enrol qian from=2026-02 base=8000.00".
func (p *play) enrol(w []string) {
	f, _ := p.fields(w[1:])
	base := p.yuan(f["base"])
	in := registry.NewEnrolment{Person: p.id(w[0]), Payer: insurance.Flexible, Scheme: insurance.Pension, Population: "flexible", From: p.month(f["from"]), Base: &base}
	_, err := p.Enrol(p.Context(), p.key(p.as("person@"+w[0])), in)
	p.must(err)
	in.Scheme, in.Base = insurance.Medical, nil
	_, err = p.Enrol(p.Context(), p.key(p.as("person@"+w[0])), in)
	p.must(err)
}

// mandate lets an employer's bank be debited from today on: "mandate acme".
func (p *play) mandate(w []string) {
	bank, account := "105", "6222020200112230999"
	_, err := p.ChangeEmployer(p.Context(), p.key(p.as("clerk")), p.id(w[0]), registry.EmployerChange{Bank: &bank, BankAccount: &account, MandateFrom: &p.today, From: p.today, Reason: "mandate"})
	p.must(err)
}

// debit sends the orders of an employer's month to its bank, which answers that
// the account had the money, or too little: "debit acme 2026-02 failed".
func (p *play) debit(w []string) {
	q := p.as("finance")
	notices, err := p.Notices(p.Context(), q, p.id(w[0]), "", p.month(w[1]))
	p.must(err)
	orders, err := p.Orders(p.Context(), q, p.id(w[0]), "", p.month(w[1]))
	p.must(err)
	if len(notices) != 1 {
		p.fail("%d notices", len(notices))
	}
	if len(orders) == 0 {
		_, err := p.CreateOrder(p.Context(), p.key(q), office.OrderInput{Notice: notices[0].ID, Channel: collection.Mandate})
		p.must(err)
		orders, err = p.Orders(p.Context(), q, p.id(w[0]), "", p.month(w[1]))
		p.must(err)
	}
	o, err := p.Order(p.Context(), q, orders[0].ID)
	p.must(err)
	batch, _, err := p.SendBatch(p.Context(), p.key(q), "105")
	p.must(err)
	code, sum := "OK", o.Standing.Open
	if w[2] == "failed" {
		code = "FUNDS"
	}
	file := fmt.Sprintf("results,105,%s,%s\nresult,%s,%s,%s,%s,\nend,1,%s\n", p.today, batch.ID, o.ID, sum, p.today, code, sum)
	taken, err := p.TakeResults(p.Context(), p.key(q), office.FileInput{Bank: "105", Name: batch.ID + ".csv", Data: []byte(file)})
	p.must(err)
	if got := map[bool]string{true: "paid", false: "failed"}[taken.Paid == 1]; got != w[2] {
		p.fail("the debit is %s: %+v", got, taken)
	}
}

// debts holds both shares of what an employer was billed for a month: "debts
// acme 2026-01 employer=2650.00 person=1053.00".
func (p *play) debts(w []string) {
	notices, err := p.Notices(p.Context(), p.as("finance"), p.id(w[0]), "", p.month(w[1]))
	p.must(err)
	var firm, own money.Fen
	for _, n := range notices {
		firm, own = firm+n.EmployerFen, own+n.PersonFen
	}
	f, _ := p.fields(w[2:])
	if firm != p.yuan(f["employer"]) || own != p.yuan(f["person"]) {
		p.fail("%s of the employer, %s of the employees", firm, own)
	}
}

// informs lets an employer hand its notice of a month to an employee: "informs
// acme li 2026-01".
func (p *play) informs(w []string) {
	q := p.as("agent@" + w[0])
	in := office.StatementQuery{Person: p.id(w[1]), Employer: p.id(w[0]), Month: p.month(w[2])}
	told, err := p.MonthStatement(p.Context(), q, in)
	p.must(err)
	_, err = p.HandOver(p.Context(), p.key(q), office.HandoverInput{Kind: statement.Monthly, Person: in.Person, Employer: in.Employer, Month: in.Month, AsOf: p.today,
		KnownAt: p.today, Digest: told.Digest, Method: statement.Methods[0]})
	p.must(err)
}

// closeMonth sees after a month that nobody declared, and holds what is billed
// for it: "close acme 2026-03 total=4073.30".
func (p *play) closeMonth(w []string) {
	b, err := p.CloseMonth(p.Context(), p.key(p.as("reviewer")), declaration.Closing{Employer: p.id(w[0]), Month: p.month(w[1])})
	p.must(err)
	p.billIs(b, w[2:])
}

// declareLate declares a month that was estimated, and holds the difference:
// "late acme 2026-03 total=3332.70".
func (p *play) declareLate(w []string) {
	in := office.DeclareInput{Employer: p.id(w[0]), Month: p.month(w[1]), Channel: "api"}
	roster, err := p.Roster(p.Context(), p.as("clerk"), office.RosterQuery{Employer: in.Employer, Month: in.Month})
	p.must(err)
	for _, l := range roster {
		in.Lines = append(in.Lines, office.DeclareLine{FilingLine: declaration.FilingLine{Person: l.Employment.Person, Wage: *l.Employment.Wage}})
	}
	b, err := p.Declare(p.Context(), p.key(p.as("agent@"+w[0])), in)
	p.must(err)
	p.billIs(b, w[2:])
}

func (p *play) billIs(b declaration.Bill, w []string) {
	p.Helper()
	f, _ := p.fields(w)
	if got := b.EmployerFen + b.PersonFen; got != p.yuan(f["total"]) {
		p.fail("billed %s, want %s: %+v", got, f["total"], b.Declaration)
	}
}
