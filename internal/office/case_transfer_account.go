package office

import (
	"context"
	"slices"

	"bujiao/internal/casework"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// accounts are the person's own of the insurance here, also under the ids of
// records that were merged.
func (s *caseStep) accounts(ctx context.Context) ([]ledger.PersonalAccount, error) {
	same, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.tx.PersonalOf(ctx, same, s.tx.Today())
	return slices.DeleteFunc(list, func(a ledger.PersonalAccount) bool { return a.Scheme != s.moving() }), err
}

// transfers are the others of the person and the insurance, with what was said of
// them. While an event is booked none can be opened or end beside it.
func (s *caseStep) transfers(ctx context.Context) ([]casework.Case, error) {
	if s.booked {
		if err := s.tx.LockPersons(ctx, s.c.Person); err != nil {
			return nil, err
		}
	}
	list, err := s.casesOf(ctx, casework.Filter{Kind: "transfer"})
	if err != nil {
		return nil, err
	}
	for i, x := range list {
		events, err := s.tx.CaseEvents(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			x = s.desk.Table.Fold(x, e)
		}
		list[i] = x
	}
	return slices.DeleteFunc(list, func(x casework.Case) bool { return x.ID == s.c.ID || x.Facts["scheme"] != s.fact("scheme") }), nil
}

// others counts those of them that are open.
func others(like func(*caseStep, casework.Case) bool) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		list, err := s.transfers(ctx)
		n := int64(0)
		for _, x := range list {
			if x.ClosedOn == 0 && like(s, x) {
				n++
			}
		}
		return n, err
	}
}

// accountArrived: from an area whose books are kept elsewhere by the entry of
// this case, from any other by what came from there, less what other transfers
// ended on.
func accountArrived(ctx context.Context, s *caseStep) (any, error) {
	area := s.fact("other_area")
	want, err := money.ParseFen(s.fact("account_there"))
	if err != nil {
		return nil, nil // not told yet
	}
	outside, err := s.outside(ctx, area)
	if err != nil {
		return nil, err
	}
	if outside {
		booked, err := s.tx.EntriesOf(ctx, "move", s.move("", "").Key)
		return len(booked) > 0, err
	}
	list, err := s.transfers(ctx)
	if err != nil {
		return nil, err
	}
	same, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	came, err := s.tx.CameFrom(ctx, area, same, s.tx.Today())
	if err != nil {
		return nil, err
	}
	var left []money.Fen
	for _, a := range came {
		if a.Scheme == s.moving() {
			left = append(left, a.Amount)
		}
	}
	for _, x := range list {
		if x.State != "joined" || x.Facts["other_area"] != area {
			continue
		}
		taken, err := money.ParseFen(x.Facts["account_there"])
		if err != nil {
			return nil, err
		}
		left = append(left, -taken)
	}
	sum, err := money.Sum(left...)
	return sum >= want, err
}

// outside reports whether the books of an area are kept elsewhere: that its law
// is known here says nothing of that.
func (s *caseStep) outside(ctx context.Context, area string) (bool, error) {
	here, err := s.tx.HasBooks(ctx, area)
	return !here, err
}

// move is the personal account on its way.
func (s *caseStep) move(from, to string) ledger.Move {
	return ledger.Move{Key: "case:" + s.c.ID, From: from, To: to, On: s.tx.Today(), Reason: "case:" + s.c.ID}
}

// personalLeg is what moves of a personal account.
func (s *caseStep) personalLeg(person string, amount money.Fen) ledger.Leg {
	return ledger.Leg{Account: ledger.Personal, Party: person, Person: person, Scheme: s.moving(), PersonFen: amount}
}

// moveAccount moves the personal account to the other area. If its books are
// kept elsewhere, the money stands on the clearing account of that area.
func moveAccount(ctx context.Context, s *caseStep) error {
	list, err := s.accounts(ctx)
	if err != nil {
		return err
	}
	m := s.move(s.tx.Area(), s.fact("other_area"))
	var amounts []money.Fen
	for _, a := range list {
		if a.Amount > 0 {
			m.Parts, amounts = append(m.Parts, s.personalLeg(a.Person, a.Amount)), append(amounts, a.Amount)
		}
	}
	sum, err := money.Sum(amounts...)
	if err != nil || sum == 0 {
		return err
	}
	s.e.Data["account_moved"] = sum.String()
	outside, err := s.outside(ctx, m.To)
	if err != nil {
		return err
	}
	if !outside {
		_, err := give(ctx, s.tx, m, m.Key)
		return err
	}
	if err := held(ctx, s.tx, m); err != nil {
		return err
	}
	e, err := m.Out()
	if err != nil {
		return err
	}
	_, err = ledger.Post(ctx, s.tx, e)
	return err
}

// bookAccount books the personal account that came from an area whose books are
// kept elsewhere; from any other the ledger's own job brings it.
func bookAccount(ctx context.Context, s *caseStep) error {
	amount, err := money.ParseFen(s.fact("account_there"))
	if err != nil {
		return err
	}
	m := s.move(s.fact("other_area"), s.tx.Area())
	m.Parts = []ledger.Leg{s.personalLeg(s.c.Person, amount)}
	e, err := m.In(map[string]string{s.c.Person: s.c.Person})
	if err != nil {
		return err
	}
	_, err = ledger.Post(ctx, s.tx, e)
	return err
}
