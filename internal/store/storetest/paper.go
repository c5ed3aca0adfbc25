package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/money"
	"bujiao/internal/paper"
	"bujiao/internal/store"
)

// papers: what was issued is read as written, by filter and in order of ids, in
// its area alone; its wording is kept once; services come by day.
func papers(t *testing.T, e Engine) {
	db, _ := New(t, e)
	total := money.Fen(123_45)
	of := func(id, kind, caseID, person, employer string) paper.Paper {
		return paper.Paper{ID: id, Number: "110000-XQ-2026-00000" + id, Template: "t/1", Wording: "w", Kind: kind, Case: caseID, Event: "e", Person: person, Employer: employer,
			IssuedOn: day(t, "2026-03-02"), Total: &total, Root: "r", KeyID: "k", Code: "c", Box: "b", At: 3, Actor: "x"}
	}
	all := []paper.Paper{of("1", "order_to_pay", "c1", "", "e"), of("2", "demand_letter", "c1", "", "e"), of("3", "certificate", "c2", "p", "e"), of("4", "certificate", "", "p", "")}
	all[3].Total = nil
	served := []paper.Service{{ID: "s2", Paper: "1", Method: "direct", ServedOn: day(t, "2026-03-04"), Proof: "R1", At: 3, Actor: "x"}, {ID: "s1", Paper: "1", Method: "mail", ServedOn: day(t, "2026-03-05"), At: 3, Actor: "x"}}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		var err error
		for _, i := range []int{3, 0, 2, 1} {
			err = errors.Join(err, tx.AddPaper(ctx, all[i], "the words"))
		}
		return errors.Join(err, tx.AddService(ctx, served[1]), tx.AddService(ctx, served[0]))
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		one, err := tx.Paper(ctx, "4")
		equal(t, "one", one, all[3])
		words, err1 := tx.Wording(ctx, "w")
		equal(t, "wording", words, "the words")
		services, err2 := tx.Services(ctx, "1")
		equal(t, "services", services, served)
		ofCase, err3 := paper.Of(ctx, tx, "c1")
		equal(t, "of a case", ofCase, all[:2])
		for _, c := range []struct {
			f    paper.Filter
			p    books.Page
			want string
		}{
			{paper.Filter{}, books.Page{}, "1234"},
			{paper.Filter{Employer: "e"}, books.Page{After: "1", Limit: 1}, "2"},
			{paper.Filter{Person: "p"}, books.Page{}, "34"},
			{paper.Filter{Person: "p", Employer: "e", Kind: "certificate", Case: "c2"}, books.Page{}, "3"},
		} {
			list, err := tx.Papers(ctx, c.f, c.p)
			got := ""
			for _, x := range list {
				got += x.ID
			}
			if err != nil || got != c.want {
				t.Errorf("%+v: %q, want %q, %v", c.f, got, c.want, err)
			}
		}
		_, none := tx.Paper(ctx, "9")
		if !errors.Is(none, books.ErrNotFound) {
			t.Errorf("no paper: %v", none)
		}
		return errors.Join(err, err1, err2, err3)
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error {
		list, err := tx.Papers(t.Context(), paper.Filter{}, books.Page{})
		if len(list) > 0 {
			t.Errorf("another area reads %d", len(list))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	again := of("5", "certificate", "", "p", "")
	again.Number = all[0].Number
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddPaper(t.Context(), again, "the words") })
	if !books.Taken(err, "paper") {
		t.Errorf("a number twice: %v", err)
	}
	t.Run("numbers", func(t *testing.T) { paperNumbers(t, e) })
}

// paperNumbers: many who take numbers of two series at once, also those that give theirs
// back by failing, leave none out and none twice, in each area and year.
func paperNumbers(t *testing.T, e Engine) {
	db, _ := New(t, e)
	const clients, each = 25, 8
	var mu sync.Mutex
	got := map[string][]int64{}
	var wg sync.WaitGroup
	refused := errors.New("refused")
	for c := range clients {
		wg.Go(func() {
			for i := range each {
				series := []string{"XQ", "ZM"}[(c+i)%2]
				for _, fails := range []bool{i%4 == 3, false} {
					var n int64
					err := db.Update(t.Context(), Area, func(tx store.Tx) (err error) {
						if n, err = tx.NextNumber(t.Context(), series, 2026); err == nil && fails {
							err = refused
						}
						return err
					})
					if fails && errors.Is(err, refused) {
						continue
					}
					if err != nil {
						t.Errorf("next number: %v", err)
						return
					}
					mu.Lock()
					got[series] = append(got[series], n)
					mu.Unlock()
					break
				}
			}
		})
	}
	wg.Wait()
	for series, list := range got {
		slices.Sort(list)
		for i, n := range list {
			if n != int64(i+1) {
				t.Fatalf("%s: number %d stands at place %d", series, n, i+1)
			}
		}
		if len(list) != clients*each/2 {
			t.Errorf("%s: %d numbers", series, len(list))
		}
	}
	for _, c := range []struct {
		area string
		year int
	}{{Area, 2027}, {"310000", 2026}} {
		err := db.Update(t.Context(), c.area, func(tx store.Tx) error {
			first, err := tx.NextNumber(t.Context(), "XQ", c.year)
			second, err1 := tx.NextNumber(t.Context(), "XQ", c.year)
			if first != 1 || second != 2 {
				return fmt.Errorf("%s %d begins with %d, %d", c.area, c.year, first, second)
			}
			return errors.Join(err, err1)
		})
		if err != nil {
			t.Error(err)
		}
	}
}
