package evidence

import (
	"cmp"
	"context"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
	"bujiao/internal/registry"
)

// Answer is the matrix of a request and what is missing, all of it: it is told
// once (一次性告知).
type Answer struct {
	Matrix  []Row    `json:"matrix"`
	Missing []Ask    `json:"missing"`
	Needs   []string `json:"needs"` // facts that decide on more papers and are not known
}

// Complete reports that nothing is missing and nothing undecided.
func (a Answer) Complete() bool { return len(a.Missing) == 0 && len(a.Needs) == 0 }

// Row is what is proved of a person, with an employer where it is a relation or
// a wage. An empty person is the employer's application as a whole.
type Row struct {
	Person   string   `json:"person,omitempty"`
	Employer string   `json:"employer,omitempty"`
	Proof    string   `json:"proof,omitempty"` // empty: the paper itself is wanted
	Kinds    []string `json:"kinds"`           // any of which will do
	Runs     []Run    `json:"runs"`
}

// Run is a run of months that are held alike; of what has no months it has none.
type Run struct {
	From calendar.Month `json:"from,omitzero"`
	To   calendar.Month `json:"to,omitzero"`
	Held string         `json:"held,omitempty"` // a paper's id, or the employment on the register as employment/ID; empty: missing
}

// Ask is a paper of the smallest set that is missing.
type Ask struct {
	Kind          string    `json:"kind"`
	Text          law.Text  `json:"text"`
	Person        string    `json:"person,omitempty"`
	Employer      string    `json:"employer,omitempty"`
	Proves        []string  `json:"proves"`
	Months        []Span    `json:"months"`
	Copies        int       `json:"copies"`
	Original      bool      `json:"original"`
	BeforePayment bool      `json:"before_payment"` // formed before the payment
	Seals         []string  `json:"seals"`
	Required      bool      `json:"required"` // a law says so; else the counter may ask for it (R-REG-06)
	Reasons       []Reason  `json:"reasons"`
	Instead       []Instead `json:"instead"` // with one of each, the paper is not needed
}

// Span is a run of months.
type Span struct {
	From calendar.Month `json:"from"`
	To   calendar.Month `json:"to"`
}

// Reason is a row of the packs for which a paper is asked.
type Reason struct {
	Row        string     `json:"row"`
	Rule       string     `json:"rule,omitempty"`
	Basis      string     `json:"basis"`
	LegalBasis *string    `json:"legal_basis"`
	Status     law.Status `json:"status"`
	Text       law.Text   `json:"text"`
}

// Instead are kinds of which one will do for what a paper was asked to prove.
type Instead struct {
	Proof string   `json:"proof,omitempty"`
	Kinds []string `json:"kinds"`
}

// Missing says what a request needs, what of it the office holds, and the
// smallest set that is missing. Pieces count from other cases if they were
// accepted, from the request's own unless they were refused.
func Missing(ctx context.Context, tx Books, r *law.Reader, q Request) (Answer, error) {
	if q.AsOf == 0 {
		q.AsOf = tx.Today()
	}
	if err := q.check(); err != nil {
		return Answer{}, err
	}
	all, needs, err := wants(r, q)
	if err != nil {
		return Answer{}, err
	}
	h, err := read(ctx, tx, r, q)
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Matrix: []Row{}, Missing: []Ask{}, Needs: needs}
	var open []*want
	for _, w := range all {
		row, left := h.row(w)
		out.Matrix = append(out.Matrix, row)
		if left != nil {
			open = append(open, left)
		}
	}
	for len(open) > 0 {
		n := slices.IndexFunc(open, func(w *want) bool { return w.owner() != open[0].owner() })
		if n < 0 {
			n = len(open)
		}
		asks, err := smallest(r, open[:n])
		if err != nil {
			return Answer{}, err
		}
		out.Missing, open = append(out.Missing, asks...), open[n:]
	}
	return out, nil
}

// owner is whose paper it would be: papers of two owners are never one.
func (w *want) owner() [2]string { return [2]string{w.want.person, w.want.employer} }

