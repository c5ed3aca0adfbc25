package assess

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/record"
)

// replayed holds a body against itself computed again from its own rows.
func replayed(t *testing.T, body *Body, what any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := Replay(raw, lang.Text)
	if err != nil {
		input, _ := json.Marshal(what)
		t.Fatalf("replay: %v\n%s", err, input)
	}
	if !bytes.Equal(recorded, computed) {
		input, _ := json.Marshal(what)
		t.Fatalf("replay differs (-recorded +computed)\n%s\n%s", cmp.Diff(tree(t, recorded), tree(t, computed)), input)
	}
}

func tree(t *testing.T, raw []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReplayOfVectors(t *testing.T) {
	for _, v := range vectors(t) {
		_, body := v.answer(t)
		replayed(t, body, v.Name)
	}
}

func TestReplayOfRandomAnswers(t *testing.T) {
	d := newDice(t)
	lines := 0
	for range 200 {
		q := d.quote()
		laws := NewLaws(library.Book)
		out, err := NewQuote(laws, q, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := out.Body(laws, q)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(out.Lines)
		replayed(t, body, q)
	}
	for range 100 {
		q := d.history()
		laws := NewLaws(library.Book)
		out, err := NewHistory(laws, q, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := out.Body(laws, q)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(out.Lines)
		replayed(t, body, q)
	}
	if lines < 3000 {
		t.Errorf("only %d lines: the requests are too thin", lines)
	}
}
