package httpapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/evidence"
	"bujiao/internal/inquiry"
	"bujiao/internal/schema"
)

// schemas gives huma the schemas of package schema, so that the description
// of the API and `bujiao schema` say the same.
type schemas struct {
	set    *schema.Set
	types  map[string]reflect.Type
	shared map[string]*huma.Schema // the definitions, by name
}

// dayForm is the form of days in package schema.
const dayForm = `^\d{4}-\d{2}-\d{2}$`

const prefix = "#/components/schemas/"

var _ huma.Registry = (*schemas)(nil)

func newSchemas() *schemas {
	set := schema.NewSet(prefix)
	set.Shape(reflect.TypeFor[inquiry.QuoteAnswer](), reflect.TypeFor[inquiry.QuoteShape]())
	set.Shape(reflect.TypeFor[evidence.Proofs](), reflect.TypeFor[[]string]())
	return &schemas{set: set, types: map[string]reflect.Type{}, shared: map[string]*huma.Schema{}}
}

// Schema implements huma.Registry. It is called while routes are made, never
// by a request.
func (r *schemas) Schema(t reflect.Type, _ bool, _ string) *huma.Schema {
	for t.Kind() == reflect.Pointer { // huma asks for what a pointer points to
		t = t.Elem()
	}
	out := convert(r.set.Of(t))
	if name, ok := strings.CutPrefix(out.Ref, prefix); ok {
		r.types[name] = t
	}
	for name, def := range r.set.Defs {
		if d, ok := def.(schema.Schema); ok && r.shared[name] == nil {
			r.shared[name] = convert(d)
		}
	}
	return out
}

// SchemaFromRef implements huma.Registry.
func (r *schemas) SchemaFromRef(ref string) *huma.Schema {
	return r.shared[strings.TrimPrefix(ref, prefix)]
}

// TypeFromRef implements huma.Registry.
func (r *schemas) TypeFromRef(ref string) reflect.Type {
	return r.types[strings.TrimPrefix(ref, prefix)]
}

// Map implements huma.Registry.
func (r *schemas) Map() map[string]*huma.Schema { return r.shared }

// RegisterTypeAlias implements huma.Registry.
func (r *schemas) RegisterTypeAlias(t, alias reflect.Type) { r.set.Shape(t, alias) }

// MarshalJSON writes the definitions.
func (r *schemas) MarshalJSON() ([]byte, error) { return json.Marshal(r.shared) }

// MarshalYAML writes the definitions.
func (r *schemas) MarshalYAML() (any, error) { return r.shared, nil }

// convert writes a schema as huma has it. A member that may be left out is
// never null: huma does not look into one that could be.
func convert(s schema.Schema) *huma.Schema {
	out := &huma.Schema{}
	switch t := s["type"].(type) {
	case string:
		out.Type = t
	case []string:
		out.Type, out.Nullable = t[0], true
	}
	out.Ref, _ = s["$ref"].(string)
	out.Pattern, _ = s["pattern"].(string)
	if list, ok := s["enum"].([]string); ok {
		for _, x := range list {
			out.Enum = append(out.Enum, x)
		}
	}
	if list, ok := s["anyOf"].([]schema.Schema); ok {
		for _, x := range list {
			out.AnyOf = append(out.AnyOf, convert(x))
		}
	}
	if items, ok := s["items"].(schema.Schema); ok {
		out.Items = convert(items)
	}
	out.Required, _ = s["required"].([]string)
	needed := map[string]bool{}
	for _, n := range out.Required {
		needed[n] = true
	}
	if members, ok := s["properties"].(schema.Schema); ok {
		out.Properties = map[string]*huma.Schema{}
		for name, m := range members {
			member, ok := m.(schema.Schema)
			if !ok {
				panic(fmt.Sprintf("httpapi: member %s has no schema", name)) // a slip of a programmer, found when the server is made
			}
			c := convert(member)
			if n := len(c.AnyOf); n == 2 && c.AnyOf[1].Type == "null" && !needed[name] {
				c = c.AnyOf[0]
			}
			if c.Pattern == dayForm && !needed[name] {
				c.Pattern, c.Description = "^("+dayForm[1:len(dayForm)-1]+")?$", "empty: none" // an empty text takes a day away
			}
			out.Properties[name] = c
		}
	}
	switch more := s["additionalProperties"].(type) {
	case bool:
		out.AdditionalProperties = more
	case schema.Schema:
		out.AdditionalProperties = convert(more)
	}
	out.PrecomputeMessages()
	return out
}
