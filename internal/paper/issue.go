package paper

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/receipt"
)

// Issue is a paper to be issued. Data is anything that encodes as a JSON object
// with the template's fields: a struct, or a map with amounts as money.Fen, days
// as calendar.Date and so on.
type Issue struct {
	Template string // the template's name
	Case     string
	Event    string
	Person   string
	Employer string
	Data     any
}

// Body is what the receipt of a paper seals.
type Body struct {
	Kind     string                     `json:"kind"` // "paper"
	Number   string                     `json:"number"`
	Area     string                     `json:"area"`
	IssuedOn calendar.Date              `json:"issued_on"`
	Template string                     `json:"template"`
	Wording  string                     `json:"wording"` // digest of the template's JSON
	Total    *money.Fen                 `json:"total"`
	Case     string                     `json:"case,omitempty"`
	Person   string                     `json:"person,omitempty"`
	Employer string                     `json:"employer,omitempty"`
	Data     map[string]json.RawMessage `json:"data"`
}

// BodyKind is the kind of a body that is a paper's.
const BodyKind = "paper"

// Issue issues a paper on the office date: it checks the data against the
// wording, gives the next number, seals, signs and keeps. It prints nothing.
func (p Press) Issue(ctx context.Context, tx Books, in Issue) (Paper, error) {
	if len(p.Key) != ed25519.PrivateKeySize {
		return Paper{}, fault.New(fault.Unavailable, "paper.no_key", nil)
	}
	book, err := p.Laws.Book(tx.Area())
	if err != nil {
		return Paper{}, err
	}
	t := book.Read(0, false).Template(in.Template, tx.Today())
	if t == nil {
		return Paper{}, fault.New(fault.Missing, "paper.no_template", fault.Args{"name": in.Template, "area": tx.Area(), "day": tx.Today().String()})
	}
	data, err := Read(t, in.Data)
	if err != nil {
		return Paper{}, err
	}
	wording, err := json.Marshal(t)
	if err != nil {
		return Paper{}, fmt.Errorf("wording: %w", err)
	}
	digest := sha256.Sum256(wording)
	out := Paper{ID: tx.NewID(), Template: t.ID, Wording: hex.EncodeToString(digest[:]), Kind: t.Name, Case: in.Case, Event: in.Event, Person: in.Person,
		Employer: in.Employer, IssuedOn: tx.Today(), At: tx.At(), Actor: tx.Actor().ID, KeyID: receipt.KeyID(public(p.Key))}
	if t.Total != "" && data[t.Total] != nil {
		var total money.Fen
		if err := json.Unmarshal(data[t.Total], &total); err != nil {
			return Paper{}, fmt.Errorf("total: %w", err)
		}
		out.Total = &total
	}
	n, err := tx.NextNumber(ctx, t.Series, out.IssuedOn.Year())
	if err != nil {
		return Paper{}, err
	}
	out.Number = number(tx.Area(), t.Series, out.IssuedOn.Year(), n)
	sealed, err := receipt.Seal(out.body(tx.Area(), data), p.Key, rand.Reader)
	if err != nil {
		return Paper{}, err
	}
	text, err := json.Marshal(sealed)
	if err != nil {
		return Paper{}, fmt.Errorf("receipt: %w", err)
	}
	out.Root = sealed.Root()
	out.Code = Code{Number: out.Number, Day: out.IssuedOn, Total: out.Total, Root: out.Root, KeyID: out.KeyID}.Sign(p.Key)
	if out.Box, err = tx.PutBox(ctx, "paper", out.ID, "sealed", string(text)); err != nil {
		return Paper{}, err
	}
	return out, tx.AddPaper(ctx, out, string(wording))
}

func public(key ed25519.PrivateKey) ed25519.PublicKey {
	return ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

func (p Paper) body(area string, data map[string]json.RawMessage) Body {
	return Body{Kind: BodyKind, Number: p.Number, Area: area, IssuedOn: p.IssuedOn, Template: p.Template, Wording: p.Wording, Total: p.Total, Case: p.Case,
		Person: p.Person, Employer: p.Employer, Data: data}
}

// Open reads what a paper says, from its box and the wording that it was issued
// with. A receipt that does not lead to the root of the paper is an error.
func Open(ctx context.Context, tx Books, p Paper) (Sheet, receipt.Receipt, error) {
	boxes, err := tx.OpenBoxes(ctx, p.Box)
	if err != nil {
		return Sheet{}, receipt.Receipt{}, err
	}
	sealed, err := receipt.Parse([]byte(boxes[0]))
	if err != nil {
		return Sheet{}, sealed, err
	}
	var body Body
	if err := json.Unmarshal(sealed.Body(), &body); err != nil {
		return Sheet{}, sealed, fmt.Errorf("paper %s: %w", p.ID, err)
	}
	text, err := tx.Wording(ctx, p.Wording)
	if err != nil {
		return Sheet{}, sealed, err
	}
	var t law.Template
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return Sheet{}, sealed, fmt.Errorf("paper %s: wording: %w", p.ID, err)
	}
	if sealed.Root() != p.Root || body.Number != p.Number {
		return Sheet{}, sealed, fmt.Errorf("paper %s: its data is not what was signed", p.ID)
	}
	return Sheet{Template: &t, Number: p.Number, IssuedOn: p.IssuedOn, Code: p.Code, Data: body.Data}, sealed, nil
}
