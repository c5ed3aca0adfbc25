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
	q := c.ask(in.Area, "")
	q.Purpose = in.value.Purpose
	v, err := c.office().ReadPerson(c.ctx, q, office.PersonQuery{Number: in.value.Number, Plain: in.value.Plain})
	return &v, err
}

type personIn struct {
	Reading
	OfID
	When
	Plain bool `query:"plain"`
}

func showPerson(c *call, in *personIn) (*office.PersonView, error) {
	w, err := in.days()
	if err != nil {
		return nil, err
	}
	v, err := c.office().ReadPerson(c.ctx, in.ask(c), office.PersonQuery{Person: in.ID, AsOf: w.AsOf, KnownAt: w.KnownAt, Plain: in.Plain})
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
