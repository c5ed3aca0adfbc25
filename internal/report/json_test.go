package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/law"
)

// broken is an output that takes no byte.
type broken struct{}

var errBroken = errors.New("no space")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func summary(t testing.TB) Summary {
	return Summary{
		AsOf: day(t, "2024-03-15"), KnownAt: day(t, "2024-03-14"), Totals: assess.ZeroTotals(),
		Missing:  []assess.Missing{{Scheme: "pension", Month: month(t, "2003-06"), Parameter: "late_fee_rules.start", Area: "110000"}},
		Rejected: []Rejected{{"a.csv", 12, "from", "月份不对。"}},
		Policy:   law.Policy{Pack: "cn-110000+000000", Digest: "abc"},
	}
}

// keys lists the keys of an object in the order in which they are written.
func keys(t *testing.T, object []byte) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestJSON(t *testing.T) {
	h, body := assessed(t, "王<小>明&", "zh", gapRows(t))
	write := func(w Writer) {
		t.Helper()
		if err := w.Person(h, body); err != nil {
			t.Fatal(err)
		}
		if err := w.Person(h, nil); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(summary(t)); err != nil {
			t.Fatal(err)
		}
	}
	var kept, streamed bytes.Buffer
	write(NewJSON(&kept))
	write(NewJSON(&streamed, day(t, "2024-03-15"), day(t, "2024-03-14")))
	if !bytes.Equal(kept.Bytes(), streamed.Bytes()) {
		t.Error("the streamed document differs from the one that waits for its days")
	}
	if d := cmp.Diff([]string{"as_of", "known_at", "persons", "totals", "missing", "rejected", "policy"}, keys(t, kept.Bytes())); d != "" {
		t.Error(d)
	}
	var doc struct {
		AsOf    string            `json:"as_of"`
		KnownAt string            `json:"known_at"`
		Persons []json.RawMessage `json:"persons"`
	}
	if err := json.Unmarshal(kept.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.AsOf != "2024-03-15" || doc.KnownAt != "2024-03-14" || len(doc.Persons) != 2 {
		t.Fatalf("as_of %s, known_at %s, %d persons", doc.AsOf, doc.KnownAt, len(doc.Persons))
	}
	first := keys(t, doc.Persons[0])
	if first[0] != "person" || first[len(first)-1] != "receipt" {
		t.Errorf("keys of a person: %v", first)
	}
	if !strings.Contains(kept.String(), "王<小>明&") {
		t.Error("names are escaped in a file that no browser reads as a page")
	}
	var second struct {
		Receipt json.RawMessage `json:"receipt"`
	}
	if err := json.Unmarshal(doc.Persons[1], &second); err != nil || string(second.Receipt) != "null" {
		t.Errorf("without a receipt: %s, %v", second.Receipt, err)
	}
}

func TestJSONOfNobody(t *testing.T) {
	var b bytes.Buffer
	if err := NewJSON(&b).Close(Summary{AsOf: day(t, "2024-03-15"), KnownAt: day(t, "2024-03-15"), Totals: assess.ZeroTotals()}); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"persons", "missing", "rejected"} {
		if list, ok := doc[k].([]any); !ok || len(list) != 0 {
			t.Errorf("%s = %v, want an empty list", k, doc[k])
		}
	}
	if _, ok := doc["rejected_more"]; ok {
		t.Error("rejected_more stands there though nothing was left out")
	}
}

func TestJSONFailsWithItsOutput(t *testing.T) {
	h, _ := assessed(t, "A", "zh", gapRows(t))
	w := NewJSON(broken{})
	if err := w.Person(h, nil); err != nil {
		t.Fatal(err) // it waits on disk
	}
	if err := w.Close(summary(t)); !errors.Is(err, errBroken) {
		t.Errorf("Close = %v", err)
	}
	if err := NewJSON(&bytes.Buffer{}).Person(h, json.RawMessage("{")); err == nil {
		t.Error("a broken receipt went into the document")
	}
}

func TestSpoolKeepsNothing(t *testing.T) {
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	s.WriteString("text")
	var b bytes.Buffer
	if err := s.copyTo(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != "text" {
		t.Errorf("kept %q", b.String())
	}
	if _, err := s.file.Stat(); err == nil {
		t.Error("the file is still open")
	}
	if err := s.copyTo(&b); err == nil {
		t.Error("a spool can be copied once only")
	}
}
