package record

import (
	"sort"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Category says what a month of a scheme is (R-POST-01).
type Category string

// The categories.
const (
	Normal   Category = "normal"   // 正常应缴: paid in full and in time
	Backpay  Category = "backpay"  // 补缴: paid in full, but later
	Arrears  Category = "arrears"  // 欠缴: due and not paid in full
	Deferred Category = "deferred" // 缓缴: due later by a policy or agreement
	Exempt   Category = "exempt"   // 减免: nothing is owed
	NotDue   Category = "not_due"  // the deadline has not passed
)

// Sub-kinds of Backpay (R-POST-01, R-POST-02).
const (
	KindInterruption = "interruption" // 中断补收
	KindLumpSum      = "lump_sum"     // 一次性补收
	KindBaseDiff     = "base_diff"    // 缴费基数调整补收
	KindPolicy       = "policy"       // 政策性补缴
	KindBankRetry    = "bank_retry"   // 扣款失败后补扣, not the declaration's fault
)

// lumpMonths is the length from which one payment is a lump sum (R-BACKPAY-08).
const lumpMonths = 36

// Cell is one month of one scheme in one area.
type Cell struct {
	Scheme       insurance.Scheme `json:"scheme"`
	Month        calendar.Month   `json:"month"`
	Area         string           `json:"area"`
	Payer        insurance.Payer  `json:"payer"`
	Employer     string           `json:"employer,omitempty"`
	Category     Category         `json:"category"`
	Kind         string           `json:"kind,omitempty"`
	Cause        insurance.Cause  `json:"cause,omitempty"`
	Base         *money.Fen       `json:"base"` // lawful base of the month, null if not known
	DeclaredBase *money.Fen       `json:"declared_base,omitempty"`
	EmployerDue  *money.Fen       `json:"employer_due"`
	PersonDue    *money.Fen       `json:"person_due"`
	EmployerPaid money.Fen        `json:"employer_paid"`
	PersonPaid   money.Fen        `json:"person_paid"`
	PaidOn       calendar.Date    `json:"paid_on,omitzero"`       // the last payment for the month
	Posted       calendar.Month   `json:"posted_period,omitzero"` // 费款所属期 AAE002
	LateBy       int              `json:"late_by_months,omitempty"`
	Benefit      bool             `json:"benefit_drawn,omitempty"`

	Wage        *money.Fen `json:"-"`
	Unallocated bool       `json:"-"` // money was paid for all schemes together and does not cover them
	Populations string     `json:"-"`
	Tier        string     `json:"-"`
	row         *Row       // of the employment
}

// Employment is the row that the month comes from, nil for flexible payers.
func (c *Cell) Employment() *Row { return c.row }

// Paid reports whether the month counts: both shares are fully booked, or
// nothing was owed (O20 art. 13, R-POST-03).
func (c *Cell) Paid() bool {
	return c.Category == Normal || c.Category == Backpay || c.Category == Exempt
}

// Grid is a person's history as of a day.
type Grid struct {
	AsOf  calendar.Date
	Cells []Cell // by scheme, month, area
}

// Owed is what a month should have cost, as the kernel prices it.
type Owed struct {
	Base     *money.Fen // lawful base
	Employer *money.Fen
	Person   *money.Fen
}

// Pricer prices months for a grid.
type Pricer interface {
	// Schemes lists the schemes of a row that names none.
	Schemes(row *Row, m calendar.Month) ([]insurance.Scheme, error)
	// Owed prices a month on a wage.
	Owed(row *Row, s insurance.Scheme, m calendar.Month, wage *money.Fen) (Owed, error)
	// At prices a month on a base as it was declared, lawful or not.
	At(row *Row, s insurance.Scheme, m calendar.Month, base money.Fen) (Owed, error)
	// LastDay is the last day on which a payment is in time; zero if no pack
	// says it.
	LastDay(row *Row, s insurance.Scheme, m calendar.Month) (calendar.Date, error)
	// RaisedLater reports whether the base that was paid was lawful on the
	// day, and a later notice raised it.
	RaisedLater(row *Row, s insurance.Scheme, m calendar.Month, wage, base money.Fen, paid calendar.Date) (bool, error)
	// DeferredOn reports whether a policy defers the month on the day.
	DeferredOn(row *Row, s insurance.Scheme, m calendar.Month, on calendar.Date) (bool, error)
}

type cellKey struct {
	scheme insurance.Scheme
	month  calendar.Month
	area   string
}

// draft gathers the facts of one cell.
type draft struct {
	key      cellKey
	work     *Row // employment, or the payment of a flexible payer
	declared *Row
	paid     []*Row
	benefit  bool
}

// Build makes the grid of a person from rows in any order, as of a day, with
// the facts known on a day. Payments after asOf do not count.
func Build(rows []Row, asOf, knownAt calendar.Date, p Pricer) (*Grid, error) {
	b := &builder{p: p, asOf: asOf, drafts: map[cellKey]*draft{}}
	known := visible(rows, asOf, knownAt)
	for i := range known {
		if err := b.take(&known[i]); err != nil {
			return nil, err
		}
	}
	b.fillFlexible(known)
	keys := make([]cellKey, 0, len(b.drafts))
	for k := range b.drafts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	g := &Grid{AsOf: asOf}
	for _, k := range keys {
		c, ok, err := b.cell(b.drafts[k])
		if err != nil {
			return nil, err
		}
		if ok {
			g.Cells = append(g.Cells, c)
		}
	}
	return g, nil
}

func less(a, b cellKey) bool {
	if a.scheme != b.scheme {
		return a.scheme.Index() < b.scheme.Index()
	}
	if a.month != b.month {
		return a.month < b.month
	}
	return a.area < b.area
}

// visible keeps what was known on the day and orders it, so that the order of
// feeding cannot matter: by the day a fact became known, then by its content.
func visible(rows []Row, asOf, knownAt calendar.Date) []Row {
	var out []Row
	for _, r := range rows {
		if r.KnownOn != 0 && r.KnownOn > knownAt {
			continue
		}
		if r.Kind == Paid && r.PaidOn != 0 && (r.PaidOn > asOf || r.PaidOn > knownAt) {
			continue
		}
		out = append(out, r)
	}
	sort.SliceStable(out, func(i, j int) bool { return rowLess(&out[i], &out[j]) })
	return out
}

func rowLess(a, b *Row) bool {
	if a.KnownOn != b.KnownOn {
		return a.KnownOn < b.KnownOn
	}
	if a.PaidOn != b.PaidOn {
		return a.PaidOn < b.PaidOn
	}
	if a.From != b.From {
		return a.From < b.From
	}
	if a.To != b.To {
		return a.To < b.To
	}
	if a.Area != b.Area {
		return a.Area < b.Area
	}
	if a.Employer != b.Employer {
		return a.Employer < b.Employer
	}
	if a.Scheme != b.Scheme {
		return a.Scheme < b.Scheme
	}
	if a.Kind != b.Kind {
		return a.Kind < b.Kind
	}
	return val(a.Wage)+val(a.Base)+val(a.EmployerPaid) < val(b.Wage)+val(b.Base)+val(b.EmployerPaid)
}

func val(f *money.Fen) money.Fen {
	if f == nil {
		return -1
	}
	return *f
}

type builder struct {
	p      Pricer
	asOf   calendar.Date
	drafts map[cellKey]*draft
}

// take files a row under its cells. A later employment or declaration of the
// same cell replaces an earlier one; payments add up.
func (b *builder) take(r *Row) error {
	for m := r.From; m <= r.To; m++ {
		schemes := []insurance.Scheme{r.Scheme}
		if r.Scheme == 0 {
			var err error
			if schemes, err = b.p.Schemes(r, m); err != nil {
				return err
			}
		}
		for _, s := range schemes {
			k := cellKey{s, m, r.Area}
			if r.Kind == Benefit {
				// a benefit is drawn from a scheme wherever it was insured
				b.benefit(k)
				continue
			}
			d := b.drafts[k]
			if d == nil {
				d = &draft{key: k}
				b.drafts[k] = d
			}
			switch r.Kind {
			case Employment:
				if d.work == nil || r.KnownOn >= d.work.KnownOn {
					d.work = r
				}
			case Declared:
				if d.declared == nil || r.KnownOn >= d.declared.KnownOn {
					d.declared = r
				}
			case Paid:
				d.paid = append(d.paid, r)
			}
		}
	}
	return nil
}

func (b *builder) benefit(k cellKey) {
	if d := b.drafts[k]; d != nil {
		d.benefit = true
		return
	}
	b.drafts[k] = &draft{key: k, benefit: true}
}

// fillFlexible opens the months between the first and the last paid month of
// a payer without employer: those that are not paid are gaps (contract, assess).
func (b *builder) fillFlexible(rows []Row) {
	type track struct {
		scheme insurance.Scheme
		area   string
	}
	first, last, like := map[track]calendar.Month{}, map[track]calendar.Month{}, map[track]*Row{}
	for k, d := range b.drafts {
		for _, r := range d.paid {
			if r.Payer != insurance.Flexible {
				continue
			}
			t := track{k.scheme, k.area}
			if first[t] == 0 || k.month < first[t] {
				first[t] = k.month
			}
			if k.month >= last[t] {
				last[t], like[t] = k.month, r
			}
		}
	}
	for t, from := range first {
		for m := from; m <= last[t]; m++ {
			k := cellKey{t.scheme, m, t.area}
			if b.drafts[k] == nil {
				b.drafts[k] = &draft{key: k}
			}
			if b.drafts[k].work == nil {
				b.drafts[k].work = like[t]
			}
		}
	}
}
