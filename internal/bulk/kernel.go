package bulk

import (
	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// The two loops below price one scheme over all rows. Both follow the formulas
// of assess.Cell; there is no branch, call or allocation in them. The sums live
// in an array because there are more values than registers, and the compiler
// then spills these and not the pointers.

// pricePlain is for columns whose amounts are kept to the fen, with no fixed
// amount and no cap: most areas and schemes.
func pricePlain(cells []assess.Cell, month []uint16, wage []money.Fen, l *Lines) (sum [3]money.Fen) {
	wage = wage[:len(month)]
	employer, person, fee := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
	for i := range month {
		c := &cells[month[i]]
		base := min(max(wage[i], c.Floor), c.Ceiling)
		e := c.Employer.Of(base)
		employer[i] = e
		sum[0] += e
		p := c.Person.Of(base)
		person[i] = p
		sum[1] += p
		f := c.LateFee.Of(e + p)
		fee[i] = f
		sum[2] += f
	}
	return sum
}

// priceAny is for every column.
func priceAny(cells []assess.Cell, month []uint16, wage []money.Fen, l *Lines) (sum [3]money.Fen) {
	wage = wage[:len(month)]
	employer, person, fee := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
	for i := range month {
		c := &cells[month[i]]
		base := min(max(wage[i], c.Floor), c.Ceiling)
		e := c.Employer.Of(base) * money.Fen(c.EmployerUnit)
		employer[i] = e
		sum[0] += e
		p := c.Person.Of(base)*money.Fen(c.PersonUnit) + c.Fixed
		person[i] = p
		sum[1] += p
		f := min(c.LateFee.Of(e+p)*money.Fen(c.FeeUnit), (e+p)|c.Uncapped)
		fee[i] = f
		sum[2] += f
	}
	return sum
}

// roundWages rounds wages by the steps of their months. Wages that are refused
// come out as nonsense, and their rows are priced again.
func roundWages(rounds [][2]assess.Step, month []uint16, wage, out []money.Fen) {
	wage, out = wage[:len(month)], out[:len(month)]
	for i := range month {
		r := &rounds[month[i]]
		w := r[0].Multiplier.Of(wage[i]) * r[0].Unit
		out[i] = r[1].Multiplier.Of(w) * r[1].Unit
	}
}
