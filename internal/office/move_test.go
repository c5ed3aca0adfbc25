package office_test

import (
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/office"
)

// TestMoveOfMoreThanIsThere: 100.00 are on the account.
func TestMoveOfMoreThanIsThere(t *testing.T) {
	c := newTreasury(t)
	c.post(c.own("k", "p", "2026-02-10", 100_00))
	a, err := c.ProposeMove(t.Context(), c.finance, ledger.Move{Key: "m", To: "310000", Reason: "moved",
		Parts: []ledger.Leg{{Account: ledger.Personal, Party: "p", Person: "p", Scheme: insurance.Pension, PersonFen: 100_01}}})
	check(t, "proposed", err, "")
	_, err = c.DecideEntry(t.Context(), c.reviewer, office.Decision{Approval: a.ID, Grant: true})
	check(t, "approved", err, "ledger.move_not_held")
}
