package httpapi

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/lang"
	"bujiao/internal/office"
)

// call is one request on its way: what it asks in, who asks, and what the
// answer says beside its body.
type call struct {
	s      *Server
	ctx    context.Context
	req    *http.Request
	w      http.ResponseWriter // for cookies; bodies go through huma
	id     string
	lang   string
	route  string // of the table; empty: none matched
	actor  access.Actor
	hidden error // of an internal error, for the log

	etag string
	link string
}

type callKey struct{}

// callOf is the call of a context; every request has one.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// admit finds out who asks; public routes ask nobody. Whether the thing is
// theirs is decided by the operation, which knows whose it is.
func (c *call) admit(may access.Action) error {
	if may == public {
		return nil
	}
	if c.s.c.Login != nil {
		actor, err := c.s.c.Login.Authenticate(c.req)
		if err != nil {
			return err
		}
		c.actor = actor
	}
	if c.actor.ID == "" {
		return errNobody
	}
	if may == anybody {
		return nil
	}
	return access.May(c.actor, may)
}

// errNobody says that one has to log in.
var errNobody = fault.New(fault.Forbidden, "httpapi.log_in", nil)

// desk answers in the call's language.
func (c *call) desk() *inquiry.Desk {
	return &inquiry.Desk{Laws: c.s.c.Laws, Sign: c.s.c.Sign, Lang: c.lang, Today: books.DateOf(c.s.c.Clock()), Members: true}
}

// office has the operations.
func (c *call) office() *office.Office { return c.s.c.Office }

// ask is what an operation of the office is told. Keys of two askers never
// meet: nobody is given what was kept for another.
func (c *call) ask(area, key string) office.Request {
	if key != "" {
		key = c.actor.ID + "/" + key
	}
	q := office.Request{Actor: c.actor, Area: area, Key: key}
	if c.req.Method == http.MethodGet {
		q.Seen = c.shown
	}
	return q
}

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// languageOf is that of ?lang=, else that of Accept-Language, else Chinese.
func languageOf(r *http.Request) string {
	switch l := r.URL.Query().Get("lang"); l {
	case lang.Chinese, lang.English:
		return l
	}
	want := r.Header.Get("Accept-Language")
	if want == "" || len(want) > 200 {
		return lang.Chinese
	}
	tags, _, err := language.ParseAcceptLanguage(want)
	if err != nil || len(tags) == 0 {
		return lang.Chinese
	}
	tag, _, _ := languages.Match(tags...)
	if base, _ := tag.Base(); strings.HasPrefix(base.String(), lang.English) {
		return lang.English
	}
	return lang.Chinese
}
