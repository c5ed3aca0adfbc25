package inquiry

import (
	"encoding/json"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/lang"
	"bujiao/internal/planner"
)

// QuoteAnswer is a quote with its receipt. Body is what the receipt proves.
type QuoteAnswer struct {
	*assess.Quote
	Receipt json.RawMessage `json:"receipt"`
	Body    *assess.Body    `json:"-"`
}

// Quote prices and judges the gaps of a request and seals the answer.
func (d *Desk) Quote(q assess.QuoteRequest) (*QuoteAnswer, error) {
	if q.Lang == "" {
		q.Lang = d.Lang
	}
	if err := d.takeID(&q.Person, q.AsOf); err != nil {
		return nil, err
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	q.History = hideRows(q.History)
	laws := assess.NewLaws(d.Laws.Book)
	out, err := assess.NewQuote(laws, q, lang.Text)
	if err != nil {
		return nil, TooLarge(err)
	}
	body, err := out.Body(laws, q)
	if err != nil {
		return nil, TooLarge(err)
	}
	sealed, err := d.Sign.Seal(body)
	return &QuoteAnswer{out, sealed, body}, err
}

// takeID turns a citizen number into birth and sex and keeps its hash only, where
// the answer is sealed; else nothing.
func (d *Desk) takeID(p *assess.Person, asOf calendar.Date) error {
	if p.IDNumber == "" {
		return nil
	}
	birth, sex, err := identity.Citizen(p.IDNumber, asOf)
	if err != nil {
		return fault.Wrap(fault.Invalid, "inquiry.bad_id_number", fault.Args{"field": "person.id_number"}, err)
	}
	if (p.Birth != 0 && p.Birth != birth) || (p.Sex != "" && p.Sex != sex) {
		return fault.New(fault.Invalid, "inquiry.id_contradicts", fault.Args{"field": "person.id_number"})
	}
	if p.Birth, p.Sex = birth, sex; d.Sign != nil {
		p.IDHash = d.Sign.Hide(p.IDNumber)
	}
	p.IDNumber = ""
	return nil
}

// Plan finds the cheapest lawful path. Nothing is sealed: who takes a way asks
// for its quote.
func (d *Desk) Plan(q planner.Request) (*planner.Answer, error) {
	if q.Lang == "" {
		q.Lang = d.Lang
	}
	if err := d.takeID(&q.Person, q.AsOf); err != nil {
		return nil, err
	}
	q.History = hideRows(q.History)
	out, err := planner.New(d.Laws.Book, q, lang.Text)
	if err != nil {
		return nil, TooLarge(err)
	}
	d.asked(out.Missing)
	return out, nil
}
