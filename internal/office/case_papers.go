package office

import (
	"cmp"
	"context"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/paper"
	"bujiao/internal/registry"
)

// sheetField gives what a paper of a case says in a field; nil: nothing.
type sheetField func(ctx context.Context, s *caseStep) (any, error)

// sheetFields are the fields that papers of all kinds have in common. What a
// case has under the same name goes before.
var sheetFields = map[string]sheetField{
	"office":      func(_ context.Context, s *caseStep) (any, error) { return s.law.Card().Office.In(lang.Chinese), nil },
	"query_phone": func(_ context.Context, s *caseStep) (any, error) { return s.law.Card().Hotline, nil },
	"matter":      func(_ context.Context, s *caseStep) (any, error) { return s.desk.Table.Name.In(lang.Chinese), nil },
	"applicant":   applicantName,
	"employer_name": func(ctx context.Context, s *caseStep) (any, error) {
		return s.employer(ctx, func(e registry.Employer) string { return e.Name })
	},
	"credit_code": func(ctx context.Context, s *caseStep) (any, error) {
		return s.employer(ctx, func(e registry.Employer) string { return e.CreditCode })
	},
	"person_name": func(ctx context.Context, s *caseStep) (any, error) {
		return s.person(ctx, func(p registry.Person) string { return p.Name })
	},
	"person_number": func(ctx context.Context, s *caseStep) (any, error) {
		return s.person(ctx, func(p registry.Person) string { return p.Number })
	},
	"received_on":      func(_ context.Context, s *caseStep) (any, error) { return s.openedOn(), nil },
	"applied_on":       func(_ context.Context, s *caseStep) (any, error) { return s.openedOn(), nil },
	"as_of":            func(_ context.Context, s *caseStep) (any, error) { return s.tx.Today(), nil },
	"from":             func(_ context.Context, s *caseStep) (any, error) { return s.span(slices.Min), nil },
	"to":               func(_ context.Context, s *caseStep) (any, error) { return s.span(slices.Max), nil },
	"answer_by":        func(_ context.Context, s *caseStep) (any, error) { return dayOrNil(s.e.EndsOn), nil },
	"reason":           func(_ context.Context, s *caseStep) (any, error) { return s.e.Reason, nil },
	"explanation":      func(_ context.Context, s *caseStep) (any, error) { return s.e.Reason, nil },
	"reasons":          func(_ context.Context, s *caseStep) (any, error) { return []string{s.e.Reason}, nil },
	"persons":          func(_ context.Context, s *caseStep) (any, error) { return len(s.people()), nil },
	"cause":            func(_ context.Context, s *caseStep) (any, error) { return s.cause(), nil },
	"schemes":          func(_ context.Context, s *caseStep) (any, error) { return s.schemeNames(), nil },
	"missing":          missingRows,
	"total":            func(_ context.Context, s *caseStep) (any, error) { return s.total() },
	"order_number":     numberOf("order_to_pay"),
	"demand_number":    numberOf("demand_letter"),
	"decision_number":  numberOf("transfer_decision"),
	"demand_served_on": servedOn("demand_letter"),
	"served_on":        servedOn("order_to_pay"),
}

// issuePapers issues what the table names for the event. A paper that speaks of
// one person, in a case of several, is issued to each.
func (s *caseStep) issuePapers(ctx context.Context, m *casework.Move) error {
	for _, name := range m.Papers {
		t := s.law.Template(name, s.tx.Today())
		if t == nil {
			return fault.New(fault.Missing, "paper.no_template", fault.Args{"name": name, "area": s.tx.Area(), "day": s.tx.Today().String()})
		}
		whole := *s
		if of := caseSheets[s.c.Kind]; of != nil {
			if whole.months = of(s, name); whole.months == nil {
				continue
			}
		}
		employer := caseScope(s.q.Area, s.desk.Table, s.c).Employer // one that may not see the case gets no paper of it
		persons := []string{s.c.Person}
		if s.c.Person == "" && slices.ContainsFunc(t.Fields, func(f law.TemplateField) bool { return f.Name == "person_name" && !f.Optional }) {
			persons = whole.people()
		}
		for _, person := range persons {
			one := whole
			if one.c.Person = person; person != "" {
				one.months = slices.DeleteFunc(slices.Clone(whole.months), func(m casework.Month) bool { return m.Person != person })
			}
			data, err := one.sheet(ctx, t)
			if err != nil {
				return err
			}
			if _, err := s.o.Press().Issue(ctx, s.tx, paper.Issue{Template: name, Case: s.c.ID, Event: s.e.Name, Person: person, Employer: employer, Data: data}); err != nil {
				return err
			}
		}
	}
	return nil
}

