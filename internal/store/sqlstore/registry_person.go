package sqlstore

import (
	"context"
	"errors"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
)

// knownOn is the day given, or the office date.
func (t *Tx) knownOn(d calendar.Date) string {
	if d == 0 {
		d = t.today
	}
	return dateText(d)
}

// NewPerson adds a person with state and document.
func (t *Tx) NewPerson(ctx context.Context, p registry.Person) error {
	t.insert(ctx, tabPerson, t.area, p.ID, p.NumberHash, t.knownOn(p.KnownOn), int64(t.At()))
	err := t.AddIdentity(ctx, registry.Identity{Hash: p.NumberHash, Person: p.ID, Kind: p.NumberKind, Number: p.Number, From: p.From, KnownOn: p.KnownOn})
	if err != nil {
		return err
	}
	return t.AddPersonState(ctx, p)
}

// AddPersonState adds what is true of a person from a day.
func (t *Tx) AddPersonState(ctx context.Context, p registry.Person) error {
	name, err := t.PutBox(ctx, "person", p.ID, "name", p.Name)
	if err != nil {
		return err
	}
	account, err := t.PutBox(ctx, "person", p.ID, "bank_account", p.BankAccount)
	if err != nil {
		return err
	}
	t.insert(ctx, tabPersonState, t.area, p.ID, t.NewID(), dateText(p.From), t.knownOn(p.KnownOn), int64(t.At()), name, dateText(p.Birth), string(p.Sex),
		p.HukouArea, p.HukouKind, p.Nationality, p.Category, p.Bank, account, p.Reason)
	return nil
}

// AddIdentity adds a document.
func (t *Tx) AddIdentity(ctx context.Context, i registry.Identity) error {
	box, err := t.PutBox(ctx, "person", i.Person, "number", i.Number)
	if err != nil {
		return err
	}
	t.insert(ctx, tabIdentity, t.area, i.Hash, i.Person, i.Kind, box, dateText(i.From), t.knownOn(i.KnownOn), int64(t.At()))
	return nil
}

// AddMerge joins or parts two records.
func (t *Tx) AddMerge(ctx context.Context, m registry.Merge) error {
	t.insert(ctx, tabPersonMerge, t.area, m.ID, m.Loser, m.Winner, m.Undoes, t.knownOn(m.KnownOn), int64(t.At()), t.actor.ID, m.Reason)
	return nil
}

// Person reads one.
func (t *Tx) Person(ctx context.Context, id string, w registry.When) (registry.Person, error) {
	found, err := t.PersonsOf(ctx, []string{id}, w)
	if err != nil {
		return registry.Person{}, err
	}
	p, ok := found[id]
	if !ok {
		return p, books.ErrNotFound
	}
	return p, nil
}

// PersonFacts reads the states of many, and what they were merged into.
func (t *Tx) PersonFacts(ctx context.Context, ids []string, w registry.When) (map[string]registry.Person, error) {
	return t.personFacts(ctx, ids, w.AsOf, byDay(w.Known()))
}

// PersonFactsAt are those that were known at a moment.
func (t *Tx) PersonFactsAt(ctx context.Context, ids []string, asOf calendar.Date, at books.Instant) (map[string]registry.Person, error) {
	return t.personFacts(ctx, ids, asOf, known{"at", int64(at)})
}

func (t *Tx) personFacts(ctx context.Context, ids []string, asOf calendar.Date, k known) (map[string]registry.Person, error) {
	found, err := t.boxedPersons(ctx, ids, asOf, k)
	for id, p := range found {
		p.Name, p.BankAccount = "", "" // boxes, which stay closed
		found[id] = p
	}
	return found, err
}

// known is until when what became known counts: the evening of a day, or a moment.
type known struct {
	column string
	until  any
}

func byDay(day calendar.Date) known { return known{"known_on", dateText(day)} }

// boxedPersons reads states with boxes in the place of their texts.
func (t *Tx) boxedPersons(ctx context.Context, ids []string, asOf calendar.Date, k known) (map[string]registry.Person, error) {
	states, err := listIn(ctx, t, func(v vals) registry.Person {
		return registry.Person{ID: v.str(1), From: v.date(3), KnownOn: v.date(4), At: v.instant(5), Name: v.str(6), Birth: v.date(7), Sex: insurance.Sex(v.str(8)),
			HukouArea: v.str(9), HukouKind: v.str(10), Nationality: v.str(11), Category: v.str(12), Bank: v.str(13), BankAccount: v.str(14), Reason: v.str(15)}
	}, "SELECT "+tabPersonState.names+" FROM person_state WHERE area = ? AND from_on <= ? AND "+k.column+" <= ? AND person IN (?) ORDER BY person, from_on, known_on, at, id",
		[]any{t.area, dateText(asOf), k.until}, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]registry.Person, len(states))
	for _, p := range states {
		found[p.ID] = p // the last one holds
	}
	roots, err := t.roots(ctx, ids, k)
	for id, p := range found {
		if root := roots[id]; root != id {
			p.MergedInto = root
			found[id] = p
		}
	}
	return found, err
}

