package declaration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// Filing is a monthly declaration as it is handed in (R-DECL-01).
type Filing struct {
	Employer   string         `json:"employer"`
	Month      calendar.Month `json:"month"`
	Channel    string         `json:"channel"`     // file, form, api, mail
	DeclaredOn calendar.Date  `json:"declared_on"` // zero: today; of mail the postmark's day
	// Changes says that the lines are changes to the last declaration of the same
	// contribution year; none at all is a month like the last.
	Changes bool `json:"changes"`
	// Corrects names the month's declaration that this one takes the place of.
	Corrects string       `json:"corrects,omitempty"`
	Reason   string       `json:"reason,omitempty"`
	Lines    []FilingLine `json:"lines"`
}

// FilingLine is one employee of a filing. Of Person and Document (the keyed
// hash of a number) one is given; Row is that of a file.
type FilingLine struct {
	Person   string     `json:"person,omitempty"`
	Document string     `json:"document,omitempty"`
	Row      int        `json:"row,omitempty"`
	Wage     money.Fen  `json:"wage"`
	Base     *money.Fen `json:"base,omitempty"`
	Leaves   bool       `json:"leaves,omitempty"` // in a filing of changes: no longer declared

	CreditCode string `json:"-"` // of the employer, as a file gives it
}

// Desk is what taking declarations needs of the store.
type Desk interface {
	Reader
	Writer
	People
	ledger.Journal
}

// Submit takes a declaration: checks it against the roster, prices it by the
// law as known on its day, bills it, posts the bill and issues the notice. What
// was billed for the month before (an estimate, or the declaration that this
// one corrects) is settled by differences and never rewritten (R-DECL-04). A
// Refusal lists what stops it.
func Submit(ctx context.Context, tx Desk, p *Pricer, in Filing) (Bill, error) {
	if in.DeclaredOn == 0 {
		in.DeclaredOn = tx.Today()
	}
	if err := tx.LockEmployer(ctx, in.Employer); err != nil {
		return Bill{}, notFound(err, "declaration.no_employer")
	}
	kind, err := in.kind(tx, p)
	if err != nil {
		return Bill{}, err
	}
	was, err := readMonth(ctx, tx, in.Employer, in.Month)
	if err != nil {
		return Bill{}, err
	}
	if was.filed.ID != in.Corrects {
		if in.Corrects != "" {
			return Bill{}, fault.New(fault.Conflict, "declaration.not_standing", fault.Args{"declaration": in.Corrects})
		}
		return Bill{}, fault.New(fault.Conflict, "declaration.exists", fault.Args{"month": in.Month.String(), "declaration": was.filed.ID})
	}
	s, err := readStaff(ctx, tx, in.Employer, in.Month)
	if err != nil {
		return Bill{}, err
	}
	before, err := lastFiled(ctx, tx, p, in.Employer, in.Month)
	if err != nil {
		return Bill{}, err
	}
	lines, findings, err := s.examine(ctx, tx, in, before)
	if err != nil {
		return Bill{}, err
	}
	if err := refusal(findings); err != nil {
		return Bill{}, err
	}
	if err := confirmed(ctx, tx, in.Employer, in.Month, lines, before.lines); err != nil {
		return Bill{}, err
	}
	hash, err := in.hash()
	if err != nil {
		return Bill{}, err
	}
	d := Declaration{ID: tx.NewID(), Employer: in.Employer, Month: in.Month, Kind: kind, Channel: in.Channel, DeclaredOn: in.DeclaredOn, InputHash: hash,
		Replaces: in.Corrects, Reason: in.Reason}
	b, err := file(ctx, tx, p, s, d, lines, was)
	b.Findings = findings
	return b, err
}

// file books a declaration: with its charges where nothing was billed for the
// month, else with a settlement of the differences.
func file(ctx context.Context, tx Desk, p *Pricer, s *staff, d Declaration, lines []Line, was monthBooks) (Bill, error) {
	charges, err := s.charges(p, tx.Area(), d.DeclaredOn, lines)
	if err != nil {
		return Bill{}, err
	}
	if len(was.charges) == 0 {
		return book(ctx, tx, d, lines, was.lessElsewhere(charges))
	}
	b, err := book(ctx, tx, d, lines, nil)
	if err != nil {
		return b, err
	}
	diff := was.lessElsewhere(deltas(charges, net(was.charges), nil))
	for i := range diff {
		diff[i].Cause = insurance.NotDeclared
		if d.Replaces != "" {
			diff[i].Cause = insurance.UnderDeclared
		}
	}
	of := Declaration{ID: tx.NewID(), Employer: d.Employer, Month: d.Month, Kind: Settlement, Channel: "system", DeclaredOn: d.DeclaredOn, Replaces: was.last(), Reason: "declared:" + d.ID}
	settled, err := book(ctx, tx, of, nil, diff)
	settled.Declaration, settled.Settlement = b.Declaration, of.ID
	return settled, err
}

