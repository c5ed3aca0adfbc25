package proof_test

import (
	"context"
	"slices"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/card"
	"bujiao/internal/casework"
	"bujiao/internal/history"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// withdrawn opens a case of an employer and withdraws it, as the office books
// that: one event after the other, folded.
func (w *town) withdrawn(employer, person string) (id string) {
	w.Helper()
	tables, err := casework.Tables()
	w.must(err)
	book, err := w.laws.Book(area)
	w.must(err)
	p, err := casework.Resolve(tables["deferral"], book.Read(w.today, false), w.today)
	w.must(err)
	w.update(func(ctx context.Context, tx store.Tx) error {
		if err := p.Pin(ctx, tx); err != nil {
			return err
		}
		id = tx.NewID()
		c := casework.Case{ID: id, Kind: "deferral", Law: p.Digest(), Employer: employer, Person: person}
		var last casework.Case
		for i, e := range []casework.Event{
			{Name: "apply", To: "applied", EndsOn: w.today + 30, Then: casework.Escalate, Data: casework.Values{"ground": "guarantee"}},
			{Name: "withdraw", From: "applied", To: "withdrawn"},
		} {
			e.Case, e.Seq, e.On, e.At, e.Actor, e.Role = id, i+1, w.today, tx.At(), "agent", access.EmployerAgent
			last = p.Table.Fold(c, e)
			tx.AddCaseEvent(ctx, e)
			c = last
		}
		tx.AddCase(ctx, c)
		tx.AddFeePause(ctx, history.FeePause{ID: tx.NewID(), Case: id, Employer: employer, First: w.today.Month() - 3, Last: w.today.Month() - 1, From: w.today, To: w.today + 30,
			KnownOn: w.today, At: tx.At()})
		for _, step := range []card.Step{card.Sent, card.Made} {
			tx.AddCardLine(ctx, card.Line{Batch: "b", Case: id, Step: step, Bank: "x", On: w.today, At: tx.At(), Actor: "clerk"})
		}
		tx.AddCaseMonths(ctx, id, 1, []casework.Month{{Person: p1, Scheme: 110, FeeMonth: w.today.Month() - 3}})
		return nil
	})
	return id
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// A case whose row says something else than its events, with a valid MAC, is
// named.
func TestCaseThatStandsAstray(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			w := openTown(t, e)
			id := w.withdrawn(w.found(p1), "")
			w.sound("before")
			w.update(func(ctx context.Context, tx store.Tx) error {
				c, err := tx.Case(ctx, id)
				c.State, c.ClosedOn = "running", 0
				if err != nil {
					return err
				}
				return tx.SaveCase(ctx, c)
			})
			r := w.prove()
			if !slices.ContainsFunc(r.Differences, func(d proof.Difference) bool { return d.Kind == proof.Astray && d.Table == "casefile" }) {
				t.Errorf("nobody notices: %+v", r.Differences)
			}
		})
	}
}
