package declaration

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// Finding is what the check of a declaration against the roster says of a
// person. It names rows and ids, never a number or an amount.
//
//	blocks                              warns
//	unknown_person   no such number     missing               on the roster, not declared
//	other_employer   works elsewhere    below_employment      wage below that of the employment
//	not_on_roster    works nowhere      base_below_wage       a base below the wage
//	twice            two lines          base_above_wage       a base above the wage
//	bad_wage         below zero         unconfirmed           no word of the employee (R-DECL-02)
//	not_declared     leaves, was not there
//
// What would bill a wrong person, or one twice, stops the declaration; what may
// be right is kept with it.
type Finding struct {
	Code   string `json:"code"`
	Blocks bool   `json:"blocks"`
	Row    int    `json:"row,omitempty"`
	Person string `json:"person,omitempty"`
}

// Refusal is a declaration that is not taken, with what stops it.
type Refusal struct {
	Findings []Finding
	fault    *fault.Error
}

// Error counts the findings that block.
func (r *Refusal) Error() string { return r.fault.Error() }

// Unwrap is the fault that people see.
func (r *Refusal) Unwrap() error { return r.fault }

// FindingsOf are the findings of a Refusal, nil if the error is none.
func FindingsOf(err error) []Finding {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Findings
	}
	return nil
}

func refusal(findings []Finding) error {
	n := 0
	for _, f := range findings {
		if f.Blocks {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &Refusal{findings, fault.New(fault.Invalid, "declaration.refused", fault.Args{"count": strconv.Itoa(n)})}
}

// examine turns a filing into lines and says what is wrong with it.
func (s *staff) examine(ctx context.Context, tx People, in Filing, before earlier) (lines []Line, findings []Finding, err error) {
	if in.Changes && before.of.ID == "" {
		return nil, nil, fault.New(fault.Conflict, "declaration.nothing_to_change", fault.Args{"month": in.Month.String()})
	}
	persons, err := s.identify(ctx, tx, in.Lines)
	if err != nil {
		return nil, nil, err
	}
	say := func(code string, blocks bool, row int, person string) {
		findings = append(findings, Finding{code, blocks, row, person})
	}
	declared := map[string]Line{}
	if in.Changes {
		for _, l := range before.lines {
			if _, here := s.jobs[l.Person]; here { // who has left since is no longer declared
				l.Declaration, l.Employment = "", s.jobs[l.Person].ID
				declared[l.Person] = l
			}
		}
	}
	seen := map[string]bool{}
	var strangers []Finding
	for i, l := range in.Lines {
		person := persons[i]
		job, here := s.jobs[person]
		_, was := declared[person]
		switch {
		case person == "":
			say("unknown_person", true, l.Row, "")
		case seen[person]:
			say("twice", true, l.Row, person)
		case l.Leaves && !was:
			say("not_declared", true, l.Row, person)
		case l.Leaves:
			delete(declared, person)
		case !here:
			strangers = append(strangers, Finding{"not_on_roster", true, l.Row, person})
		case l.Wage < 0 || l.Wage > money.MaxFen || (l.Base != nil && (*l.Base < 0 || *l.Base > money.MaxFen)):
			say("bad_wage", true, l.Row, person)
		default:
			declared[person] = Line{Person: person, Employment: job.ID, Wage: l.Wage, Base: l.Base}
			doubts(l, job, func(code string) { say(code, false, l.Row, person) })
		}
		seen[person] = true
	}
	elsewhere, err := workElsewhere(ctx, tx, strangers, in.Month)
	if err != nil {
		return nil, nil, err
	}
	findings = append(findings, elsewhere...)
	for _, person := range s.order {
		l, ok := declared[person]
		if !ok {
			say("missing", false, 0, person)
			continue
		}
		lines = append(lines, l)
	}
	return lines, findings, nil
}

// doubts warns of wages and bases that may be wrong.
func doubts(l FilingLine, job registry.Employment, warn func(string)) {
	if job.Wage != nil && l.Wage < *job.Wage {
		warn("below_employment")
	}
	switch {
	case l.Base == nil:
	case *l.Base < l.Wage:
		warn("base_below_wage")
	case *l.Base > l.Wage:
		warn("base_above_wage")
	}
}

// identify finds the persons of lines, in their order; an unknown one is empty.
func (s *staff) identify(ctx context.Context, tx People, lines []FilingLine) ([]string, error) {
	var hashes []string
	for _, l := range lines {
		if l.Person == "" && l.Document != "" {
			hashes = append(hashes, l.Document)
		}
	}
	byHash, err := tx.PersonsByHash(ctx, hashes, tx.Today())
	if err != nil {
		return nil, err
	}
	out := make([]string, len(lines))
	var strangers []string
	for i, l := range lines {
		if out[i] = l.Person; out[i] == "" {
			out[i] = byHash[l.Document]
		}
		if _, here := s.jobs[out[i]]; !here && out[i] != "" {
			strangers = append(strangers, out[i])
		}
	}
	if len(strangers) == 0 {
		return out, nil
	}
	known, err := tx.PersonFacts(ctx, strangers, registry.When{AsOf: tx.Today()})
	if err != nil {
		return nil, err
	}
	for i, id := range out {
		if p, ok := known[id]; ok && p.MergedInto != "" {
			out[i] = p.MergedInto // the line names a duplicate
		} else if _, here := s.jobs[id]; !here && !ok {
			out[i] = ""
		}
	}
	return out, nil
}

// workElsewhere tells who of those that are not on the roster works for
// another employer in the month.
func workElsewhere(ctx context.Context, tx People, strangers []Finding, m calendar.Month) ([]Finding, error) {
	var ids []string
	for _, f := range strangers {
		ids = append(ids, f.Person)
	}
	jobs, err := tx.EmploymentsOf(ctx, ids, tx.Today())
	if err != nil {
		return nil, err
	}
	for i := range strangers {
		if slices.ContainsFunc(jobs, func(e registry.Employment) bool {
			return e.Person == strangers[i].Person && e.From <= m.Last() && (e.To == 0 || e.To >= m.First())
		}) {
			strangers[i].Code = "other_employer"
		}
	}
	return strangers, nil
}
