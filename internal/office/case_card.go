package office

import (
	"context"
	"errors"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/card"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/notice"
	"bujiao/internal/registry"
)

// What a social security card (社会保障卡) reads and does. A case is a card.
var (
	cardFacts = map[string]caseFact{
		"area_approved": ofCardArea(func(_ *caseStep, a *law.CardArea) any { return a.Approved }),
		"area_lacks":    ofCardArea(func(_ *caseStep, a *law.CardArea) any { return int64(len(a.Lacks)) }),
		"channel_open": ofCardArea(func(s *caseStep, a *law.CardArea) any {
			return slices.Contains(a.Channels, s.fact("channel"))
		}),
		"unit_banks_only": ofCardArea(func(_ *caseStep, a *law.CardArea) any { return a.UnitBanks }),
		"cards":           countCards(cardStates),
		"applications":    countCards(applicationStates),
		"old_card":        oldCard,
		"data_changed":    dataChanged,
		"studio_listed":   studioListed,
		"batch_bank":      ofBatch(func(b card.Batch) any { return b.Bank }),
		"batch_size":      ofBatch(func(b card.Batch) any { return int64(b.Sent) }),
		"batch_back":      ofBatch(func(b card.Batch) any { return int64(b.Back()) }),
		"instant_point":   instantPoint,
		"new_card_ready":  newCardReady,
	}
	cardEffects = map[string]caseEffect{
		"tell_card_apply":    tellCard("card.apply"),
		"tell_card_ready":    tellCard("card.ready"),
		"date_application":   dateEvent("applied_on"),
		"start_card_term":    startCardTerm,
		"enter_batch":        enterBatch,
		"account_card":       accountCard,
		"begin_card":         beginCard,
		"end_old_card":       endOldCard,
		"issue_electronic":   issueElectronic,
		"electronic_follows": electronicFollows,
	}
	cardPapers = map[string]sheetField{
		"reason": func(_ context.Context, s *caseStep) (any, error) {
			return s.caseWord("purpose." + s.fact("purpose")), nil
		},
		"photo":     func(_ context.Context, s *caseStep) (any, error) { return s.caseWord("photo"), nil },
		"return_by": func(_ context.Context, s *caseStep) (any, error) { return dayOrNil(s.e.EndsOn), nil },
		"sex": func(ctx context.Context, s *caseStep) (any, error) {
			return s.person(ctx, func(p registry.Person) string { return s.caseWord("sex." + string(p.Sex)) })
		},
	}
)

// The states in which a case is a card, and in which it is on its way to be one.
var (
	cardStates        = []string{"active", "pre_lost", "lost"}
	applicationStates = []string{"invited", "applied", "form_out", "handed_in", "returned", "signed", "in_production", "missing", "made", "ready", "collected"}
)

// ofCardArea reads how the area issues cards; where no row says so it is not
// known.
func ofCardArea(of func(*caseStep, *law.CardArea) any) caseFact {
	return func(_ context.Context, s *caseStep) (any, error) {
		a := s.law.CardArea(s.tx.Today())
		if a == nil {
			return nil, nil
		}
		return of(s, a), nil
	}
}

// countCards counts other cases of the person that are in one of the states.
func countCards(states []string) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		list, err := s.casesOf(ctx, casework.Filter{Kind: "card"})
		n := int64(0)
		for _, c := range list {
			if c.ID != s.c.ID && slices.Contains(states, c.State) {
				n++
			}
		}
		return n, err
	}
}

// cardOf reads another card of the same person; nil if there is none.
func (s *caseStep) cardOf(ctx context.Context, id string) (*casework.Case, error) {
	if id == "" {
		return nil, nil
	}
	c, err := s.tx.Case(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	records, err := s.records(ctx)
	if err != nil || c.Kind != "card" || !slices.Contains(records, c.Person) {
		return nil, err
	}
	return &c, nil
}

// oldCard is the state of the card that is replaced.
func oldCard(ctx context.Context, s *caseStep) (any, error) {
	c, err := s.cardOf(ctx, s.fact("old_card_id"))
	switch {
	case err != nil || c == nil:
		return nil, err
	case c.State == "active" || c.State == "lost":
		return c.State, nil
	}
	return "other", nil
}

// dataChanged is whether something of the person became known since the old card
// was applied for.
func dataChanged(ctx context.Context, s *caseStep) (any, error) {
	c, err := s.cardOf(ctx, s.fact("old_card_id"))
	if err != nil || c == nil {
		return nil, err
	}
	p, err := s.tx.Person(ctx, s.c.Person, registry.When{AsOf: s.tx.Today(), KnownAt: s.tx.Today()})
	if err != nil {
		return nil, err
	}
	return p.KnownOn > c.OpenedOn, nil
}

// place reads a place that the area lists, if it did so on a day.
func (s *caseStep) place(ctx context.Context, id, kind string, on calendar.Date) (bool, error) {
	if id == "" {
		return false, nil
	}
	o, err := s.tx.ServiceOffice(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return false, nil
	}
	return err == nil && o.Kind == kind && o.From <= on && (o.To == 0 || on <= o.To), err
}

// studioListed is whether the studio was listed on the day of the photograph.
func studioListed(ctx context.Context, s *caseStep) (any, error) {
	on, err := calendar.ParseDate(s.fact("photo_on"))
	if err != nil || on > s.tx.Today() {
		return false, nil
	}
	return s.place(ctx, s.fact("studio_id"), counter.PhotoStudio, on)
}

// instantPoint is whether a point of a bank issues cards at once today.
func instantPoint(ctx context.Context, s *caseStep) (any, error) {
	id, today := s.fact("bank_point_id"), s.tx.Today()
	listed, err := s.place(ctx, id, counter.BankPoint, today)
	if err != nil || !listed {
		return false, err
	}
	windows, err := s.tx.ServiceWindows(ctx, id, today)
	return slices.ContainsFunc(windows, func(w counter.Window) bool {
		return w.From <= today && slices.Contains(w.Services, counter.CardAtOnce)
	}), err
}

// ofBatch reads the batch that the event names, and keeps it as it is until an
// event that happens is booked.
func ofBatch(of func(card.Batch) any) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		if s.booked {
			if err := s.tx.LockCardBatch(ctx, s.fact("batch")); err != nil {
				return nil, err
			}
		}
		b, err := s.tx.CardBatch(ctx, s.fact("batch"))
		return of(b), err
	}
}

