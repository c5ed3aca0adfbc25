package intake

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

func rowSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(RowSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:bujiao:row", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:bujiao:row")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, b []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// What the program writes of a row must hold, and read back as the row.
func TestSchemaHoldsForRows(t *testing.T) {
	s := rowSchema(t)
	rows := []record.Row{goodRow(), {
		Kind: record.Paid, Person: "P", Area: "000000", Payer: insurance.Flexible, From: mustMonth("2024-01"), To: mustMonth("2024-01"),
	}}
	for _, sc := range insurance.Schemes {
		r := rows[1]
		r.Scheme = sc
		rows = append(rows, r)
	}
	for _, c := range insurance.Causes {
		r := rows[1]
		r.Cause = c
		rows = append(rows, r)
	}
	for _, want := range rows {
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, b); err != nil {
			t.Errorf("%s: %v", b, err)
		}
		var got record.Row
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		want.Line = 0
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestSchemaNamesEveryField(t *testing.T) {
	var doc struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(RowSchema, &doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range allColumns {
		if _, ok := doc.Properties[c]; !ok {
			t.Errorf("%s is missing", c)
		}
	}
	if len(doc.Properties) != len(allColumns) {
		t.Errorf("%d properties, want %d", len(doc.Properties), len(allColumns))
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := rowSchema(t)
	for _, c := range []struct {
		name, field string
		value       any
	}{
		{"unknown field", "salary", "1"},
		{"unknown record", "record", "hired"},
		{"empty person", "person", ""},
		{"short number", "id_number", "123"},
		{"number with a letter within", "id_number", "1101051949123100AX"},
		{"unknown sex", "sex", "男"},
		{"short area", "area", "1100"},
		{"area as a number", "area", 110000},
		{"unknown payer", "payer", "boss"},
		{"population in words", "population", "农民工"},
		{"unknown scheme", "scheme", "dental"},
		{"month 13", "from", "2024-13"},
		{"date as month", "to", "2024-01-15"},
		{"year out of range", "to", "1899-12"},
		{"wage as a float", "wage", 8000.5},
		{"negative wage", "wage", "-1"},
		{"three decimals", "base", "1.001"},
		{"separator", "employer_paid", "1,000"},
		{"date without a day", "paid_on", "2024-01"},
		{"day 32", "known_on", "2024-01-32"},
		{"unknown cause", "cause", "forgot"},
		{"unknown unit type", "unit_type", "club"},
		{"injury class 9", "injury_class", 9},
		{"injury rate above one", "injury_rate", "1.5"},
		{"employee without a wage", "wage", nil},
		{"no area", "area", nil},
		{"no to", "to", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := json.Marshal(goodRow())
			if err != nil {
				t.Fatal(err)
			}
			var doc map[string]any
			if err := json.Unmarshal(b, &doc); err != nil {
				t.Fatal(err)
			}
			if doc[c.field] = c.value; c.value == nil {
				delete(doc, c.field)
			}
			if b, err = json.Marshal(doc); err != nil {
				t.Fatal(err)
			}
			if validate(t, s, b) == nil {
				t.Errorf("accepted %s", b)
			}
		})
	}
}