// PersonsOf reads many: their states, then the numbers under which they were
// registered, then all boxes.
func (t *Tx) PersonsOf(ctx context.Context, ids []string, w registry.When) (map[string]registry.Person, error) {
	found, err := t.boxedPersons(ctx, ids, w.AsOf, byDay(w.Known()))
	if err != nil {
		return nil, err
	}
	type number struct{ person, hash, kind, box string }
	numbers, err := listIn(ctx, t, func(v vals) number { return number{v.str(0), v.str(1), v.str(2), v.str(3)} },
		"SELECT p.id, p.number_hash, i.kind, i.box FROM person p JOIN identity i ON i.area = p.area AND i.hash = p.number_hash WHERE p.area = ? AND i.area = ? AND p.id IN (?) ORDER BY p.id",
		[]any{t.area, t.area}, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		if p, ok := found[n.person]; ok {
			p.NumberHash, p.NumberKind, p.Number = n.hash, n.kind, n.box
			found[p.ID] = p
		}
	}
	return found, t.openPersons(ctx, found)
}

// openPersons puts texts where boxes are.
func (t *Tx) openPersons(ctx context.Context, found map[string]registry.Person) error {
	var ids, boxes []string
	for id, p := range found {
		ids, boxes = append(ids, id), append(boxes, p.Number, p.Name, p.BankAccount)
	}
	texts, err := t.OpenBoxes(ctx, boxes...)
	if err != nil {
		return err
	}
	for i, id := range ids {
		p := found[id]
		p.Number, p.Name, p.BankAccount = texts[3*i], texts[3*i+1], texts[3*i+2]
		found[id] = p
	}
	return nil
}

// PersonByHash finds a person by a document.
func (t *Tx) PersonByHash(ctx context.Context, numberHash string, w registry.When) (registry.Person, error) {
	found, err := t.PersonsByHash(ctx, []string{numberHash}, w.Known())
	if err != nil {
		return registry.Person{}, err
	}
	if found[numberHash] == "" {
		return registry.Person{}, books.ErrNotFound
	}
	return t.Person(ctx, found[numberHash], w)
}

// PersonsByHash maps documents to persons.
func (t *Tx) PersonsByHash(ctx context.Context, hashes []string, knownAt calendar.Date) (map[string]string, error) {
	type document struct{ hash, person string }
	documents, err := listIn(ctx, t, func(v vals) document { return document{v.str(0), v.str(1)} },
		"SELECT hash, person FROM identity WHERE area = ? AND known_on <= ? AND hash IN (?) ORDER BY hash", []any{t.area, dateText(knownAt)}, hashes)
	if err != nil {
		return nil, err
	}
	found, ids := make(map[string]string, len(documents)), make([]string, len(documents))
	for i, d := range documents {
		found[d.hash], ids[i] = d.person, d.person
	}
	roots, err := t.Roots(ctx, ids, knownAt)
	for h, id := range found {
		found[h] = roots[id]
	}
	return found, err
}

// LockPersons locks the rows of persons, in the order of ids.
func (t *Tx) LockPersons(ctx context.Context, ids ...string) error {
	_, err := listIn(ctx, t, func(vals) struct{} { return struct{}{} }, "SELECT id FROM person WHERE area = ? AND id IN (?) ORDER BY id"+t.db.Dialect.ForUpdate(false),
		[]any{t.area}, ids)
	return err
}

// PersonStates counts states.
func (t *Tx) PersonStates(ctx context.Context, id string) (n int64, err error) {
	err = t.one(ctx, func(v vals) error { n = v.int(0); return nil }, "SELECT COUNT(*) FROM person_state WHERE area = ? AND person = ?", t.area, id)
	return n, err
}

