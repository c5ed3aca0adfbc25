package strictjson_test

import (
	"errors"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
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
