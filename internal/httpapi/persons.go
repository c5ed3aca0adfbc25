package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/office"
)

// PersonRequest finds a person by the number of a document. It is sent as a
// body, so that no number stands in an address or a log.
type PersonRequest struct {
	Number  string         `json:"number"`
	Plain   bool           `json:"plain,omitempty"` // unmasked, for who may
	Purpose access.Purpose `json:"purpose,omitempty"`
}

type findPersonIn struct {
	InArea
	Doc[PersonRequest]
}

func findPerson(c *call, in *findPersonIn) (*office.PersonView, error) {
	v, err := c.office().ReadPerson(c.ctx, c.ask(in.Area, ""), office.PersonQuery{Number: in.value.Number, Plain: in.value.Plain, Purpose: in.value.Purpose})
	return &v, err
}

type personIn struct {
	InArea
	OfID
	AsOf    string `query:"as_of" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	KnownAt string `query:"known_at" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	Plain   bool   `query:"plain"`
	Purpose string `query:"purpose" maxLength:"20"`
}

func showPerson(c *call, in *personIn) (*office.PersonView, error) {
	asOf, err := day("as_of", in.AsOf)
	if err != nil {
		return nil, err
	}
	knownAt, err := day("known_at", in.KnownAt)
	if err != nil {
		return nil, err
	}
	v, err := c.office().ReadPerson(c.ctx, c.ask(in.Area, ""),
		office.PersonQuery{Person: in.ID, AsOf: asOf, KnownAt: knownAt, Plain: in.Plain, Purpose: access.Purpose(in.Purpose)})
	return &v, err
}

type readersIn struct {
	InArea
	Paged
}

func listReaders(c *call, in *readersIn) (*Page[office.Reader], error) {
	list, err := c.office().MyReaders(c.ctx, c.ask(in.Area, ""), in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(r office.Reader) string { return r.ID }), nil
}
