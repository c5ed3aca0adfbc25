// Package schema writes JSON Schemas (draft 2020-12) of the requests and
// answers of this program from the Go types that encode them, so that a schema
// cannot say another thing than the program does.
//
// Of promises all that the types know: names, which members are always there,
// which may be null, the form of money, rates, dates and months, and the words
// of each list. It refuses unknown members everywhere. A type that encodes
// itself must be listed in known; For panics on a kind of type that has no JSON
// form, which is a slip of a programmer and never depends on input.
package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/receipt"
)

// Schema is a JSON Schema, or a part of one. Its JSON is the same each time.
type Schema map[string]any

// dialect is draft 2020-12.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// For returns the schema of a type under a name.
func For(name string, t reflect.Type) Schema {
	g := NewSet("#/$defs/")
	out := Schema{"$schema": dialect, "$id": "urn:bujiao:" + name, "title": name}
	maps.Copy(out, g.Of(t))
	if len(g.Defs) > 0 {
		out["$defs"] = g.Defs
	}
	return out
}

// forms of values that are strings.
const (
	fenPattern   = `^-?\d+\.\d{2}$`
	ratePattern  = `^-?\d+(\.\d+)?$`
	datePattern  = `^\d{4}-\d{2}-\d{2}$`
	monthPattern = `^\d{4}-(0[1-9]|1[0-2])$`
)

func text(pattern string) Schema { return Schema{"type": "string", "pattern": pattern} }

// orNull allows null too.
func orNull(s Schema) Schema {
	out := maps.Clone(s)
	switch t := s["type"].(type) {
	case string:
		if s["enum"] == nil {
			out["type"] = []string{t, "null"}
			return out
		}
	case []string:
		return out // null already
	}
	return Schema{"anyOf": []Schema{s, {"type": "null"}}}
}

func oneOf[T fmt.Stringer](list []T) Schema {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = x.String()
	}
	return Schema{"type": "string", "enum": words}
}

func words[T ~string](list ...T) Schema {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return Schema{"type": "string", "enum": out}
}

// known are the types that encode themselves, and the lists of words.
func known() map[reflect.Type]Schema {
	return map[reflect.Type]Schema{
		reflect.TypeFor[json.RawMessage]():    {},
		reflect.TypeFor[money.Fen]():          text(fenPattern),
		reflect.TypeFor[money.Rate]():         text(ratePattern),
		reflect.TypeFor[money.Percent]():      text(ratePattern),
		reflect.TypeFor[calendar.Date]():      orNull(text(datePattern)), // no day is null
		reflect.TypeFor[law.Since]():          orNull(text(datePattern)),
		reflect.TypeFor[law.Until]():          orNull(text(datePattern)),
		reflect.TypeFor[books.Instant]():      {"type": []string{"string", "null"}, "format": "date-time"},
		reflect.TypeFor[calendar.Month]():     orNull(text(monthPattern)),
		reflect.TypeFor[insurance.Scheme]():   oneOf(insurance.Schemes),
		reflect.TypeFor[insurance.Payer]():    words(insurance.Employee, insurance.Flexible, insurance.Resident),
		reflect.TypeFor[insurance.Cause]():    words(append([]insurance.Cause{""}, insurance.Causes...)...),
		reflect.TypeFor[insurance.Sex]():      words(insurance.Male, insurance.Female),
		reflect.TypeFor[insurance.UnitType](): words("", insurance.MicroSmallMedium, insurance.LargeAndOther, insurance.Government),
		reflect.TypeFor[law.Status]():         words(law.Verified, law.Recalled, law.Disputed, law.Conflicting, law.Seed, law.Assumed),
		reflect.TypeFor[law.Level]():          words(law.LintError, law.LintWarning),
		reflect.TypeFor[law.Use]():            words(law.UseOwn, law.UseAdopted, law.UseInherited, law.UseShown),
		reflect.TypeFor[receipt.Receipt]():    Receipt(),
	}
}

// Receipt is the schema of a sealed answer; the body is that of the kernel.
func Receipt() Schema {
	str := Schema{"type": "string"}
	table := Schema{"type": "object", "additionalProperties": str}
	return Schema{
		"type":     "object",
		"required": []string{"algorithm", "body", "hashes", "key", "root", "signature", "version"},
		"properties": Schema{
			"algorithm": str, "body": Schema{}, "hashes": table, "key": str, "root": str, "salt": str,
			"salt_hash": str, "salts": table, "salts_hash": str, "signature": str, "version": Schema{"type": "integer"},
		},
		"additionalProperties": false,
	}
}

// Set gathers the named types of one document.
type Set struct {
	Defs   Schema // by name
	prefix string // of references
	names  map[reflect.Type]string
	shapes map[reflect.Type]reflect.Type
}

// NewSet is an empty set whose references begin with a prefix.
func NewSet(prefix string) *Set {
	return &Set{Defs: Schema{}, prefix: prefix, names: map[reflect.Type]string{}, shapes: map[reflect.Type]reflect.Type{}}
}

// Shape describes a type by another one, which says more of its JSON.
func (g *Set) Shape(t, shape reflect.Type) { g.shapes[t] = shape }

// Of is the schema of a type; structs are defined in Defs and referred to.
func (g *Set) Of(t reflect.Type) Schema {
	if s, ok := known()[t]; ok {
		return maps.Clone(s)
	}
	if shape, ok := g.shapes[t]; ok {
		t = shape
	}
	if t == reflect.TypeFor[assess.Wages]() { // one wage, or one for each run of months
		return Schema{"anyOf": []Schema{text(fenPattern), {"type": "array", "items": g.Of(t.Elem())}}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(g.Of(t.Elem()))
	case reflect.Struct:
		return Schema{"$ref": g.prefix + g.define(t)}
	case reflect.Slice, reflect.Array:
		return Schema{"type": "array", "items": g.Of(t.Elem())}
	case reflect.Map:
		return Schema{"type": "object", "additionalProperties": g.Of(t.Elem())}
	case reflect.Interface:
		return Schema{}
	case reflect.String:
		return Schema{"type": "string"}
	case reflect.Bool:
		return Schema{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Schema{"type": "integer"}
	}
	panic("schema: no JSON form for " + t.String())
}

// define describes a struct once and returns its name.
func (g *Set) define(t reflect.Type) string {
	if name, ok := g.names[t]; ok {
		return name
	}
	name := plain(t.Name())
	if _, taken := g.Defs[name]; taken && t.PkgPath() != "" { // the same name in two packages
		name = plain(t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]) + name
	}
	if _, taken := g.Defs[name]; taken || name == "" {
		name = fmt.Sprintf("%s%d", name, len(g.names))
	}
	g.names[t] = name
	g.Defs[name] = Schema{} // holds the place while its members are described
	properties, required := Schema{}, []string{}
	g.members(t, properties, &required)
	slices.Sort(required)
	g.Defs[name] = Schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	return name
}

// members lists the members that encoding/json writes; those of embedded
// structs are members of the outer one.
func (g *Set) members(t reflect.Type, properties Schema, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			g.members(inner, properties, required)
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		properties[name] = g.Of(f.Type)
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			*required = append(*required, name)
		}
	}
}

// plain is the name of a type with a capital, and without the brackets and
// package paths of generic ones: page[x/y.Person] is PagePerson.
func plain(name string) string {
	out := ""
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '[' || r == ']' || r == ',' || r == '*' }) {
		part = part[strings.LastIndexAny(part, "./")+1:]
		if part != "" {
			out += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return out
}
