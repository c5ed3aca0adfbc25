package assess

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/money"
)

// FuzzQuoteRequest: any bytes are refused with a fault or a JSON error, or are
// answered in time with an answer that is valid JSON and can be replayed.
func FuzzQuoteRequest(f *testing.F) {
	for _, v := range vectors(f) {
		if v.Quote != nil {
			f.Add(v.request(f))
		}
	}
	f.Add([]byte(goodRequest))
	f.Fuzz(func(t *testing.T, data []byte) {
		tryRequest(t, data)
	})
}

// tryRequest reports whether the bytes are a request that is answered.
func tryRequest(t *testing.T, data []byte) bool {
	t.Helper()
	var q QuoteRequest
	if err := json.Unmarshal(data, &q); err != nil {
		return false
	}
	start := time.Now()
	laws := NewLaws(library.Book)
	out, err := NewQuote(laws, q, lang.Text)
	if took := time.Since(start); took > 60*time.Second {
		t.Fatalf("%v", took)
	}
	if err != nil {
		var known *fault.Error
		if !errors.As(err, &known) && !errors.Is(err, money.ErrOverflow) {
			t.Fatalf("%T %v", err, err)
		}
		return false
	}
	if q.Person.IDNumber = ""; len(out.Lines) > 300 {
		return false
	}
	for i := range q.History {
		q.History[i].IDNumber = ""
	}
	body, err := out.Body(laws, q)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := Replay(raw, lang.Text)
	if err != nil || !bytes.Equal(recorded, computed) {
		t.Fatalf("replay: %v\n%s\n%s", err, recorded, computed)
	}
	return true
}

// Valid requests with one to three places changed reach further than bytes do.
func TestSpoiltRequests(t *testing.T) {
	d := newDice(t)
	var docs [][]byte
	for _, v := range vectors(t) {
		if v.Quote != nil {
			docs = append(docs, v.request(t))
		}
	}
	docs = append(docs, []byte(goodRequest))
	answered := 0
	for range 3000 {
		root := tree(t, one(d, docs...))
		for range 1 + d.IntN(3) {
			change(d, root)
		}
		data, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		if tryRequest(t, data) {
			answered++
		}
		if t.Failed() {
			t.Fatalf("%s", data)
		}
	}
	if answered < 100 {
		t.Errorf("only %d requests were answered", answered)
	}
}

// change sets a random place below a node, most often to something of the form
// that stood there.
func change(d dice, node any) {
	for {
		switch x := node.(type) {
		case map[string]any:
			if len(x) == 0 {
				return
			}
			keys := sortedKeys(x)
			k := keys[d.IntN(len(keys))]
			if leaf(x[k]) || d.IntN(12) == 0 {
				x[k] = other(d, x[k])
				return
			}
			node = x[k]
		case []any:
			if len(x) == 0 {
				return
			}
			i := d.IntN(len(x))
			if leaf(x[i]) {
				x[i] = other(d, x[i])
				return
			}
			node = x[i]
		default:
			return
		}
	}
}

func leaf(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// other is a value to put in the place of one.
func other(d dice, v any) any {
	months := []any{"1900-01", "2199-12", "2005-12", "2011-06", "2011-07", "2020-03", "2023-12", "2024-01", "2026-11"}
	days := []any{"1900-01-01", "2199-12-31", "2011-07-01", "2019-10-15", "2024-02-29", "2026-11-20"}
	amounts := []any{"0", "0.01", "-1", "2999.995", "9999999999999.99", "10000000000000.00", "10000000000000.01", "100000000000000000000"}
	words := []any{"pension", "110", "large_medical", "maternity", "resident_medical", "employee", "flexible", "resident", "never_registered", "under_declared",
		"rule_changed", "policy", "debit_failed", "misplaced", "000000", "110000", "310000", "440300", "500000", "x", "rural_migrant_worker", "micro_small_medium",
		"government", "employment", "declared", "paid", "benefit", "60", "worker", "M", "F", "男", "", strings.Repeat("长", 99)}
	wild := []any{nil, 0, -1, 9, 1e9, true, []any{}, map[string]any{}, []any{"medical", "maternity"}, []any{"resident_pension"}, []any{"rural_migrant_worker"}, []any{"nobody"}}
	text, isText := v.(string)
	switch {
	case d.IntN(8) == 0:
		return one(d, slices.Concat(months, days, amounts, words, wild)...)
	case !isText:
		return one(d, wild...)
	case len(text) == 7 && text[4] == '-':
		return one(d, months...)
	case len(text) == 10 && text[4] == '-':
		return one(d, days...)
	case strings.HasSuffix(text, ".00"):
		return one(d, amounts...)
	}
	return one(d, words...)
}