// newCardReady is whether a card that replaces this one was collected and is
// being activated.
func newCardReady(ctx context.Context, s *caseStep) (any, error) {
	list, err := s.casesOf(ctx, casework.Filter{Kind: "card", State: "collected"})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		events, err := s.tx.CaseEvents(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(events, func(e casework.Event) bool { return e.Data["old_card_id"] == s.c.ID }) {
			return true, nil
		}
	}
	return false, nil
}

// tellCard tells the holder.
func tellCard(topic string) caseEffect {
	return func(ctx context.Context, s *caseStep) error {
		return notice.Tell(ctx, s.tx, notice.To{Person: s.c.Person}, topic, nil, s.c.ID)
	}
}

// startCardTerm says from when the term of the card runs: the application, or the
// day on which the signed form was handed in.
func startCardTerm(_ context.Context, s *caseStep) error {
	s.e.Data["term_from"] = s.tx.Today().String()
	if a := s.law.CardArea(s.tx.Today()); a != nil && a.Reckoned == law.FromApplication {
		s.e.Data["term_from"] = s.c.Facts["applied_on"]
	}
	return nil
}

// enterBatch writes that the card went out; the first one begins the batch. One
// that another began, or has got back, since the guards were weighed is taken: asked
// again, they see it.
func enterBatch(ctx context.Context, s *caseStep) error {
	if err := s.tx.LockCardBatch(ctx, s.fact("batch")); err != nil {
		return err
	}
	b, err := s.tx.CardBatch(ctx, s.fact("batch"))
	switch {
	case err != nil:
		return err
	case b.Bank == "":
		s.cardLine(ctx, "", card.Begun)
	case b.Bank != s.c.Facts["bank"] || b.Back() > 0:
		return &books.TakenError{Table: "card_batch"}
	}
	s.cardLine(ctx, s.c.ID, card.Sent)
	return nil
}

// account are the steps of the events that account for a card.
var account = map[string]card.Step{"card_made": card.Made, "spoil": card.Spoiled, "miss": card.Missing}

// accountCard writes what came of the card.
func accountCard(ctx context.Context, s *caseStep) error {
	if err := s.tx.LockCardBatch(ctx, s.fact("batch")); err != nil { // a card that is entered meanwhile finds the batch back
		return err
	}
	s.cardLine(ctx, s.c.ID, account[s.e.Name])
	return nil
}

func (s *caseStep) cardLine(ctx context.Context, caseID string, step card.Step) {
	s.tx.AddCardLine(ctx, card.Line{Batch: s.fact("batch"), Case: caseID, Step: step, Bank: s.c.Facts["bank"], On: s.tx.Today(), At: s.tx.At(), Actor: s.tx.Actor().ID})
}

// beginCard dates the activation and the reminder, which is no act and does not
// roll; there is no electronic card yet.
func beginCard(_ context.Context, s *caseStep) error {
	today := s.tx.Today()
	d, _ := s.law.Duty("card_kept", "", today)
	if d == nil {
		return fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": "card_kept", "state": s.e.To})
	}
	s.e.Data["kept_until"] = (today.AddMonths(d.Months) + calendar.Date(d.Days)).String()
	s.e.Data["active_on"], s.e.Data["electronic"] = today.String(), "none"
	return nil
}

// endOldCard ends the card that is replaced, in the same transaction; one that was
// cancelled meanwhile works no more.
func endOldCard(ctx context.Context, s *caseStep) error {
	old, err := s.cardOf(ctx, s.c.Facts["old_card_id"])
	if err != nil || old == nil || !slices.Contains(cardStates, old.State) {
		return err
	}
	_, err = s.o.moveIn(ctx, s.tx, Request{Actor: access.Self, Area: s.q.Area}, old.ID, casework.Input{Event: "replace"}, nil)
	return err
}

func issueElectronic(_ context.Context, s *caseStep) error {
	s.e.Data["electronic"] = "active"
	return nil
}

// electronicOf is the state of the electronic card once the card is in a state.
var electronicOf = map[string]string{"active": "active", "pre_lost": "blocked", "lost": "ended", "replaced": "ended", "half_cancelled": "ended"}

// electronicFollows lets the electronic card, if there is one, follow the card.
func electronicFollows(_ context.Context, s *caseStep) error {
	if s.c.Facts["electronic"] != "none" {
		s.e.Data["electronic"] = electronicOf[s.e.To]
	}
	return nil
}
