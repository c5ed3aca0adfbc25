package inquiry

import (
	"bytes"
	"encoding/json"
	"reflect"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/identity"
	"bujiao/internal/intake"
	"bujiao/internal/law"
	"bujiao/internal/plan"
	"bujiao/internal/planner"
	"bujiao/internal/receipt"
	"bujiao/internal/report"
	"bujiao/internal/schema"
)

// QuoteShape and AssessShape are the answers of quote and assess as schemas see
// them: with a receipt in it, which the answers carry as sealed text.
type (
	QuoteShape struct {
		*assess.Quote
		Receipt receipt.Receipt `json:"receipt"`
	}
	PersonShape struct {
		*assess.History
		Receipt receipt.Receipt `json:"receipt"`
	}
	AssessShape struct {
		AsOf     calendar.Date      `json:"as_of"`
		KnownAt  calendar.Date      `json:"known_at"`
		Persons  []PersonShape      `json:"persons"`
		Totals   assess.QuoteTotals `json:"totals"`
		Missing  []assess.Missing   `json:"missing"`
		Rejected []report.Rejected  `json:"rejected"`
		More     int                `json:"rejected_more,omitempty"`
		Policy   law.Policy         `json:"policy"`
	}
)

// Schemas names what has a schema. The row of a history is written by hand in
// package intake, beside the reader that takes more spellings than a type says.
func Schemas() map[string]reflect.Type {
	return map[string]reflect.Type{
		"row":              nil,
		"due-request":      reflect.TypeFor[DueRequest](),
		"latefee-request":  reflect.TypeFor[LateFeeRequest](),
		"quote-request":    reflect.TypeFor[assess.QuoteRequest](),
		"estimate-request": reflect.TypeFor[EstimateRequest](),
		"retire-request":   reflect.TypeFor[plan.RetireRequest](),
		"wait-request":     reflect.TypeFor[WaitRequest](),
		"term-request":     reflect.TypeFor[plan.TermRequest](),
		"plan-request":     reflect.TypeFor[planner.Request](),
		"plan":             reflect.TypeFor[planner.Answer](),
		"quote":            reflect.TypeFor[QuoteShape](),
		"assess":           reflect.TypeFor[AssessShape](),
		"due":              reflect.TypeFor[assess.Due](),
		"latefee":          reflect.TypeFor[assess.LateFee](),
		"estimate":         reflect.TypeFor[assess.Provisional](),
		"retire":           reflect.TypeFor[plan.RetireAnswer](),
		"wait":             reflect.TypeFor[plan.WaitAnswer](),
		"term":             reflect.TypeFor[plan.TermAnswer](),
		"id":               reflect.TypeFor[[]identity.Result](),
		"verify":           reflect.TypeFor[receipt.Report](),
		"receipt":          reflect.TypeFor[receipt.Receipt](),
		"pack":             reflect.TypeFor[law.Shown](),
	}
}

// SchemaOf writes the schema of a type, indented; that of no type is the row's.
func SchemaOf(name string, t reflect.Type) ([]byte, error) {
	if t == nil {
		return intake.RowSchema, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(schema.For(name, t))
	return b.Bytes(), err
}
