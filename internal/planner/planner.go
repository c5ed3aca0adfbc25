// Package planner finds the cheapest lawful path to a number of months: the
// minimum for a pension (R-RET-03, R-RET-04), the months that a home or a car
// plate asks for (R-CONT-*), or medical cover by a day (R-MED-07, R-RESTORE-*).
//
// It lists every way with what it costs the person and in all, says what is not
// possible and by which rule, and names the cheapest: the cost to the person
// first, then the whole. Months that may be made up, and why others may not,
// come from the verdicts of the packs; amounts come from the kernel and from
// nowhere else. A value that is not known makes the cost of the ways that need
// it unknown and is named in Missing; such a way is never called the cheapest.
// The choice of months is exact: it is the least of all subsets. The package is
// pure and reads no clock.
package planner

import (
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/record"
)

// What somebody plans for.
const (
	Retirement = "retirement"
	Cover      = "cover" // medical cover on the day
)

// Purposes lists what can be planned for. All but cover are purposes of the
// continuity rules of the packs.
var Purposes = []string{Retirement, "house", "car_plate", "hukou", "school", Cover}

// Request asks for the cheapest path. It is the request of `bujiao plan` and of
// the API.
type Request struct {
	AsOf     calendar.Date       `json:"as_of"`
	KnownAt  calendar.Date       `json:"known_at,omitzero"` // default: AsOf
	Area     string              `json:"area"`
	Payer    insurance.Payer     `json:"payer"` // of the months to come
	Person   assess.Person       `json:"person"`
	Employer *assess.Employer    `json:"employer,omitempty"`
	History  []record.Row        `json:"history,omitempty"`
	Gaps     []assess.GapRequest `json:"gaps,omitempty"` // default: the gaps of the history
	Wage     *money.Fen          `json:"wage,omitempty"` // of the months to come
	Deadline calendar.Date       `json:"deadline,omitzero"`

	Purpose string        `json:"purpose"`
	Variant string        `json:"variant,omitempty"` // where the purpose has several rules
	Target  calendar.Date `json:"target,omitzero"`   // day of retirement, application or cover; default of retirement: the statutory month

	Months       *int              `json:"months,omitempty"` // of retirement: months that count, where there is no history
	FirstInsured calendar.Month    `json:"first_insured,omitzero"`
	Wait         *plan.WaitRequest `json:"wait,omitempty"` // of residents' cover
	Lang         string            `json:"lang,omitempty"`
}

// Cost is what a way costs; null where an amount is not known.
type Cost struct {
	Employer *money.Fen `json:"employer"`
	Person   *money.Fen `json:"person"`
	LateFee  *money.Fen `json:"late_fee"` // the employer's
	Interest *money.Fen `json:"interest"`
	Total    *money.Fen `json:"total"`
}

// Span is a run of months.
type Span struct {
	From calendar.Month `json:"from"`
	To   calendar.Month `json:"to"`
}

// Option is one way. Reaches says that the purpose is met by the target if it is
// taken, Allowed that the law lets it be taken.
type Option struct {
	Kind       string          `json:"kind"` // continue | make_up | both | early | late | extend | top_up | to_resident | restore | repair
	Allowed    bool            `json:"allowed"`
	Reaches    bool            `json:"reaches"`
	Verdict    string          `json:"verdict,omitempty"` // of the months that are made up
	Months     *int            `json:"months"`            // that count at the target
	MakeUp     []Span          `json:"make_up"`
	Pay        []Span          `json:"pay"` // months to come
	Years      *int            `json:"repaid_years,omitempty"`
	From       calendar.Date   `json:"benefits_from,omitzero"`
	Month      calendar.Month  `json:"month,omitzero"` // of retirement
	Cost       *Cost           `json:"cost"`           // null if the way is closed, or costs what is not known
	Conditions []string        `json:"conditions"`
	Reasons    []assess.Reason `json:"reasons"`
}

// Impossible is a run of months that cannot be made up, with every reason.
type Impossible struct {
	Scheme  insurance.Scheme `json:"scheme"`
	From    calendar.Month   `json:"from"`
	To      calendar.Month   `json:"to"`
	Verdict string           `json:"verdict"` // refused | unknown
	Reasons []assess.Reason  `json:"reasons"`
}

// Answer lists the ways. Cheapest is the place in Options of the cheapest that
// is allowed, reaches the purpose and has a known cost; null if there is none.
type Answer struct {
	AsOf       calendar.Date    `json:"as_of"`
	KnownAt    calendar.Date    `json:"known_at"`
	Area       string           `json:"area"`
	Purpose    string           `json:"purpose"`
	Variant    string           `json:"variant,omitempty"`
	Scheme     insurance.Scheme `json:"scheme,omitempty"`
	Target     calendar.Date    `json:"target"`
	Required   *int             `json:"required"`
	Have       *int             `json:"have"` // at the target, if nothing is done from now on
	Rules      []assess.Reason  `json:"rules"`
	Options    []Option         `json:"options"`
	Cheapest   *int             `json:"cheapest"`
	Impossible []Impossible     `json:"impossible"`
	Missing    []assess.Missing `json:"missing"`
	Marks      []assess.Mark    `json:"marks"`
	Policy     law.Policy       `json:"policy"`
}

