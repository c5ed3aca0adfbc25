package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/office"
	"bujiao/internal/registry"
)

// When asks for what was true on a day, as known on another.
type When struct {
	AsOf    string `query:"as_of" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	KnownAt string `query:"known_at" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func (w When) days() (out registry.When, err error) {
	if out.AsOf, err = day("as_of", w.AsOf); err == nil {
		out.KnownAt, err = day("known_at", w.KnownAt)
	}
	return out, err
}

type registerPersonIn struct {
	Keyed
	Doc[registry.NewPerson]
}

func registerPerson(c *call, in *registerPersonIn) (office.Ref, error) {
	return c.office().RegisterPerson(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type changePersonIn struct {
	Edit
	OfID
	Doc[registry.PersonChange]
}

func changePerson(c *call, in *changePersonIn) (office.Ref, error) {
	return c.office().ChangePerson(c.ctx, in.ask(c), in.ID, in.value)
}

type addDocumentIn struct {
	Keyed
	OfID
	Doc[office.NewDocument]
}

func addDocument(c *call, in *addDocumentIn) (office.Ref, error) {
	return c.office().AddDocument(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value)
}

// JoiningRequest proposes to join two records of one person, or to part them.
type JoiningRequest struct {
	office.Joining
	Reason string `json:"reason"`
}

type proposeJoiningIn struct {
	Keyed
	Doc[JoiningRequest]
}

func proposeJoining(c *call, in *proposeJoiningIn) (office.Ref, error) {
	return c.office().ProposeJoining(c.ctx, c.ask(in.Area, in.Key), in.value.Joining, in.value.Reason)
}

// Decision grants or refuses what another proposed.
type Decision struct {
	Grant  bool   `json:"grant"`
	Reason string `json:"reason"`
}

type decideIn struct {
	Keyed
	OfID
	Doc[Decision]
}

func decideJoining(c *call, in *decideIn) (access.Approval, error) {
	return c.office().DecideJoining(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Grant, in.value.Reason)
}

type employersIn struct {
	InArea
	When
	Paged
	CreditCode string `query:"credit_code" maxLength:"18"`
}

func listEmployers(c *call, in *employersIn) (*Page[registry.Employer], error) {
	w, err := in.days()
	if err != nil {
		return nil, err
	}
	if in.CreditCode != "" {
		e, err := c.office().FindEmployer(c.ctx, c.ask(in.Area, ""), in.CreditCode, w)
		return whole([]registry.Employer{e}), err
	}
	list, err := c.office().Employers(c.ctx, c.ask(in.Area, ""), w, in.page())
	return paged(c, in.Paged, list, func(e registry.Employer) string { return e.ID }), err
}

type registerEmployerIn struct {
	Keyed
	Doc[registry.NewEmployer]
}

func registerEmployer(c *call, in *registerEmployerIn) (office.Ref, error) {
	return c.office().RegisterEmployer(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type employerIn struct {
	InArea
	OfEmployer
	When
}

func showEmployer(c *call, in *employerIn) (registry.Employer, error) {
	w, err := in.days()
	if err != nil {
		return registry.Employer{}, err
	}
	return c.office().Employer(c.ctx, c.ask(in.Area, ""), in.Employer, w)
}

type changeEmployerIn struct {
	Edit
	OfEmployer
	Doc[registry.EmployerChange]
}

func changeEmployer(c *call, in *changeEmployerIn) (office.Ref, error) {
	return c.office().ChangeEmployer(c.ctx, in.ask(c), in.Employer, in.value)
}

// EndRequest ends something on a day.
type EndRequest struct {
	Day    calendar.Date `json:"day"`
	Reason string        `json:"reason"`
}

type deregisterIn struct {
	Keyed
	OfEmployer
	Doc[EndRequest]
}

func deregister(c *call, in *deregisterIn) (office.Ref, error) {
	return c.office().Deregister(c.ctx, c.ask(in.Area, in.Key), in.Employer, in.value.Day, in.value.Reason)
}

type rosterIn struct {
	Reading
	OfEmployer
	OfMonth
	KnownAt string `query:"known_at" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func showRoster(c *call, in *rosterIn) (*Page[office.RosterLine], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	known, err := day("known_at", in.KnownAt)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Roster(c.ctx, in.ask(c), office.RosterQuery{Employer: in.Employer, Month: m, KnownAt: known})
	return whole(list), err
}

type startEmploymentIn struct {
	Keyed
	Doc[registry.NewEmployment]
}

func startEmployment(c *call, in *startEmploymentIn) (registry.Started, error) {
	return c.office().StartEmployment(c.ctx, c.ask(in.Area, in.Key), in.value)
}

func showEmployment(c *call, in *readIn) (registry.Employment, error) {
	return c.office().Employment(c.ctx, in.ask(c), in.ID)
}

type correctEmploymentIn struct {
	Edit
	OfID
	Doc[registry.EmploymentChange]
}

func correctEmployment(c *call, in *correctEmploymentIn) (registry.Started, error) {
	return c.office().CorrectEmployment(c.ctx, in.ask(c), in.ID, in.value)
}

type endEmploymentIn struct {
	Keyed
	OfID
	Doc[EndRequest]
}

func endEmployment(c *call, in *endEmploymentIn) (registry.Started, error) {
	return c.office().EndEmployment(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Day, in.value.Reason)
}

type enrolIn struct {
	Keyed
	Doc[registry.NewEnrolment]
}

func enrol(c *call, in *enrolIn) (registry.Enrolment, error) {
	return c.office().Enrol(c.ctx, c.ask(in.Area, in.Key), in.value)
}

// EndMonthRequest ends an enrolment with its last month.
type EndMonthRequest struct {
	Month  calendar.Month `json:"month"`
	Reason string         `json:"reason"`
}

type endEnrolmentIn struct {
	Keyed
	OfID
	Doc[EndMonthRequest]
}

func endEnrolment(c *call, in *endEnrolmentIn) (registry.Enrolment, error) {
	return c.office().EndEnrolment(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Month, in.value.Reason)
}

type listIn struct {
	InArea
	Paged
}

func listDuties(c *call, in *listIn) (*Page[registry.Clock], error) {
	list, err := c.office().OverdueDuties(c.ctx, c.ask(in.Area, ""), in.page())
	return paged(c, in.Paged, list, func(x registry.Clock) string { return x.ID }), err
}
