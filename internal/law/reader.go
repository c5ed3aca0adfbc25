package law

import (
	"sort"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// Reader is the one door to a Book. It hands out rows that were known on a
// day, and keeps every row it has handed out, or weighed before asking back.
// A Reader is for one answer and one goroutine.
type Reader struct {
	book  *Book
	set   *Set // the book's rows that were known
	retro bool
	seen  map[Row]bool
	rows  []Row
}

// Read opens the book as it was known on the day; zero means as it is. Retro
// says that the day lies before the day of the question, so that rows without
// a publication date are marked.
func (b *Book) Read(knownAt calendar.Date, retro bool) *Reader {
	return &Reader{book: b, set: b.knownOn(knownAt), retro: retro, seen: map[Row]bool{}}
}

// Area is the code of the area.
func (r *Reader) Area() string { return r.book.Area }

// Policy pins the packs that are read.
func (r *Reader) Policy() Policy { return r.book.Policy }

// Rows are all rows handed out so far, in order of first reading.
func (r *Reader) Rows() []Row { return r.rows }

// Retro reports whether rows without a publication date are to be marked.
func (r *Reader) Retro() bool { return r.retro }

func (r *Reader) see(row Row) {
	if !r.seen[row] {
		r.seen[row] = true
		r.rows = append(r.rows, row)
	}
}

// Card is the area's name, office and hotline.
func (r *Reader) Card() *Pack {
	r.see(r.book.pack)
	return r.book.pack
}

// Hole says that a value is not there: which parameter, and the flag that
// would close it, if a fact of the user can.
type Hole struct {
	Parameter string
	Ask       string
	Text      Text // what is known of the hole, if anything
}

// Payer is who is priced, as far as the law tells people apart.
type Payer struct {
	Kind        insurance.Payer
	Populations []string // as given
	Tier        string
	UnitType    insurance.UnitType
	Hukou       string // local | nonlocal, empty: not given
	HukouKind   string // urban | rural, empty: not given
	byUnit      int    // how many of the populations the unit's type alone gave
}

// Expand adds what the populations and the unit's type imply: those given
// first, then the implied ones. Unknown names are reported.
func (r *Reader) Expand(p Payer) (out Payer, unknown []string) {
	out = p
	out.Populations = nil
	have := map[string]bool{}
	add := func(n string) {
		if !have[n] {
			have[n] = true
			out.Populations = append(out.Populations, n)
		}
	}
	known := map[string]*Population{}
	for _, row := range r.set.Populations {
		if known[row.Name] == nil {
			known[row.Name] = row
		}
	}
	for _, n := range p.Populations {
		if known[n] == nil {
			unknown = append(unknown, n)
			continue
		}
		add(n)
	}
	for _, row := range r.set.Populations {
		if row.belongs(p) {
			r.see(row)
			add(row.Name)
			if row.UnitType != "" {
				out.byUnit = len(out.Populations)
			}
		}
	}
	for i := 0; i < len(out.Populations); i++ {
		row := known[out.Populations[i]]
		if row == nil {
			continue
		}
		r.see(row)
		for _, n := range row.Implies {
			add(n)
		}
	}
	return out, unknown
}

// belongs reports whether what is known of the payer puts it into the
// population without its being named.
func (x *Population) belongs(p Payer) bool {
	if x.UnitType == "" && x.Hukou == "" && x.HukouKind == "" {
		return false
	}
	return (x.UnitType == "" || x.UnitType == p.UnitType) && (x.Hukou == "" || x.Hukou == p.Hukou) && (x.HukouKind == "" || x.HukouKind == p.HukouKind)
}

// PopulationNames lists the names there are.
func (r *Reader) PopulationNames() []string {
	var out []string
	for _, row := range r.set.Populations {
		r.see(row)
		out = append(out, row.Name)
	}
	sort.Strings(out)
	return out
}

// addressed is a row with a population and a tier.
type addressed interface {
	Row
	who() *Who
}

func (w *Who) who() *Who { return w }

// choose picks the row for a payer among rows of one scheme and month: a
// population of the payer before the general one, a tier where there are
// several. It returns a second, general row for the fields that the first
// leaves open. A choice that needs a fact is a Hole with what to give.
func choose[R addressed](r *Reader, rows []R, general string, p Payer, parameter string) (row, fallback R, hole *Hole) {
	if len(rows) == 0 {
		return row, fallback, &Hole{Parameter: parameter}
	}
	if p.Tier != "" {
		var fit []R
		for _, x := range rows {
			if tierFits(x.who().Tier, p.Tier) {
				fit = append(fit, x)
			}
		}
		if len(fit) == 0 {
			return row, fallback, r.ask(rows, parameter, "--tier "+options(rows, func(x R) string { return x.who().Tier }))
		}
		rows = fit
	}
	best, bestAt := []R(nil), -1
	var plain []R
	for _, x := range rows {
		name := x.who().Population
		if name == general || name == "" {
			plain = append(plain, x)
			continue
		}
		at := indexOf(p.Populations, name)
		switch {
		case at < 0 || (bestAt >= 0 && at > bestAt):
		case at == bestAt:
			best = append(best, x)
		default:
			best, bestAt = []R{x}, at
		}
	}
	pick := best
	if len(pick) == 0 {
		pick = plain
	}
	switch {
	case len(pick) == 0 && len(p.Populations) <= p.byUnit:
		return row, fallback, r.ask(rows, parameter, "--population "+options(rows, func(x R) string { return x.who().Population }))
	case len(pick) == 0:
		return row, fallback, r.ask(rows, parameter, "")
	case len(pick) > 1:
		tiers := options(pick, func(x R) string { return x.who().Tier })
		return row, fallback, r.ask(pick, parameter, "--tier "+tiers)
	}
	row = pick[0]
	r.see(row)
	if len(best) > 0 && len(plain) == 1 {
		fallback = plain[0]
		r.see(fallback)
	}
	return row, fallback, nil
}

// ask makes a Hole after weighing rows; those rows belong to the answer.
func (r *Reader) ask(rows any, parameter, ask string) *Hole {
	switch x := rows.(type) {
	case []*Base:
		seeAll(r, x)
	case []*Rate:
		seeAll(r, x)
	case []*Flexible:
		seeAll(r, x)
	}
	return &Hole{Parameter: parameter, Ask: ask}
}

func seeAll[R Row](r *Reader, rows []R) {
	for _, x := range rows {
		r.see(x)
	}
}

func options[R any](rows []R, of func(R) string) string {
	have := map[string]bool{}
	var names []string
	for _, x := range rows {
		for _, n := range strings.Split(of(x), ",") {
			if n != "" && !have[n] {
				have[n] = true
				names = append(names, n)
			}
		}
	}
	sort.Strings(names)
	return strings.Join(names, "|")
}

func tierFits(row, tier string) bool {
	if row == "" {
		return true
	}
	for _, t := range strings.Split(row, ",") {
		if t == tier {
			return true
		}
	}
	return false
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}
