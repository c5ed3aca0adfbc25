package counter

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// Covers reports whether a division (GB/T 2260) lies in another, or is it: a
// code that ends in 00 is a city, in 0000 a province or a city like one.
func Covers(outer, inner string) bool {
	return strings.HasPrefix(inner, strings.TrimSuffix(strings.TrimSuffix(outer, "00"), "00"))
}

// Party is for whom the competent office is sought.
type Party struct {
	Payer    insurance.Payer // in which capacity
	Employer string          // with whom the person is insured, or that acts itself
	Hukou    string          // division of the household register
}

// What can be missing for an answer.
const (
	NoRule   = "competence"    // no source says who is competent for such a person
	NoHukou  = "hukou_area"    // the household register of the person is not recorded
	NoPlace  = "insured_place" // the division in which the employer is insured is not recorded
	NoOffice = "office"        // no office of the place does the service
)

// Competent is which offices are competent, and why.
type Competent struct {
	Service  string          `json:"service"`
	Payer    insurance.Payer `json:"payer"`
	Here     bool            `json:"here"`               // an office of this area is
	By       string          `json:"by,omitempty"`       // insured | household
	Division string          `json:"division,omitempty"` // the place that decides
	Offices  []Office        `json:"offices"`            // the nearest territory first
	Counter  string          `json:"counter,omitempty"`  // what the law calls the counter
	Text     string          `json:"text,omitempty"`
	Basis    string          `json:"basis,omitempty"`
	Rule     string          `json:"rule,omitempty"`
	Status   law.Status      `json:"status,omitempty"`
	Missing  []string        `json:"missing,omitempty"` // what would be needed to say more
}

// FindCompetent says which offices are competent for a service. What no source
// supports or nobody recorded is named as missing.
func FindCompetent(ctx context.Context, tx interface {
	Records
	Places
}, r *law.Reader, service string, of Party, lang string) (Competent, error) {
	out := Competent{Service: service, Payer: of.Payer, Offices: []Office{}}
	if step, ok := r.Step(service, tx.Today()); ok {
		out.Counter = step.Office.In(lang)
	}
	row := r.Competence(of.Payer, service, tx.Today())
	if row == nil {
		out.Missing = append(out.Missing, NoRule)
		return out, nil
	}
	out.By, out.Text, out.Basis, out.Rule, out.Status = row.By, row.Text.In(lang), row.Basis, row.Rule, row.Status
	switch row.By {
	case law.ByHousehold:
		if out.Division = of.Hukou; out.Division == "" {
			out.Missing = append(out.Missing, NoHukou)
			return out, nil
		}
	case law.ByInsured:
		place, err := tx.InsuredPlace(ctx, of.Employer, tx.Today())
		if err != nil && !errors.Is(err, books.ErrNotFound) {
			return out, err
		}
		if out.Division = place.Division; out.Division == "" {
			out.Division = tx.Area() // as much as is known
			out.Missing = append(out.Missing, NoPlace)
		}
	}
	if out.Here = Covers(tx.Area(), out.Division); !out.Here {
		return out, nil
	}
	var err error
	if out.Offices, err = serving(ctx, tx, service, out.Division); err != nil {
		return out, err
	}
	if len(out.Offices) == 0 {
		out.Missing = append(out.Missing, NoOffice)
	}
	return out, nil
}

// serving lists the offices whose territory holds a division and that do a
// service today or later.
func serving(ctx context.Context, tx Records, service, division string) ([]Office, error) {
	out := []Office{}
	for p := (books.Page{Limit: 1000}); ; {
		list, err := tx.ServiceOffices(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if (o.To != 0 && o.To < tx.Today()) || o.near(division) == 0 {
				continue
			}
			windows, err := tx.ServiceWindows(ctx, o.ID, tx.Today())
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(windows, func(w Window) bool { return slices.Contains(w.Services, service) }) {
				out = append(out, o)
			}
		}
		if len(list) < p.Size() {
			break
		}
		p.After = list[len(list)-1].ID
	}
	slices.SortStableFunc(out, func(a, b Office) int { return b.near(division) - a.near(division) })
	return out, nil
}

// near is how closely the territory of an office fits a division: the digits of
// the code that holds it, zero if none does.
func (o Office) near(division string) int {
	best := 0
	for _, t := range o.Territory {
		if Covers(t, division) {
			best = max(best, len(strings.TrimSuffix(strings.TrimSuffix(t, "00"), "00")))
		}
	}
	return best
}

// Allows is fault counter.not_competent if an office is known not to be
// competent. Where something is missing nobody is turned away.
func (c Competent) Allows(office string) error {
	switch {
	case !c.Here && c.Division != "":
		return fault.New(fault.Conflict, "counter.elsewhere", fault.Args{"division": c.Division})
	case len(c.Missing) > 0 || slices.ContainsFunc(c.Offices, func(o Office) bool { return o.ID == office }):
		return nil
	}
	return fault.New(fault.Conflict, "counter.not_competent", fault.Args{"office": c.Offices[0].ID})
}

// RecordPlace records in which division an employer is insured from a day on.
func RecordPlace(ctx context.Context, tx Places, employer, division string, from calendar.Date, reason string) (InsuredPlace, error) {
	p := InsuredPlace{ID: tx.NewID(), Employer: employer, Division: division, From: from, KnownOn: tx.Today(), At: tx.At(), Actor: tx.Actor().ID, Reason: reason}
	switch {
	case !isDivision(division):
		return p, invalid("division")
	case !Covers(tx.Area(), division):
		return p, fault.New(fault.Invalid, "counter.not_in_area", fault.Args{"division": division, "area": tx.Area()})
	case from == 0 || from > tx.Today():
		return p, invalid("from")
	case !isName(reason):
		return p, invalid("reason")
	}
	tx.AddInsuredPlace(ctx, p)
	return p, nil
}
