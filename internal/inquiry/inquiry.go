// Package inquiry is what anybody may ask without a file in the office: what is
// due, what a late fee comes to, whether and how a gap can be made up, when one
// may retire, how long a term runs, whether a number or a receipt holds.
//
// It takes a request as the doors hand it on, refuses one that cannot mean
// anything, calls the kernel once, and seals what has to be proved. It keeps
// nothing. A citizen number leaves it only as a keyed hash, a name not at all;
// neither stands in an error. The command line and the API ask the same Desk,
// so that they give the same answer.
package inquiry

import (
	"errors"
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/strictjson"
)

// Desk answers. It is made for one request, in one language, on one day.
type Desk struct {
	Laws  *law.Library
	Sign  *Signer // needed by Quote and Sweep only
	Lang  string
	Today calendar.Date
	// Members: what is missing is asked for as members of the request, not as
	// flags of a command.
	Members bool
}

// reader opens the law of an area as it is known today.
func (d *Desk) reader(area string) (*law.Reader, error) {
	book, err := d.Laws.Book(area)
	if err != nil {
		return nil, err
	}
	return book.Read(0, false), nil
}

// say is a sentence in the asker's language.
func (d *Desk) say(key string, args fault.Args) string { return lang.Text(d.Lang, key, args) }

// knownPopulations refuses populations that no pack of the area names: a slip
// of the pen must not be priced as if nothing had been said.
func knownPopulations(r *law.Reader, p law.Payer) error {
	if _, unknown := r.Expand(p); len(unknown) > 0 {
		return unknownPopulation(unknown[0], r.Area(), slices.Compact(r.PopulationNames()))
	}
	return nil
}

func unknownPopulation(name, area string, known []string) *fault.Error {
	return fault.New(fault.Invalid, "inquiry.unknown_population", fault.Args{"name": strictjson.Shown(name), "area": area, "list": strings.Join(known, ", ")})
}

// TooLarge says in words that an amount left the range that is kept exactly:
// the input is wrong, not the program.
func TooLarge(err error) error {
	if errors.Is(err, money.ErrOverflow) {
		return fault.Wrap(fault.Invalid, "inquiry.too_large", nil, err)
	}
	return err
}

// missing names the members of a request that are needed and not there.
func missing(names ...string) error {
	return fault.New(fault.Usage, "inquiry.field_missing", fault.Args{"fields": strings.Join(names, ", ")})
}

// apart says that two members do not go together.
func apart(a, b string) error {
	return fault.New(fault.Usage, "inquiry.fields_apart", fault.Args{"field": a, "other": b})
}
