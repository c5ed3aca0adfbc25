package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

type inner struct {
	Deep []*tree `json:"deep"`
}

type tree struct {
	inner
	*also
	Name   string            `json:"name"`
	Amount *money.Fen        `json:"amount"`
	Day    calendar.Date     `json:"day"`
	Month  calendar.Month    `json:"month,omitzero"`
	Scheme insurance.Scheme  `json:"scheme"`
	Wage   assess.Wages      `json:"wage,omitempty"`
	Words  map[string]string `json:"words,omitempty"`
	Hidden string            `json:"-"`
	Any    json.RawMessage   `json:"any,omitempty"`
}

type also struct {
	Count int `json:"count"`
}

func check(t *testing.T, document string) error {
	t.Helper()
	data, err := json.Marshal(For("tree", reflect.TypeFor[tree]()))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:test", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:test")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(document)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

const leaf = `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "pension"}`

func TestForAccepts(t *testing.T) {
	for name, doc := range map[string]string{
		"what must be there":  leaf,
		"a tree in a tree":    `{"deep": [` + leaf + `, null], "count": 1, "name": "n", "amount": "-1.00", "day": "2026-02-01", "scheme": "large_medical"}`,
		"all there is":        `{"deep": [], "count": 1, "name": "n", "amount": "10.00", "day": "2026-02-01", "month": "2026-12", "scheme": "medical", "wage": "9000.00", "words": {"a": "b"}, "any": [1]}`,
		"wages of runs":       `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "medical", "wage": [{"from": null, "to": "2026-01", "wage": "1.00"}]}`,
		"what Go itself says": marshal(t),
	} {
		t.Run(name, func(t *testing.T) {
			if err := check(t, doc); err != nil {
				t.Error(err)
			}
		})
	}
}

func marshal(t *testing.T) string {
	t.Helper()
	f := money.Fen(-5)
	b, err := json.Marshal(tree{also: &also{1}, inner: inner{[]*tree{}}, Amount: &f, Scheme: insurance.Injury, Wage: assess.Wages{{Wage: 100}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestForRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"an unknown member":         `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "pension", "more": 1}`,
		"a hidden member":           `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "pension", "Hidden": ""}`,
		"a member less":             `{"deep": [], "count": 1, "amount": null, "day": null, "scheme": "pension"}`,
		"a promoted member less":    `{"deep": [], "name": "n", "amount": null, "day": null, "scheme": "pension"}`,
		"a null name":               `{"deep": [], "count": 1, "name": null, "amount": null, "day": null, "scheme": "pension"}`,
		"yuan with three places":    `{"deep": [], "count": 1, "name": "n", "amount": "1.000", "day": null, "scheme": "pension"}`,
		"month 13":                  `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "pension", "month": "2026-13"}`,
		"an unknown scheme":         `{"deep": [], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "house"}`,
		"a wrong member further in": `{"deep": [{"deep": 1}], "count": 1, "name": "n", "amount": null, "day": null, "scheme": "pension"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if check(t, doc) == nil {
				t.Error("passes")
			}
		})
	}
}

func TestForIsStable(t *testing.T) {
	a, err := json.Marshal(For("due", reflect.TypeFor[assess.Due]()))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		b, err := json.Marshal(For("due", reflect.TypeFor[assess.Due]()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(a), string(b)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestForPanicsOnAFloat(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a float has no form here")
		}
	}()
	For("float", reflect.TypeFor[struct {
		Rate float64 `json:"rate"`
	}]())
}
