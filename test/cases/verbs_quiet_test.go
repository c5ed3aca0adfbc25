package cases_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){"sees": (*play).sees, "sees_papers": (*play).seesPapers, "reads": (*play).reads})
}

// sees holds the state and the events of a case as somebody sees them, in the
// case, in the list, and in what is asked for by state: "sees agent@acme E
// overdue find order".
func (p *play) sees(w []string) {
	q := p.as(w[0])
	v, err := p.ReadCase(p.Context(), q, p.id(w[1]))
	p.must(err)
	var events []string
	state := ""
	for _, e := range v.Events {
		if e.From != state {
			p.fail("%s begins in %s, not in %s", e.Name, e.From, state)
		}
		state = e.To
		events = append(events, e.Name)
	}
	if v.State != w[2] || state != w[2] || v.Seq != v.Events[len(v.Events)-1].Seq {
		p.fail("%s sees %s (%s), want %s", w[0], v.State, state, w[2])
	}
	if got := strings.Join(events, " "); len(w) > 3 && got != strings.Join(w[3:], " ") {
		p.fail("%s sees %s, want %s", w[0], got, strings.Join(w[3:], " "))
	}
	for _, s := range v.Table.States {
		list, err := p.Cases(p.Context(), q, casework.Filter{Kind: v.Kind, State: s.ID, Employer: v.Employer}, books.Page{})
		p.must(err)
		if there := slices.ContainsFunc(list, func(c casework.Case) bool { return c.ID == v.ID }); there != (s.ID == w[2]) {
			p.fail("listed as %s: %v", s.ID, there)
		}
	}
}

// seesPapers holds the papers of a case that somebody sees, and that no other of
// it can be read by its id: "sees_papers agent@acme E order_to_pay".
func (p *play) seesPapers(w []string) {
	q := p.as(w[0])
	list, err := p.Papers(p.Context(), q, office.PaperQuery{Case: p.id(w[1])})
	p.must(err)
	var kinds, ids []string
	for _, x := range list {
		kinds, ids = append(kinds, x.Kind), append(ids, x.ID)
	}
	if got, want := sorted(kinds), sorted(w[2:]); got != want {
		p.fail("%s sees the papers %q, want %q", w[0], got, want)
	}
	all, err := p.Papers(p.Context(), p.as("clerk"), office.PaperQuery{Case: p.id(w[1])})
	p.must(err)
	for _, x := range all {
		_, err := p.ReadPaper(p.Context(), q, office.PaperInput{ID: x.ID})
		if seen := slices.Contains(ids, x.ID); seen == (err != nil) || !seen && fault.KindOf(err) != fault.NotFound {
			p.fail("%s reads %s: %v", w[0], x.Kind, err)
		}
	}
}

// reads holds what the latest paper of a kind says in a field, in plain: "reads E
// court_application property=厂房".
func (p *play) reads(w []string) {
	list, err := p.Papers(p.Context(), p.as("clerk"), office.PaperQuery{Case: p.id(w[0]), Kind: w[1]})
	p.must(err)
	if len(list) == 0 {
		p.fail("%s has no %s", w[0], w[1])
	}
	v, err := p.ReadPaper(p.Context(), p.as("clerk"), office.PaperInput{ID: list[len(list)-1].ID, Plain: true})
	p.must(err)
	for _, x := range w[2:] {
		name, want, _ := strings.Cut(x, "=")
		if got := strings.Trim(fmt.Sprint(v.Data[name]), "[]"); got != want {
			p.fail("%s says %s, want %s", w[1], got, want)
		}
	}
}
