package cli

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/intake"
	"bujiao/internal/law"
	"bujiao/internal/plan"
	"bujiao/internal/receipt"
	"bujiao/internal/report"
	"bujiao/internal/schema"
)

// The answers of quote and assess as schemas see them: with a receipt in it,
// which the commands carry as sealed text.
type (
	quoteShape struct {
		*assess.Quote
		Receipt receipt.Receipt `json:"receipt"`
	}
	personShape struct {
		*assess.History
		Receipt receipt.Receipt `json:"receipt"`
	}
	assessShape struct {
		AsOf     calendar.Date      `json:"as_of"`
		KnownAt  calendar.Date      `json:"known_at"`
		Persons  []personShape      `json:"persons"`
		Totals   assess.QuoteTotals `json:"totals"`
		Missing  []assess.Missing   `json:"missing"`
		Rejected []report.Rejected  `json:"rejected"`
		More     int                `json:"rejected_more,omitempty"`
		Policy   law.Policy         `json:"policy"`
	}
)

// schemas names what has a schema. The row of a history is written by hand in
// package intake, beside the reader that takes more spellings than a type says.
func schemas() map[string]reflect.Type {
	return map[string]reflect.Type{
		"row":           nil,
		"quote-request": reflect.TypeFor[assess.QuoteRequest](),
		"quote":         reflect.TypeFor[quoteShape](),
		"assess":        reflect.TypeFor[assessShape](),
		"due":           reflect.TypeFor[assess.Due](),
		"latefee":       reflect.TypeFor[assess.LateFee](),
		"estimate":      reflect.TypeFor[assess.Provisional](),
		"retire":        reflect.TypeFor[plan.RetireAnswer](),
		"wait":          reflect.TypeFor[plan.WaitAnswer](),
		"term":          reflect.TypeFor[plan.TermAnswer](),
		"id":            reflect.TypeFor[[]identity.Result](),
		"verify":        reflect.TypeFor[receipt.Report](),
		"receipt":       reflect.TypeFor[receipt.Receipt](),
		"key":           reflect.TypeFor[KeyAnswer](),
		"lint":          reflect.TypeFor[LintAnswer](),
		"pack-test":     reflect.TypeFor[PackTestAnswer](),
		"pack":          reflect.TypeFor[law.Shown](),
		"version":       reflect.TypeFor[VersionAnswer](),
		"error":         reflect.TypeFor[Failure](),
	}
}

func schemaNames() []string {
	var names []string
	for n := range schemas() {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func newSchema(a *app) *cobra.Command {
	cmd := a.command("schema", a.schema)
	cmd.Use, cmd.Args = "schema [NAME]", words(0, 1, "NAME")
	return cmd
}

// schema prints a schema, or the names there are.
func (a *app) schema(x *args) error {
	if len(x.words) == 0 {
		names := schemaNames()
		return a.show(names, func(p *page) {
			for _, n := range names {
				p.line(n)
			}
		})
	}
	data, err := schemaOf(x.words[0])
	if err != nil {
		return err
	}
	return a.write(bytes.NewBuffer(data))
}

// schemaOf writes the schema of a name, indented.
func schemaOf(name string) ([]byte, error) {
	t, ok := schemas()[name]
	if !ok {
		return nil, usage("cli.unknown_schema", fault.Args{"list": strings.Join(schemaNames(), ", ")})
	}
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