// sheet fills the fields of a paper.
func (s *caseStep) sheet(ctx context.Context, t *law.Template) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range t.Fields {
		v, err := s.field(ctx, f)
		if err != nil {
			return nil, err
		}
		if v != nil && v != "" {
			out[f.Name] = v
		}
	}
	return out, nil
}

func (s *caseStep) field(ctx context.Context, f law.TemplateField) (any, error) {
	if fn := casePapers[s.c.Kind][f.Name]; fn != nil {
		return fn(ctx, s)
	}
	v, given := s.e.Data[f.Name]
	if !given {
		v, given = s.c.Facts[f.Name]
	}
	fact := s.desk.Table.Fact(f.Name)
	switch {
	case given && fact != nil && fact.Type == casework.Words && f.Type != law.FieldRows:
		text, err := s.tx.OpenBoxes(ctx, v)
		if err != nil {
			return nil, err
		}
		if f.Type == law.FieldList {
			return text, nil
		}
		return text[0], nil
	case given && f.Type == law.FieldFen:
		return money.ParseFen(v)
	case given && f.Type == law.FieldDay:
		return calendar.ParseDate(v)
	case given && f.Type == law.FieldList:
		return []string{v}, nil
	case given && f.Type != law.FieldRows && f.Type != law.FieldCount:
		return v, nil
	case f.Name == "lines":
		return s.rows(ctx, f)
	case sheetFields[f.Name] != nil:
		return sheetFields[f.Name](ctx, s)
	}
	return nil, nil
}

func applicantName(ctx context.Context, s *caseStep) (any, error) {
	if s.desk.Table.About == "employer" {
		return s.employer(ctx, func(e registry.Employer) string { return e.Name })
	}
	return s.person(ctx, func(p registry.Person) string { return p.Name })
}

func (s *caseStep) employer(ctx context.Context, of func(registry.Employer) string) (any, error) {
	if s.c.Employer == "" {
		return nil, nil
	}
	e, err := s.tx.Employer(ctx, s.c.Employer, registry.When{AsOf: s.tx.Today(), KnownAt: s.tx.Today()})
	return of(e), err
}

func (s *caseStep) person(ctx context.Context, of func(registry.Person) string) (any, error) {
	if s.c.Person == "" {
		return nil, nil
	}
	p, err := s.tx.Person(ctx, s.c.Person, registry.When{AsOf: s.tx.Today(), KnownAt: s.tx.Today()})
	return of(p), err
}

func (s *caseStep) openedOn() calendar.Date { return cmp.Or(s.c.OpenedOn, s.tx.Today()) }

func dayOrNil(d calendar.Date) any {
	if d == 0 {
		return nil
	}
	return d
}

func (s *caseStep) span(pick func([]calendar.Month) calendar.Month) any {
	var all []calendar.Month
	for _, m := range s.months {
		all = append(all, m.FeeMonth)
	}
	if len(all) == 0 {
		return nil
	}
	return pick(all)
}

// people are the persons of the months, each once.
func (s *caseStep) people() []string {
	out := personsOf(s.months, func(m casework.Month) string { return m.Person })
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *caseStep) cause() any {
	for _, m := range s.months {
		if m.Cause != "" {
			return m.Cause
		}
	}
	return nil
}

func (s *caseStep) schemeNames() string {
	var all []insurance.Scheme
	for _, m := range s.months {
		if !slices.Contains(all, m.Scheme) {
			all = append(all, m.Scheme)
		}
	}
	slices.Sort(all)
	out := ""
	for i, x := range all {
		if i > 0 {
			out += "、"
		}
		out += lang.Text(lang.Chinese, "cli.scheme."+x.String(), nil)
	}
	return out
}

// total is what the months cost in all; nothing if a figure is not known.
func (s *caseStep) total() (any, error) {
	var sum money.Fen
	for _, m := range s.months {
		for _, part := range []*money.Fen{m.Employer, m.Own, m.LateFee} {
			if part == nil {
				return nil, nil
			}
			var err error
			if sum, err = sum.Add(*part); err != nil {
				return nil, err
			}
		}
	}
	return sum, nil
}

// numberOf is the number of the latest paper of a kind of the case.
func numberOf(kind string) sheetField {
	return func(ctx context.Context, s *caseStep) (any, error) {
		p, err := s.latest(ctx, kind)
		if err != nil || p == nil {
			return nil, err
		}
		return p.Number, nil
	}
}

