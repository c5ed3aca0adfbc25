package record

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"

	"github.com/google/go-cmp/cmp"
)

// histories runs a property on 1000 random histories; the seed is printed and
// can be given again as BUJIAO_SEED.
func histories(t *testing.T, property func(t *testing.T, rnd *rand.Rand, rows []Row, asOf, known calendar.Date, p *prices)) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("BUJIAO_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	t.Logf("BUJIAO_SEED=%d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	seen := map[Category]int{}
	for range 1000 {
		rows := randomRows(rnd)
		asOf := on("2019-01-01") + calendar.Date(rnd.IntN(1200))
		known := asOf - calendar.Date(rnd.IntN(400))
		p := &prices{noDeadline: rnd.IntN(4) == 0, waived: calendar.NewMonth(2019, 1+rnd.IntN(12)), unknown: calendar.NewMonth(2020, 1+rnd.IntN(12)),
			raisedAfter: on("2019-01-01") + calendar.Date(rnd.IntN(900)), deferredTo: on("2019-01-01") + calendar.Date(rnd.IntN(1200))}
		property(t, rnd, rows, asOf, known, p)
		if t.Failed() {
			return
		}
		g, err := Build(rows, asOf, known, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Cells {
			seen[c.Category]++
		}
	}
	for _, c := range []Category{Normal, Backpay, Arrears, Deferred, Exempt, NotDue} {
		if seen[c] == 0 {
			t.Errorf("no month was %s: the histories do not reach everything", c)
		}
	}
}

func randomRows(rnd *rand.Rand) []Row {
	pick := func(max int) int { return rnd.IntN(max) }
	amount := func(chance int) *money.Fen {
		if pick(chance) != 0 {
			return nil
		}
		f := money.Fen(pick(12)) * 1000_00
		return &f
	}
	date := func(chance int) calendar.Date {
		if pick(chance) != 0 {
			return 0
		}
		return on("2019-01-01") + calendar.Date(pick(1000))
	}
	out := make([]Row, 1+pick(14))
	for i := range out {
		r := Row{
			Kind: Kinds[pick(len(Kinds))], Area: []string{"A", "A", "B"}[pick(3)], Employer: []string{"", "X", "Y"}[pick(3)],
			Payer:  []insurance.Payer{insurance.Employee, insurance.Employee, insurance.Flexible}[pick(3)],
			Scheme: []insurance.Scheme{0, insurance.Pension, insurance.Medical}[pick(3)],
			From:   calendar.NewMonth(2019, 1+pick(24)), KnownOn: date(3),
			Wage: amount(2), Base: amount(2),
		}
		r.To = r.From + calendar.Month(pick(14))
		if pick(6) == 0 {
			r.Cause = insurance.Causes[pick(len(insurance.Causes))]
		}
		if r.Kind == Paid {
			r.PaidOn, r.EmployerPaid, r.PersonPaid = date(1), amount(4), amount(4)
			if pick(4) == 0 {
				r.PaidOn = 0
			}
			if pick(12) == 0 {
				r.From, r.To = calendar.NewMonth(2017, 1), calendar.NewMonth(2020, 6)
			}
		}
		out[i] = r
	}
	return out
}

// grid is all that Build says, as text.
func grid(t *testing.T, rows []Row, asOf, known calendar.Date, p *prices) string {
	t.Helper()
	g, err := Build(rows, asOf, known, p)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range g.Cells {
		c, err := json.Marshal(g.Cells[i])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s unallocated=%v wage=%v drawn=%v\n", c, g.Cells[i].Unallocated, g.Cells[i].Wage, g.Drawn(g.Cells[i].Scheme, g.Cells[i].Month))
	}
	gaps, err := json.Marshal(g.Gaps())
	if err != nil {
		t.Fatal(err)
	}
	return b.String() + string(gaps)
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	histories(t, func(t *testing.T, rnd *rand.Rand, rows []Row, asOf, known calendar.Date, p *prices) {
		shuffled := append([]Row(nil), rows...)
		rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(grid(t, rows, asOf, known, p), grid(t, shuffled, asOf, known, p)); diff != "" {
			t.Errorf("another order of the rows gives another grid\n%s\n%s", dump(rows), diff)
		}
	})
}

func TestRowsCutIntoMonthsGiveTheSameGrid(t *testing.T) {
	histories(t, func(t *testing.T, rnd *rand.Rand, rows []Row, asOf, known calendar.Date, p *prices) {
		var cut []Row
		for _, r := range rows {
			for m := r.From; m <= r.To; m++ {
				one := r
				one.From, one.To = m, m
				cut = append(cut, one)
			}
		}
		rnd.Shuffle(len(cut), func(i, j int) { cut[i], cut[j] = cut[j], cut[i] })
		if diff := cmp.Diff(grid(t, rows, asOf, known, p), grid(t, cut, asOf, known, p)); diff != "" {
			t.Errorf("rows by month give another grid\n%s\n%s", dump(rows), diff)
		}
	})
}

// Knowing more later never changes what was known before: a grid as known on a
// day is the same whether or not the later facts are fed.
func TestLaterFactsDoNotReachBack(t *testing.T) {
	histories(t, func(t *testing.T, rnd *rand.Rand, rows []Row, asOf, known calendar.Date, p *prices) {
		var then []Row
		for _, r := range rows {
			if r.KnownOn <= known {
				then = append(then, r)
			}
		}
		if diff := cmp.Diff(grid(t, then, asOf, known, p), grid(t, rows, asOf, known, p)); diff != "" {
			t.Errorf("a fact of after %s shows\n%s\n%s", known, dump(rows), diff)
		}
	})
}

// What is paid is never more than what was stated as paid or was due, and a
// month is either paid, or one of the others.
func TestCellsHoldTogether(t *testing.T) {
	histories(t, func(t *testing.T, _ *rand.Rand, rows []Row, asOf, known calendar.Date, p *prices) {
		g, err := Build(rows, asOf, known, p)
		if err != nil {
			t.Fatal(err)
		}
		for i := range g.Cells {
			c := &g.Cells[i]
			short := c.EmployerDue != nil && c.PersonDue != nil && (c.EmployerPaid < *c.EmployerDue || c.PersonPaid < *c.PersonDue)
			switch {
			case (c.Category == Normal || c.Category == Backpay) && short:
				t.Errorf("%s %s is %s and short", c.Scheme, c.Month, c.Category)
			case c.Category == Backpay && (c.Kind == "" || c.LateBy < 0 || c.PaidOn == 0):
				t.Errorf("%s %s: back-payment %q posted in %s", c.Scheme, c.Month, c.Kind, c.Posted)
			case c.Category != Backpay && (c.Kind != "" || c.LateBy != 0):
				t.Errorf("%s %s is %s and has a kind %q, late by %d", c.Scheme, c.Month, c.Category, c.Kind, c.LateBy)
			case c.Category == Arrears && c.Cause == "":
				t.Errorf("%s %s is in arrears without a cause", c.Scheme, c.Month)
			case c.PaidOn > asOf || c.PaidOn > known:
				t.Errorf("%s %s was paid on %s, which nobody can know", c.Scheme, c.Month, c.PaidOn)
			}
			if i > 0 && !less(cellKey{g.Cells[i-1].Scheme, g.Cells[i-1].Month, g.Cells[i-1].Area}, cellKey{c.Scheme, c.Month, c.Area}) {
				t.Errorf("cells are not in order at %s %s", c.Scheme, c.Month)
			}
		}
		n := 0
		for _, x := range g.Gaps() {
			n += x.Months
			if int(x.To-x.From)+1 != x.Months {
				t.Errorf("gap %s..%s of %d months", x.From, x.To, x.Months)
			}
		}
		for _, c := range g.Cells {
			if c.Category == Arrears {
				n--
			}
		}
		if n != 0 {
			t.Errorf("gaps and months in arrears differ by %d", n)
		}
	})
}

func dump(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		j, _ := json.Marshal(r)
		b.Write(append(j, '\n'))
	}
	return b.String()
}

// Two rows that differ in any fact have an order, whatever the order they are
// fed in: a field that order forgets would let the feeding decide.
func TestEveryFactHasAnOrder(t *testing.T) {
	// who the person is, and where the row stood in a file, decide no month
	apart := map[string]bool{"Person": true, "IDNumber": true, "Birth": true, "Sex": true, "Line": true}
	fen, rate := money.Fen(1), money.Rate(1)
	kind := reflect.TypeFor[Row]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		var a, b Row
		field := reflect.ValueOf(&b).Elem().Field(i)
		switch {
		case field.Type() == reflect.TypeFor[*money.Fen]():
			field.Set(reflect.ValueOf(&fen))
		case field.Type() == reflect.TypeFor[*money.Rate]():
			field.Set(reflect.ValueOf(&rate))
		case field.CanInt():
			field.SetInt(1)
		default:
			field.SetString("x")
		}
		x, y := order(&a, &b), order(&b, &a)
		if apart[name] != (x == 0) || x != -y {
			t.Errorf("rows that differ in %s: order %d, the other way round %d", name, x, y)
		}
	}
}
