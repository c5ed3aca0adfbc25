package casework

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/access"
)

// Report is what Check found.
type Report struct {
	Kind        string    `json:"kind"`
	States      int       `json:"states"`      // abstract states that were reached
	Transitions int       `json:"transitions"` // between them
	Problems    []Problem `json:"problems"`
}

// Problem is a way in which a table breaks what it must hold, with the shortest
// path that shows it.
type Problem struct {
	What string   `json:"what"`
	Path []string `json:"path,omitempty"`
}

// String is the problem in one line.
func (p Problem) String() string {
	if len(p.Path) == 0 {
		return p.What
	}
	return p.What + ": " + strings.Join(p.Path, " > ")
}

// phase of a term.
type phase byte

const (
	before phase = iota // the last day is not here yet
	at                  // it is the last day
	after
)

// node is an abstract state: where the case stands, the phase of its term, which
// demands are met, who did what four eyes ask about, and what happened that may
// happen once. Guards and facts are free: whatever they are, the node covers it.
type node struct {
	state, back string
	ph, backPh  phase
	met         uint64 // bit i: the event of demand i happened, as demanded; of demands that a state waits for
	eyes        string // per watched event: the person who did it last
	done        uint64 // bit i: once-event i happened
}

// actor is one of two persons in a role: two are enough to tell the same person
// from another. A person may come back in another role, and is still the same.
type actor struct {
	role   access.Role
	person byte
}

type model struct {
	t       *Table
	watched []string // events that other_than names
	onces   []string
	seen    map[node]int // -> index
	nodes   []node
	parent  []int
	how     []string
	next    [][]int
	taken   map[string]bool
	report  *Report
	told    map[string]bool
}

// Check explores a table until no new abstract state appears.
func Check(t *Table) *Report {
	m := &model{t: t, seen: map[node]int{}, taken: map[string]bool{}, told: map[string]bool{}, report: &Report{Kind: t.Kind, Problems: []Problem{}}}
	for _, list := range [][]string{m.namedByMoves(), m.namedByDemands()} {
		for _, e := range list {
			if !slices.Contains(m.watched, e) {
				m.watched = append(m.watched, e)
			}
		}
	}
	for _, x := range t.Moves {
		if x.Once || slices.ContainsFunc(t.Must, func(d Demand) bool { return d.Once && d.Event == x.ID }) {
			m.onces = append(m.onces, x.ID)
		}
	}
	m.add(node{eyes: strings.Repeat("-", len(m.watched))}, -1, "")
	for i := 0; i < len(m.nodes); i++ {
		m.explore(i)
	}
	m.report.States = len(m.nodes) - 1
	m.ends()
	return m.report
}

func (m *model) namedByMoves() (out []string) {
	for _, x := range m.t.Moves {
		out = append(out, x.OtherThan...)
	}
	return out
}

func (m *model) namedByDemands() (out []string) {
	for _, d := range m.t.Must {
		out = append(out, d.OtherThan...)
	}
	return out
}

func (m *model) add(n node, from int, how string) {
	i, known := m.seen[n]
	if !known {
		i = len(m.nodes)
		m.seen[n] = i
		m.nodes, m.parent, m.how, m.next = append(m.nodes, n), append(m.parent, from), append(m.how, how), append(m.next, nil)
		m.arrive(i)
	}
	if from >= 0 {
		m.report.Transitions++
		m.next[from] = append(m.next[from], i)
	}
}

// path leads to a node.
func (m *model) path(i int) []string {
	var out []string
	for ; i > 0; i = m.parent[i] {
		out = append(out, m.how[i])
	}
	slices.Reverse(out)
	return out
}

func (m *model) problem(i int, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if m.told[what] {
		return
	}
	m.told[what] = true
	p := Problem{What: what}
	if i > 0 {
		p.Path = m.path(i)
	}
	m.report.Problems = append(m.report.Problems, p)
}

// arrive holds a state that was reached against what must have come before it.
func (m *model) arrive(i int) {
	n := m.nodes[i]
	for k, d := range m.t.Must {
		if slices.Contains(d.Before, n.state) && n.met&(1<<k) == 0 {
			m.problem(i, "%s is reached without %s as demanded", n.state, d.Event)
		}
	}
}

// explore takes everything that may happen in a node.
func (m *model) explore(i int) {
	n := m.nodes[i]
	if s := m.t.State(n.state); s != nil && m.t.Clock(s) != nil && n.ph < after {
		later := n
		later.ph++
		m.add(later, i, "a day")
	}
	for k := range m.t.Moves {
		mv := &m.t.Moves[k]
		if (n.state == "") != mv.Opens() || (n.state != "" && !slices.Contains(mv.From, n.state)) {
			continue
		}
		if !m.inPhase(mv, n.ph) || (mv.Once && n.done&m.bit(m.onces, mv.ID) != 0) {
			continue
		}
		for _, r := range mv.By {
			for person := byte('1'); person <= '2'; person++ {
				a := actor{r, person}
				if slices.ContainsFunc(mv.OtherThan, func(o string) bool { return m.who(n, o) == a.person }) {
					continue
				}
				m.take(i, n, mv, a)
			}
		}
	}
}

// inPhase says whether the guards of the term, and the clock itself, let an
// event happen in a phase.
func (m *model) inPhase(mv *Move, ph phase) bool {
	if slices.Contains(mv.Needs, InTime) && ph == after {
		return false
	}
	if slices.Contains(mv.Needs, TermOver) && ph != after {
		return false
	}
	return ph == after || mv.Ledger || !slices.Equal(mv.By, []access.Role{Clockwork})
}

