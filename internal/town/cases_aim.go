package town

import (
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/casework"
)

// step is an event in one of the states in which it may happen.
type step struct {
	from string
	move *casework.Move
}

func (s step) key() string { return s.from + " " + s.move.ID }

// stepsOf lists all that may happen to an open case of a kind.
func stepsOf(t *casework.Table) (out []step) {
	for i := range t.Moves {
		for _, from := range t.Moves[i].From {
			out = append(out, step{from, &t.Moves[i]})
		}
	}
	return out
}

// hands reports whether people may do an event, and not the clock alone.
func hands(m *casework.Move) bool {
	return slices.ContainsFunc(m.By, func(r access.Role) bool { return r != casework.Clockwork })
}

// enough is how often each step is aimed at before cases are just brought to an end.
const enough = 2

// since is the first year in which the law knows enough of a kind for a case to
// get on.
var since = map[string]int{"makeup_person": 2022, "registration": 2024, "resident": 2024, "transfer": 2020}

// may says in which years, and in which of the two areas, the law or a paper lets
// something happen: the first reads that departments transfer and courts enforce,
// the other that the collector does.
func (t *Town) may(f *casefile, m *casework.Move) bool {
	own := f.area != t.Areas[0]
	y, month := t.clock.Today().Month().Civil()
	switch f.table.Kind + " " + m.ID {
	case "deferral persons_missed":
		return y == 2020 || y == 2022
	case "makeup refuse", "makeup certify":
		return y >= 2021
	case "card issue_at_once":
		return y >= 2026
	case "resident end_unused":
		return month >= 10 || f.ID != ""
	case "enforcement enforce_own", "registration settled": // the first has no late fee of these years
		return own || f.area == ""
	case "enforcement apply_transfer", "enforcement prepare_court":
		return !own || f.area == ""
	}
	return true
}

// patience is how many refusals a case bears before it aims at something else, and
// how many aims it gives up before it is closed as it may be.
const patience = 6

// choose finds what is to be tried: the next event on the way to what the case
// aims at. Nil: to wait for the clock.
func (t *Town) choose(f *casefile) *casework.Move {
	if f.fails > patience && f.aim != nil {
		f.missed[f.aim.key()] += 2
		f.aim, f.fails = nil, 0
		if f.given++; f.given > patience {
			if m := t.ending(f); m != nil {
				return m
			}
		}
	}
	far, first := t.ways(f)
	if f.aim != nil {
		if _, ok := far[f.aim.from]; !ok || (f.aim.move.Once && f.done[f.aim.move.ID]) {
			f.aim = nil
		}
	}
	if f.aim == nil {
		if f.aim = t.aimAt(f); f.aim == nil {
			return nil
		}
	}
	m := f.aim.move
	if f.aim.from != f.State {
		m = first[f.aim.from]
	}
	if !hands(m) || (m.ID == "pre_lose" && f.aims("replace") && !t.court.renewed[f.Person]) { // another card is asked for before the loss of this one is noted
		return nil
	}
	return m
}

// aimAt finds the step that a case is to bring about: what happened least of what
// it can come to. Once everything happened often enough it is to end.
func (t *Town) aimAt(f *casefile) *step {
	far, _ := t.ways(f)
	var best *step
	least, rare := 1<<30, false
	for i := range f.steps {
		s := &f.steps[i]
		way, ok := far[s.from]
		if !ok || (s.move.Once && f.done[s.move.ID]) || !t.may(f, s.move) {
			continue
		}
		key := s.key()
		seldom := f.taken[key] < enough
		if rare && !seldom {
			continue
		}
		score := 10*f.taken[key] + 4*f.aimed[key] + f.missed[key] + way/3 + t.court.draw.IntN(4)
		if !seldom && !f.ends(s) {
			score += 1 << 20
		}
		if (seldom && !rare) || score < least {
			best, least, rare = s, score, seldom
		}
	}
	if best != nil {
		f.aimed[best.key()]++
	}
	return best
}

// ways finds for each state how far it is from that of the case, and the first
// event on the way; what was refused lately is a longer way.
func (t *Town) ways(f *casefile) (far map[string]int, first map[string]*casework.Move) {
	far, first = map[string]int{f.State: 0}, map[string]*casework.Move{}
	for again := true; again; {
		again = false
		for _, s := range f.steps {
			way, ok := far[s.from]
			if !ok || (s.move.Once && f.done[s.move.ID]) || !t.may(f, s.move) {
				continue
			}
			way += 2 + f.missed[s.key()]/2
			to := f.target(s)
			if old, ok := far[to]; to == "" || (ok && old <= way) {
				continue
			}
			far[to], again = way, true
			if first[to] = first[s.from]; s.from == f.State {
				first[to] = s.move
			}
		}
	}
	return far, first
}

// target is the state that a step leads to; empty: back to where the case came
// from, which is no way on.
func (f *casefile) target(s step) string {
	switch {
	case s.move.To != casework.Back:
		return s.move.To
	case s.from == f.State:
		return f.Back
	}
	return ""
}

// aimFrom finds what a case is to bring about once it is in a state.
func (t *Town) aimFrom(f *casefile, state string) {
	f.State = state
	f.aim = t.aimAt(f)
	f.State = ""
}

// aims reports whether a case is to bring an event about.
func (f *casefile) aims(event string) bool { return f.aim != nil && f.aim.move.ID == event }

// comesBy reports whether it is to bring something about in a state.
func (f *casefile) comesBy(state string) bool { return f.aim != nil && f.aim.from == state }

// step finds one.
func (f *casefile) step(from, event string) *step {
	i := slices.IndexFunc(f.steps, func(s step) bool { return s.from == from && s.move.ID == event })
	return &f.steps[i]
}

// ends reports whether a step ends a case.
func (f *casefile) ends(s *step) bool {
	to := f.table.State(s.move.To)
	return to != nil && to.End != ""
}

// ending is an event that ends a case where it stands, if people may do one.
func (t *Town) ending(f *casefile) *casework.Move {
	var may []*casework.Move
	for i := range f.steps {
		if s := &f.steps[i]; s.from == f.State && f.ends(s) && hands(s.move) && t.may(f, s.move) {
			may = append(may, s.move)
		}
	}
	if len(may) == 0 {
		return nil
	}
	return may[t.court.draw.IntN(len(may))]
}
