package httpapi

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/strictjson"
)

// Problem is an error as RFC 9457 has it. Kind is the kind of fault, Key that of
// the sentence in Detail, Instance the id of the request in the log.
type Problem struct {
	Type     string              `json:"type"`
	Title    string              `json:"title"`
	Status   int                 `json:"status"`
	Detail   string              `json:"detail"`
	Instance string              `json:"instance"`
	Kind     string              `json:"kind"`
	Key      string              `json:"key"`
	Errors   []ProblemField      `json:"errors,omitempty"`
	Missing  []map[string]string `json:"missing,omitempty"` // what is not known: parameter, month, area
	retry    string
}

// ProblemField is what is wrong with one member of a request. It never repeats
// the value.
type ProblemField struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Error is the key: the sentence is for people.
func (p *Problem) Error() string { return p.Key }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders adds when to come back.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry != "" {
		h.Set("Retry-After", p.retry)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="bujiao"`)
	}
	return h
}

// kinds names each kind of fault and gives its status. Nobody else picks one.
var kinds = map[fault.Kind]struct {
	name   string
	status int
}{
	fault.Internal:    {"internal", http.StatusInternalServerError},
	fault.Invalid:     {"invalid", http.StatusUnprocessableEntity},
	fault.Usage:       {"usage", http.StatusBadRequest},
	fault.Missing:     {"missing", http.StatusUnprocessableEntity},
	fault.NotFound:    {"not_found", http.StatusNotFound},
	fault.Conflict:    {"conflict", http.StatusConflict},
	fault.Forbidden:   {"forbidden", http.StatusForbidden},
	fault.Unavailable: {"unavailable", http.StatusServiceUnavailable},
}

// statuses are those of sentences that HTTP has a status of its own for.
var statuses = map[string]int{
	"httpapi.log_in":           http.StatusUnauthorized,
	"access.no_session":        http.StatusUnauthorized,
	"access.wrong_login":       http.StatusUnauthorized,
	"access.too_many_attempts": http.StatusTooManyRequests,
	"httpapi.changed":          http.StatusPreconditionFailed,
	"httpapi.no_tag":           http.StatusPreconditionRequired,
	"httpapi.too_often":        http.StatusTooManyRequests,
	"httpapi.too_big":          http.StatusRequestEntityTooLarge,
	"httpapi.not_json":         http.StatusUnsupportedMediaType,
	"httpapi.no_method":        http.StatusMethodNotAllowed,
	"strictjson.syntax":        http.StatusBadRequest,
	"strictjson.trailing":      http.StatusBadRequest,
	"httpapi.no_body":          http.StatusBadRequest,
	"httpapi.cross_origin":     http.StatusForbidden,
}

// retryAfter is how many seconds an unavailable service asks for.
const retryAfter = "2"

// problem renders any error. What is no fault is an internal error, of which
// nothing is shown but the id.
func (c *call) problem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		err = c.known(err)
	}
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		c.hidden = err
		f = fault.New(fault.Internal, "httpapi.internal", fault.Args{"id": c.id})
		err = f
	}
	if named := unnamed(f); named != f {
		f, err = named, named
	}
	k := kinds[f.Kind]
	p = &Problem{
		Type: "about:blank", Status: k.status, Detail: lang.Fault(c.lang, err), Instance: "urn:bujiao:request:" + c.id, Kind: k.name, Key: f.Key,
	}
	if status, ok := statuses[f.Key]; ok {
		p.Status = status
	}
	var unmet *casework.Unmet
	if errors.As(err, &unmet) {
		for _, r := range CaseReasons(unmet, c.lang) {
			p.Errors = append(p.Errors, ProblemField{r.ID, r.Text})
		}
	}
	if f.Kind == fault.Missing {
		p.Missing = []map[string]string{f.Args}
	}
	if f.Kind == fault.Unavailable {
		p.retry = retryAfter
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// unnamed takes the name of a file and the heading of a column out of a fault:
// whoever sent the file knows both, and either may name a person.
func unnamed(f *fault.Error) *fault.Error {
	if f.Args["file"] == "" || !strings.HasPrefix(f.Key, "intake.") && !strings.HasPrefix(f.Key, "registry.") && !strings.HasPrefix(f.Key, "declaration.") {
		return f
	}
	args := maps.Clone(f.Args)
	args["file"], args["name"] = "…", "…"
	return fault.Wrap(f.Kind, f.Key, args, f.Cause)
}

// known turns what stores and contexts say into faults.
func (c *call) known(err error) error {
	var taken *books.TakenError
	switch {
	case errors.Is(err, books.ErrNotFound):
		return fault.Wrap(fault.NotFound, "access.not_yours", nil, err)
	case errors.Is(err, books.ErrStale):
		return fault.Wrap(fault.Conflict, "httpapi.meanwhile", nil, err)
	case errors.As(err, &taken):
		return fault.Wrap(fault.Conflict, "httpapi.taken", nil, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Unavailable, "httpapi.too_long", nil, err)
	}
	return err
}

// invalid lists what huma found wrong, in the language of the call.
func (c *call) invalid(details []error) *Problem {
	p := c.problem(fault.New(fault.Invalid, "httpapi.invalid", nil))
	for _, err := range details {
		var f *fault.Error
		var d *huma.ErrorDetail
		var at *placed
		switch {
		case errors.As(err, &at):
			p.Errors = append(p.Errors, ProblemField{strings.TrimSuffix(at.at, "."), lang.Fault(c.lang, at.why)})
		case errors.As(err, &f):
			return c.problem(err) // a document that cannot be read has nothing else wrong
		case errors.As(err, &d):
			p.Errors = append(p.Errors, ProblemField{location(d.Location), wrong(c.lang, d.Location, d.Message)})
		default:
			p.Errors = append(p.Errors, ProblemField{"body", lang.Text(c.lang, "httpapi.wrong.other", nil)})
		}
	}
	return p
}

// location keeps of a path what looks like names: an unknown member may be a
// number.
func location(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		name, index, _ := strings.Cut(part, "[")
		parts[i] = strictjson.Shown(name)
		if index != "" && len(index) < 8 {
			parts[i] += "[" + index
		}
	}
	return strings.Join(parts, ".")
}

// wrongs finds the sentence for what huma says. What stands behind the words
// comes from the schema, never from the request.
var wrongs = []struct{ says, key string }{
	{"unexpected property", "unknown"},
	{"unknown query parameter", "unknown"},
	{"expected required property ", "required"},
	{"required ", "required"},
	{"expected value to be one of ", "one_of"},
	{"expected string to match pattern ", "pattern"},
	{"expected string to be ", "pattern"},
	{"expected string", "string"},
	{"expected integer", "integer"},
	{"expected number >= ", "min"},
	{"expected number <= ", "max"},
	{"expected number", "integer"},
	{"expected length >= ", "min_length"},
	{"expected length <= ", "max_length"},
	{"expected array length >= ", "min_items"},
	{"expected array length <= ", "max_items"},
	{"expected boolean", "boolean"},
	{"expected array", "array"},
	{"expected object", "object"},
	{"invalid integer", "integer"},
	{"invalid boolean", "boolean"},
	{"expected value to match at least one schema", "shape"},
}

func wrong(language, at, message string) string {
	for _, w := range wrongs {
		if rest, ok := strings.CutPrefix(message, w.says); ok {
			if w.key == "required" {
				rest, _, _ = strings.Cut(rest, " ")
			}
			if strings.HasSuffix(message, " parameter is missing") { // huma says where it is looked for, not which it is
				rest = at[strings.LastIndexByte(at, '.')+1:]
			}
			return lang.Text(language, "httpapi.wrong."+w.key, map[string]string{"what": strings.Trim(rest, `"`)})
		}
	}
	return lang.Text(language, "httpapi.wrong.other", nil)
}

// huma has one place for errors, and it is a variable of the package. Ours
// never carries a value.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		c := callOf(ctx.Context())
		switch {
		case status == http.StatusRequestEntityTooLarge:
			return c.problem(fault.New(fault.Invalid, "httpapi.too_big", nil))
		case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
			return c.problem(errors.Join(errs...))
		case len(errs) == 0:
			return c.problem(fault.New(fault.Usage, "httpapi.no_body", nil))
		}
		return c.invalid(errs)
	}
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
}
