package arrears

import (
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Instalment is a part of a debt with the day by which it is to be paid.
type Instalment struct {
	DueOn  calendar.Date `json:"due_on"`
	Amount money.Fen     `json:"amount"`
	Left   money.Fen     `json:"left"` // of the principal, once it is paid
}

// maxInstalments is five years of months.
const maxInstalments = 60

// Instalments parts a debt into n: one a month after a day, the last on the last
// day. All are the same but the first, which takes what does not divide. It is
// fault arrears.instalments if they do not fit between the days.
func Instalments(debt money.Fen, from, until calendar.Date, n int) ([]Instalment, error) {
	if n < 1 || n > maxInstalments || debt < money.Fen(n) || until <= from.AddMonths(n-1) {
		return nil, fault.New(fault.Invalid, "arrears.instalments", nil)
	}
	part := debt / money.Fen(n)
	out := make([]Instalment, n)
	left := debt
	for i := range out {
		amount := part
		if i == 0 {
			amount = debt - part*money.Fen(n-1)
		}
		left -= amount
		out[i] = Instalment{DueOn: from.AddMonths(i + 1), Amount: amount, Left: left}
	}
	out[n-1].DueOn = until
	return out, nil
}
