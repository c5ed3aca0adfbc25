package strictjson_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/strictjson"
)

func TestDecodeRefusesWithoutRepeatingValues(t *testing.T) {
	const secret = "110105194912310023"
	tests := []struct{ name, doc, key string }{
		{"a good one", `{"area":"110000","on":"2026-08-01"}`, ""},
		{"nothing", ``, "strictjson.syntax"},
		{"half of one", `{"area":"110000"`, "strictjson.syntax"},
		{"text behind it", `{"area":"110000"} {"area":"110000"}`, "strictjson.trailing"},
		{"an unknown name", `{"aera":"` + secret + `"}`, "strictjson.unknown"},
		{"a number as a name", `{"` + secret + `":1}`, "strictjson.unknown"},
		{"a name twice", `{"area":"110000","area":"` + secret + `"}`, "strictjson.twice"},
		{"another spelling", `{"Area":"` + secret + `"}`, "strictjson.unknown"},
		{"a wrong type", `{"area":` + secret + `}`, "strictjson.type"},
		{"a wrong day", `{"on":"` + secret + `"}`, "strictjson.date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var into struct {
				Area string        `json:"area"`
				On   calendar.Date `json:"on"`
			}
			err := strictjson.Decode([]byte(tt.doc), &into)
			if tt.key == "" {
				if err != nil || into.Area != "110000" {
					t.Fatalf("got %v, %v", into, err)
				}
				return
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != tt.key || f.Kind != fault.Invalid {
				t.Fatalf("got %v, want %s", err, tt.key)
			}
			if strings.Contains(f.Error(), secret[:8]) {
				t.Errorf("the message repeats the value: %s", f.Error())
			}
		})
	}
}

// TestPlaces: every value that cannot be used is named by where it stands.
func TestPlaces(t *testing.T) {
	type span struct {
		From calendar.Month `json:"from"`
		Sum  money.Fen      `json:"sum"`
	}
	type deep struct {
		Rate  *money.Rate               `json:"rate"`
		Spans []span                    `json:"spans"`
		By    map[string]money.Fen      `json:"by"`
		Kinds []insurance.Scheme        `json:"kinds"`
		Self  *deep                     `json:"self"`
		None  *map[string]calendar.Date `json:"none"`
	}
	var into struct {
		deep
		On calendar.Date `json:"on"`
		N  int           `json:"n"`
	}
	const doc = `{"on":"2026-02-30","n":"x","rate":"0,1","spans":[{"from":"2026-01","sum":"1.00"},{"from":"9999-01","sum":"1.001"}],
		"by":{"110105194912310023":"99999999999999999"},"kinds":["pension","pensoin"],"self":{"spans":[{"from":"2026-13"}]},"none":null}`
	var got []string
	for _, p := range strictjson.Places([]byte(doc), &into) {
		got = append(got, p.Path+" "+p.Err.Key)
		if p.Err.Args["field"] != p.Path || p.Err.Kind != fault.Invalid {
			t.Errorf("%s: %v", p.Path, p.Err)
		}
	}
	want := []string{"by.... strictjson.amount", "kinds[1] strictjson.value", "n strictjson.kind", "on strictjson.date", "rate strictjson.rate",
		"self.spans[0].from strictjson.month", "spans[1].from strictjson.range", "spans[1].sum strictjson.amount"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if list := strictjson.Places([]byte(`{"on":"2026-02-28","rate":null,"spans":null}`), &into); len(list) > 0 {
		t.Errorf("a good document: %v", list)
	}
	err := strictjson.Decode([]byte(doc), &into)
	var f *fault.Error
	if !errors.As(err, &f) || f.Args["field"] == "" {
		t.Errorf("the reader names no member: %v", err)
	}
}
