package bulk

import (
	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Totals are the sums of the rows that were priced.
type Totals struct {
	Rows    int64        `json:"rows"`
	Short   int64        `json:"short"`   // rows with a figure that is Missing, the refused ones among them
	Refused int64        `json:"refused"` // rows whose wage is below zero or past money.MaxFen
	Lines   []LineTotals `json:"lines"`
}

// LineTotals are the sums of one scheme.
type LineTotals struct {
	Scheme   insurance.Scheme `json:"scheme"`
	Employer Sum              `json:"employer"`
	Person   Sum              `json:"person"`
	LateFee  Sum              `json:"late_fee"`
}

// Sum is the sum of the amounts that are known, in fen, and how many are not.
type Sum struct {
	Known   money.Fen `json:"known"`
	Missing int64     `json:"missing"`
}

// Value is the sum, or nil if an amount in it is missing.
func (s Sum) Value() *money.Fen {
	if s.Missing != 0 {
		return nil
	}
	v := s.Known
	return &v
}

// NewTotals returns totals of nothing for the columns of a table.
func NewTotals(t *assess.Table) *Totals {
	out := &Totals{Lines: make([]LineTotals, len(t.Columns))}
	for k := range t.Columns {
		out.Lines[k].Scheme = t.Columns[k].Scheme
	}
	return out
}

func (t *Totals) add(rows, short, refused int64, sums []lineSums) error {
	for k := range sums {
		l := &t.Lines[k]
		for i, s := range [3]*Sum{&l.Employer, &l.Person, &l.LateFee} {
			v, err := s.Known.Add(sums[k].sum[i])
			if err != nil {
				return err
			}
			s.Known = v
			s.Missing += sums[k].missing[i]
		}
	}
	t.Rows += rows
	t.Short += short
	t.Refused += refused
	return nil
}

// Add adds the totals of other rows of the same table; a sum that leaves int64
// is money.ErrOverflow, and t is worth nothing then.
func (t *Totals) Add(other *Totals) error {
	sums := make([]lineSums, len(other.Lines))
	for k, l := range other.Lines {
		sums[k] = lineSums{[3]money.Fen{l.Employer.Known, l.Person.Known, l.LateFee.Known}, [3]int64{l.Employer.Missing, l.Person.Missing, l.LateFee.Missing}}
	}
	return t.add(other.Rows, other.Short, other.Refused, sums)
}