func (m *model) take(i int, n node, mv *Move, a actor) {
	m.taken[mv.ID] = true
	out := n
	switch {
	case mv.To == Back:
		out.state, out.ph, out.back, out.backPh = n.back, n.backPh, "", before
	default:
		out.state, out.ph = mv.To, before
		if mv.Aside {
			out.back, out.backPh = n.state, n.ph
		} else if mv.To != n.state {
			out.back, out.backPh = "", before
		}
	}
	if s := m.t.State(out.state); s != nil && s.End != "" {
		out.back, out.backPh, out.ph = "", before, before
	}
	out.done |= m.bit(m.onces, mv.ID)
	for k, d := range m.t.Must {
		if d.Or == mv.ID {
			out.met |= 1 << k
		}
		if d.Event != mv.ID {
			continue
		}
		if why := m.breaks(d, n, mv, a); why != "" {
			m.problem(i, "%s happens %s", mv.ID, why)
			out.met &^= 1 << k
		} else if len(d.Before) > 0 {
			out.met |= 1 << k
		}
	}
	if k := slices.Index(m.watched, mv.ID); k >= 0 {
		out.eyes = out.eyes[:k] + string(a.person) + out.eyes[k+1:]
	}
	m.add(out, i, mv.ID+" by "+string(a.role))
}

// breaks says how an event happens otherwise than demanded.
func (m *model) breaks(d Demand, n node, mv *Move, a actor) string {
	if !slices.Contains(d.By, a.role) {
		return "by " + string(a.role)
	}
	for _, g := range d.Needs {
		if !slices.Contains(mv.Needs, g) {
			return "without " + g
		}
	}
	for _, o := range d.OtherThan {
		if m.who(n, o) == a.person {
			return "by whoever did " + o
		}
	}
	if d.Once && n.done&m.bit(m.onces, mv.ID) != 0 {
		return "twice"
	}
	if d.Quiet != mv.Quiet || d.Discloses != mv.Discloses {
		return "and its parties learn of it otherwise"
	}
	return ""
}

func (m *model) bit(list []string, event string) uint64 {
	if k := slices.Index(list, event); k >= 0 {
		return 1 << k
	}
	return 0
}

func (m *model) who(n node, event string) byte {
	return n.eyes[slices.Index(m.watched, event)]
}

// ends checks that every state, event and end can be reached, that no case is
// stuck, and that every event is spoken of in the demands.
func (m *model) ends() {
	reached := map[string]bool{}
	for _, n := range m.nodes {
		reached[n.state] = true
	}
	for _, s := range m.t.States {
		if !reached[s.ID] {
			m.problem(0, "state %s is never reached", s.ID)
		}
	}
	for _, x := range m.t.Moves {
		if !m.taken[x.ID] {
			m.problem(0, "event %s never happens", x.ID)
		}
		if !slices.ContainsFunc(m.t.Must, func(d Demand) bool { return d.Event == x.ID }) {
			m.problem(0, "nothing is demanded of event %s", x.ID)
		}
	}
	m.stuck()
}

// stuck walks back from the ends: whatever it does not come to has no way out.
func (m *model) stuck() {
	prev := make([][]int, len(m.nodes))
	var walk []int
	ok := make([]bool, len(m.nodes))
	for i, n := range m.nodes {
		for _, j := range m.next[i] {
			prev[j] = append(prev[j], i)
		}
		if s := m.t.State(n.state); s != nil && s.End != "" {
			ok[i] = true
			walk = append(walk, i)
		}
	}
	for len(walk) > 0 {
		i := walk[len(walk)-1]
		walk = walk[:len(walk)-1]
		for _, j := range prev[i] {
			if !ok[j] {
				ok[j] = true
				walk = append(walk, j)
			}
		}
	}
	for i := range m.nodes {
		if !ok[i] && i > 0 {
			m.problem(i, "no end can be reached from %s", m.nodes[i].state)
		}
	}
}

// Mutant is a table with one thing taken out of it.
type Mutant struct {
	What  string
	Table *Table
}

// Mutants takes each guard, each restriction of actors, each pair of eyes and
// each "once" out of a table in turn. Check must find every one of them.
func Mutants(t *Table) []Mutant {
	var out []Mutant
	for i, mv := range t.Moves {
		change := func(what string, f func(*Move)) {
			x := *t
			x.Moves = slices.Clone(t.Moves)
			f(&x.Moves[i])
			out = append(out, Mutant{mv.ID + " " + what, &x})
		}
		for k, g := range mv.Needs {
			change("without "+g, func(m *Move) { m.Needs = slices.Delete(slices.Clone(m.Needs), k, k+1) })
		}
		for k, o := range mv.OtherThan {
			change("also by whoever did "+o, func(m *Move) { m.OtherThan = slices.Delete(slices.Clone(m.OtherThan), k, k+1) })
		}
		if mv.Once {
			change("more than once", func(m *Move) { m.Once = false })
		}
		if mv.Quiet {
			change("openly", func(m *Move) { m.Quiet = false })
		}
		if mv.Discloses {
			change("without disclosing", func(m *Move) { m.Discloses = false })
		}
		for _, r := range roles {
			if !slices.Contains(mv.By, r) {
				change("by "+string(r), func(m *Move) { m.By = append(slices.Clone(m.By), r) })
			}
		}
	}
	return out
}

// Taken lists the events of a table that happened, of those it has: the
// coverage of a simulation.
func (t *Table) Taken(counts map[string]int) (taken, left []string) {
	names := map[string]bool{}
	for _, m := range t.Moves {
		names[m.ID] = counts[m.ID] > 0
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		if names[n] {
			taken = append(taken, n)
		} else {
			left = append(left, n)
		}
	}
	return taken, left
}