// New plans. open finds the law of an area, such as (*law.Library).Book.
func New(open func(area string) (*law.Book, error), q Request, words assess.Say) (*Answer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	book, err := open(q.Area)
	if err != nil {
		return nil, err
	}
	p := &planner{open: open, law: book.Read(q.KnownAt, q.KnownAt < q.AsOf), q: q, words: words}
	p.a = &Answer{AsOf: q.AsOf, KnownAt: q.KnownAt, Area: q.Area, Purpose: q.Purpose, Variant: q.Variant, Target: q.Target, Rules: []assess.Reason{},
		Options: []Option{}, Impossible: []Impossible{}, Missing: []assess.Missing{}, Marks: []assess.Mark{}, Policy: p.law.Policy()}
	if q.Purpose == Cover {
		err = p.cover()
	} else {
		err = p.months()
	}
	if err != nil {
		return nil, err
	}
	p.choose()
	return p.a, nil
}

func (q *Request) check() error {
	field := func(key, name string) error { return fault.New(fault.Invalid, key, fault.Args{"field": name}) }
	switch {
	case q.AsOf == 0:
		return field("assess.field_missing", "as_of")
	case q.Area == "":
		return field("assess.field_missing", "area")
	case q.Payer == "":
		return field("assess.field_missing", "payer")
	case !slices.Contains(Purposes, q.Purpose):
		return fault.New(fault.Invalid, "planner.purpose", fault.Args{"list": strings.Join(Purposes, ", ")})
	case q.Target == 0 && q.Purpose != Retirement:
		return field("assess.field_missing", "target")
	case q.Target != 0 && q.Target < q.AsOf:
		return fault.New(fault.Invalid, "planner.target_past", nil)
	case q.Target > q.AsOf.AddMonths(maxYears*12):
		return fault.New(fault.Invalid, "planner.target_far", fault.Args{"years": itoa(maxYears)})
	case q.Months != nil && (*q.Months < 0 || *q.Months > maxMonths):
		return fault.New(fault.Invalid, "plan.months_range", fault.Args{"max": itoa(maxMonths)})
	case q.Months != nil && (q.Purpose != Retirement || len(q.History) > 0):
		return fault.New(fault.Usage, "planner.months_or_history", nil)
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	return nil
}

// Bounds of a request.
const (
	maxYears  = 60
	maxMonths = 1200
)

// planner is one request before the answer.
type planner struct {
	open  func(string) (*law.Book, error)
	law   *law.Reader
	q     Request
	words assess.Say
	a     *Answer
}

func (p *planner) say(key string, args fault.Args) string {
	if p.words == nil {
		return key
	}
	return p.words(p.q.Lang, key, args)
}

// reason is a sentence of the planner's own under the rule that it follows from.
func (p *planner) reason(rule, key string, args fault.Args) assess.Reason {
	return assess.Reason{Rule: rule, Text: p.say(key, args)}
}

func (p *planner) miss(list ...assess.Missing) {
	for _, m := range list {
		if !slices.Contains(p.a.Missing, m) {
			p.a.Missing = append(p.a.Missing, m)
		}
	}
}

// rest marks a figure with the doubts of the row it rests on.
func (p *planner) rest(path string, h *law.Head) {
	if s := h.Doubt(); s != "" && s != law.Verified {
		p.a.Marks = append(p.a.Marks, assess.Mark{Path: path, Status: s, Basis: h.Why()})
	}
}

// choose names the cheapest way.
func (p *planner) choose() {
	for i, o := range p.a.Options {
		if !o.Allowed || !o.Reaches || o.Cost == nil || o.Cost.Person == nil || o.Cost.Total == nil {
			continue
		}
		if p.a.Cheapest == nil || o.Cost.price().less(p.a.Options[*p.a.Cheapest].Cost.price()) {
			p.a.Cheapest = &i
		}
	}
}

// price is the cost as ways are compared by it.
func (c *Cost) price() price {
	var out price
	if out.unknownPerson = 1; c.Person != nil {
		out.unknownPerson, out.person = 0, *c.Person
	}
	if out.unknownTotal = 1; c.Total != nil {
		out.unknownTotal, out.total = 0, *c.Total
	}
	return out
}

// spans joins months into runs.
func spans(months []calendar.Month) []Span {
	out := []Span{}
	for _, m := range months {
		if n := len(out); n > 0 && out[n-1].To+1 == m {
			out[n-1].To = m
			continue
		}
		out = append(out, Span{m, m})
	}
	return out
}
