package history

import (
	"context"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// Assess answers everything about one person: what package assess makes of the
// facts in the books. A person without facts is books.ErrNotFound.
func Assess(ctx context.Context, tx Books, lib *law.Library, person string, w registry.When, lang string, words assess.Say) (*assess.History, error) {
	rows, err := Read(ctx, tx, lawsAt(lib, w), []string{person}, w)
	if err != nil {
		return nil, err
	}
	if len(rows[person]) == 0 {
		return nil, books.ErrNotFound
	}
	return assess.NewHistory(assess.NewLaws(lib.Book), assess.HistoryRequest{Person: person, AsOf: w.AsOf, KnownAt: w.Known(), Rows: rows[person], Lang: lang}, words)
}

// Grids builds the grids of many persons: months, categories and causes,
// without prices of back-pay. It is what sweeps and the proof use.
func Grids(ctx context.Context, tx Books, lib *law.Library, persons []string, w registry.When) (map[string]*record.Grid, error) {
	laws := lawsAt(lib, w)
	rows, err := Read(ctx, tx, laws, persons, w)
	if err != nil {
		return nil, err
	}
	sweep := assess.NewSweep(laws, w.AsOf, w.Known())
	out := make(map[string]*record.Grid, len(rows))
	for person, list := range rows {
		if out[person], err = sweep.Grid(list); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func lawsAt(lib *law.Library, w registry.When) *assess.Laws {
	return assess.NewLaws(lib.Book).On(w.AsOf, w.Known())
}
