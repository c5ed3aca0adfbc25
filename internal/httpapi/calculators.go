package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/inquiry"
	"bujiao/internal/law"
	"bujiao/internal/plan"
	"bujiao/internal/planner"
	"bujiao/internal/receipt"
)

type dueIn struct{ Doc[inquiry.DueRequest] }

func due(c *call, in *dueIn) (*assess.Due, error) { return c.desk().Due(in.value) }

type lateFeeIn struct{ Doc[inquiry.LateFeeRequest] }

func lateFee(c *call, in *lateFeeIn) (*assess.LateFee, error) { return c.desk().LateFee(in.value) }

type quoteIn struct{ Doc[assess.QuoteRequest] }

func quote(c *call, in *quoteIn) (*inquiry.QuoteAnswer, error) { return c.desk().Quote(in.value) }

type planIn struct{ Doc[planner.Request] }

func planPath(c *call, in *planIn) (*planner.Answer, error) { return c.desk().Plan(in.value) }

type estimateIn struct{ Doc[inquiry.EstimateRequest] }

func estimate(c *call, in *estimateIn) (*assess.Provisional, error) {
	return c.desk().Estimate(in.value)
}

type retireIn struct{ Doc[plan.RetireRequest] }

func retire(c *call, in *retireIn) (*plan.RetireAnswer, error) { return c.desk().Retire(in.value) }

type waitIn struct{ Doc[inquiry.WaitRequest] }

func wait(c *call, in *waitIn) (*plan.WaitAnswer, error) { return c.desk().Wait(in.value) }

type termIn struct{ Doc[plan.TermRequest] }

func term(c *call, in *termIn) (*plan.TermAnswer, error) { return c.desk().Term(in.value) }

// NumbersRequest lists numbers of persons and employers. They are checked one
// by one and not kept.
type NumbersRequest struct {
	Numbers []string `json:"numbers"`
}

// maxNumbers bounds a list of numbers.
const maxNumbers = 1000

type numbersIn struct{ Doc[NumbersRequest] }

// checkNumbers answers in the order of the question; the numbers themselves are
// known to the asker and stay out of the answer.
func checkNumbers(c *call, in *numbersIn) ([]identity.Result, error) {
	if len(in.value.Numbers) > maxNumbers {
		return nil, fault.New(fault.Invalid, "assess.too_many", fault.Args{"field": "numbers", "max": "1000"})
	}
	out := c.desk().CheckIDs(in.value.Numbers)
	for i := range out {
		out[i].Number = ""
	}
	return out, nil
}

// maxReceipt bounds a receipt with its rows, in bytes.
const maxReceipt = 64 << 20

// verifyIn is a receipt, or an answer with one in it, byte for byte.
type verifyIn struct {
	RawBody []byte `contentType:"application/json"`
}

func (*verifyIn) document(schemas huma.Registry, op *huma.Operation) {
	describeBody(op, "application/json", schemas.Schema(reflect.TypeFor[json.RawMessage](), true, ""))
}

func verify(c *call, in *verifyIn) (*receipt.Report, error) {
	report, err := inquiry.Verify(in.RawBody, c.s.c.Keys, c.s.c.Sign)
	return &report, err
}

type packIn struct {
	Area string `path:"area" pattern:"^[0-9]{6}$" example:"110000"`
	On   string `query:"on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func showPack(c *call, in *packIn) (*law.Shown, error) {
	d := c.desk()
	on, err := day("on", in.On)
	if err != nil {
		return nil, err
	}
	if on == 0 {
		on = d.Today
	}
	return d.Laws.Show(in.Area, on)
}

// AreaList lists the areas that have packs.
type AreaList struct {
	Areas []string `json:"areas"`
}

func listAreas(c *call, _ *struct{}) (*AreaList, error) { return &AreaList{c.s.c.Laws.Areas()}, nil }

// SchemaList lists the names of schemas.
type SchemaList struct {
	Names []string `json:"names"`
}

func listSchemas(*call, *struct{}) (*SchemaList, error) {
	return &SchemaList{slices.Sorted(maps.Keys(inquiry.Schemas()))}, nil
}

type schemaIn struct {
	Name string `path:"name" pattern:"^[a-z-]{1,40}$"`
}

func showSchema(_ *call, in *schemaIn) (json.RawMessage, error) {
	t, ok := inquiry.Schemas()[in.Name]
	if !ok {
		return nil, fault.New(fault.NotFound, "inquiry.unknown_schema", fault.Args{"list": strings.Join(slices.Sorted(maps.Keys(inquiry.Schemas())), ", ")})
	}
	return inquiry.SchemaOf(in.Name, t)
}

// Version says what runs.
type Version struct {
	Version string `json:"version"`
	Engine  string `json:"engine"` // of the kernel; a receipt names the one that made it
	Key     string `json:"key"`    // that receipts are signed with, as it stands in them
}

func showVersion(c *call, _ *struct{}) (*Version, error) {
	return &Version{c.s.c.Version, assess.Engine, base64.RawURLEncoding.EncodeToString(c.s.c.Sign.Public())}, nil
}
