package declaration

import (
	"context"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// The ways in which an employee confirms (R-DECL-02).
var methods = []string{"signature", "electronic", "paper"}

// Confirmations is what keeping an employee's word needs of the store.
type Confirmations interface {
	People
	AddConfirmation(ctx context.Context, c Confirmation) error
}

// Confirm keeps an employee's word on the wage that is declared for a month.
// On paper it needs the place of the paper as evidence.
func Confirm(ctx context.Context, tx Confirmations, c Confirmation) (Confirmation, error) {
	switch {
	case !slices.Contains(methods, c.Method):
		return c, fault.New(fault.Invalid, "declaration.bad_method", nil)
	case c.Method != "electronic" && c.Evidence == "":
		return c, fault.New(fault.Invalid, "declaration.no_evidence", nil)
	case c.Wage < 0 || c.Wage > money.MaxFen:
		return c, fault.New(fault.Invalid, "declaration.bad_wage", nil)
	case c.On > tx.Today():
		return c, fault.New(fault.Invalid, "declaration.not_yet", fault.Args{"day": c.On.String()})
	}
	s, err := readStaff(ctx, tx, c.Employer, c.Month)
	if err != nil {
		return c, err
	}
	if _, here := s.jobs[c.Person]; !here {
		return c, fault.New(fault.NotFound, "declaration.not_on_roster", fault.Args{"month": c.Month.String()})
	}
	if c.On == 0 {
		c.On = tx.Today()
	}
	c.ID, c.At, c.Actor = tx.NewID(), tx.At(), tx.Actor().ID
	return c, tx.AddConfirmation(ctx, c)
}

// confirmed puts the confirmations of lines into them: one of the month for
// the same wage, or that of the last line where nothing has changed, since only
// changes are signed.
func confirmed(ctx context.Context, tx Reader, employer string, m calendar.Month, lines, before []Line) error {
	words, err := tx.ConfirmationsOf(ctx, employer, m)
	if err != nil {
		return err
	}
	type said struct {
		person string
		wage   money.Fen
	}
	by := map[said]string{}
	for _, l := range before {
		by[said{l.Person, l.Wage}] = l.Confirmation
	}
	for _, c := range words {
		by[said{c.Person, c.Wage}] = c.ID
	}
	for i := range lines {
		lines[i].Confirmation = by[said{lines[i].Person, lines[i].Wage}]
	}
	return nil
}

// Unconfirmed lists the persons of an employer's month on whose line there is
// no word of theirs, also none that came later.
func Unconfirmed(ctx context.Context, tx Reader, employer string, m calendar.Month) ([]string, error) {
	b, err := readMonth(ctx, tx, employer, m)
	if err != nil || b.filed.ID == "" {
		return nil, err
	}
	lines, err := tx.DeclarationLines(ctx, b.filed.ID)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(lines, func(l Line) bool { return l.Confirmation != "" })
	if err := confirmed(ctx, tx, employer, m, open, nil); err != nil {
		return nil, err
	}
	var out []string
	for _, l := range open {
		if l.Confirmation == "" {
			out = append(out, l.Person)
		}
	}
	return out, nil
}
