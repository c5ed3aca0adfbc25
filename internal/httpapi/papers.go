package httpapi

import (
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/office"
	"bujiao/internal/paper"
)

type papersIn struct {
	Reading
	Paged
	Case     string `query:"case" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
	Kind     string `query:"kind" maxLength:"40" doc:"the name of a wording, such as order_to_pay"`
}

func listPapers(c *call, in *papersIn) (*Page[paper.Paper], error) {
	list, err := c.office().Papers(c.ctx, in.ask(c), office.PaperQuery{Case: in.Case, Person: in.Person, Employer: in.Employer, Kind: in.Kind, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(p paper.Paper) string { return p.ID }), nil
}

type paperIn struct {
	Reading
	OfID
	Plain bool `query:"plain" doc:"names and numbers of persons and accounts unmasked"`
}

func (in paperIn) of(c *call) office.PaperInput {
	return office.PaperInput{ID: in.ID, Plain: in.Plain, Lang: c.lang}
}

func showPaper(c *call, in *paperIn) (office.PaperView, error) {
	return c.office().ReadPaper(c.ctx, in.ask(c), in.of(c))
}

func printPaper(c *call, in *paperIn) (func(huma.Context), error) {
	out, err := c.office().PrintPaper(c.ctx, in.ask(c), in.of(c))
	if err != nil {
		return nil, err
	}
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/pdf")
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": out.Name}))
		_, _ = ctx.BodyWriter().Write(out.PDF) // the peer may be gone
	}, nil
}

type issueStatementIn struct {
	Keyed
	Doc[office.StatementPaper]
}

func issueStatement(c *call, in *issueStatementIn) (paper.Paper, error) {
	return c.office().IssueStatement(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type servePaperIn struct {
	Keyed
	OfID
	Doc[office.ServeInput]
}

func servePaper(c *call, in *servePaperIn) (paper.Service, error) {
	return c.office().ServePaper(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value)
}
