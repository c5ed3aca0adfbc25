package registry

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
)

// PersonBooks is what registering persons needs.
type PersonBooks interface {
	Persons
	LockPersons(ctx context.Context, ids ...string) error
	NewPerson(ctx context.Context, p Person) error
	AddPersonState(ctx context.Context, p Person) error
	AddIdentity(ctx context.Context, i Identity) error
	AddMerge(ctx context.Context, m Merge) error
}

// NewPerson is a person to be registered. Birth and sex are taken from a
// citizen number, and must not contradict it.
type NewPerson struct {
	Document
	Name        string        `json:"name"` // as in the document (R-REG-08)
	Birth       calendar.Date `json:"birth,omitzero"`
	Sex         insurance.Sex `json:"sex,omitempty"`
	HukouArea   string        `json:"hukou_area,omitempty"`
	HukouKind   string        `json:"hukou_kind,omitempty"`
	Nationality string        `json:"nationality,omitempty"`
	Category    string        `json:"category,omitempty"`
	Bank        string        `json:"bank,omitempty"`
	BankAccount string        `json:"bank_account,omitempty"`
	From        calendar.Date `json:"from,omitzero"` // zero: from birth
	Reason      string        `json:"reason,omitempty"`
}

// Person checks what is to be registered and returns it without an id.
func (in NewPerson) Person(ix Index, today calendar.Date) (Person, error) {
	h, err := in.Read(today)
	if err != nil {
		return Person{}, err
	}
	p := Person{NumberHash: h.Hash(ix), NumberKind: h.Kind, Number: h.Number, Name: strings.TrimSpace(in.Name), Birth: in.Birth, Sex: in.Sex, HukouArea: in.HukouArea, HukouKind: in.HukouKind,
		Nationality: in.Nationality, Category: in.Category, Bank: in.Bank, BankAccount: strings.TrimSpace(in.BankAccount), From: in.From, Reason: in.Reason}
	if p.Nationality == "" {
		p.Nationality = h.Nation
	}
	switch {
	case h.Birth != 0 && p.Birth != 0 && p.Birth != h.Birth:
		return Person{}, invalid("registry.birth_contradicts")
	case h.Sex != "" && p.Sex != "" && p.Sex != h.Sex:
		return Person{}, invalid("registry.sex_contradicts")
	}
	if h.Birth != 0 {
		p.Birth, p.Sex = h.Birth, h.Sex
	}
	if p.From == 0 {
		p.From = p.Birth
	}
	return p, p.check(today)
}

func invalid(key string) error { return fault.New(fault.Invalid, key, nil) }

// check holds what is true of every state of a person.
func (p Person) check(today calendar.Date) error {
	switch {
	case !properName(p.Name):
		return invalid("registry.bad_name")
	case p.Birth == 0 || p.Birth > today:
		return invalid("registry.bad_birth")
	case p.Sex != insurance.Male && p.Sex != insurance.Female:
		return invalid("registry.bad_sex")
	case p.HukouArea != "" && !areaCode(p.HukouArea):
		return invalid("registry.bad_hukou_area")
	case p.HukouKind != "" && p.HukouKind != "urban" && p.HukouKind != "rural":
		return invalid("registry.bad_hukou_kind")
	case p.Nationality != "" && !nationForm.MatchString(p.Nationality):
		return invalid("registry.no_nation")
	case p.Category != "" && p.Category != "worker" && p.Category != "cadre":
		return invalid("registry.bad_category")
	case p.From < p.Birth || p.From > today:
		return invalid("registry.bad_from")
	}
	return checkAccount(p.Bank, p.BankAccount)
}

// checkAccount holds that an account is digits of its bank.
func checkAccount(bank, account string) error {
	if (bank == "") != (account == "") {
		return invalid("registry.bank_and_account")
	}
	if account == "" {
		return nil
	}
	if len(account) < 6 || len(account) > 34 || strings.Trim(account, "0123456789") != "" || len(bank) > 64 {
		return invalid("registry.bad_account")
	}
	return nil
}

