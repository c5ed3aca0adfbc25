package httpapi

import (
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/evidence"
	"bujiao/internal/office"
)

// courtDossier gives out the dossier of a case: names and numbers in plain, as
// a court is to read them.
func courtDossier(c *call, in *readIn) (func(huma.Context), error) {
	out, err := c.office().CourtDossier(c.ctx, in.ask(c), in.ID)
	if err != nil {
		return nil, err
	}
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/zip")
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": out.Name}))
		ctx.SetHeader("Cache-Control", "no-store")
		_, _ = ctx.BodyWriter().Write(out.ZIP) // the peer may be gone
	}, nil
}

type deferralPlanIn struct {
	InArea
	OfEmployer
	Until       string `query:"until" required:"true" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"last day of the deferral"`
	Instalments int    `query:"instalments" minimum:"1" maximum:"60" default:"1"`
}

func planDeferral(c *call, in *deferralPlanIn) (office.DeferralPlan, error) {
	until, err := day("until", in.Until)
	if err != nil {
		return office.DeferralPlan{}, err
	}
	return c.office().PlanDeferral(c.ctx, c.ask(in.Area, ""), office.DeferralQuery{Employer: in.Employer, Until: until, Instalments: in.Instalments})
}

func showCardBatch(c *call, in *oneIn) (office.CardBatch, error) {
	return c.office().CardBatch(c.ctx, c.ask(in.Area, ""), in.ID)
}

func missingOfCase(c *call, in *readIn) (evidence.Answer, error) {
	return c.office().CasePapers(c.ctx, in.ask(c), in.ID)
}
