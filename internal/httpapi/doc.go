package httpapi

import (
	_ "embed"
	"encoding/json"
	"mime"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/fault"
	"bujiao/internal/strictjson"
)

// Doc is a JSON body. It is checked against its schema, which lists all that is
// wrong at once, and then read strictly.
type Doc[T any] struct {
	RawBody []byte `contentType:"application/json"`
	value   T
}

func (d *Doc[T]) document(schemas huma.Registry, op *huma.Operation) {
	describeBody(op, "application/json", schemas.Schema(reflect.TypeFor[T](), true, ""))
}

// describeBody says what a body is.
func describeBody(op *huma.Operation, contentType string, s *huma.Schema) {
	if op.RequestBody == nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	}
	op.RequestBody.Content[contentType] = &huma.MediaType{Schema: s}
	if x, ok := examples[op.OperationID]; ok && contentType == "application/json" {
		op.RequestBody.Content[contentType].Example = x
	}
}

// examples are bodies that work, by operation; the page begins with them.
//
//go:embed examples.json
var exampleFile []byte

var examples = func() (out map[string]json.RawMessage) {
	if err := json.Unmarshal(exampleFile, &out); err != nil {
		panic(err) // the file is compiled in
	}
	return out
}()

// Resolve reads the body; huma calls it before the handler.
func (d *Doc[T]) Resolve(ctx huma.Context) []error {
	if t := ctx.Header("Content-Type"); t != "" {
		if kind, _, err := mime.ParseMediaType(t); err != nil || kind != "application/json" {
			return []error{fault.New(fault.Usage, "httpapi.not_json", nil)}
		}
	}
	if err := strictjson.CheckNames(d.RawBody); err != nil {
		return []error{err}
	}
	var any any
	if json.Unmarshal(d.RawBody, &any) == nil { // else the strict reader says what is wrong
		schemas, _ := ctx.Operation().Metadata["schemas"].(huma.Registry)
		path, found := huma.NewPathBuffer([]byte("body"), 4), &huma.ValidateResult{}
		huma.Validate(schemas, ctx.Operation().RequestBody.Content["application/json"].Schema, path, huma.ModeWriteToServer, any, found)
		if len(found.Errors) > 0 {
			return found.Errors
		}
	}
	err := strictjson.Decode(d.RawBody, &d.value)
	if err == nil {
		return nil
	}
	if places := strictjson.Places(d.RawBody, &d.value); len(places) > 0 {
		out := make([]error, len(places))
		for i, p := range places {
			out[i] = &placed{"body." + p.Path, p.Err}
		}
		return out
	}
	return []error{err}
}

// placed is what is wrong with one member of a body.
type placed struct {
	at  string
	why *fault.Error
}

func (p *placed) Error() string { return p.at + ": " + p.why.Error() }
