package office

import (
	"context"
	"strconv"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/notice"
	"bujiao/internal/paper"
	"bujiao/internal/registry"
	"bujiao/internal/statement"
	"bujiao/internal/store"
)

// StatementPaper says which statement is issued as a paper: the notice of a
// month, the rights statement of a year, or a payment notice.
type StatementPaper struct {
	Kind     statement.Kind `json:"kind"`
	Person   string         `json:"person,omitempty"`
	Employer string         `json:"employer,omitempty"`
	Month    calendar.Month `json:"month,omitzero"`
	Year     int            `json:"year,omitempty"`
	Notice   string         `json:"notice,omitempty"`
	AsOf     calendar.Date  `json:"as_of"` // zero: the office date
}

// IssueStatement issues a statement as a numbered and signed paper, which can be
// printed. It says what the books say as of its day, and goes on saying it.
func (o *Office) IssueStatement(ctx context.Context, q Request, in StatementPaper) (paper.Paper, error) {
	if err := access.May(q.Actor, "paper.issue"); err != nil {
		return paper.Paper{}, err
	}
	return Do(ctx, o, q, "paper.issue", in, func(tx store.Tx) (paper.Paper, error) {
		issue, err := o.statementPaper(ctx, tx, q, in)
		if err != nil {
			return paper.Paper{}, err
		}
		p, err := o.Press().Issue(ctx, tx, issue)
		if err != nil {
			return p, err
		}
		if err := tellStatement(ctx, tx, in, p.Person); err != nil {
			return p, err
		}
		kind, object := "person", p.Person
		if object == "" {
			kind, object = "employer", p.Employer
		}
		return p, Audited(ctx, tx, "paper.issue", kind, object, "", nil, map[string]string{"paper": p.ID, "number": p.Number})
	})
}

// tellStatement tells a person that the notice of a month, or of a year, is
// there (R-REC-02, R-REC-03).
func tellStatement(ctx context.Context, tx store.Tx, in StatementPaper, person string) error {
	var topic string
	var args map[string]string
	switch in.Kind {
	case statement.Monthly:
		topic, args = "statement.month", map[string]string{"month": in.Month.String()}
	case statement.Yearly:
		topic, args = "statement.year", map[string]string{"year": strconv.Itoa(in.Year)}
	default:
		return nil
	}
	return notice.Tell(ctx, tx, notice.To{Person: person}, topic, args, "")
}

func (o *Office) statementPaper(ctx context.Context, tx store.Tx, q Request, in StatementPaper) (paper.Issue, error) {
	if in.Kind == statement.Payment {
		return paymentPaper(ctx, tx, q, in.Notice)
	}
	of := StatementQuery{Person: in.Person, Employer: in.Employer, Month: in.Month, Year: in.Year, AsOf: in.AsOf}
	w := of.when(tx)
	root, err := o.record(ctx, tx, q, "paper.issue", in.Person, w.KnownAt)
	if err != nil {
		return paper.Issue{}, err
	}
	person, err := tx.Person(ctx, root, w)
	if err != nil {
		return paper.Issue{}, absent(err)
	}
	data := map[string]any{"person_name": person.Name, "person_number": person.Number, "as_of": w.AsOf}
	switch {
	case in.Kind == statement.Monthly:
		s, err := o.month(ctx, tx, q, of, root, w)
		if err != nil {
			return paper.Issue{}, missing(err, "statement.nothing", nil)
		}
		data["month"], data["lines"], data["arrears"] = s.Month, recordRows(s.Lines), arrearsNote(s.Arrears)
		if s.Employer != "" {
			if data["employer_name"], err = employerName(ctx, tx, s.Employer); err != nil {
				return paper.Issue{}, err
			}
		}
		return paper.Issue{Template: "monthly_notice", Person: root, Employer: s.Employer, Data: data}, nil
	case in.Kind == statement.Yearly && q.Actor.Role != access.EmployerAgent: // the agency's to give
		s, err := statement.NewYear(ctx, tx, o.Laws, root, in.Year, w)
		if err != nil {
			return paper.Issue{}, missing(err, "statement.nothing", nil)
		}
		data["year"], data["counts"], data["accounts"], data["lines"], data["arrears"] = s.Year, s.Counts, s.Accounts, recordRows(s.Lines), arrearsNote(s.Arrears)
		return paper.Issue{Template: "yearly_statement", Person: root, Data: data}, nil
	}
	return paper.Issue{}, fault.New(fault.Invalid, "statement.bad_kind", nil)
}

// arrearsNote is a sentence of the paper, which is Chinese as the law's papers are.
func arrearsNote(arrears bool) string {
	if !arrears {
		return ""
	}
	return lang.Text(lang.Chinese, "paper.arrears", nil)
}

func employerName(ctx context.Context, tx store.Tx, id string) (string, error) {
	e, err := tx.Employer(ctx, id, registry.When{AsOf: tx.Today(), KnownAt: tx.Today()})
	return e.Name, absent(err)
}

func recordRows(lines []statement.Line) []map[string]any {
	out := make([]map[string]any, len(lines))
	for i, l := range lines {
		out[i] = map[string]any{"scheme": l.Scheme, "fee_month": l.FeeMonth, "category": l.Category, "base": l.Base, "employer_paid": l.EmployerPaid, "person_paid": l.PersonPaid}
		if l.PaidOn != 0 {
			out[i]["paid_on"] = l.PaidOn
		}
	}
	return out
}

// paymentPaper is a payment notice; to a person who pays alone it has the name.
func paymentPaper(ctx context.Context, tx store.Tx, q Request, id string) (paper.Issue, error) {
	s, err := paymentOf(ctx, tx, q, "paper.issue", id)
	if err != nil {
		return paper.Issue{}, err
	}
	rows := make([]map[string]any, len(s.Lines))
	for i, l := range s.Lines {
		rows[i] = map[string]any{"scheme": l.Scheme, "fee_month": l.FeeMonth, "persons": l.Persons, "employer_share": l.EmployerFen, "person_share": l.PersonFen, "late_fee": l.LateFee}
	}
	data := map[string]any{"month": s.Notice.Month, "persons": s.Persons, "total": s.Total, "lines": rows, "due_on": s.Notice.DueOn}
	today := registry.When{AsOf: tx.Today(), KnownAt: tx.Today()}
	if s.Notice.Employer != "" {
		e, err := tx.Employer(ctx, s.Notice.Employer, today)
		if err != nil {
			return paper.Issue{}, absent(err)
		}
		data["payer"], data["credit_code"] = e.Name, e.CreditCode
	} else {
		p, err := tx.Person(ctx, s.Notice.Person, today)
		if err != nil {
			return paper.Issue{}, absent(err)
		}
		data["payer_name"] = p.Name
	}
	return paper.Issue{Template: "payment_notice", Person: s.Notice.Person, Employer: s.Notice.Employer, Data: data}, nil
}
