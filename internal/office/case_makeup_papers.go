package office

import (
	"context"
	"slices"
	"strings"

	"bujiao/internal/casework"
	"bujiao/internal/insurance"
)

// makeupPapers is what the papers of a back-payment say beside what all do.
var makeupPapers = map[string]sheetField{
	"reasons":      makeupReasons,
	"alternatives": func(_ context.Context, s *caseStep) (any, error) { return sentences(s.e.Data["alternatives"]), nil },
	"paid_on":      func(_ context.Context, s *caseStep) (any, error) { return s.tx.Today(), nil },
	"due_on":       func(_ context.Context, s *caseStep) (any, error) { return dayOrNil(s.e.EndsOn), nil },
	"month":        func(_ context.Context, s *caseStep) (any, error) { return s.tx.Today().Month(), nil },
	"payer":        payerName,
	"payer_name":   func(context.Context, *caseStep) (any, error) { return nil, nil },
	"reference":    func(_ context.Context, s *caseStep) (any, error) { return s.c.ID, nil },
	"cause":        func(_ context.Context, s *caseStep) (any, error) { return s.cause(), nil },
	"total":        func(_ context.Context, s *caseStep) (any, error) { return s.total() },
}

func payerName(ctx context.Context, s *caseStep) (any, error) {
	if s.c.Employer != "" {
		return sheetFields["employer_name"](ctx, s)
	}
	return sheetFields["person_name"](ctx, s)
}

// makeupReasons are those of the law, with the office's own words where it
// refuses.
func makeupReasons(_ context.Context, s *caseStep) (any, error) {
	out := sentences(s.e.Data["reasons"])
	if s.e.Name == "refuse" {
		out = append([]string{s.e.Reason}, out...)
	}
	return out, nil
}

func sentences(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// makeupSheet says of which months a paper of a back-payment speaks. The lists
// hold those that may be made up and have a price; a month whose price no
// published rule gives stands on a list once it has one.
func makeupSheet(s *caseStep, paper string) []casework.Month {
	keep := func(is func(casework.Month) bool) []casework.Month {
		out := []casework.Month{}
		for _, m := range s.months {
			if is(m) {
				out = append(out, m)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	priced := func(m casework.Month) bool {
		return m.Verdict != "refused" && m.Employer != nil && m.Own != nil && m.LateFee != nil
	}
	switch paper {
	case "makeup_list":
		return keep(priced)
	case "medical_list":
		return keep(func(m casework.Month) bool {
			return priced(m) && (m.Scheme == insurance.Medical || m.Scheme == insurance.LargeMedical)
		})
	case "payment_notice", "payment_receipt", "certificate":
		return keep(func(m casework.Month) bool { return priced(m) && s.makeup != nil && s.makeup.settled(m) })
	case "cannot_make_up":
		return keep(func(m casework.Month) bool { return m.Verdict == "refused" })
	}
	return slices.Clone(s.months)
}
