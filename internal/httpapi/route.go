package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/access"
	"bujiao/internal/lang"
)

// public is the action of routes that everybody may use.
const public access.Action = ""

// anybody is the action of routes that ask only that one is logged in.
const anybody access.Action = "session"

// route is one line of the table.
type route struct {
	method string
	path   string
	may    access.Action // what the asker must be allowed; public: everybody
	name   string        // operation id; texts stand under httpapi.op.NAME
	group  string        // texts stand under httpapi.group.GROUP
	status int           // of a success, zero: 200
	size   int64         // bytes of the body at most, zero: maxBody
	bind   func(*Server, route)
}

// maxBody bounds a JSON body; a history of a lifetime is far smaller.
const maxBody = 4 << 20

// as returns the route with another status of success.
func (r route) as(status int) route { r.status = status; return r }

// upTo returns the route with another bound of its body.
func (r route) upTo(size int64) route { r.size = size; return r }

// get, post, put and remove make lines of the table. I is what is asked, O the
// answer; both are described from their types.
func get[I, O any](path string, may access.Action, name string, h func(*call, *I) (O, error)) route {
	return line(http.MethodGet, path, may, name, h)
}

func post[I, O any](path string, may access.Action, name string, h func(*call, *I) (O, error)) route {
	return line(http.MethodPost, path, may, name, h)
}

func put[I, O any](path string, may access.Action, name string, h func(*call, *I) (O, error)) route {
	return line(http.MethodPut, path, may, name, h)
}

func remove[I, O any](path string, may access.Action, name string, h func(*call, *I) (O, error)) route {
	return line(http.MethodDelete, path, may, name, h)
}

func line[I, O any](method, path string, may access.Action, name string, h func(*call, *I) (O, error)) route {
	group, _, _ := strings.Cut(name, "-")
	return route{method: method, path: path, may: may, name: name, group: group, bind: func(s *Server, r route) { bind(s, r, h) }}
}

// none is the answer without a body.
type none struct{}

// answer is what huma writes: headers and a body.
type answer[O any] struct {
	ETag string `header:"ETag"`
	Link string `header:"Link"`
	Body O
}

// bind registers a handler; every error goes through the one function that
// renders problems.
func bind[I, O any](s *Server, r route, h func(*call, *I) (O, error)) {
	op := s.operation(r)
	if d, ok := any(new(I)).(documented); ok {
		d.document(s.api.OpenAPI().Components.Schemas, op)
	}
	run := func(ctx context.Context, in *I) (c *call, out O, err error) {
		c = callOf(ctx)
		if out, err = h(c, in); err != nil {
			err = c.problem(err)
		}
		return c, out, err
	}
	if reflect.TypeFor[O]() == reflect.TypeFor[none]() {
		huma.Register(s.api, *op, func(ctx context.Context, in *I) (*struct{}, error) {
			_, _, err := run(ctx, in)
			return nil, err
		})
	} else {
		huma.Register(s.api, *op, func(ctx context.Context, in *I) (*answer[O], error) {
			c, out, err := run(ctx, in)
			if err != nil {
				return nil, err
			}
			return &answer[O]{ETag: c.etag, Link: c.link, Body: out}, nil
		})
	}
	if d, ok := any(new(I)).(documented); ok { // huma describes a raw body as bytes
		d.document(s.api.OpenAPI().Components.Schemas, op)
	}
}

// documented is an input that describes its body itself.
type documented interface {
	document(huma.Registry, *huma.Operation)
}

func (s *Server) register(r route) { r.bind(s, r) }

// bodyTimeout bounds the reading of a body.
const bodyTimeout = time.Minute

func (s *Server) operation(r route) *huma.Operation {
	size := r.size
	if size == 0 {
		size = maxBody
	}
	op := &huma.Operation{
		OperationID: r.name, Method: r.method, Path: r.path, Tags: []string{r.group}, DefaultStatus: r.status,
		Summary: lang.Text(lang.English, "httpapi.op."+r.name, nil), MaxBodyBytes: size, BodyReadTimeout: bodyTimeout, SkipValidateBody: true,
		RejectUnknownQueryParameters: true,
		Parameters:                   []*huma.Param{{Name: "lang", In: "query", Description: "language of texts", Schema: &huma.Schema{Type: "string", Enum: []any{lang.Chinese, lang.English}}}},
		Metadata:                     map[string]any{"schemas": s.api.OpenAPI().Components.Schemas},
		Extensions:                   map[string]any{"x-summary-zh": lang.Text(lang.Chinese, "httpapi.op."+r.name, nil)},
		Middlewares: huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
			c := callOf(ctx.Context())
			c.route = r.method + " " + r.path
			if err := c.admit(r.may); err != nil { // before a byte of the body is read
				s.write(ctx, c.problem(err))
				return
			}
			next(ctx)
		}},
	}
	if r.may != public {
		op.Security = []map[string][]string{{"session": {}}, {"cookie": {}}}
		op.Extensions["x-action"] = string(r.may)
	} else {
		op.Middlewares = append(op.Middlewares, s.limited)
	}
	if r.method == http.MethodGet {
		op.MaxBodyBytes = 0
	}
	if !slices.Contains(s.tags(), r.group) {
		s.api.OpenAPI().Tags = append(s.api.OpenAPI().Tags, &huma.Tag{
			Name: r.group, Description: lang.Text(lang.English, "httpapi.group."+r.group, nil),
			Extensions: map[string]any{"x-description-zh": lang.Text(lang.Chinese, "httpapi.group."+r.group, nil)},
		})
	}
	return op
}

func (s *Server) tags() []string {
	var out []string
	for _, t := range s.api.OpenAPI().Tags {
		out = append(out, t.Name)
	}
	return out
}
