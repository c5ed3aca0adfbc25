package office

import (
	"context"
	"encoding/json"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// Press issues papers in a transaction of the office.
func (o *Office) Press() paper.Press { return paper.Press{Laws: o.Laws, Key: o.Signing} }

// PaperQuery asks for papers of a case, a person, an employer or a kind.
type PaperQuery struct {
	Case     string     `json:"case,omitempty"`
	Person   string     `json:"person,omitempty"`
	Employer string     `json:"employer,omitempty"`
	Kind     string     `json:"kind,omitempty"`
	Page     books.Page `json:"page"`
}

// Papers lists papers of one's own, or in the area; it tells nothing of what
// stands in them beyond the total.
func (o *Office) Papers(ctx context.Context, q Request, in PaperQuery) ([]paper.Paper, error) {
	if in.Employer == "" {
		in.Employer = q.Actor.Employer
	}
	if in.Person == "" {
		in.Person = q.Actor.Person
	}
	if err := access.Check(q.Actor, "paper.read", access.Scope{Area: q.Area, Employer: in.Employer, Person: in.Person}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "paper.read", func(tx store.Tx) ([]paper.Paper, []string, error) {
		f := paper.Filter{Case: in.Case, Person: in.Person, Employer: in.Employer, Kind: in.Kind}
		if f.Person != "" { // papers stand with the person that a duplicate is
			found, err := o.findPerson(ctx, tx, PersonQuery{Person: f.Person}, registry.When{AsOf: tx.Today()})
			if err != nil {
				return nil, nil, absent(err)
			}
			f.Person = found.root
		}
		list, err := o.papersOf(ctx, tx, q, f, in.Page)
		return list, personsOf(list, func(p paper.Paper) string { return p.Person }), err
	})
}

// papersOf is a page of the papers of a filter that the asker may know of.
func (o *Office) papersOf(ctx context.Context, tx store.Tx, q Request, f paper.Filter, p books.Page) ([]paper.Paper, error) {
	read := func(p books.Page) ([]paper.Paper, error) { return tx.Papers(ctx, f, p) }
	return seenPage(p, read, func(x paper.Paper) string { return x.ID }, func(x *paper.Paper) (bool, error) {
		hidden, err := o.quietPaper(ctx, tx, q, *x)
		return !hidden, err
	})
}

// quietPaper reports whether a paper comes of what the parties of its case do not
// know of yet, and the asker is one of them.
func (o *Office) quietPaper(ctx context.Context, tx store.Tx, q Request, x paper.Paper) (bool, error) {
	if x.Case == "" || !casework.Party(q.Actor.Role) {
		return false, nil
	}
	c, err := tx.Case(ctx, x.Case)
	if err != nil {
		return false, err
	}
	p, err := o.procedure(ctx, tx, c.Law)
	if err != nil || !p.Table.HasQuiet() {
		return false, err
	}
	events, err := tx.CaseEvents(ctx, c.ID)
	return p.Table.Hides(x.Event, events), err
}

// PaperView is a paper with what it says and how it was served. Names and
// numbers of persons and accounts are masked unless they were asked for plainly;
// the receipt then lacks them too, and still proves the rest.
type PaperView struct {
	paper.Paper
	Masked   bool            `json:"masked"`
	Title    string          `json:"title"`
	Data     map[string]any  `json:"data"`
	Services []paper.Service `json:"services"`
	Receipt  json.RawMessage `json:"receipt"`
}

// PaperInput names a paper and how it is shown.
type PaperInput struct {
	ID    string `json:"id"`
	Plain bool   `json:"plain,omitempty"`
	Lang  string `json:"lang,omitempty"`
}

func (in PaperInput) action() access.Action {
	if in.Plain {
		return "paper.read_plain"
	}
	return "paper.read"
}

// readPaper reads a paper that the asker may see.
func (o *Office) readPaper(ctx context.Context, tx store.Tx, q Request, action access.Action, id string) (paper.Paper, error) {
	p, err := tx.Paper(ctx, id)
	if err != nil && !errors.Is(err, books.ErrNotFound) {
		return p, err
	}
	if denied := access.Check(q.Actor, action, access.Scope{Area: q.Area, Employer: p.Employer, Person: p.Person}); denied != nil {
		return p, denied
	}
	hidden := false
	if err == nil {
		if hidden, err = o.quietPaper(ctx, tx, q, p); hidden {
			err = books.ErrNotFound
		}
	}
	return p, missing(err, "paper.not_there", nil)
}

// ReadPaper shows a paper as data.
func (o *Office) ReadPaper(ctx context.Context, q Request, in PaperInput) (PaperView, error) {
	return Show(ctx, o, q, in.action(), func(tx store.Tx) (PaperView, []string, error) {
		p, err := o.readPaper(ctx, tx, q, in.action(), in.ID)
		if err != nil {
			return PaperView{}, nil, err
		}
		out := PaperView{Paper: p, Masked: !in.Plain}
		sheet, sealed, err := paper.Open(ctx, tx, p)
		if err != nil {
			return out, nil, err
		}
		if out.Services, err = tx.Services(ctx, p.ID); err != nil {
			return out, nil, err
		}
		if !in.Plain {
			if sealed, err = sheet.Redact(sealed); err != nil {
				return out, nil, err
			}
			sheet = sheet.Mask()
		}
		out.Title = sheet.Template.Title.In(in.Lang)
		text, err := json.Marshal(sheet.Data)
		if err == nil {
			err = json.Unmarshal(text, &out.Data)
		}
		if err == nil {
			out.Receipt, err = json.Marshal(sealed)
		}
		return out, []string{p.Person}, err
	})
}

// Printed is a paper as a file.
type Printed struct {
	Name string
	PDF  []byte
}

// PrintPaper draws a paper; the same paper gives the same bytes.
func (o *Office) PrintPaper(ctx context.Context, q Request, in PaperInput) (Printed, error) {
	if err := access.May(q.Actor, in.action()); err != nil {
		return Printed{}, err
	}
	page, err := Show(ctx, o, q, in.action(), func(tx store.Tx) (paper.Page, []string, error) {
		p, err := o.readPaper(ctx, tx, q, in.action(), in.ID)
		if err != nil {
			return paper.Page{}, nil, err
		}
		sheet, _, err := paper.Open(ctx, tx, p)
		if err != nil {
			return paper.Page{}, nil, err
		}
		if !in.Plain {
			sheet = sheet.Mask()
		}
		page, err := sheet.Lay(in.Lang)
		return page, []string{p.Person}, err
	})
	if err != nil {
		return Printed{}, err
	}
	if o.Font == nil {
		return Printed{}, fault.New(fault.Unavailable, "paper.no_font", nil)
	}
	font, err := o.Font()
	if err != nil {
		return Printed{}, err
	}
	data, err := pdf.Render(page, font)
	return Printed{Name: page.File + ".pdf", PDF: data}, err
}

// ServeInput says how and when a paper was served.
type ServeInput struct {
	Method   string        `json:"method"`
	ServedOn calendar.Date `json:"served_on"` // zero: the office date
	Proof    string        `json:"proof,omitempty"`
}

// ServePaper keeps the evidence that a paper was served (R-ENF-03).
func (o *Office) ServePaper(ctx context.Context, q Request, id string, in ServeInput) (paper.Service, error) {
	if err := access.May(q.Actor, "paper.serve"); err != nil {
		return paper.Service{}, err
	}
	return Do(ctx, o, q, "paper.serve "+id, in, func(tx store.Tx) (paper.Service, error) {
		if _, err := o.readPaper(ctx, tx, q, "paper.serve", id); err != nil {
			return paper.Service{}, err
		}
		s, err := paper.Serve(ctx, tx, id, in.Method, in.ServedOn, in.Proof)
		if err != nil {
			return s, err
		}
		return s, Audited(ctx, tx, "paper.serve", "paper", id, "", nil, s)
	})
}
