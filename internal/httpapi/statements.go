package httpapi

import (
	"bujiao/internal/office"
	"bujiao/internal/statement"
)

type monthStatementIn struct {
	Reading
	OfID
	OfMonth
	When
	Employer string `query:"employer" maxLength:"64" doc:"the months of this employer only"`
}

func showMonthStatement(c *call, in *monthStatementIn) (office.Told[*statement.Month], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return office.Told[*statement.Month]{}, err
	}
	w, err := in.days()
	if err != nil {
		return office.Told[*statement.Month]{}, err
	}
	return c.office().MonthStatement(c.ctx, in.ask(c), office.StatementQuery{Person: in.ID, Month: m, Employer: in.Employer, AsOf: w.AsOf, KnownAt: w.KnownAt})
}

type yearStatementIn struct {
	Reading
	OfID
	When
	Year int `path:"year" minimum:"1990" maximum:"2199"`
}

func showYearStatement(c *call, in *yearStatementIn) (office.Told[*statement.Year], error) {
	w, err := in.days()
	if err != nil {
		return office.Told[*statement.Year]{}, err
	}
	return c.office().YearStatement(c.ctx, in.ask(c), office.StatementQuery{Person: in.ID, Year: in.Year, AsOf: w.AsOf, KnownAt: w.KnownAt})
}

func showPaymentStatement(c *call, in *readIn) (office.Told[*statement.PaymentNotice], error) {
	return c.office().PaymentStatement(c.ctx, in.ask(c), in.ID)
}

type handOverIn struct {
	Keyed
	Doc[office.HandoverInput]
}

func handOver(c *call, in *handOverIn) (statement.Handover, error) {
	return c.office().HandOver(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type handoversIn struct {
	Reading
	Paged
	Kind     string `query:"kind" enum:"monthly,yearly,payment"`
	Employer string `query:"employer" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
	Period   string `query:"period" maxLength:"7"`
}

func listHandovers(c *call, in *handoversIn) (*Page[statement.Handover], error) {
	f := statement.Filter{Kind: statement.Kind(in.Kind), Employer: in.Employer, Person: in.Person, Period: in.Period}
	list, err := c.office().Handovers(c.ctx, in.ask(c), office.HandoverQuery{Filter: f, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(h statement.Handover) string { return h.ID }), nil
}
