package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/proof"
	"bujiao/internal/seal"
)

type proveIn struct{ InArea }

// prove recomputes the books of an area. It reads all of them, so only a few
// run at once.
func prove(c *call, in *proveIn) (*proof.Report, error) {
	if err := access.Check(c.actor, "proof.run", access.Scope{Area: in.Area}); err != nil {
		return nil, err
	}
	if c.s.c.Prove == nil {
		return nil, fault.New(fault.NotFound, "httpapi.no_office", nil)
	}
	select {
	case c.s.heavy <- struct{}{}:
		defer func() { <-c.s.heavy }()
	default:
		return nil, fault.New(fault.Unavailable, "httpapi.busy", nil)
	}
	return c.s.c.Prove(c.ctx, in.Area)
}

type sealsIn struct {
	InArea
	From string `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func listSeals(c *call, in *sealsIn) (*Page[seal.Seal], error) {
	from, err := day("from", in.From)
	if err != nil {
		return nil, err
	}
	list, err := office.Seals(c.ctx, c.office(), c.ask(in.Area, ""), from)
	return whole(list), err
}
