package office

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/intake"
	"bujiao/internal/notice"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// Document is a number that names a person, in plain; it is hashed at once.
type Document = registry.Document

// DeclareInput is a monthly declaration by form or API. A line names its
// person by id or by document.
type DeclareInput struct {
	Employer   string         `json:"employer"`
	Month      calendar.Month `json:"month"`
	Channel    string         `json:"channel"`
	DeclaredOn calendar.Date  `json:"declared_on"`
	Changes    bool           `json:"changes"`
	Corrects   string         `json:"corrects,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Lines      []DeclareLine  `json:"lines"`
}

// DeclareLine is an employee of a DeclareInput.
type DeclareLine struct {
	declaration.FilingLine
	Number *Document `json:"document_number,omitempty"`
}

// DeclareFile is a monthly declaration as a file.
type DeclareFile struct {
	DeclareInput
	Name string `json:"name"`
	Data []byte `json:"-"`
	Lang string `json:"lang"` // of the reasons in the mend file
}

// FileAnswer is what became of a file: a bill, or what is wrong with its rows
// and the file of them to be corrected, which holds the sender's own data and
// is kept nowhere.
type FileAnswer struct {
	Bill    declaration.Bill `json:"bill"`
	Rejects []intake.Reject  `json:"rejects,omitempty"`
	Mend    []byte           `json:"-"`
}

// Pricer prices by the office's packs; its tariffs are kept.
func (o *Office) Pricer() *declaration.Pricer {
	o.pricerOnce.Do(func() { o.pricer = declaration.NewPricer(o.Laws) })
	return o.pricer
}

// DocumentHash is the keyed hash under which a document is found.
func (o *Office) DocumentHash(d registry.Document) string { return d.Hash(o.Vault.Index) }

// Declare takes a monthly declaration (R-DECL-01, -03): a bill, an entry in the
// journal and a notice, or a declaration.Refusal with what stops it.
func (o *Office) Declare(ctx context.Context, q Request, in DeclareInput) (declaration.Bill, error) {
	if err := access.Check(q.Actor, "declaration.submit", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return declaration.Bill{}, err
	}
	return o.submit(ctx, q, in.filing(o), "")
}

func (in DeclareInput) filing(o *Office) declaration.Filing {
	f := declaration.Filing{Employer: in.Employer, Month: in.Month, Channel: in.Channel, DeclaredOn: in.DeclaredOn, Changes: in.Changes, Corrects: in.Corrects, Reason: in.Reason}
	for _, l := range in.Lines {
		if l.Number != nil {
			l.Document = o.DocumentHash(*l.Number)
		}
		f.Lines = append(f.Lines, l.FilingLine)
	}
	return f
}

// submit books a filing. File is the hash of its file, if it came as one.
func (o *Office) submit(ctx context.Context, q Request, in declaration.Filing, file string) (declaration.Bill, error) {
	type input struct {
		declaration.Filing
		File string `json:"file,omitempty"`
	}
	return Do(ctx, o, q, "declaration.submit", input{in, file}, func(tx store.Tx) (declaration.Bill, error) {
		if err := dated(q.Actor, in, tx.Today()); err != nil {
			return declaration.Bill{}, err
		}
		b, err := declaration.Submit(ctx, tx, o.Pricer(), in)
		if err != nil {
			return b, err
		}
		if err := tellBill(ctx, tx, b); err != nil {
			return b, err
		}
		return b, Audited(ctx, tx, "declaration.submit", "employer", in.Employer, in.Reason, nil, b.Declaration)
	})
}

// tellBill tells whoever has to pay what a bill comes to and until when
// (R-DECL-03). A bill that asks for nothing, or has no day, tells nobody.
func tellBill(ctx context.Context, tx store.Tx, b declaration.Bill) error {
	if b.Notice == "" {
		return nil
	}
	n, err := tx.Notice(ctx, b.Notice)
	if err != nil || n.Total() <= 0 || n.DueOn == 0 {
		return err
	}
	to := notice.To{Employer: n.Employer}
	if n.Employer == "" {
		to.Person = n.Person
	}
	return notice.Tell(ctx, tx, to, "payment.notice", map[string]string{"month": n.Month.String(), "amount": n.Total().String(), "due": n.DueOn.String()}, "")
}

// dated checks the day of a filing. An employer's is the day it comes in; only
// staff date one back, and say why: mail counts from the day of its postmark.
func dated(a access.Actor, in declaration.Filing, today calendar.Date) error {
	switch {
	case in.DeclaredOn == 0 || in.DeclaredOn == today:
		return nil
	case a.Role == access.EmployerAgent || a.Role == access.Insured:
		return fault.New(fault.Forbidden, "declaration.dated", fault.Args{"today": today.String()})
	case in.Reason == "":
		return fault.New(fault.Invalid, "declaration.dated_why", nil)
	}
	return nil
}

// DeclareByFile takes a declaration as CSV or XLSX. One wrong row holds the
// whole file back, so that nothing is billed by half.
func (o *Office) DeclareByFile(ctx context.Context, q Request, in DeclareFile) (FileAnswer, error) {
	if err := access.Check(q.Actor, "declaration.submit", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return FileAnswer{}, err
	}
	in.Channel = "file"
	f := in.filing(o)
	var out FileAnswer
	var today calendar.Date
	code, err := See(ctx, o, q, func(tx store.Tx) (string, error) {
		today = tx.Today()
		e, err := tx.Employer(ctx, in.Employer, registry.When{AsOf: max(today, in.Month.Last())})
		return e.CreditCode, absent(err)
	})
	if err != nil {
		return out, err
	}
	wrong := map[int][]intake.Reject{}
	err = in.rows(o, today, func(l declaration.FilingLine, row *intake.FormRow) error {
		f.Lines = append(f.Lines, l)
		if l.CreditCode != "" && l.CreditCode != code {
			row.Reject("employer", "declaration.other_employer", nil)
		}
		if len(row.Rejects) > 0 {
			wrong[l.Row] = row.Rejects
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if len(wrong) == 0 {
		sum := sha256.Sum256(in.Data)
		out.Bill, err = o.submit(ctx, q, f, hex.EncodeToString(sum[:]))
		var refused *declaration.Refusal
		if !errors.As(err, &refused) {
			return out, err
		}
		for _, x := range refused.Findings {
			if x.Blocks {
				wrong[x.Row] = append(wrong[x.Row], intake.Reject{File: in.Name, Row: x.Row, Reason: fault.New(fault.Invalid, "declaration.finding_"+x.Code, nil)})
			}
		}
		out.Bill.Findings = refused.Findings
	}
	return out, in.mend(o, today, wrong, &out)
}

// rows reads the file.
func (in *DeclareFile) rows(o *Office, today calendar.Date, each func(declaration.FilingLine, *intake.FormRow) error) error {
	r, err := declaration.OpenSheet(in.Name, bytes.NewReader(in.Data), int64(len(in.Data)), in.Month, today, o.DocumentHash)
	if err != nil {
		return err
	}
	for {
		l, row, err := r.Next()
		if err == nil {
			err = each(l, row)
		}
		if err == io.EOF {
			return r.Close()
		}
		if err != nil {
			return errors.Join(err, r.Close())
		}
	}
}

// mend writes the rows that have to be corrected.
func (in *DeclareFile) mend(o *Office, today calendar.Date, wrong map[int][]intake.Reject, out *FileAnswer) error {
	r, err := declaration.OpenSheet(in.Name, bytes.NewReader(in.Data), int64(len(in.Data)), in.Month, today, o.DocumentHash)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	w := r.Mend(&file, func(f *fault.Error) string { return o.Words(in.Lang, f.Key, f.Args) })
	for {
		l, row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return errors.Join(err, r.Close())
		}
		list := wrong[l.Row]
		if len(list) == 0 {
			continue
		}
		out.Rejects = append(out.Rejects, list...)
		if err := w.Write(row.Raw, list); err != nil {
			return errors.Join(err, r.Close())
		}
	}
	err = errors.Join(w.Flush(), r.Close())
	out.Mend = file.Bytes()
	return err
}

// ConfirmDeclaration keeps an employee's word on what is declared (R-DECL-02).
func (o *Office) ConfirmDeclaration(ctx context.Context, q Request, in declaration.Confirmation) (declaration.Confirmation, error) {
	scope := access.Scope{Area: q.Area, Employer: in.Employer, Person: in.Person}
	if err := access.Check(q.Actor, "declaration.confirm", scope); err != nil {
		return in, err
	}
	return Do(ctx, o, q, "declaration.confirm", in, func(tx store.Tx) (declaration.Confirmation, error) {
		c, err := declaration.Confirm(ctx, tx, in)
		if err != nil {
			return c, err
		}
		return c, Audited(ctx, tx, "declaration.confirm", "person", in.Person, "", nil, map[string]string{"confirmation": c.ID, "month": c.Month.String()})
	})
}

// Unconfirmed lists the persons of an employer's month without their word.
func (o *Office) Unconfirmed(ctx context.Context, q Request, employer string, m calendar.Month) ([]string, error) {
	if err := access.Check(q.Actor, "declaration.read", access.Scope{Area: q.Area, Employer: employer}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "declaration.read", func(tx store.Tx) ([]string, []string, error) {
		list, err := declaration.Unconfirmed(ctx, tx, employer, m)
		return list, slices.Clone(list), err
	})
}

// CloseMonth sees after a month that was not declared in its window: as the
// last month, or estimated (R-DECL-04).
func (o *Office) CloseMonth(ctx context.Context, q Request, in declaration.Closing) (declaration.Bill, error) {
	return o.bill(ctx, q, "settlement.run", in.Employer, in, func(tx store.Tx) (declaration.Bill, error) { return declaration.Close(ctx, tx, o.Pricer(), in) })
}

// SettleMonth bills the differences that a late notice made in an employer's month.
func (o *Office) SettleMonth(ctx context.Context, q Request, employer string, m calendar.Month) (declaration.Bill, error) {
	return o.bill(ctx, q, "settlement.run", employer, [2]string{employer, m.String()}, func(tx store.Tx) (declaration.Bill, error) {
		return declaration.Settle(ctx, tx, o.Pricer(), employer, m)
	})
}

// ChargePerson bills a month to a payer without employer; SettlePerson bills
// what a late notice made of it.
func (o *Office) ChargePerson(ctx context.Context, q Request, person string, m calendar.Month) (declaration.Bill, error) {
	return o.bill(ctx, q, "settlement.run", person, [2]string{person, m.String()}, func(tx store.Tx) (declaration.Bill, error) {
		return declaration.ChargePerson(ctx, tx, o.Pricer(), person, m)
	})
}

// SettlePerson is SettleMonth for a payer without employer.
func (o *Office) SettlePerson(ctx context.Context, q Request, person string, m calendar.Month) (declaration.Bill, error) {
	return o.bill(ctx, q, "settlement.run", person, [3]string{"settle", person, m.String()}, func(tx store.Tx) (declaration.Bill, error) {
		return declaration.SettlePerson(ctx, tx, o.Pricer(), person, m)
	})
}

// bill runs what bills by the office itself; a run that bills nothing leaves no
// line in the audit.
func (o *Office) bill(ctx context.Context, q Request, action access.Action, object string, in any, fn func(store.Tx) (declaration.Bill, error)) (declaration.Bill, error) {
	if err := access.Check(q.Actor, action, access.Scope{Area: q.Area}); err != nil {
		return declaration.Bill{}, err
	}
	return Do(ctx, o, q, string(action), in, func(tx store.Tx) (declaration.Bill, error) {
		b, err := fn(tx)
		if err != nil || b.Charged == 0 {
			return b, err
		}
		if err := tellBill(ctx, tx, b); err != nil {
			return b, err
		}
		kind := "employer"
		if b.Declaration.Employer == "" {
			kind = "person"
		}
		return b, Audited(ctx, tx, action, kind, object, b.Declaration.Reason, nil, b.Declaration)
	})
}

// Run is what a run over an area did: bills that were made, and what stopped
// others, by employer or person. Of those the first maxFailed are named.
type Run struct {
	Asked  int               `json:"asked"`
	Billed int               `json:"billed"`
	Left   int               `json:"left"`             // that something stopped
	Failed map[string]string `json:"failed,omitempty"` // employer or person -> key of the fault
}

const maxFailed = 100

func (r *Run) add(id string, b declaration.Bill, err error) error {
	r.Asked++
	if b.Charged > 0 {
		r.Billed++
	}
	var f *fault.Error
	if errors.As(err, &f) && (f.Kind == fault.Missing || f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		if r.Failed == nil {
			r.Failed = map[string]string{}
		}
		if r.Left++; len(r.Failed) < maxFailed {
			r.Failed[id] = f.Key
		}
		return nil
	}
	return err
}

// CloseWindow closes a month of every active employer, each in its own
// transaction; it is safe to run again.
func (o *Office) CloseWindow(ctx context.Context, q Request, m calendar.Month) (Run, error) {
	q.Key = ""
	return o.eachEmployer(ctx, q, m, func(id string) (declaration.Bill, error) {
		return o.CloseMonth(ctx, q, declaration.Closing{Employer: id, Month: m})
	})
}

// RunSettlement settles a month of every employer and of every payer without
// one; a second run bills nothing.
func (o *Office) RunSettlement(ctx context.Context, q Request, m calendar.Month) (Run, error) {
	q.Key = ""
	run, err := o.eachEmployer(ctx, q, m, func(id string) (declaration.Bill, error) { return o.SettleMonth(ctx, q, id, m) })
	if err != nil {
		return run, err
	}
	all := func(store.Tx, string) (bool, error) { return true, nil }
	return run, o.eachPayer(ctx, q, m, &run, all, func(id string) (declaration.Bill, error) { return o.SettlePerson(ctx, q, id, m) })
}

// carriedFor is how long a month that was billed by limits carried on is looked
// at for its own.
const carriedFor = 18

// SettleCarried settles the months of the last year and a half that were billed
// by limits carried on, as far as their own limits are known now (R-DECL-04);
// the others wait. It is safe to run again.
func (o *Office) SettleCarried(ctx context.Context, q Request) (all Run, err error) {
	months, err := See(ctx, o, q, func(tx store.Tx) ([]calendar.Month, error) {
		return tx.CarriedMonths(ctx, tx.Today().Month()-carriedFor)
	})
	for i := 0; err == nil && i < len(months); i++ {
		var run Run
		run, err = o.RunSettlement(ctx, q, months[i])
		all.Asked, all.Billed, all.Left = all.Asked+run.Asked, all.Billed+run.Billed, all.Left+run.Left
		if all.Failed == nil {
			all.Failed = run.Failed
		}
	}
	return all, err
}

// ChargePayers bills a month to every payer without employer who was not billed
// it yet. It is run every day, for those who enrol within the month.
func (o *Office) ChargePayers(ctx context.Context, q Request, m calendar.Month) (run Run, err error) {
	q.Key = ""
	unbilled := func(tx store.Tx, person string) (bool, error) {
		list, err := tx.DeclarationsOfPerson(ctx, person, m)
		return !slices.ContainsFunc(list, func(d declaration.Declaration) bool { return d.Kind != declaration.BackPay }), err
	}
	err = o.eachPayer(ctx, q, m, &run, unbilled, func(id string) (declaration.Bill, error) { return o.ChargePerson(ctx, q, id, m) })
	return run, err
}

func (o *Office) eachEmployer(ctx context.Context, q Request, m calendar.Month, fn func(id string) (declaration.Bill, error)) (run Run, err error) {
	for page := (books.Page{Limit: 1000}); ; {
		list, err := See(ctx, o, q, func(tx store.Tx) ([]registry.Employer, error) {
			return tx.EmployerList(ctx, registry.When{AsOf: m.Last(), KnownAt: tx.Today()}, page)
		})
		if err != nil {
			return run, err
		}
		for _, e := range list {
			b, err := fn(e.ID)
			if err := run.add(e.ID, b, err); err != nil {
				return run, err
			}
		}
		if len(list) < page.Size() {
			return run, nil
		}
		page.After = list[len(list)-1].ID
	}
}

// eachPayer asks for every payer whom want lets through. Who has enrolments on
// two pages is asked for twice, which bills nothing more.
func (o *Office) eachPayer(ctx context.Context, q Request, m calendar.Month, run *Run, want func(store.Tx, string) (bool, error), fn func(id string) (declaration.Bill, error)) error {
	for page := (books.Page{Limit: 1000}); ; {
		type look struct {
			n       int
			persons []string
		}
		l, err := See(ctx, o, q, func(tx store.Tx) (l look, err error) {
			list, err := tx.PayersWithoutEmployer(ctx, m, tx.Today(), page)
			if l.n = len(list); err != nil || l.n == 0 {
				return l, err
			}
			page.After = list[l.n-1].ID
			var all []string
			for _, e := range list {
				all = append(all, e.Person)
			}
			slices.Sort(all)
			for _, id := range slices.Compact(all) {
				ok, err := want(tx, id)
				if err != nil {
					return l, err
				}
				if ok {
					l.persons = append(l.persons, id)
				}
			}
			return l, nil
		})
		if err != nil {
			return err
		}
		for _, id := range l.persons {
			b, err := fn(id)
			if err := run.add(id, b, err); err != nil {
				return err
			}
		}
		if l.n < page.Size() {
			return nil
		}
	}
}
