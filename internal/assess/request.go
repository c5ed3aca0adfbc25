package assess

import (
	"bytes"
	"encoding/json"
	"errors"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// QuoteRequest asks what it takes to make up gaps of one person. It is the
// request of `bujiao quote` and of the API.
type QuoteRequest struct {
	AsOf     calendar.Date   `json:"as_of"`
	KnownAt  calendar.Date   `json:"known_at,omitzero"` // default: AsOf
	Area     string          `json:"area"`
	Payer    insurance.Payer `json:"payer"`
	Person   Person          `json:"person"`
	Employer *Employer       `json:"employer,omitempty"`
	Gaps     []GapRequest    `json:"gaps"`
	Deadline calendar.Date   `json:"deadline,omitzero"` // fills a deadline that no pack gives
	Pauses   []Span          `json:"pauses,omitempty"`  // deferral agreements: days without late fee
	History  []record.Row    `json:"history,omitempty"`
	Lang     string          `json:"lang,omitempty"`
}

// Person is what is told of the person. An id number gives birth and sex; it
// is replaced by a keyed hash before anything is kept.
type Person struct {
	IDNumber    string        `json:"id_number,omitempty"`
	IDHash      string        `json:"id_hash,omitempty"` // keyed hash of the number, as a receipt has it
	Birth       calendar.Date `json:"birth,omitzero"`
	Sex         insurance.Sex `json:"sex,omitempty"`
	Category    string        `json:"category,omitempty"` // worker | cadre, for women
	HukouArea   string        `json:"hukou_area,omitempty"`
	HukouKind   string        `json:"hukou_kind,omitempty"` // urban | rural
	Nationality string        `json:"nationality,omitempty"`
	Populations []string      `json:"populations,omitempty"`
	Tier        string        `json:"tier,omitempty"`
	Group       string        `json:"group,omitempty"`
	Grade       string        `json:"grade,omitempty"`
}

// Employer is what is told of the employer.
type Employer struct {
	InjuryClass int                `json:"injury_class,omitempty"`
	InjuryRate  *money.Rate        `json:"injury_rate,omitempty"`
	UnitType    insurance.UnitType `json:"unit_type,omitempty"`
	Ownership   string             `json:"ownership,omitempty"`
}

// GapRequest is a run of months to make up.
type GapRequest struct {
	Schemes []insurance.Scheme `json:"schemes"`
	From    calendar.Month     `json:"from"`
	To      calendar.Month     `json:"to"`
	Wage    Wages              `json:"wage,omitempty"`
	Cause   insurance.Cause    `json:"cause"`
}

// Wages is one wage for all months, or one for each of several runs.
type Wages []WageSpan

// WageSpan is the wage of a run of months; zero months mean all.
type WageSpan struct {
	From calendar.Month `json:"from"`
	To   calendar.Month `json:"to"`
	Wage money.Fen      `json:"wage"`
}

// UnmarshalJSON refuses unknown names and a span without a wage: a slip of the
// pen must not be priced as no wage at all.
func (w *WageSpan) UnmarshalJSON(b []byte) error {
	var in struct {
		From calendar.Month `json:"from"`
		To   calendar.Month `json:"to"`
		Wage *money.Fen     `json:"wage"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return err
	}
	if in.Wage == nil {
		return errors.New("a span of wages without a wage")
	}
	*w = WageSpan{in.From, in.To, *in.Wage}
	return nil
}

// UnmarshalJSON reads "9000.00" or [{"from","to","wage"}].
func (w *Wages) UnmarshalJSON(b []byte) error {
	var spans []WageSpan
	if len(b) > 0 && b[0] == '[' {
		if err := json.Unmarshal(b, &spans); err != nil {
			return err
		}
		*w = spans
		return nil
	}
	if string(b) == "null" {
		*w = nil
		return nil
	}
	var one money.Fen
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*w = Wages{{Wage: one}}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (w Wages) MarshalJSON() ([]byte, error) {
	if len(w) == 1 && w[0].From == 0 && w[0].To == 0 {
		return json.Marshal(w[0].Wage)
	}
	return json.Marshal([]WageSpan(w))
}

// In returns the wage of a month, nil if none is given.
func (w Wages) In(m calendar.Month) *money.Fen {
	for i := range w {
		if (w[i].From == 0 || w[i].From <= m) && (w[i].To == 0 || m <= w[i].To) {
			return &w[i].Wage
		}
	}
	return nil
}
