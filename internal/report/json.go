package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
)

// jsonWriter writes {as_of, known_at, persons, totals, missing, rejected,
// policy} in this order.
type jsonWriter struct {
	out     *bufio.Writer
	kept    *spool    // persons, while the days are not known
	persons io.Writer // where persons go
	n       int
}

// NewJSON returns a Writer of the JSON answer of `assess`. Given as_of and
// known_at, it streams; without them, persons wait on disk for Close, since
// the days stand before them.
func NewJSON(w io.Writer, days ...calendar.Date) Writer {
	j := &jsonWriter{out: bufio.NewWriterSize(w, 64<<10)}
	if len(days) == 2 {
		j.persons = j.out
		j.head(days[0], days[1])
	}
	return j
}

func (j *jsonWriter) head(asOf, knownAt calendar.Date) {
	j.out.WriteString(`{"as_of":"` + asOf.String() + `","known_at":"` + knownAt.String() + `","persons":[`)
}

// Person implements Writer.
func (j *jsonWriter) Person(h *assess.History, receipt json.RawMessage) error {
	if j.persons == nil {
		var err error
		if j.kept, err = newSpool(); err != nil {
			return err
		}
		j.persons = j.kept
	}
	b, err := encode(struct {
		*assess.History
		Receipt json.RawMessage `json:"receipt"`
	}{h, receipt})
	if err != nil {
		return err
	}
	sep := ",\n"
	if j.n == 0 {
		sep = "\n"
	}
	j.n++
	if _, err := io.WriteString(j.persons, sep); err != nil {
		return err
	}
	_, err = j.persons.Write(b)
	return err
}

// Close implements Writer.
func (j *jsonWriter) Close(s Summary) error {
	if j.persons != io.Writer(j.out) {
		j.head(s.AsOf, s.KnownAt)
	}
	if j.kept != nil {
		if err := j.kept.copyTo(j.out); err != nil {
			return err
		}
	}
	if s.Missing == nil {
		s.Missing = []assess.Missing{}
	}
	if s.Rejected == nil {
		s.Rejected = []Rejected{}
	}
	b, err := encode(struct {
		Totals   assess.QuoteTotals `json:"totals"`
		Missing  []assess.Missing   `json:"missing"`
		Rejected []Rejected         `json:"rejected"`
		More     int                `json:"rejected_more,omitempty"`
		Policy   law.Policy         `json:"policy"`
	}{s.Totals, s.Missing, s.Rejected, s.More, s.Policy})
	if err != nil {
		return err
	}
	j.out.WriteString("\n],")
	j.out.Write(b[1:]) // the rest of the object that head began
	j.out.WriteByte('\n')
	return j.out.Flush()
}

// encode writes JSON without escaping < and >, which names may hold.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
