package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// NewEmployer adds an employer with its first state.
func (t *Tx) NewEmployer(ctx context.Context, e registry.Employer) error {
	t.insert(ctx, tabEmployer, t.area, e.ID, e.CreditCode, t.knownOn(e.KnownOn), int64(t.At()))
	return t.AddEmployerState(ctx, e)
}

// AddEmployerState adds what is true of an employer from a day.
func (t *Tx) AddEmployerState(ctx context.Context, e registry.Employer) error {
	account, err := t.PutBox(ctx, "employer", e.ID, "bank_account", e.BankAccount)
	if err != nil {
		return err
	}
	t.insert(ctx, tabEmployerState, t.area, e.ID, t.NewID(), dateText(e.From), t.knownOn(e.KnownOn), int64(t.At()), e.Name, string(e.UnitType), e.Ownership,
		int64(e.InjuryClass), int64(e.InjuryRate), dateText(e.FormedOn), e.Status, e.Bank, account, dateText(e.MandateFrom), e.Reason)
	return nil
}

type employerKey struct{ id, code string }

func readEmployerKey(v vals) employerKey { return employerKey{v.str(0), v.str(1)} }

// Employer reads one.
func (t *Tx) Employer(ctx context.Context, id string, w registry.When) (registry.Employer, error) {
	return t.employer(ctx, "id", id, w, true)
}

// EmployerFacts reads one without what lies in boxes.
func (t *Tx) EmployerFacts(ctx context.Context, id string, w registry.When) (registry.Employer, error) {
	return t.employer(ctx, "id", id, w, false)
}

// EmployerByCode finds one by its credit code.
func (t *Tx) EmployerByCode(ctx context.Context, creditCode string, w registry.When) (registry.Employer, error) {
	return t.employer(ctx, "credit_code", creditCode, w, true)
}

func (t *Tx) employer(ctx context.Context, column, value string, w registry.When, boxes bool) (registry.Employer, error) {
	key, err := get(ctx, t, readEmployerKey, "SELECT id, credit_code FROM employer WHERE area = ? AND "+column+" = ?", t.area, value)
	if err != nil {
		return registry.Employer{}, err
	}
	found, err := t.employers(ctx, []employerKey{key}, w, boxes)
	if err == nil && len(found) == 0 {
		err = books.ErrNotFound
	}
	if err != nil {
		return registry.Employer{}, err
	}
	return found[0], nil
}

// EmployerList lists employers that have a state.
func (t *Tx) EmployerList(ctx context.Context, w registry.When, p books.Page) ([]registry.Employer, error) {
	keys, err := list(ctx, t, readEmployerKey, "SELECT id, credit_code FROM employer WHERE area = ? AND id > ? AND EXISTS (SELECT 1 FROM employer_state s WHERE s.area = ? "+
		"AND s.employer = employer.id AND s.from_on <= ? AND s.known_on <= ?) ORDER BY id LIMIT ?", t.area, p.After, t.area, dateText(w.AsOf), dateText(w.Known()), int64(p.Size()))
	if err != nil {
		return nil, err
	}
	return t.employers(ctx, keys, w, true)
}

// employers reads the states of employers, in the order of the keys, and what
// lies in their boxes if that is asked for.
func (t *Tx) employers(ctx context.Context, keys []employerKey, w registry.When, open bool) ([]registry.Employer, error) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.id
	}
	all, err := listIn(ctx, t, readEmployerState, "SELECT "+tabEmployerState.names+" FROM employer_state WHERE area = ? AND from_on <= ? AND known_on <= ? AND employer IN (?) ORDER BY employer, from_on, known_on, at, id",
		[]any{t.area, dateText(w.AsOf), dateText(w.Known())}, ids)
	if err != nil {
		return nil, err
	}
	states := map[string]registry.Employer{}
	for _, e := range all {
		states[e.ID] = e // the last one holds
	}
	out, boxes := []registry.Employer{}, []string{}
	for _, k := range keys {
		if e, ok := states[k.id]; ok {
			e.CreditCode = k.code
			out, boxes = append(out, e), append(boxes, e.BankAccount)
			if !open {
				out[len(out)-1].BankAccount = ""
			}
		}
	}
	if !open {
		return out, nil
	}
	texts, err := t.OpenBoxes(ctx, boxes...)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].BankAccount = texts[i]
	}
	return out, nil
}

func readEmployerState(v vals) registry.Employer {
	return registry.Employer{ID: v.str(1), From: v.date(3), KnownOn: v.date(4), At: v.instant(5), Name: v.str(6), UnitType: insurance.UnitType(v.str(7)),
		Ownership: v.str(8), InjuryClass: int(v.int(9)), InjuryRate: money.Rate(v.int(10)), FormedOn: v.date(11), Status: v.str(12), Bank: v.str(13),
		BankAccount: v.str(14), MandateFrom: v.date(15), Reason: v.str(16)}
}

// LockEmployer locks the row of an employer.
func (t *Tx) LockEmployer(ctx context.Context, id string) error {
	return t.one(ctx, func(vals) error { return nil }, "SELECT id FROM employer WHERE area = ? AND id = ?"+t.db.Dialect.ForUpdate(false), t.area, id)
}