// servedOn is the day on which the latest paper of a kind was served.
func servedOn(kind string) sheetField {
	return func(ctx context.Context, s *caseStep) (any, error) {
		p, err := s.latest(ctx, kind)
		if err != nil || p == nil {
			return nil, err
		}
		d, err := paper.ServedOn(ctx, s.tx, p.ID)
		return dayOrNil(d), err
	}
}

// latest finds the latest paper of a kind of the case; nil if there is none.
func (s *caseStep) latest(ctx context.Context, kind string) (*paper.Paper, error) {
	list, err := paper.Of(ctx, s.tx, s.c.ID)
	if err != nil {
		return nil, err
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Kind == kind {
			return &list[i], nil
		}
	}
	return nil, nil
}

// line is what the months of one line of a paper have in common.
type line struct {
	person string
	scheme insurance.Scheme
	month  calendar.Month
	base   string
}

// rows are the months of the case as lines of a paper: by person where the paper
// names persons, by insurance where it names insurances, by base where it names
// bases, and a run of months without a gap a line.
func (s *caseStep) rows(ctx context.Context, f law.TemplateField) (any, error) {
	has := func(name string) bool {
		return slices.ContainsFunc(f.Columns, func(c law.TemplateField) bool { return c.Name == name })
	}
	var keys []line
	groups := map[line][]casework.Month{}
	for _, m := range s.months {
		k := line{}
		if has("name") {
			k.person = m.Person
		}
		if has("scheme") {
			k.scheme = m.Scheme
		} else if m.Scheme != insurance.Medical && m.Scheme != insurance.LargeMedical {
			continue // a list of medical insurance
		}
		if has("fee_month") {
			k.month = m.FeeMonth
		}
		if has("base") && m.Base != nil {
			k.base = m.Base.String()
		}
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], m)
	}
	out := []map[string]any{}
	for _, k := range keys {
		runs := [][]casework.Month{groups[k]}
		if has("from") {
			runs = runsOf(groups[k])
		}
		for _, run := range runs {
			row, err := (&caseStep{o: s.o, tx: s.tx, c: casework.Case{Person: k.person}}).row(ctx, run, has)
			if err != nil {
				return nil, err
			}
			if s.makeup != nil && has("before") && has("after") {
				e := s.makeup.effect(run)
				row["before"], row["after"] = e.Before, e.After
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// runsOf parts months where one is left out.
func runsOf(months []casework.Month) (out [][]casework.Month) {
	months = slices.Clone(months)
	slices.SortStableFunc(months, func(a, b casework.Month) int { return cmp.Compare(a.FeeMonth, b.FeeMonth) })
	start := 0
	for i := range months {
		if i > 0 && months[i].FeeMonth > months[i-1].FeeMonth+1 {
			out, start = append(out, months[start:i]), i
		}
	}
	return append(out, months[start:])
}

func (s *caseStep) row(ctx context.Context, months []casework.Month, has func(string) bool) (map[string]any, error) {
	s.months = months
	row := map[string]any{"scheme": months[0].Scheme, "from": s.span(slices.Min), "to": s.span(slices.Max), "months": len(months), "persons": len(s.people()), "base": months[0].Base, "fee_month": months[0].FeeMonth}
	sums := map[string]func(casework.Month) *money.Fen{
		"employer_share": func(m casework.Month) *money.Fen { return m.Employer }, "person_share": func(m casework.Month) *money.Fen { return m.Own },
		"late_fee": func(m casework.Month) *money.Fen { return m.LateFee },
	}
	for name, of := range sums {
		if !has(name) {
			continue
		}
		var sum money.Fen
		for _, m := range months {
			v := of(m)
			if v == nil {
				return nil, fault.New(fault.Missing, "casework.no_amount", fault.Args{"month": m.FeeMonth.String(), "scheme": m.Scheme.String()})
			}
			var err error
			if sum, err = sum.Add(*v); err != nil {
				return nil, err
			}
		}
		row[name] = sum
	}
	var err error
	if row["total"], err = s.total(); err != nil {
		return nil, err
	}
	row["amount"] = row["total"]
	if has("name") {
		if row["name"], err = s.person(ctx, func(p registry.Person) string { return p.Name }); err != nil {
			return nil, err
		}
		row["number"], err = s.person(ctx, func(p registry.Person) string { return p.Number })
	}
	for name := range row {
		if !has(name) {
			delete(row, name)
		}
	}
	return row, err
}
