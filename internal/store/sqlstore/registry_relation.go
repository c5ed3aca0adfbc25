package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
)

// AddEmployment adds a labour relation, or what replaces one.
func (t *Tx) AddEmployment(ctx context.Context, e registry.Employment) error {
	t.insert(ctx, tabEmployment, t.area, e.ID, e.Person, e.Employer, e.Population, e.Tier, e.Category, dateText(e.From), dateText(e.To), fenOrNull(e.Wage),
		t.knownOn(e.KnownOn), int64(t.At()), dateText(e.RegisteredOn), e.Replaces, e.Reason)
	return nil
}

// AddEnrolment adds an insurance of a person, or what replaces one.
func (t *Tx) AddEnrolment(ctx context.Context, e registry.Enrolment) error {
	t.insert(ctx, tabEnrolment, t.area, e.ID, e.Person, e.Employer, string(e.Payer), int64(e.Scheme), e.Population, e.Tier, e.Grade, e.Group, monthText(e.From), monthText(e.To),
		fenOrNull(e.Base), t.knownOn(e.KnownOn), int64(t.At()), e.Replaces, e.Reason)
	return nil
}

func readEmployment(v vals) registry.Employment {
	return registry.Employment{ID: v.str(1), Person: v.str(2), Employer: v.str(3), Population: v.str(4), Tier: v.str(5), Category: v.str(6), From: v.date(7), To: v.date(8),
		Wage: v.fenOrNil(9), KnownOn: v.date(10), At: v.instant(11), RegisteredOn: v.date(12), Replaces: v.str(13), Reason: v.str(14)}
}

func readEnrolment(v vals) registry.Enrolment {
	return registry.Enrolment{ID: v.str(1), Person: v.str(2), Employer: v.str(3), Payer: insurance.Payer(v.str(4)), Scheme: v.scheme(5), Population: v.str(6), Tier: v.str(7),
		Grade: v.str(8), Group: v.str(9), From: v.month(10), To: v.month(11), Base: v.fenOrNil(12), KnownOn: v.date(13), At: v.instant(14), Replaces: v.str(15), Reason: v.str(16)}
}

// holds is the condition on rows of a table that are known on a day, not
// replaced by one that is, and not withdrawn; its arguments are day, area, day.
func holds(table string) string { return holdsBy(table, "known_on") }

// heldAt is holds by a moment instead of a day.
func heldAt(table string) string { return holdsBy(table, "at") }

func holdsBy(table, known string) string {
	from, to := "from_on", "to_on"
	if table == tabEnrolment.Name {
		from, to = "from_month", "to_month"
	}
	return " AND (" + to + " = '' OR " + to + " >= " + from + ") AND " + known + " <= ? AND NOT EXISTS (SELECT 1 FROM " + table + " r WHERE r.area = ? AND r.replaces = " + table + ".id AND r." + known + " <= ?)"
}

// heldBy are the arguments of a query: some of its own, then those of holds.
func (t *Tx) heldBy(knownAt calendar.Date, own ...any) []any {
	return append(own, dateText(knownAt), t.area, dateText(knownAt))
}

// Employment reads one that holds.
func (t *Tx) Employment(ctx context.Context, id string, knownAt calendar.Date) (registry.Employment, error) {
	return get(ctx, t, readEmployment, "SELECT "+tabEmployment.names+" FROM employment WHERE area = ? AND id = ?"+holds("employment"), t.heldBy(knownAt, t.area, id)...)
}

// Enrolment reads one that holds.
func (t *Tx) Enrolment(ctx context.Context, id string, knownAt calendar.Date) (registry.Enrolment, error) {
	return get(ctx, t, readEnrolment, "SELECT "+tabEnrolment.names+" FROM enrolment WHERE area = ? AND id = ?"+holds("enrolment"), t.heldBy(knownAt, t.area, id)...)
}

// EmploymentsOf lists those of persons.
func (t *Tx) EmploymentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Employment, error) {
	return ofPersons(ctx, t, tabEmployment, "from_on", readEmployment, persons, knownAt)
}

// EnrolmentsOf lists those of persons.
func (t *Tx) EnrolmentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Enrolment, error) {
	return ofPersons(ctx, t, tabEnrolment, "from_month", readEnrolment, persons, knownAt)
}

func ofPersons[T any](ctx context.Context, t *Tx, tab *Table, start string, of func(vals) T, persons []string, knownAt calendar.Date) ([]T, error) {
	return listIn(ctx, t, of, "SELECT "+tab.names+" FROM "+tab.Name+" WHERE area = ?"+holds(tab.Name)+" AND person IN (?) ORDER BY person, "+start+", id",
		t.heldBy(knownAt, t.area), persons)
}

// EnrolmentsAt lists those of persons that held at a moment.
func (t *Tx) EnrolmentsAt(ctx context.Context, persons []string, at books.Instant) ([]registry.Enrolment, error) {
	return listIn(ctx, t, readEnrolment, "SELECT "+tabEnrolment.names+" FROM enrolment WHERE area = ?"+heldAt("enrolment")+" AND person IN (?) ORDER BY person, from_month, id",
		[]any{t.area, int64(at), t.area, int64(at)}, persons)
}

// RosterAt lists the employments of an employer in a month that held at a moment.
func (t *Tx) RosterAt(ctx context.Context, employer string, m calendar.Month, at books.Instant) ([]registry.Employment, error) {
	return list(ctx, t, readEmployment, "SELECT "+tabEmployment.names+" FROM employment WHERE area = ? AND employer = ? AND from_on <= ? AND (to_on = '' OR to_on >= ?)"+
		heldAt("employment")+" ORDER BY person, from_on, id", t.area, employer, dateText(m.Last()), dateText(m.First()), int64(at), t.area, int64(at))
}

// Roster lists the employments of an employer in a month.
func (t *Tx) Roster(ctx context.Context, employer string, m calendar.Month, knownAt calendar.Date) ([]registry.Employment, error) {
	return list(ctx, t, readEmployment, "SELECT "+tabEmployment.names+" FROM employment WHERE area = ? AND employer = ? AND from_on <= ? AND (to_on = '' OR to_on >= ?)"+
		holds("employment")+" ORDER BY person, from_on, id", t.heldBy(knownAt, t.area, employer, dateText(m.Last()), dateText(m.First()))...)
}

// EmployedBy lists who is or was on an employer's roster, also by mistake.
func (t *Tx) EmployedBy(ctx context.Context, employer string, p books.Page) ([]string, error) {
	return list(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT DISTINCT person FROM employment WHERE area = ? AND employer = ? AND person > ? ORDER BY person LIMIT ?", t.area, employer, p.After, int64(p.Size()))
}

// PayersWithoutEmployer lists who pays alone in a month.
func (t *Tx) PayersWithoutEmployer(ctx context.Context, m calendar.Month, knownAt calendar.Date, p books.Page) ([]registry.Enrolment, error) {
	return list(ctx, t, readEnrolment, "SELECT "+tabEnrolment.names+" FROM enrolment WHERE area = ? AND employer = '' AND payer <> 'employee' AND id > ? AND from_month <= ? "+
		"AND (to_month = '' OR to_month >= ?)"+holds("enrolment")+" ORDER BY id LIMIT ?",
		append(t.heldBy(knownAt, t.area, p.After, monthText(m), monthText(m)), int64(p.Size()))...)
}
