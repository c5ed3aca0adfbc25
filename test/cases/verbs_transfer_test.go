package cases_test

import (
	"encoding/json"
	"strconv"

	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

func init() {
	verbs["arrives"] = (*play).arrives
	verbs["moved"] = (*play).moved
	verbs["books"] = (*play).books
}

// books lets another area keep its books here: "books 310000".
func (p *play) books(w []string) {
	p.must(p.db.Update(p.Context(), w[0], func(tx store.Tx) error {
		return tx.SetSetting(p.Context(), "opened", "", p.today.String())
	}))
}

// arrives brings the personal account of a person from another area whose books
// are kept here, as its job does: "arrives li 310000 pension 5000.00".
func (p *play) arrives(w []string) {
	var number, name string
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		x, err := tx.Person(p.Context(), p.id(w[0]), registry.When{AsOf: tx.Today()})
		number, name = x.Number, x.Name
		return err
	}))
	q := p.as("clerk")
	q.Area, q.Actor.Areas = w[1], []string{w[1]}
	there := p.ids[w[0]+" "+w[1]]
	if there == "" {
		x, err := p.RegisterPerson(p.Context(), q, registry.NewPerson{Document: registry.Document{Number: number}, Name: name})
		p.must(err)
		there = x.ID
		p.ids[w[0]+" "+w[1]] = there
	}
	scheme, err := insurance.ParseScheme(w[2])
	p.must(err)
	payload, err := json.Marshal(ledger.Move{Key: "m" + strconv.Itoa(p.line), From: w[1], To: storetest.Area, On: p.today, Reason: "x",
		Parts: []ledger.Leg{{Account: ledger.Personal, Party: there, Person: there, Scheme: scheme, PersonFen: p.yuan(w[3])}}})
	p.must(err)
	_, err = p.TakeMove(p.Context(), string(payload))
	p.must(err)
}

// moved holds what other areas still owe for accounts that came, or are owed for
// those that went: "moved 310000 640.00".
func (p *play) moved(w []string) {
	var sum money.Fen
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		list, err := tx.Balances(p.Context(), ledger.Clearing, w[0])
		for _, b := range list {
			sum += b.EmployerFen + b.PersonFen
		}
		return err
	}))
	if got := max(sum, -sum); got != p.yuan(w[1]) {
		p.fail("between here and %s stand %s, want %s", w[0], got, w[1])
	}
}
