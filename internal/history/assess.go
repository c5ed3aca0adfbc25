package history

import (
	"context"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// Answer is all that package assess makes of a person's facts, with what a
// receipt of it needs.
type Answer struct {
	*assess.History
	laws    *assess.Laws
	request assess.HistoryRequest
}

// Body is what a receipt of the answer proves: the facts, every row of law that
// was read, the result and how it came about.
func (a *Answer) Body() (*assess.Body, error) { return a.History.Body(a.laws, a.request) }

// Assess answers everything about one person. A person without facts is
// books.ErrNotFound.
func Assess(ctx context.Context, tx Books, lib *law.Library, person string, w registry.When, lang string, words assess.Say) (*Answer, error) {
	all, err := AssessAll(ctx, tx, lib, []string{person}, w, lang, words)
	if err != nil {
		return nil, err
	}
	if all[person] == nil {
		return nil, books.ErrNotFound
	}
	return all[person], nil
}

// AssessAll answers for many persons by one reading of the books; those without
// facts are left out.
func AssessAll(ctx context.Context, tx Books, lib *law.Library, persons []string, w registry.When, lang string, words assess.Say) (map[string]*Answer, error) {
	r, err := read(ctx, tx, lawsAt(lib, w), persons, w)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*Answer, len(r.out))
	for person, list := range r.out {
		a := &Answer{laws: assess.NewLaws(lib.Book), request: assess.HistoryRequest{Person: person, AsOf: w.AsOf, KnownAt: w.Known(), Rows: list, Pauses: r.pauses(list), Elsewhere: r.elsewhere[person], Lang: lang}}
		if a.History, err = assess.NewHistory(a.laws, a.request, words); err != nil {
			return nil, err
		}
		out[person] = a
	}
	return out, nil
}

// Grids builds the grids of many persons: months, categories and causes,
// without prices of back-pay. A month that was given back since it was paid
// twice counts elsewhere: here nothing is owed for it. It is what sweeps and the
// proof use.
func Grids(ctx context.Context, tx Books, lib *law.Library, persons []string, w registry.When) (map[string]*record.Grid, error) {
	laws := lawsAt(lib, w)
	r, err := read(ctx, tx, laws, persons, w)
	if err != nil {
		return nil, err
	}
	sweep := assess.NewSweep(laws, w.AsOf, w.Known())
	out := make(map[string]*record.Grid, len(r.out))
	for person, list := range r.out {
		g, err := sweep.Grid(list)
		if err != nil {
			return nil, err
		}
		assess.CountElsewhere(g, r.elsewhere[person])
		out[person] = g
	}
	return out, nil
}

func lawsAt(lib *law.Library, w registry.When) *assess.Laws {
	return assess.NewLaws(lib.Book).On(w.AsOf, w.Known())
}
