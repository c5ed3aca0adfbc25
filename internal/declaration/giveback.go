package declaration

import (
	"context"

	"bujiao/internal/money"
)

// GiveBack bills the negative of what goes back of a charge that was paid, as a
// settlement of it: afterwards the month is billed by so much less, and nothing
// shows as unpaid when the money is gone. The bill's one charge is the negative
// one.
func GiveBack(ctx context.Context, tx Biller, c Charge, employer, person, fee money.Fen, reason string) (Bill, error) {
	d := Declaration{ID: tx.NewID(), Employer: c.Employer, Month: c.FeeMonth, Kind: Settlement, Channel: "system", DeclaredOn: tx.Today(), Reason: reason}
	if d.Employer == "" {
		d.Person = c.Person
	}
	n := c
	n.Kind, n.Base, n.Settles = ChargeGivenBack, nil, c.ID
	n.EmployerFen, n.PersonFen, n.LateFee = -employer, -person, -fee
	return book(ctx, tx, d, nil, []Charge{n})
}
