package office

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"bujiao/internal/casework"
	"bujiao/internal/evidence"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/store"
)

// papersFor says which papers the months of a case need, which of them the
// office holds, and the smallest set that is missing.
func (s *caseStep) papersFor(ctx context.Context) (evidence.Answer, error) {
	q := evidence.Request{Case: s.c.ID, AsOf: s.openedOn(), Lines: paperLines(s.c.Employer, s.months)}
	if len(q.Lines) == 0 {
		return evidence.Answer{Matrix: []evidence.Row{}, Missing: []evidence.Ask{}, Needs: []string{}}, nil
	}
	return evidence.Missing(ctx, s.tx, s.law, q)
}

// CasePapers says which papers the months of a case need and which of them are
// missing, all at once, to who may see the case.
func (o *Office) CasePapers(ctx context.Context, q Request, id string) (evidence.Answer, error) {
	return Show(ctx, o, q, "case.read", func(tx store.Tx) (evidence.Answer, []string, error) {
		s, err := o.caseStep(ctx, tx, q, "case.read", id)
		if err != nil {
			return evidence.Answer{}, nil, err
		}
		a, err := s.papersFor(ctx)
		return a, s.people(), err
	})
}

// paperLines are the runs of months of each person's insurances, in whatever
// order the months are stated.
func paperLines(employer string, months []casework.Month) (out []evidence.Line) {
	payer := insurance.Flexible
	if employer != "" {
		payer = insurance.Employee
	}
	months = slices.Clone(months)
	slices.SortStableFunc(months, func(a, b casework.Month) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Scheme.Index(), b.Scheme.Index()), cmp.Compare(a.FeeMonth, b.FeeMonth))
	})
	for _, m := range months {
		line := evidence.Line{Person: m.Person, Employer: employer, Payer: payer, Scheme: m.Scheme, Cause: m.Cause, From: m.FeeMonth, To: m.FeeMonth, Route: m.Route}
		if n := len(out); n > 0 && follows(out[n-1], line) {
			out[n-1].To = line.To
			continue
		}
		out = append(out, line)
	}
	return out
}

// requiredMissing counts the papers that a law demands and that are missing
// (R-REG-06). What a counter may only ask for refuses nothing.
func requiredMissing(ctx context.Context, s *caseStep) (any, error) {
	a, err := s.papersFor(ctx)
	n := int64(0)
	for _, m := range a.Missing {
		if m.Required {
			n++
		}
	}
	return n, err
}

// follows reports whether a line goes on where another ends.
func follows(a, b evidence.Line) bool {
	end := a.To
	a.From, a.To = b.From, b.To
	return a == b && b.From == end+1
}

// missingRows are the papers that are missing: what the clerk wrote down, and
// the smallest set that the months want, with reasons, substitutes and basis.
func missingRows(ctx context.Context, s *caseStep) (any, error) {
	rows := []map[string]any{}
	if id := s.e.Data["missing_papers"]; id != "" {
		text, err := s.tx.OpenBoxes(ctx, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, map[string]any{"paper": text[0]})
	}
	a, err := s.papersFor(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range a.Missing {
		rows = append(rows, s.missingRow(m))
	}
	return rows, nil
}

func (s *caseStep) missingRow(m evidence.Ask) map[string]any {
	var months, why, basis, instead []string
	for _, x := range m.Months {
		months = append(months, x.From.String()+"–"+x.To.String())
	}
	for _, r := range m.Reasons {
		why = append(why, r.Text.In(lang.Chinese))
		if r.LegalBasis != nil {
			basis = append(basis, *r.LegalBasis)
		}
	}
	for _, x := range m.Instead {
		for _, k := range x.Kinds {
			instead = append(instead, s.paperName(k))
		}
	}
	return map[string]any{"paper": m.Text.In(lang.Chinese), "months": strings.Join(months, "、"), "reason": strings.Join(why, "；"),
		"substitute": strings.Join(instead, "、"), "basis": strings.Join(basis, "；")}
}

// paperName is a kind of paper in words.
func (s *caseStep) paperName(kind string) string {
	if k, ok := s.law.PaperKind(kind); ok {
		return k.Text.In(lang.Chinese)
	}
	return kind
}
