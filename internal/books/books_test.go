package books

import (
	"encoding/json"
	"testing"
)

func TestInstantThroughJSON(t *testing.T) {
	for _, want := range []Instant{0, 1, 1772413200000001} {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := Instant(-1)
		if err := json.Unmarshal(data, &got); err != nil || got != want {
			t.Errorf("%d became %s and then %d, %v", want, data, got, err)
		}
	}
	if err := json.Unmarshal([]byte(`"yesterday"`), new(Instant)); err == nil {
		t.Error("a day in words is no instant")
	}
}
