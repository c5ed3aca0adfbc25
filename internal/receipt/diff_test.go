package receipt

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for name, tc := range map[string]struct {
		recorded, computed string
		want               []Difference
	}{
		"same":              {`{"a":[1,{"b":null}],"c":"A"}`, ` {"c":"\u0041", "a":[1,{"b":null}]}`, nil},
		"value":             {`{"a":{"b":"1.00"}}`, `{"a":{"b":"1.01"}}`, []Difference{{"/a/b", raw(`"1.00"`), raw(`"1.01"`)}}},
		"scalar":            {`1`, `2`, []Difference{{"", raw(`1`), raw(`2`)}}},
		"shape":             {`{"a":{}}`, `{"a":[]}`, []Difference{{"/a", raw(`{}`), raw(`[]`)}}},
		"null and absent":   {`{"a":null}`, `{}`, []Difference{{"/a", raw(`null`), nil}}},
		"member more":       {`{}`, `{"a/b":{"c":1}}`, []Difference{{"/a~1b", nil, raw(`{"c":1}`)}}},
		"member less":       {`{"a":1,"b":2,"c":3}`, `{"a":1,"c":4}`, []Difference{{"/b", raw(`2`), nil}, {"/c", raw(`3`), raw(`4`)}}},
		"element more":      {`[1]`, `[1,2,[3]]`, []Difference{{"/1", nil, raw(`2`)}, {"/2", nil, raw(`[3]`)}}},
		"element less":      {`[1,2]`, `[1]`, []Difference{{"/1", raw(`2`), nil}}},
		"element changed":   {`[1,{"b":2}]`, `[0,{"b":3}]`, []Difference{{"/0", raw(`1`), raw(`0`)}, {"/1/b", raw(`2`), raw(`3`)}}},
		"spelled otherwise": {`[5]`, `[5.0]`, []Difference{{"/0", raw(`5`), raw(`5.0`)}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Diff(raw(tc.recorded), raw(tc.computed))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDifferenceJSON(t *testing.T) {
	got := string(mustJSON(t, []Difference{{"/a", json.RawMessage(`null`), nil}, {"/b", nil, json.RawMessage(`"1.00"`)}}))
	if want := `[{"path":"/a","recorded":null},{"path":"/b","computed":"1.00"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDiffErrors(t *testing.T) {
	good := json.RawMessage(`{}`)
	for name, tc := range map[string]struct {
		a, b json.RawMessage
		want string
	}{
		"recorded": {json.RawMessage(`{`), good, `recorded result: receipt.broken_json offset="1" pointer=""`},
		"computed": {good, nil, `computed result: receipt.broken_json offset="0" pointer=""`},
	} {
		if _, err := Diff(tc.a, tc.b); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}
