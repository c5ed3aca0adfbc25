package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/job"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// core is what every table rests on: order, pages, texts, numbers, nothing.
func core(t *testing.T, e Engine) {
	t.Run("pages in the order of ids", func(t *testing.T) { paging(t, e) })
	t.Run("text is ordered by its bytes", func(t *testing.T) { collation(t, e) })
	t.Run("numbers are exact", func(t *testing.T) { precision(t, e) })
	t.Run("nothing is not zero", func(t *testing.T) { nothing(t, e) })
	t.Run("taken keys name their table", func(t *testing.T) { taken(t, e) })
	t.Run("areas do not see each other", func(t *testing.T) { apart(t, e) })
}

func paging(t *testing.T, e Engine) {
	db, clock := New(t, e)
	const n = 257
	for range n {
		clock.Add(time.Millisecond)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.Audit(ctx, audit.Line{Action: "a", Kind: "k", Object: "o"})
			return nil
		})
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, limit := range []int{0, 1, 100, 256, 257, 5000} {
			var got []string
			for p := (books.Page{Limit: limit}); ; {
				lines, err := tx.AuditLines(ctx, p)
				if err != nil {
					return err
				}
				if len(lines) > p.Size() {
					t.Errorf("a page of %d has %d lines", p.Size(), len(lines))
				}
				for _, l := range lines {
					got = append(got, l.ID)
				}
				if len(lines) < p.Size() {
					break
				}
				p.After = lines[len(lines)-1].ID
			}
			if len(got) != n || !slices.IsSorted(got) || len(slices.Compact(got)) != n {
				t.Errorf("pages of %d give %d lines, want %d, each once and in order", limit, len(got), n)
			}
		}
		return nil
	})
}

// collation: by code points, not by a language: Z before a, é and 中 after both.
func collation(t *testing.T, e Engine) {
	db, _ := New(t, e)
	want := []string{"", "A", "Z", "_", "a", "z", "~", "é", "一", "中", "𠮷"}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i := len(want) - 1; i >= 0; i-- {
			if _, err := tx.Enqueue(ctx, want[i], "", "x", books.Instant(1)); err != nil {
				return err
			}
		}
		return nil
	})
	var got []string
	err := db.Inspect(t.Context(), Area, func(i *sqlstore.Inspector) error {
		got = nil
		byKind := i.By(sqlstore.TableOf("job"), "", nil, "kind", "id")
		return byKind.Each(t.Context(), func(row []any) error { got = append(got, row[2].(string)); return nil })
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("ordered %q, want %q (%v)", got, want, err)
	}
}

func precision(t *testing.T, e Engine) {
	db, clock := New(t, e)
	clock.Add(123457 * time.Microsecond)
	at := books.InstantOf(clock.Now())
	extremes := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i, n := range extremes {
			if _, err := tx.Enqueue(ctx, "k", fmt.Sprint(i), "", books.Instant(n)); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Jobs(ctx, job.Ready, books.Page{})
		if err != nil || len(list) != len(extremes) {
			return fmt.Errorf("%d jobs: %w", len(list), err)
		}
		for _, j := range list {
			var i int
			fmt.Sscan(j.Key, &i)
			if int64(j.RunAt) != extremes[i] || j.CreatedAt != at {
				t.Errorf("wrote %d at %d, read %d at %d", extremes[i], at, j.RunAt, j.CreatedAt)
			}
		}
		return nil
	})
}

// nothing: an amount that is unknown is not an amount of zero, and an empty
// text is not missing.
func nothing(t *testing.T, e Engine) {
	db, _ := New(t, e)
	zero, much := money.Fen(0), money.Fen(math.MaxInt64)
	want := map[string]*money.Fen{"unknown": nil, "zero": &zero, "much": &much}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for person, base := range want {
			d := declaration.Declaration{ID: tx.NewID(), Employer: "e", Lines: 1}
			if err := tx.AddDeclaration(ctx, d, []declaration.Line{{Declaration: d.ID, Person: person, Base: base}}); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for person, base := range want {
			list, err := tx.DeclaredOf(ctx, []string{person})
			if err != nil || len(list) != 1 {
				return fmt.Errorf("%d lines: %w", len(list), err)
			}
			if got := list[0].Base; (got == nil) != (base == nil) || (got != nil && *got != *base) {
				t.Errorf("%s: base is %v, want %v", person, got, base)
			}
		}
		return nil
	})
}

// taken: the table is named by the engine, whichever key it was, in single
// statements and in bulk.
func taken(t *testing.T, e Engine) {
	db, _ := New(t, e)
	add := func(n int) error {
		return db.Update(t.Context(), Area, func(tx store.Tx) error {
			for i := range n {
				tx.Keep(t.Context(), store.Kept{Key: fmt.Sprint(i), Operation: "o"})
			}
			return nil
		})
	}
	for _, n := range []int{1, 1000} {
		_ = add(n)
		if err := add(n); !books.Taken(err, "idempotency") {
			t.Errorf("%d rows again: %v", n, err)
		}
	}
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		tx.Keep(t.Context(), store.Kept{Key: "0"})
		err := tx.Flush(t.Context())
		if !books.Taken(err, "idempotency") {
			t.Errorf("Flush shows %v", err)
		}
		return nil // what failed is not forgotten
	})
	if !books.Taken(err, "idempotency") {
		t.Errorf("after a hidden error: %v", err)
	}
	var file *books.TakenError
	for i := range 2 {
		err = db.Update(t.Context(), Area, func(tx store.Tx) error {
			return tx.AddFile(t.Context(), collection.File{ID: fmt.Sprint(i), Direction: "result", Hash: "same"}, nil)
		})
	}
	if !errors.As(err, &file) || file.Table != "bank_file" || file.Cause == nil {
		t.Errorf("a second key of a table: %v", err)
	}
}

func apart(t *testing.T, e Engine) {
	db, _ := New(t, e)
	for _, area := range []string{"110000", "310000"} {
		err := db.Update(t.Context(), area, func(tx store.Tx) error {
			tx.Keep(t.Context(), store.Kept{Key: "same", Operation: area})
			tx.Audit(t.Context(), audit.Line{Action: "a", Kind: "k", Object: "o"})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	areas, err := db.Areas(t.Context())
	if err != nil || !slices.Equal(areas, []string{"110000", "310000"}) {
		t.Errorf("areas %v: %v", areas, err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for area, want := range map[string]bool{"110000": true, "310000": true, "440100": false} {
			if has, err := tx.HasBooks(ctx, area); err != nil || has != want {
				t.Errorf("books of %s: %v, %v", area, has, err)
			}
		}
		kept, err := tx.Kept(ctx, "same")
		lines, err2 := tx.AuditOf(ctx, "k", "o", books.Page{})
		if kept.Operation != Area || len(lines) != 1 {
			t.Errorf("kept %q, %d lines", kept.Operation, len(lines))
		}
		by, err3 := tx.AuditBy(ctx, lines[0].Actor, books.Page{})
		nobody, err4 := tx.AuditBy(ctx, "nobody", books.Page{})
		if len(by) != 1 || by[0] != lines[0] || len(nobody) != 0 {
			t.Errorf("lines by the actor %+v, by nobody %+v", by, nobody)
		}
		return errors.Join(err, err2, err3, err4)
	})
}