// PersonIDs lists records.
func (t *Tx) PersonIDs(ctx context.Context, p books.Page) ([]string, error) {
	return list(ctx, t, func(v vals) string { return v.str(0) }, "SELECT id FROM person WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// Identities lists the documents of a record, in the order of their days.
func (t *Tx) Identities(ctx context.Context, person string, w registry.When) ([]registry.Identity, error) {
	out, err := list(ctx, t, func(v vals) registry.Identity {
		return registry.Identity{Hash: v.str(1), Person: v.str(2), Kind: v.str(3), Number: v.str(4), From: v.date(5), KnownOn: v.date(6)}
	}, "SELECT "+tabIdentity.names+" FROM identity WHERE area = ? AND person = ? AND from_on <= ? AND known_on <= ? ORDER BY from_on, known_on, hash",
		t.area, person, dateText(w.AsOf), dateText(w.Known()))
	if err != nil {
		return nil, err
	}
	boxes := make([]string, len(out))
	for i := range out {
		boxes[i] = out[i].Number
	}
	texts, err := t.OpenBoxes(ctx, boxes...)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Number = texts[i]
	}
	return out, nil
}

func readMerge(v vals) registry.Merge {
	return registry.Merge{ID: v.str(1), Loser: v.str(2), Winner: v.str(3), Undoes: v.str(4), KnownOn: v.date(5), At: v.instant(6), Actor: v.str(7), Reason: v.str(8)}
}

// Merges lists what joined and parted a record.
func (t *Tx) Merges(ctx context.Context, person string) ([]registry.Merge, error) {
	return list(ctx, t, readMerge, "SELECT "+tabPersonMerge.names+" FROM person_merge WHERE area = ? AND (loser = ? OR winner = ?) ORDER BY known_on, at, id", t.area, person, person)
}

// standing reads the merges that hold on a day for records as loser or winner.
// An undoing names the same two, so one look finds both.
func (t *Tx) standing(ctx context.Context, side string, ids []string, k known) ([]registry.Merge, error) {
	all, err := listIn(ctx, t, readMerge, "SELECT "+tabPersonMerge.names+" FROM person_merge WHERE area = ? AND "+k.column+" <= ? AND "+side+" IN (?) ORDER BY "+side+", known_on, at, id",
		[]any{t.area, k.until}, ids)
	undone := map[string]bool{}
	for _, m := range all {
		undone[m.Undoes] = true
	}
	return slices.DeleteFunc(all, func(m registry.Merge) bool { return m.Undoes != "" || undone[m.ID] }), err
}

// errCircle cannot come from the operations, which lock and look.
var errCircle = errors.New("persons are merged in a circle")

// Roots maps records to the person at the end of their merges, most to itself.
func (t *Tx) Roots(ctx context.Context, ids []string, knownAt calendar.Date) (map[string]string, error) {
	return t.roots(ctx, ids, byDay(knownAt))
}

func (t *Tx) roots(ctx context.Context, ids []string, k known) (map[string]string, error) {
	into := map[string]string{}
	for next := ids; len(next) > 0; {
		merges, err := t.standing(ctx, "loser", next, k)
		if err != nil {
			return nil, err
		}
		next = nil
		for _, m := range merges {
			if into[m.Loser] == "" {
				into[m.Loser] = m.Winner
				next = append(next, m.Winner)
			}
		}
	}
	out := make(map[string]string, len(ids))
	for _, id := range ids {
		root := id
		for n := 0; into[root] != ""; n++ {
			if n > len(into) {
				return nil, errCircle
			}
			root = into[root]
		}
		out[id] = root
	}
	return out, nil
}

// SamePersons lists a record and its duplicates, sorted.
func (t *Tx) SamePersons(ctx context.Context, person string, knownAt calendar.Date) ([]string, error) {
	found, err := t.DuplicatePersons(ctx, []string{person}, knownAt)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(slices.Values(append(found[person], person))), nil
}

// DuplicatePersons follows merges from the winners down.
func (t *Tx) DuplicatePersons(ctx context.Context, persons []string, knownAt calendar.Date) (map[string][]string, error) {
	below := map[string][]string{} // winner -> losers
	seen := map[string]bool{}
	for next := persons; len(next) > 0; {
		merges, err := t.standing(ctx, "winner", next, byDay(knownAt))
		if err != nil {
			return nil, err
		}
		next = nil
		for _, m := range merges {
			if !seen[m.Loser] {
				seen[m.Loser] = true
				below[m.Winner], next = append(below[m.Winner], m.Loser), append(next, m.Loser)
			}
		}
	}
	out := map[string][]string{}
	for _, p := range persons {
		all := slices.Clone(below[p])
		for i := 0; i < len(all); i++ {
			if all = append(all, below[all[i]]...); len(all) > len(seen) {
				return nil, errCircle
			}
		}
		if len(all) > 0 {
			out[p] = all
		}
	}
	return out, nil
}
