package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/casework"
	"bujiao/internal/intake"
	"bujiao/internal/office"
)

// maxMakeupFile bounds a make-up file, in bytes.
const maxMakeupFile = 8 << 20

func showEffects(c *call, in *readIn) (*Page[office.MakeupEffect], error) {
	list, err := c.office().MakeupEffects(c.ctx, in.ask(c), in.ID)
	if err != nil {
		return nil, err
	}
	return whole(list), nil
}

// makeupFile gives out the make-up file of a case: names and numbers in plain.
func makeupFile(c *call, in *readIn) (func(huma.Context), error) {
	data, err := c.office().MakeupFile(c.ctx, in.ask(c), in.ID)
	if err != nil {
		return nil, err
	}
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "text/csv; charset=utf-8")
		ctx.SetHeader("Content-Disposition", "attachment")
		ctx.SetHeader("Cache-Control", "no-store")
		_, _ = ctx.BodyWriter().Write(data) // the peer may be gone
	}, nil
}

type makeupFileIn struct {
	InArea
	Name    string `query:"name" required:"true" maxLength:"200"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// MakeupMonths is what a make-up file says; rows that are wrong are named, and
// then there are no months.
type MakeupMonths struct {
	Months  []casework.Month `json:"months"`
	Rejects []intake.Reject  `json:"rejects"`
}

func readMakeupFile(c *call, in *makeupFileIn) (MakeupMonths, error) {
	months, rejects, err := c.office().ReadMakeupFile(c.ctx, c.ask(in.Area, ""), in.Name, in.RawBody)
	if err != nil || len(rejects) > 0 {
		return MakeupMonths{Months: []casework.Month{}, Rejects: rejects}, err
	}
	return MakeupMonths{Months: months, Rejects: []intake.Reject{}}, nil
}