// kind checks the days of a filing against the window: it is late after it,
// refused before it. Where no window is known a month can be declared once it
// has begun.
func (in Filing) kind(tx books.Frame, p *Pricer) (Kind, error) {
	w, err := p.Window(tx.Area(), in.Month, in.DeclaredOn)
	if err != nil {
		return "", err
	}
	switch first := max(w.First, in.Month.First()); {
	case in.Month == 0:
		return "", fault.New(fault.Invalid, "declaration.no_month", nil)
	case in.DeclaredOn > tx.Today():
		return "", fault.New(fault.Invalid, "declaration.not_yet", fault.Args{"day": in.DeclaredOn.String()})
	case in.DeclaredOn < first:
		return "", fault.New(fault.Conflict, "declaration.too_early", fault.Args{"month": in.Month.String(), "first": first.String()})
	case w.Last != 0 && in.DeclaredOn > w.Last:
		return Late, nil
	}
	return Normal, nil
}

// Window is the window of a month for employers, by the law as known on a day.
func (p *Pricer) Window(area string, m calendar.Month, known calendar.Date) (*assess.Window, error) {
	r, err := p.Reader(area, known)
	if err != nil {
		return nil, err
	}
	return assess.NewWindow(r, assess.WindowRequest{Month: m, Scheme: insurance.Pension, Payer: insurance.Employee}), nil
}

// hash is over what was filed.
func (in Filing) hash() (string, error) {
	data, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("hash filing: %w", err)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:]), nil
}

// monthBooks is what stands in the books for an employer's month.
type monthBooks struct {
	filed   Declaration            // the declaration that holds; zero: none
	all     []Declaration          // but back-payments, oldest first
	charges []Charge               // of all of them
	back    map[slot]books.Instant // when it was given back since the month was paid twice: it counts elsewhere
	backPay []Charge               // billed at a price of their own, for the same month
}

// last is the declaration whose charges were billed last.
func (m monthBooks) last() string {
	if len(m.all) == 0 {
		return ""
	}
	return m.all[len(m.all)-1].ID
}

func readMonth(ctx context.Context, tx Reader, employer string, m calendar.Month) (monthBooks, error) {
	list, err := tx.DeclarationsOf(ctx, employer, m)
	if err != nil {
		return monthBooks{}, err
	}
	out, err := readBooks(ctx, tx, list)
	if err != nil {
		return out, err
	}
	out.backPay, err = tx.BackPayOf(ctx, employer, m)
	return out, err
}

func readBooks(ctx context.Context, tx Reader, list []Declaration) (out monthBooks, err error) {
	for _, d := range list {
		if d.Kind == BackPay {
			continue // billed at a price of its own
		}
		if d.Kind == Normal || d.Kind == Late {
			out.filed = d
		}
		out.all = append(out.all, d)
		charges, err := tx.ChargesIn(ctx, d.ID)
		if err != nil {
			return out, err
		}
		for _, c := range charges {
			if c.Kind == ChargeGivenBack {
				if out.back == nil {
					out.back = map[slot]books.Instant{}
				}
				k := slot{c.Person, c.Scheme}
				if at, ok := out.back[k]; !ok || c.At < at {
					out.back[k] = c.At
				}
				continue
			}
			out.charges = append(out.charges, c)
		}
	}
	return out, nil
}

// earlier is the last declaration before a month in its contribution year.
type earlier struct {
	of    Declaration
	lines []Line
}

// lastFiled finds it; zero if the month is the first of its year, or nothing
// was declared in the year.
func lastFiled(ctx context.Context, tx Reader, p *Pricer, employer string, m calendar.Month) (earlier, error) {
	r, err := p.Reader(tx.Area(), tx.Today())
	if err != nil {
		return earlier{}, err
	}
	start, hole := r.YearStart(m)
	if hole != nil {
		return earlier{}, nil
	}
	for k := m - 1; k >= start; k-- {
		b, err := tx.DeclarationsOf(ctx, employer, k)
		if err != nil {
			return earlier{}, err
		}
		for _, d := range slices.Backward(b) {
			if d.Kind == Normal || d.Kind == Late {
				lines, err := tx.DeclarationLines(ctx, d.ID)
				return earlier{d, lines}, err
			}
		}
	}
	return earlier{}, nil
}

// notFound turns books.ErrNotFound into a fault of the noun.
func notFound(err error, key string) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, key, nil, err)
	}
	return err
}
