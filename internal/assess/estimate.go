package assess

import (
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// EstimateRequest asks for the provisional amount of a month that an employer
// did not declare (SIL 62, R-DECL-04).
type EstimateRequest struct {
	LastMonthPaid money.Fen  // all shares of the month before, in yuan
	Declared      *money.Fen // what the late declaration came to; nil: not yet declared
}

// Provisional is the answer. Settlement is what the employer pays in addition
// once it has declared; a negative amount is given back.
type Provisional struct {
	Provisional *money.Fen `json:"provisional"`
	Declared    *money.Fen `json:"declared"`
	Settlement  *money.Fen `json:"settlement"`
	Basis       []string   `json:"basis"`
	Missing     []Missing  `json:"missing"`
	Marks       []Mark     `json:"marks"`
	Policy      law.Policy `json:"policy"`
}

// NewEstimate answers an EstimateRequest by the factor of the law. The factor
// is applied to what was paid in the month before; whether that month was an
// estimate itself is for the asker to know.
func NewEstimate(r *law.Reader, q EstimateRequest) (*Provisional, error) {
	d := &desk{law: r, notes: &notes{}}
	out := &Provisional{Declared: q.Declared, Basis: []string{}, Policy: r.Policy()}
	if row, h := r.Estimate(); h != nil {
		d.miss(Missing{Parameter: h.Parameter, Area: r.Area(), Ask: h.Ask})
	} else {
		v, err := fenHalfUp.Mul(q.LastMonthPaid, row.Factor)
		if err != nil {
			return nil, err
		}
		out.Provisional = &v
		out.Basis = append(out.Basis, row.Cite())
		d.mark("/provisional", row.Doubt(), row.Why())
		if money.Exact(q.LastMonthPaid, row.Factor) != v.String() {
			d.mark("/provisional", law.Assumed, "half-up to the fen; no source says how the provisional amount is rounded (docs/adr/0002)")
		}
		if q.Declared != nil {
			s, err := q.Declared.Add(-v)
			if err != nil {
				return nil, err
			}
			out.Settlement = &s
			for _, m := range d.Marks {
				d.mark("/settlement", m.Status, m.Basis)
			}
		}
	}
	n := d.closed()
	out.Missing, out.Marks = n.Missing, n.Marks
	return out, nil
}
