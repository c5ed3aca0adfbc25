package httpapi

import (
	"errors"
	"net/url"
	"strconv"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// InArea names the pooling area of a request: every record belongs to one.
type InArea struct {
	Area string `path:"area" pattern:"^[0-9]{6}$" example:"110000"`
}

// Keyed is a request in an area that writes. Sent again with the same key it is
// done once and answered alike.
type Keyed struct {
	InArea
	Key string `header:"Idempotency-Key" maxLength:"100"`
}

// Reading is a request that may show something of persons. Staff that reads for
// more than one purpose names it; the persons see it.
type Reading struct {
	InArea
	Purpose string `query:"purpose" enum:"own,staff,service,objection,review,collection,enforcement,inspection" doc:"why the record is read; the person sees it. Needed from clerks (service or objection) and reviewers (review or objection); any other role has one purpose and need not name it"`
}

func (in Reading) ask(c *call) office.Request {
	q := c.ask(in.Area, "")
	q.Purpose = access.Purpose(in.Purpose)
	return q
}

// OfID names a thing by its id.
type OfID struct {
	ID string `path:"id" maxLength:"64"`
}

// Paged asks for a page of a list: those after the last one seen.
type Paged struct {
	After string `query:"after" maxLength:"64"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000"`
}

func (p Paged) page() books.Page { return books.Page{After: p.After, Limit: p.Limit} }

// Page is a page of a list. Next, if there may be more, is what to send as
// after; the header Link has the whole address.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// paged makes a page of what was read.
func paged[T any](c *call, p Paged, items []T, id func(T) string) *Page[T] {
	out := &Page[T]{Items: items}
	if items == nil {
		out.Items = []T{}
	}
	size := p.page().Size()
	if len(items) < size {
		return out
	}
	out.Next = id(items[len(items)-1])
	q := c.req.URL.Query()
	q.Set("after", out.Next)
	q.Set("limit", strconv.Itoa(size))
	c.link = "<" + (&url.URL{Path: c.req.URL.Path, RawQuery: q.Encode()}).String() + `>; rel="next"`
	return out
}

// whole makes a page of a list that has no more.
func whole[T any](items []T) *Page[T] {
	if items == nil {
		items = []T{}
	}
	return &Page[T]{Items: items}
}

// OfMonth names a month.
type OfMonth struct {
	Month string `path:"month" pattern:"^[0-9]{4}-[0-9]{2}$" example:"2026-08"`
}

func month(field, text string) (calendar.Month, error) {
	if text == "" {
		return 0, nil
	}
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return 0, badDay("httpapi.bad_month", field, err)
	}
	return m, nil
}

func day(field, text string) (calendar.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		return 0, badDay("httpapi.bad_day", field, err)
	}
	return d, nil
}

// badDay says that a parameter is no day or month, or lies outside the years
// that are supported.
func badDay(key, field string, err error) error {
	args := fault.Args{"field": field}
	if errors.Is(err, calendar.ErrRange) {
		key, args["min"], args["max"] = "strictjson.range", strconv.Itoa(calendar.MinYear), strconv.Itoa(calendar.MaxYear)
	}
	return fault.Wrap(fault.Invalid, key, args, err)
}
