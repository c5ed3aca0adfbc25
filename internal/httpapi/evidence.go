package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/evidence"
	"bujiao/internal/office"
	"bujiao/internal/upload"
)

type uploadIn struct {
	InArea
	RawBody []byte `contentType:"application/octet-stream"`
}

// uploadFile takes a file; what it is, its bytes say.
func uploadFile(c *call, in *uploadIn) (upload.Upload, error) {
	return c.office().Upload(c.ctx, c.ask(in.Area, ""), in.RawBody)
}

type uploadsIn struct {
	InArea
	Paged
}

func listUploads(c *call, in *uploadsIn) (*Page[upload.Upload], error) {
	list, err := c.office().Uploads(c.ctx, c.ask(in.Area, ""), in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(u upload.Upload) string { return u.ID }), nil
}

// uploadContent gives out a file, to be saved and never to be shown by itself.
func uploadContent(c *call, in *readIn) (func(huma.Context), error) {
	f, err := c.office().OpenFile(c.ctx, in.ask(c), in.ID)
	if err != nil {
		return nil, err
	}
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", f.Media)
		ctx.SetHeader("Content-Disposition", "attachment")
		ctx.SetHeader("X-Content-Type-Options", "nosniff")
		ctx.SetHeader("Cache-Control", "no-store")
		_, _ = ctx.BodyWriter().Write(f.Data) // the peer may be gone
	}, nil
}

type handInIn struct {
	Keyed
	Doc[evidence.NewPiece]
}

func handIn(c *call, in *handInIn) (evidence.Piece, error) {
	return c.office().HandIn(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type piecesIn struct {
	Reading
	Paged
	Case     string `query:"case" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
}

func listPieces(c *call, in *piecesIn) (*Page[evidence.Piece], error) {
	list, err := c.office().Pieces(c.ctx, in.ask(c), office.PieceQuery{Case: in.Case, Person: in.Person, Employer: in.Employer, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(p evidence.Piece) string { return p.ID }), nil
}

type decidePieceIn struct {
	Keyed
	OfID
	Doc[office.PieceDecision]
}

func decidePiece(c *call, in *decidePieceIn) (evidence.Piece, error) {
	return c.office().DecidePiece(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value)
}

type missingIn struct {
	Reading
	Doc[evidence.Request]
}

func missingPapers(c *call, in *missingIn) (evidence.Answer, error) {
	return c.office().MissingPapers(c.ctx, in.ask(c), in.value)
}