// properName holds that a name is text of printable characters, of which the
// character set (GB 18030) has many that Unicode calls unassigned or private.
func properName(s string) bool {
	if s == "" || len(s) > 200 || !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return false
	}
	return !strings.ContainsFunc(s, unicode.IsControl)
}

func areaCode(s string) bool { return len(s) == 6 && strings.Trim(s, "0123456789") == "" }

// Register adds a person. Whoever has the document already is fault
// registry.person_exists; the id is in it.
func Register(ctx context.Context, tx PersonBooks, ix Index, in NewPerson) (Person, error) {
	p, err := in.Person(ix, tx.Today())
	if err != nil {
		return p, err
	}
	found, err := tx.PersonsByHash(ctx, []string{p.NumberHash}, tx.Today())
	if err != nil {
		return p, err
	}
	if id := found[p.NumberHash]; id != "" {
		return p, fault.New(fault.Conflict, "registry.person_exists", fault.Args{"person": id})
	}
	p.ID, p.KnownOn, p.At = tx.NewID(), tx.Today(), tx.At()
	return p, tx.NewPerson(ctx, p)
}

// known reads a record that can be changed: one that is there and is not a
// duplicate.
func known(ctx context.Context, tx Persons, id string, asOf calendar.Date) (Person, error) {
	p, err := tx.Person(ctx, id, When{AsOf: asOf, KnownAt: tx.Today()})
	if errors.Is(err, books.ErrNotFound) {
		return p, fault.Wrap(fault.NotFound, "registry.no_person", nil, err)
	}
	if err == nil && p.MergedInto != "" {
		return p, fault.New(fault.Conflict, "registry.merged", fault.Args{"person": p.MergedInto})
	}
	return p, err
}

// PersonChange is what changes of a person from a day; what is nil stays.
type PersonChange struct {
	From        calendar.Date  `json:"from"`
	Name        *string        `json:"name,omitempty"`
	Birth       *calendar.Date `json:"birth,omitempty"` // only where no citizen number says it
	Sex         *insurance.Sex `json:"sex,omitempty"`
	HukouArea   *string        `json:"hukou_area,omitempty"`
	HukouKind   *string        `json:"hukou_kind,omitempty"`
	Nationality *string        `json:"nationality,omitempty"`
	Category    *string        `json:"category,omitempty"`
	Bank        *string        `json:"bank,omitempty"`
	BankAccount *string        `json:"bank_account,omitempty"`
	Reason      string         `json:"reason"`
}

