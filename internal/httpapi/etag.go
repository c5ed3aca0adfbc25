package httpapi

import (
	"strings"

	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// Edit is a request that changes what stands at its address. It names the tag
// of the state that it is made from, which GET of the same address gives.
type Edit struct {
	Keyed
	Tag string `header:"If-Match" maxLength:"200" doc:"the ETag of the state that is changed, or * for whatever it is now"`
}

// ask is what the operation is told: to go on only from that state.
func (in Edit) ask(c *call) office.Request {
	q := c.ask(in.Area, in.Key)
	q.Seen = in.fits
	return q
}

// fits refuses a state that is not the one that was seen, and a change by one
// who does not say which.
func (in Edit) fits(tag string) error {
	switch in.Tag {
	case "":
		return fault.New(fault.Usage, "httpapi.no_tag", nil)
	case "*":
		return nil
	}
	for _, want := range strings.Split(in.Tag, ",") {
		if strings.TrimSpace(want) == quoted(tag) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "httpapi.changed", nil)
}

// shown puts the tag of what is shown into the answer.
func (c *call) shown(tag string) error {
	c.etag = quoted(tag)
	return nil
}

// quoted is a tag as a strong validator.
func quoted(tag string) string { return `"` + tag + `"` }