// smallest finds the smallest set of papers for what one owner lacks.
func smallest(r *law.Reader, open []*want) ([]Ask, error) {
	names := r.PaperNames()
	place := map[string]int{}
	for i, n := range names {
		place[n] = i
	}
	var kinds []string
	for _, w := range open {
		kinds = append(kinds, w.kinds...)
	}
	slices.SortFunc(kinds, func(a, b string) int { return place[a] - place[b] })
	kinds = slices.Compact(kinds)
	sets := make([]uint64, len(kinds))
	for e, w := range open {
		for _, k := range w.kinds {
			sets[slices.Index(kinds, k)] |= 1 << min(e, 63)
		}
	}
	chosen, err := cover(len(open), sets)
	if err != nil {
		return nil, err
	}
	var out []Ask
	for _, i := range chosen {
		kind, _ := r.PaperKind(kinds[i])
		a := Ask{Kind: kinds[i], Text: kind.Text, Person: open[0].want.person, Employer: open[0].want.employer, Proves: []string{}, Months: []Span{}, Seals: []string{}, Instead: []Instead{}}
		a.fill(open, sets[i], kind.Asked)
		out = append(out, a)
	}
	return out, nil
}

// fill says what the paper is for.
func (a *Ask) fill(open []*want, set uint64, asked bool) {
	var proves Proofs
	var months []calendar.Month
	for e, w := range open {
		if set&(1<<min(e, 63)) == 0 {
			continue
		}
		proves |= w.want.proof
		months = append(months, w.months...)
		a.Original = a.Original || w.want.original
		a.BeforePayment = a.BeforePayment || w.want.before
		for _, row := range w.rows {
			a.Copies = max(a.Copies, row.Copies)
			a.Required = a.Required || row.LegalBasis != nil
			if row.Name == a.Kind || asked { // what a court or an audit found bears its own seals
				for _, s := range row.Seals {
					if !slices.Contains(a.Seals, s) {
						a.Seals = append(a.Seals, s)
					}
				}
			}
			why := Reason{Row: row.ID, Rule: row.Rule, Basis: row.Cite(), LegalBasis: row.LegalBasis, Status: row.Status, Text: row.Text}
			if !slices.ContainsFunc(a.Reasons, func(x Reason) bool { return x.Row == why.Row }) {
				a.Reasons = append(a.Reasons, why)
			}
		}
		a.instead(w)
	}
	a.Proves, a.Months = proves.Names(), spans(months)
	if len(a.Instead) > 0 && slices.ContainsFunc(a.Instead, func(i Instead) bool { return len(i.Kinds) == 0 }) {
		a.Instead = []Instead{} // for one of the things nothing else will do
	}
}

// instead adds the kinds that do for one want what the paper does.
func (a *Ask) instead(w *want) {
	i := Instead{Kinds: slices.DeleteFunc(slices.Clone(w.kinds), func(k string) bool { return k == a.Kind })}
	if w.want.proof != 0 {
		i.Proof = w.want.proof.Names()[0]
	}
	if !slices.ContainsFunc(a.Instead, func(x Instead) bool { return x.Proof == i.Proof && slices.Equal(x.Kinds, i.Kinds) }) {
		a.Instead = append(a.Instead, i)
	}
}

// spans folds months into runs.
func spans(months []calendar.Month) []Span {
	slices.Sort(months)
	out := []Span{}
	for _, m := range slices.Compact(months) {
		if n := len(out); n > 0 && out[n-1].To+1 == m {
			out[n-1].To = m
		} else {
			out = append(out, Span{m, m})
		}
	}
	return out
}

// held is what the office holds of the persons and employers of a request.
type held struct {
	q        Request
	law      *law.Reader
	root     map[string]string  // of duplicates
	papers   map[string][]Piece // by person
	whole    []Piece            // of employers as a whole, of this case
	register map[string][]registry.Employment
}

