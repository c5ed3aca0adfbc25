package office_test

import (
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/office"
	"bujiao/internal/store/storetest"
)

// atOnce asks n times at the same moment and gives what came.
func atOnce[Out any](n int, ask func(i int) (Out, error)) ([]Out, []error) {
	outs, errs := make([]Out, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { outs[i], errs[i] = ask(i) })
	}
	all.Wait()
	return outs, errs
}

// TestDeclaredAtOnce: a month that is declared six times at the same moment is
// billed once; with one key each gets that bill, with keys of their own all but
// one are told.
func TestDeclaredAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, q := payrollOn(t, e)
			in := sheet("张三,"+numberA+",10000", "李四,"+numberB+",10000")
			got, errs := atOnce(6, func(int) (office.FileAnswer, error) { return o.DeclareByFile(t.Context(), q, in) })
			for i, r := range got { // 2 x (2670.00 + 1053.00), see package declaration
				if errs[i] != nil || r.Bill.EmployerFen != 534000 || r.Bill.PersonFen != 210600 || r.Bill.Declaration.ID != got[0].Bill.Declaration.ID {
					t.Errorf("with one key: %+v, %v", r.Bill, errs[i])
				}
			}
			o, _, q = payrollOn(t, e)
			_, errs = atOnce(6, func(i int) (office.FileAnswer, error) {
				own := q
				own.Key = fmt.Sprint("own", i)
				return o.DeclareByFile(t.Context(), own, in)
			})
			billed := 0
			for _, err := range errs {
				switch key(err) {
				case "":
					billed++
				case "declaration.exists":
				default:
					t.Errorf("with a key of its own: %v", err)
				}
			}
			if billed != 1 {
				t.Errorf("billed %d times", billed)
			}
		})
	}
}

// TestClockAtOnce: two servers begin a day and read the clock while an operator
// moves it; all end on the same day.
func TestClockAtOnce(t *testing.T) {
	db, wall := storetest.New(t, storetest.SQLite)
	clocks := []*office.Clock{office.NewClock(wall.Now), office.NewClock(wall.Now)}
	wall.Add(24 * time.Hour)
	set := storetest.Day(t, "2026-03-20")
	_, errs := atOnce(9, func(i int) (calendar.Date, error) {
		c := clocks[i%2]
		day := c.Today()
		switch i {
		case 8:
			return day, c.Set(t.Context(), db, set)
		case 0, 1:
			return day, c.Read(t.Context(), db)
		}
		return day, c.Begin(t.Context(), db)
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	for _, c := range clocks {
		if err := c.Begin(t.Context(), db); err != nil || c.Today() != set || c.Jumped() {
			t.Errorf("on %s (%v), want %s", c.Today(), err, set)
		}
	}
}

// TestOpenedAtOnce: two who apply for a card at twenty doors each at the same
// moment have one application each; they are the first cases of the kind.
func TestOpenedAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, _ := papersOfficeOn(t, e)
			o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			_, errs := atOnce(40, func(i int) (office.Moved, error) {
				q := by(access.Insured, fmt.Sprint(1+i%2))
				q.Key = fmt.Sprint("own", i)
				return o.OpenCase(t.Context(), q, office.CaseOpening{Kind: "card", Event: "apply", Data: casework.Values{"purpose": "first", "channel": "online"}})
			})
			opened := 0
			for _, err := range errs {
				switch key(err) {
				case "":
					opened++
				case "casework.unmet":
				default:
					t.Errorf("at another door: %v", err)
				}
			}
			if opened != 2 {
				t.Errorf("%d applications", opened)
			}
		})
	}
}
