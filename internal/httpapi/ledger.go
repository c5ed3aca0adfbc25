package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/office"
)

type journalIn struct {
	Reading
	Paged
	RefKind string `query:"ref_kind" maxLength:"40" doc:"what the entries are about: declaration, payment, bank_line, refund, interest, entry or move"`
	Ref     string `query:"ref" maxLength:"64" doc:"the id of what the entries are about; goes with ref_kind"`
}

func listEntries(c *call, in *journalIn) (*Page[ledger.Entry], error) {
	list, err := c.office().Journal(c.ctx, in.ask(c), office.JournalQuery{RefKind: in.RefKind, Ref: in.Ref, Page: in.page()})
	if in.RefKind != "" {
		return whole(list), err
	}
	return paged(c, in.Paged, list, func(e ledger.Entry) string { return e.ID }), err
}

func showEntry(c *call, in *readIn) (office.EntryView, error) {
	return c.office().Entry(c.ctx, in.ask(c), in.ID)
}

type balancesIn struct {
	Reading
	Paged
	Account string `path:"account" maxLength:"40"`
	Party   string `query:"party" maxLength:"64"`
}

func listBalances(c *call, in *balancesIn) (*Page[ledger.Balance], error) {
	list, err := c.office().Balances(c.ctx, in.ask(c), in.Account, in.Party, in.page())
	return paged(c, in.Paged, list, ledger.Balance.Line), err
}

type correctingIn struct {
	Keyed
	Doc[ledger.Correcting]
}

func proposeCorrection(c *call, in *correctingIn) (access.Approval, error) {
	return c.office().ProposeCorrection(c.ctx, c.ask(in.Area, in.Key), in.value)
}

// MoveRequest moves money from the area to another.
type MoveRequest struct {
	Key    string        `json:"key"` // of the move, the same in both areas
	To     string        `json:"to"`
	On     calendar.Date `json:"on"`
	Reason string        `json:"reason"`
	Parts  []ledger.Leg  `json:"parts"`
}

type moveIn struct {
	Keyed
	Doc[MoveRequest]
}

func proposeMove(c *call, in *moveIn) (access.Approval, error) {
	v := in.value
	return c.office().ProposeMove(c.ctx, c.ask(in.Area, in.Key), ledger.Move{Key: v.Key, To: v.To, On: v.On, Reason: v.Reason, Parts: v.Parts})
}

func decideEntry(c *call, in *decideIn) (office.Decided, error) {
	return c.office().DecideEntry(c.ctx, c.ask(in.Area, in.Key), office.Decision{Approval: in.ID, Grant: in.value.Grant, Reason: in.value.Reason})
}

type periodsIn struct{ InArea }

func listPeriods(c *call, in *periodsIn) (*Page[calendar.Month], error) {
	list, err := c.office().ClosedPeriods(c.ctx, c.ask(in.Area, ""))
	return whole(list), err
}

type closePeriodIn struct {
	Keyed
	OfMonth
}

func closePeriod(c *call, in *closePeriodIn) (none, error) {
	m, err := month("month", in.Month)
	if err == nil {
		_, err = c.office().ClosePeriod(c.ctx, c.ask(in.Area, in.Key), m)
	}
	return none{}, err
}

// InterestRequest credits a year's interest to the personal accounts.
type InterestRequest struct {
	Scheme insurance.Scheme `json:"scheme"`
	Year   int              `json:"year"`
}

type interestIn struct {
	Keyed
	Doc[InterestRequest]
}

func creditInterest(c *call, in *interestIn) (ledger.Credited, error) {
	return c.office().CreditInterest(c.ctx, c.ask(in.Area, in.Key), office.InterestInput{Scheme: in.value.Scheme, Year: in.value.Year})
}
