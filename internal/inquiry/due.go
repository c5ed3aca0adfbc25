package inquiry

import (
	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// DueRequest asks what is due for a month, or by a resident for a coverage
// year. It has the flags of `bujiao due`.
type DueRequest struct {
	Area        string             `json:"area"`
	Month       calendar.Month     `json:"month,omitzero"`
	Year        int                `json:"year,omitempty"` // residents only
	Wage        *money.Fen         `json:"wage,omitempty"`
	Payer       insurance.Payer    `json:"payer,omitempty"` // default: employee
	Schemes     []insurance.Scheme `json:"schemes,omitempty"`
	Populations []string           `json:"populations,omitempty"`
	UnitType    insurance.UnitType `json:"unit_type,omitempty"`
	InjuryClass int                `json:"injury_class,omitempty"`
	InjuryRate  *money.Rate        `json:"injury_rate,omitempty"`
	Tier        string             `json:"tier,omitempty"`
	Group       string             `json:"group,omitempty"`
	Grade       string             `json:"grade,omitempty"`
}

// maxInjuryRate stops a percentage that was typed for a fraction: no injury
// rate is above a tenth.
const maxInjuryRate = money.One / 10

// GoodInjuryRate reports whether a fraction can be a rate of injury insurance.
func GoodInjuryRate(r money.Rate) bool { return r >= 0 && r <= maxInjuryRate }

// The years that can be asked about.
const (
	MinYear = 1990
	MaxYear = 2199
)

func (q *DueRequest) check() error {
	if q.Payer == "" {
		q.Payer = insurance.Employee
	}
	resident := q.Payer == insurance.Resident
	switch {
	case q.Area == "":
		return missing("area")
	case resident && q.Year == 0:
		return missing("year")
	case resident && q.Month != 0:
		return apart("year", "month")
	case resident && q.Wage != nil:
		return apart("year", "wage")
	case !resident && q.Month == 0:
		return missing("month")
	case !resident && q.Year != 0:
		return apart("month", "year")
	case q.Payer == insurance.Employee && q.Wage == nil:
		return missing("wage")
	case q.Wage != nil && *q.Wage < 0:
		return fault.New(fault.Invalid, "inquiry.negative", fault.Args{"field": "wage"})
	case q.InjuryClass != 0 && q.InjuryRate != nil:
		return apart("injury_class", "injury_rate")
	case q.InjuryClass < 0 || q.InjuryClass > 8:
		return fault.New(fault.Invalid, "assess.injury_class", fault.Args{"field": "injury_class"})
	case q.InjuryRate != nil && !GoodInjuryRate(*q.InjuryRate):
		return fault.New(fault.Invalid, "assess.injury_rate", fault.Args{"field": "injury_rate"})
	case q.Year != 0 && (q.Year < MinYear || q.Year > MaxYear):
		return fault.New(fault.Invalid, "inquiry.year_range", fault.Args{"field": "year"})
	}
	return nil
}

// Due prices a month, or a coverage year of a resident.
func (d *Desk) Due(q DueRequest) (*assess.Due, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	r, err := d.reader(q.Area)
	if err != nil {
		return nil, err
	}
	payer := law.Payer{Kind: q.Payer, Populations: q.Populations, Tier: q.Tier, UnitType: q.UnitType}
	if err := knownPopulations(r, payer); err != nil {
		return nil, err
	}
	out, err := assess.NewDue(r, assess.DueRequest{
		Area: q.Area, Month: q.Month, Year: q.Year, Wage: q.Wage, Payer: payer, Schemes: q.Schemes,
		Injury: assess.Injury{Class: q.InjuryClass, Rate: q.InjuryRate}, Grade: q.Grade, Group: q.Group, Lang: d.Lang,
	})
	if err != nil {
		return nil, TooLarge(err)
	}
	d.asked(out.Missing)
	return out, nil
}
