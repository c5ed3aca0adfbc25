package office

import (
	"context"
	"slices"

	"bujiao/internal/lang"
	"bujiao/internal/paper"
)

// enforcementPapers is what the papers of recovery say beside the facts.
var enforcementPapers = map[string]sheetField{
	"pay_days": func(_ context.Context, s *caseStep) (any, error) {
		duty := "pay_after_order"
		if s.e.Name == "demand" {
			duty = "demand_response"
		}
		d, _ := s.law.Duty(duty, "", s.tx.Today())
		if d == nil {
			return nil, nil
		}
		return d.Days, nil
	},
	"notes":     func(_ context.Context, s *caseStep) (any, error) { return s.readings(), nil },
	"collector": sheetFields["office"],
	"to_name":   sheetFields["office"],
	"office":    deciding,
	"decision_number": func(ctx context.Context, s *caseStep) (any, error) {
		if v := s.fact("decision_number"); v != "" {
			return v, nil
		}
		return sheetFields["order_number"](ctx, s)
	},
	"decided_on": func(ctx context.Context, s *caseStep) (any, error) {
		for _, kind := range []string{"transfer_decision", "order_to_pay"} {
			if p, err := s.latest(ctx, kind); err != nil || p != nil {
				if p != nil {
					return p.IssuedOn, err
				}
				return nil, err
			}
		}
		return nil, nil
	},
	"remedies_over_on": func(_ context.Context, s *caseStep) (any, error) {
		d, err := s.remediesOver()
		return dayOrNil(d), err
	},
	"dossier": func(ctx context.Context, s *caseStep) (any, error) { return s.dossierList(ctx) },
}

// deciding is who a paper comes from: the department that decided a transfer, or
// the office.
func deciding(ctx context.Context, s *caseStep) (any, error) {
	if d := s.fact("department"); d != "" && s.e.Name == "decide_transfer" {
		return d, nil
	}
	return sheetFields["office"](ctx, s)
}

// readings names what is disputed and how the area reads it: the way, whether a
// late fee is reduced, its cap, the two years.
func (s *caseStep) readings() []string {
	var out []string
	for _, name := range []string{"enforcement_route", "late_fee_reduction"} {
		if x := s.law.Choice(name, s.tx.Today()); x != nil {
			out = append(out, x.Text.In(lang.Chinese))
		}
	}
	for _, m := range s.months {
		rule, _ := s.law.LateFeeRule(m.Scheme, m.FeeMonth)
		if rule == nil || rule.Cap.Value == "" {
			continue
		}
		if text := s.caseWord("cap." + rule.Cap.Value); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if row := s.law.Limitation(); row != nil && row.Flags(s.lastMissed(), s.openedOn()) {
		out = append(out, s.caseWord("two_years"))
	}
	return out
}

// dossierKinds are the papers without which a court is not asked, and whether
// their service must be proved.
var dossierKinds = []struct {
	kind   string
	served bool
}{{"order_to_pay", true}, {"bank_inquiry", false}, {"demand_letter", true}}

// dossierLacks names what the papers for the court lack.
func (s *caseStep) dossierLacks(ctx context.Context) (lack []string, err error) {
	for _, x := range dossierKinds {
		p, err := s.latest(ctx, x.kind)
		if err != nil {
			return nil, err
		}
		if p == nil {
			lack = append(lack, x.kind)
			continue
		}
		on, err := paper.ServedOn(ctx, s.tx, p.ID)
		if err != nil {
			return nil, err
		}
		if x.served && on == 0 {
			lack = append(lack, x.kind+".service")
		}
	}
	if s.fact("bank_answer") == "" {
		lack = append(lack, "bank_answer")
	}
	return lack, nil
}

// dossierList names the papers that go to the court.
func (s *caseStep) dossierList(ctx context.Context) ([]string, error) {
	list, err := paper.Of(ctx, s.tx, s.c.ID)
	var out []string
	for _, p := range list {
		t := s.law.Template(p.Kind, s.tx.Today())
		name := p.Kind
		if t != nil {
			name = t.Title.In(lang.Chinese)
		}
		out = append(out, name+"（"+p.Number+"）")
	}
	if n := s.fact("bank_answer"); n != "" {
		out = append(out, s.caseWord("bank_answer")+"（"+n+"）")
	}
	return out, err
}
