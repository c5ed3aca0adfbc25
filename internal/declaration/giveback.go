package declaration

import (
	"context"

	"bujiao/internal/money"
)

// GiveBack bills the negative of what goes back of a charge whose month was paid
// twice and counts elsewhere: nothing shows as unpaid when the money is gone.
// What declarations and settlements of the month bill later leaves the person's
// scheme alone. The bill's one charge is the negative one.
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
