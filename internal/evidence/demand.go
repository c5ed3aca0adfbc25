package evidence

import (
	"cmp"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// Line is a run of months of a scheme that a request is about.
type Line struct {
	Person   string           `json:"person"`
	Employer string           `json:"employer,omitempty"`
	Payer    insurance.Payer  `json:"payer"`
	Scheme   insurance.Scheme `json:"scheme"`
	Cause    insurance.Cause  `json:"cause,omitempty"`
	From     calendar.Month   `json:"from"`
	To       calendar.Month   `json:"to"`
	Route    string           `json:"-"` // the way, where the kernel found it with what it knows of the person; empty: it is found here
}

// Request is what papers are needed for.
type Request struct {
	Case   string        `json:"case,omitempty"`   // its own papers need not be accepted yet
	AsOf   calendar.Date `json:"as_of,omitzero"`   // day of the application; zero: the office date
	PaidOn calendar.Date `json:"paid_on,omitzero"` // zero: not paid yet
	Lines  []Line        `json:"lines"`
	// Facts are what conditions may ask of a person beyond the lines, by person.
	Facts map[string]law.Facts `json:"-"`
}

// bounds of one request.
const (
	maxLines     = 20_000
	maxRunMonths = 1200
)

func (q Request) check() error {
	if len(q.Lines) == 0 || len(q.Lines) > maxLines {
		return invalid("evidence.lines", nil)
	}
	for _, l := range q.Lines {
		switch {
		case l.Person == "" || l.Scheme.Index() < 0 || l.Payer == "":
			return invalid("evidence.line", nil)
		case l.From == 0 || l.To < l.From || l.To-l.From >= maxRunMonths:
			return invalid("evidence.empty_span", nil)
		}
	}
	return nil
}

// want is what rows ask of one owner, for a month or for none: a paper of one
// of the kinds that proves the proof.
type want struct {
	want   wantKey
	kinds  []string // in the order in which the packs list them
	rows   []*law.Paper
	months []calendar.Month // empty: of no month
}

// wantKey tells wants apart; months that are alike are one want.
type wantKey struct {
	person, employer string
	proof            Proofs // none: the paper itself
	kinds            string // joined
	original, before bool
	forCase          bool
}

// asker collects wants.
type asker struct {
	law   *law.Reader
	place map[string]int // of kinds, in the order of the packs
	can   map[string]Proofs
	byKey map[wantKey]*want
	needs map[string]bool
}

// wants reads off the packs what the request needs in all, held or not, and the
// facts that conditions of the packs want and that are not given.
func wants(r *law.Reader, q Request) ([]*want, []string, error) {
	a := &asker{law: r, place: map[string]int{}, can: map[string]Proofs{}, byKey: map[wantKey]*want{}, needs: map[string]bool{}}
	for i, name := range r.PaperNames() {
		a.place[name] = i
		kind, _ := r.PaperKind(name)
		a.can[name], _ = ProofsOf(kind.Proves)
	}
	lump := map[Line]int{} // months of a person's scheme that are paid at once
	of := func(l Line) Line { return Line{Person: l.Person, Payer: l.Payer, Scheme: l.Scheme} }
	for _, l := range q.Lines {
		lump[of(l)] += int(l.To-l.From) + 1
	}
	for _, l := range q.Lines {
		for m := l.From; m <= l.To; m++ {
			if err := a.month(q, l, m, lump[of(l)]); err != nil {
				return nil, nil, err
			}
		}
	}
	out := make([]*want, 0, len(a.byKey))
	for _, w := range a.byKey {
		slices.Sort(w.months)
		w.months = slices.Compact(w.months)
		out = append(out, w)
	}
	slices.SortFunc(out, func(x, y *want) int {
		return cmp.Or(cmp.Compare(x.want.person, y.want.person), cmp.Compare(x.want.employer, y.want.employer), cmp.Compare(a.place[x.kinds[0]], a.place[y.kinds[0]]),
			cmp.Compare(x.want.proof, y.want.proof), cmp.Compare(x.want.kinds, y.want.kinds), cmp.Compare(flags(x.want), flags(y.want)))
	})
	needs := make([]string, 0, len(a.needs))
	for n := range a.needs {
		needs = append(needs, n)
	}
	slices.Sort(needs)
	return out, needs, nil
}

func flags(k wantKey) (n int) {
	for i, b := range []bool{k.original, k.before, k.forCase} {
		if b {
			n |= 1 << i
		}
	}
	return n
}

// month adds what a month of a line wants.
func (a *asker) month(q Request, l Line, m calendar.Month, lump int) error {
	f := law.Facts{
		"as_of": q.AsOf.String(), "month": m.String(), "payer": string(l.Payer), "scheme": l.Scheme.String(), "cause": string(l.Cause),
		"gap.months": int64(l.To-l.From) + 1, "gap.from": l.From.String(), "gap.to": l.To.String(), "gap.lump_months": int64(lump), "recent": int64(q.AsOf.Month() - m),
	}
	for name, v := range q.Facts[l.Person] {
		f[name] = v
	}
	c := law.Case{Payer: l.Payer, Scheme: l.Scheme, Cause: l.Cause, Month: m, AsOf: q.AsOf, Facts: f}
	way, needs, err := a.way(l, c)
	if err != nil {
		return err
	}
	rows, more, err := a.law.Papers(c, way)
	if err != nil {
		return err
	}
	for _, n := range append(needs, more...) {
		a.needs[n] = true
	}
	for _, row := range rows {
		proves, ok := ProofsOf(row.Proves)
		if !ok {
			return fault.New(fault.Internal, "law.lint_unknown_proof", fault.Args{"name": row.ID})
		}
		if proves == 0 {
			a.add(l, row, 0, 0)
		}
		for p := Relation; p <= Identity; p <<= 1 {
			switch {
			case !proves.Has(p):
			case p == Identity:
				a.add(l, row, p, 0)
			default:
				a.add(l, row, p, m)
			}
		}
	}
	return nil
}

// way is the way of a month, with the facts that decide on it and are not given.
func (a *asker) way(l Line, c law.Case) (string, []string, error) {
	if l.Route != "" {
		return l.Route, nil, nil
	}
	route, needs, err := a.law.Route(c)
	if route == nil {
		return "", needs, err
	}
	return route.Name, needs, err
}

func (a *asker) add(l Line, row *law.Paper, proof Proofs, m calendar.Month) {
	kinds := []string{row.Name}
	for _, s := range row.Substitutes {
		if a.can[s].Has(proof) {
			kinds = append(kinds, s)
		}
	}
	slices.SortFunc(kinds, func(x, y string) int { return a.place[x] - a.place[y] })
	kinds = slices.Compact(kinds)
	key := wantKey{person: l.Person, proof: proof, kinds: join(kinds), original: row.Original, before: row.BeforePayment, forCase: row.ForApplication}
	switch {
	case row.PerEmployer && l.Employer != "":
		key.person, key.employer = "", l.Employer
	case m != 0:
		key.employer = l.Employer
	}
	w := a.byKey[key]
	if w == nil {
		w = &want{want: key, kinds: kinds}
		a.byKey[key] = w
	}
	if !slices.Contains(w.rows, row) {
		w.rows = append(w.rows, row)
	}
	if m != 0 {
		w.months = append(w.months, m)
	}
}

func join(kinds []string) string {
	out := ""
	for _, k := range kinds {
		out += k + " "
	}
	return out
}
