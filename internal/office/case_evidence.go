package office

import (
	"context"
	"strings"

	"bujiao/internal/evidence"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/store"
)

// papersFor says which papers the months of a case need, which of them the
// office holds, and the smallest set that is missing.
func (s *caseStep) papersFor(ctx context.Context) (evidence.Answer, error) {
	q := evidence.Request{Case: s.c.ID, AsOf: s.openedOn()}
	payer := insurance.Flexible
	if s.c.Employer != "" {
		payer = insurance.Employee
	}
	for _, m := range s.months {
		line := evidence.Line{Person: m.Person, Employer: s.c.Employer, Payer: payer, Scheme: m.Scheme, Cause: m.Cause, From: m.FeeMonth, To: m.FeeMonth}
		if n := len(q.Lines); n > 0 && follows(q.Lines[n-1], line) {
			q.Lines[n-1].To = line.To
			continue
		}
		q.Lines = append(q.Lines, line)
	}
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
