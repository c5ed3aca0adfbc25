package assess

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"bujiao/internal/law"
	"bujiao/internal/record"
)

// Engine names the arithmetic and the wording behind an answer. It changes
// when the same input and rows would give another answer.
const Engine = "bujiao-kernel/1"

// ErrEngine says that a body was made by an engine that this program is not.
var ErrEngine = errors.New("made by another engine")

// Body is what a receipt proves: the input, every row that was read, the
// result and how it came about.
type Body struct {
	Engine string          `json:"engine"`
	Kind   string          `json:"kind"` // quote | history
	Input  json.RawMessage `json:"input"`
	Laws   []BodyLaw       `json:"laws"`
	Result json.RawMessage `json:"result"`
	Grid   string          `json:"grid_digest,omitempty"` // of a history's grid, which follows from the input and is not repeated
	Trace  []Trace         `json:"trace"`
}

// BodyLaw holds the rows read from the book of one area.
type BodyLaw struct {
	Area   string         `json:"area"`
	Policy law.Policy     `json:"policy"`
	Rows   []law.Embedded `json:"rows"`
}

// Body makes the body of a quote. The request must not hold an id number.
func (o *Quote) Body(l *Laws, q QuoteRequest) (*Body, error) {
	if q.Person.IDNumber != "" {
		return nil, errors.New("an id number must be hashed before a body is made")
	}
	for i := range q.History {
		if q.History[i].IDNumber != "" {
			return nil, errors.New("an id number must be hashed before a body is made")
		}
	}
	return newBody("quote", l, q, o, o.Trace)
}

// Body makes the body of a history.
func (h *History) Body(l *Laws, q HistoryRequest) (*Body, error) {
	for i := range q.Rows {
		if q.Rows[i].IDNumber != "" {
			return nil, errors.New("an id number must be hashed before a body is made")
		}
	}
	b, err := newBody("history", l, q, h.sealed(), h.Trace)
	if err == nil {
		b.Grid, err = GridDigest(h.Grid)
	}
	return b, err
}

// sealed is the history as a receipt holds it: without the grid, which is most
// of its bytes and none of its claims. Its digest stands in the body.
func (h *History) sealed() *History {
	c := *h
	c.Grid = nil
	return &c
}

// GridDigest is the SHA-256 of a grid's JSON, in hexadecimal.
func GridDigest(cells []record.Cell) (string, error) {
	b, err := json.Marshal(cells)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func newBody(kind string, l *Laws, input, result any, trace []Trace) (*Body, error) {
	b := &Body{Engine: Engine, Kind: kind, Laws: []BodyLaw{}, Trace: trace}
	if b.Trace == nil {
		b.Trace = []Trace{}
	}
	var err error
	if b.Input, err = json.Marshal(input); err != nil {
		return nil, err
	}
	if b.Result, err = json.Marshal(result); err != nil {
		return nil, err
	}
	for _, area := range l.Used() {
		r, err := l.Reader(area)
		if err != nil {
			return nil, err
		}
		rows, err := law.Embed(r.Rows())
		if err != nil {
			return nil, err
		}
		b.Laws = append(b.Laws, BodyLaw{area, r.Policy(), rows})
	}
	return b, nil
}

// Replay computes the answer of a body again, from its embedded rows alone,
// and returns what was recorded and what came out ({result, trace}).
func Replay(body json.RawMessage, words Say) (recorded, computed json.RawMessage, err error) {
	var b Body
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&b); err != nil {
		return nil, nil, fmt.Errorf("the body is not one of this program: %w", err)
	}
	if b.Engine != Engine {
		return nil, nil, ErrEngine
	}
	l := NewLaws(func(area string) (*law.Book, error) {
		for _, x := range b.Laws {
			if x.Area == area {
				return law.FromEmbedded(area, x.Policy, x.Rows)
			}
		}
		return nil, fmt.Errorf("the body has no law of the area")
	})
	var result any
	var trace []Trace
	var grid string
	switch b.Kind {
	case "quote":
		var q QuoteRequest
		if err := json.Unmarshal(b.Input, &q); err != nil {
			return nil, nil, err
		}
		out, err := NewQuote(l, q, words)
		if err != nil {
			return nil, nil, err
		}
		result, trace = out, out.Trace
	case "history":
		var q HistoryRequest
		if err := json.Unmarshal(b.Input, &q); err != nil {
			return nil, nil, err
		}
		out, err := NewHistory(l, q, words)
		if err != nil {
			return nil, nil, err
		}
		result, trace = out.sealed(), out.Trace
		if grid, err = GridDigest(out.Grid); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, ErrEngine
	}
	if trace == nil {
		trace = []Trace{}
	}
	type pair struct {
		Result any    `json:"result"`
		Grid   string `json:"grid_digest,omitempty"`
		Trace  any    `json:"trace"`
	}
	if recorded, err = json.Marshal(pair{b.Result, b.Grid, b.Trace}); err != nil {
		return nil, nil, err
	}
	computed, err = json.Marshal(pair{result, grid, trace})
	return recorded, computed, err
}
