// Package paper issues the papers that go out (文书): lists, orders, letters,
// notices, decisions, agreements, receipts and certificates.
//
// A paper is issued once, in the transaction of what it is about. It gets a
// number in the series of its kind, its area and its year; numbers rise by one
// and none is given twice. What it says is a body of data, sealed as a receipt
// (package receipt) and kept encrypted; the wording is a template of the pack,
// kept with the paper, so that a paper can be printed again as it was although the
// pack went on. Lay turns both into lines in a language; package pdf draws them.
//
// A short code, drawn as a QR code, carries number, day, total, root of the data
// and a signature. Whoever has the public key checks a printed paper with
// it offline, and its data too, if the receipt is at hand.
//
// A paper is never changed: a mistake is put right by another paper. Service (送达)
// is evidence of its own, from which clocks start (R-ENF-03). The package knows no
// cases, decides nothing and computes no amount.
package paper

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"unicode"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Paper is a paper that was issued. What it says stands in its box.
type Paper struct {
	ID       string        `json:"id"`
	Number   string        `json:"number"`   // 110000-XJ-2026-000001
	Template string        `json:"template"` // id of the row of the pack
	Wording  string        `json:"-"`        // digest of the wording that is kept
	Kind     string        `json:"kind"`     // the template's name
	Case     string        `json:"case,omitempty"`
	Event    string        `json:"event,omitempty"`
	Person   string        `json:"person,omitempty"`
	Employer string        `json:"employer,omitempty"`
	IssuedOn calendar.Date `json:"issued_on"`
	Total    *money.Fen    `json:"total"`
	Root     string        `json:"root"`
	KeyID    string        `json:"key_id"`
	Code     string        `json:"code"` // the text of its QR code
	Box      string        `json:"-"`    // of the sealed data
	At       books.Instant `json:"at"`
	Actor    string        `json:"actor"`
}

// Methods are the ways of service (R-ENF-03): to the addressee in person, by
// mail, electronically, by leaving it with witnesses, by public notice.
var Methods = []string{"direct", "mail", "electronic", "left", "public_notice"}

// Service is the evidence that a paper was served on a day.
type Service struct {
	ID       string        `json:"id"`
	Paper    string        `json:"paper"`
	Method   string        `json:"method"`
	ServedOn calendar.Date `json:"served_on"`
	Proof    string        `json:"proof,omitempty"` // what proves it: id or mark of a receipt, never a name
	At       books.Instant `json:"at"`
	Actor    string        `json:"actor"`
}

// Filter chooses papers; what is empty is not asked for.
type Filter struct {
	Case, Person, Employer, Kind string
}

// Store keeps papers; they are never changed.
type Store interface {
	books.Frame
	// NextNumber is the next number of a series in a year. Another transaction
	// that asks for the same waits until this one is over.
	NextNumber(ctx context.Context, series string, year int) (int64, error)
	// AddPaper writes a paper with the wording that it was issued with, which is
	// kept once.
	AddPaper(ctx context.Context, p Paper, wording string) error
	AddService(ctx context.Context, s Service) error
	// Paper reads one; books.ErrNotFound if there is none.
	Paper(ctx context.Context, id string) (Paper, error)
	// Wording reads the wording of a paper.
	Wording(ctx context.Context, digest string) (string, error)
	// Papers lists those of a filter, by id.
	Papers(ctx context.Context, f Filter, p books.Page) ([]Paper, error)
	// Services lists how a paper was served, the first service first.
	Services(ctx context.Context, paper string) ([]Service, error)
}

// Boxes keeps the data encrypted.
type Boxes interface {
	PutBox(ctx context.Context, kind, owner, field, text string) (string, error)
	OpenBoxes(ctx context.Context, ids ...string) ([]string, error)
}

// Books is what issuing needs of the store.
type Books interface {
	Store
	Boxes
}

// Press issues papers: it has the wordings and the key that signs.
type Press struct {
	Laws *law.Library
	Key  ed25519.PrivateKey
}

// Of lists the papers of a case, by id, which rises with time.
func Of(ctx context.Context, tx Store, caseID string) ([]Paper, error) {
	var out []Paper
	for page := (books.Page{Limit: 1000}); ; page.After = out[len(out)-1].ID {
		list, err := tx.Papers(ctx, Filter{Case: caseID}, page)
		if out = append(out, list...); err != nil || len(list) < page.Limit {
			return out, err
		}
	}
}

// maxProof bounds the mark of a proof, in bytes.
const maxProof = 200

// Serve keeps the evidence that a paper was served. The first service counts;
// a later one stands beside it.
func Serve(ctx context.Context, tx Store, paperID, method string, on calendar.Date, proof string) (Service, error) {
	s := Service{ID: tx.NewID(), Paper: paperID, Method: method, ServedOn: on, Proof: proof, At: tx.At(), Actor: tx.Actor().ID}
	if s.ServedOn == 0 {
		s.ServedOn = tx.Today()
	}
	p, err := tx.Paper(ctx, paperID)
	switch {
	case err != nil:
		return s, err
	case !known(method):
		return s, fault.New(fault.Invalid, "paper.bad_method", fault.Args{"list": strings.Join(Methods, ", ")})
	case len(proof) > maxProof || strings.ContainsFunc(proof, unicode.IsControl):
		return s, fault.New(fault.Invalid, "paper.bad_proof", nil)
	case s.ServedOn > tx.Today():
		return s, fault.New(fault.Invalid, "paper.not_yet", fault.Args{"day": s.ServedOn.String()})
	case s.ServedOn < p.IssuedOn:
		return s, fault.New(fault.Invalid, "paper.served_before", fault.Args{"day": p.IssuedOn.String()})
	}
	return s, tx.AddService(ctx, s)
}

func known(method string) bool {
	for _, m := range Methods {
		if m == method {
			return true
		}
	}
	return false
}

// ServedOn is the day on which a paper was first served; zero: not yet.
func ServedOn(ctx context.Context, tx Store, paperID string) (calendar.Date, error) {
	list, err := tx.Services(ctx, paperID)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0].ServedOn, nil
}

// number writes the number of a paper.
func number(area, series string, year int, n int64) string {
	return fmt.Sprintf("%s-%s-%d-%06d", area, series, year, n)
}