// ChangePerson adds what is true of a person from a day. It holds until the
// next state that is known.
func ChangePerson(ctx context.Context, tx PersonBooks, id string, in PersonChange) (Person, error) {
	if err := tx.LockPersons(ctx, id); err != nil {
		return Person{}, err
	}
	if in.From > tx.Today() || in.From == 0 {
		return Person{}, invalid("registry.bad_from")
	}
	p, err := known(ctx, tx, id, in.From)
	if err != nil {
		return p, err
	}
	if in.Reason == "" {
		return p, invalid("registry.no_reason")
	}
	byNumber := p.NumberKind == Citizen || p.NumberKind == HKMTPermit
	if byNumber && (in.Birth != nil || in.Sex != nil) {
		return p, invalid("registry.said_by_number")
	}
	set(&p.Name, in.Name)
	set(&p.Birth, in.Birth)
	set(&p.Sex, in.Sex)
	set(&p.HukouArea, in.HukouArea)
	set(&p.HukouKind, in.HukouKind)
	set(&p.Nationality, in.Nationality)
	set(&p.Category, in.Category)
	set(&p.Bank, in.Bank)
	set(&p.BankAccount, in.BankAccount)
	p.From, p.Reason, p.KnownOn, p.At = in.From, in.Reason, tx.Today(), tx.At()
	if err := p.check(tx.Today()); err != nil {
		return p, err
	}
	return p, tx.AddPersonState(ctx, p)
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// AddDocument adds a document of a person from a day (R-ID-04). One that is
// there already changes nothing; another's is fault registry.document_of_other.
func AddDocument(ctx context.Context, tx PersonBooks, ix Index, person string, d Document, from calendar.Date) (Identity, error) {
	h, err := d.Read(tx.Today())
	if err != nil {
		return Identity{}, err
	}
	if from == 0 || from > tx.Today() {
		return Identity{}, invalid("registry.bad_from")
	}
	if err := tx.LockPersons(ctx, person); err != nil {
		return Identity{}, err
	}
	p, err := known(ctx, tx, person, tx.Today())
	if err != nil {
		return Identity{}, err
	}
	if h.Birth != 0 && (h.Birth != p.Birth || h.Sex != p.Sex) {
		return Identity{}, invalid("registry.birth_contradicts")
	}
	i := Identity{Hash: h.Hash(ix), Person: person, Kind: h.Kind, Number: h.Number, From: from, KnownOn: tx.Today()}
	found, err := tx.PersonsByHash(ctx, []string{i.Hash}, tx.Today())
	switch owner := found[i.Hash]; {
	case err != nil || owner == person:
		return i, err
	case owner != "":
		return i, fault.New(fault.Conflict, "registry.document_of_other", fault.Args{"person": owner})
	}
	return i, tx.AddIdentity(ctx, i)
}

// CheckMerge holds that two records can be joined: both are there, are not the
// same, stand for themselves, and could be one person.
func CheckMerge(ctx context.Context, tx Persons, loser, winner string) error {
	if loser == winner {
		return invalid("registry.same_record")
	}
	a, err := known(ctx, tx, loser, tx.Today())
	if err != nil {
		return err
	}
	b, err := known(ctx, tx, winner, tx.Today())
	if err != nil {
		return err
	}
	if a.Sex != b.Sex {
		return fault.New(fault.Conflict, "registry.not_one_person", nil)
	}
	return nil
}

// MergePersons joins a duplicate to the person it is: from now on the records
// of both count as one, and documents of either lead to the winner. Nothing of
// either is changed, so that PartPersons can undo it.
func MergePersons(ctx context.Context, tx PersonBooks, loser, winner, reason string) (Merge, error) {
	if reason == "" {
		return Merge{}, invalid("registry.no_reason")
	}
	if err := tx.LockPersons(ctx, loser, winner); err != nil {
		return Merge{}, err
	}
	if err := CheckMerge(ctx, tx, loser, winner); err != nil {
		return Merge{}, err
	}
	m := Merge{ID: tx.NewID(), Loser: loser, Winner: winner, KnownOn: tx.Today(), At: tx.At(), Actor: tx.Actor().ID, Reason: reason}
	return m, tx.AddMerge(ctx, m)
}

// PartPersons undoes the merge of a record that is merged now.
func PartPersons(ctx context.Context, tx PersonBooks, loser, reason string) (Merge, error) {
	if reason == "" {
		return Merge{}, invalid("registry.no_reason")
	}
	if err := tx.LockPersons(ctx, loser); err != nil {
		return Merge{}, err
	}
	all, err := tx.Merges(ctx, loser)
	if err != nil {
		return Merge{}, err
	}
	var last *Merge
	undone := map[string]bool{}
	for i, m := range all {
		if m.Loser == loser && m.Undoes == "" {
			last = &all[i]
		}
		undone[m.Undoes] = true
	}
	if last == nil || undone[last.ID] {
		return Merge{}, fault.New(fault.Conflict, "registry.not_merged", nil)
	}
	m := Merge{ID: tx.NewID(), Loser: loser, Winner: last.Winner, Undoes: last.ID, KnownOn: tx.Today(), At: tx.At(), Actor: tx.Actor().ID, Reason: reason}
	return m, tx.AddMerge(ctx, m)
}