func read(ctx context.Context, tx Books, r *law.Reader, q Request) (*held, error) {
	h := &held{q: q, law: r, root: map[string]string{}, papers: map[string][]Piece{}, register: map[string][]registry.Employment{}}
	var ids []string
	for _, l := range q.Lines {
		if h.root[l.Person] == "" {
			h.root[l.Person] = l.Person
			ids = append(ids, l.Person)
		}
	}
	doubles, err := tx.DuplicatePersons(ctx, ids, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Clone(ids) {
		for _, d := range doubles[p] {
			h.root[d], ids = p, append(ids, d)
		}
	}
	papers, err := tx.PiecesOf(ctx, ids, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		h.papers[h.root[p.Person]] = append(h.papers[h.root[p.Person]], p)
	}
	jobs, err := tx.EmploymentsOf(ctx, ids, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, e := range jobs {
		h.register[h.root[e.Person]] = append(h.register[h.root[e.Person]], e)
	}
	if q.Case != "" {
		h.whole, err = ofCase(ctx, tx, q.Case)
	}
	return h, err
}

// ofCase lists the papers of a case that are of an employer as a whole.
func ofCase(ctx context.Context, tx Store, id string) ([]Piece, error) {
	var out []Piece
	for page := (books.Page{Limit: 1000}); ; {
		list, err := tx.Pieces(ctx, Filter{Case: id}, tx.Today(), page)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if p.Person == "" {
				out = append(out, p)
			}
		}
		if len(list) < page.Size() {
			return out, nil
		}
		page.After = list[len(list)-1].ID
	}
}

// row holds a want against what there is; left is what is missing of it, nil
// for nothing.
func (h *held) row(w *want) (Row, *want) {
	out := Row{Person: w.want.person, Employer: w.want.employer, Kinds: w.kinds, Runs: []Run{}}
	if w.want.proof != 0 {
		out.Proof = w.want.proof.Names()[0]
	}
	left := &want{want: w.want, kinds: w.kinds, rows: w.rows}
	if len(w.months) == 0 {
		by := h.by(w, 0)
		out.Runs = append(out.Runs, Run{Held: by})
		if by != "" {
			return out, nil
		}
		return out, left
	}
	for _, m := range w.months {
		by := h.by(w, m)
		if by == "" {
			left.months = append(left.months, m)
		}
		if n := len(out.Runs); n > 0 && out.Runs[n-1].To+1 == m && out.Runs[n-1].Held == by {
			out.Runs[n-1].To = m
			continue
		}
		out.Runs = append(out.Runs, Run{m, m, by})
	}
	if len(left.months) == 0 {
		return out, nil
	}
	return out, left
}

// by names what holds a want in a month.
func (h *held) by(w *want, m calendar.Month) string {
	papers := h.papers[w.want.person]
	if w.want.person == "" {
		papers = h.whole
	}
	for _, p := range papers {
		if h.serves(p, w, m) {
			return p.ID
		}
	}
	if w.want.proof == Relation && !w.want.before {
		for _, e := range h.register[w.want.person] {
			if e.Employer == w.want.employer && h.registered(e, m) {
				return "employment/" + e.ID
			}
		}
	}
	return ""
}

// serves reports whether a paper is as good as what is wanted.
func (h *held) serves(p Piece, w *want, m calendar.Month) bool {
	k := w.want
	own := h.q.Case != "" && p.Case == h.q.Case
	switch {
	case p.State == Refused, !own && (p.State != Accepted || k.forCase):
		return false
	case !slices.Contains(w.kinds, p.Kind) || !p.Proves.Has(k.proof):
		return false
	case (m != 0 || k.person == "") && p.Employer != k.employer, k.person == "" && p.Person != "":
		return false
	case m != 0 && (m < p.From || p.To < m):
		return false
	case k.original && !p.OriginalSeen:
		return false
	case k.before && (p.FormedOn == 0 || (h.q.PaidOn != 0 && p.FormedOn >= h.q.PaidOn)):
		return false
	}
	return p.Copies >= w.copies(p.Kind)
}

// copies is how many of a kind are wanted.
func (w *want) copies(kind string) int {
	n := 1
	for _, row := range w.rows {
		if row.Name == kind || len(w.rows) == 1 {
			n = max(n, row.Copies)
		}
	}
	return n
}

// registered reports whether the relation was on the register in the month, or
// got there within the term for it (SIL 58). What was registered later is the
// word of who registered it, and proves nothing of the months before.
func (h *held) registered(e registry.Employment, m calendar.Month) bool {
	if e.RegisteredOn == 0 || e.From > m.Last() || (e.To != 0 && e.To < m.First()) {
		return false
	}
	in := e.RegisteredOn <= m.Last()
	if d, began := h.law.Duty("register_employee", e.Population, e.From); !in && d != nil {
		end, err := registry.TermOf(h.law, d)(began)
		in = err == nil && e.RegisteredOn <= end
	}
	return in
}

// Untold lists what is asked now and was not when the papers were told once.
func Untold(told, now []Ask) []Ask {
	return slices.DeleteFunc(slices.Clone(now), func(a Ask) bool {
		return slices.ContainsFunc(told, func(b Ask) bool {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Employer, b.Employer)) == 0
		})
	})
}
