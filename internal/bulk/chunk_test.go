package bulk

import (
	"errors"
	"math"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// beijing is the table of the benchmark: five schemes, nothing missing.
func beijing(t testing.TB) *assess.Table {
	t.Helper()
	return compile(t, reader(t, library(t), "110000"), benchCases[0].request())
}

func TestPriceBeijing(t *testing.T) {
	table := beijing(t)
	c := NewChunk(table, 2)
	c.Resize(1)
	c.Month[0] = uint16(calendar.NewMonth(2022, 1) - table.From)
	c.Wage[0] = 1_000_000
	totals := NewTotals(table)
	if err := c.Price(totals); err != nil {
		t.Fatal(err)
	}
	// 2022-01 paid 2024-03-15: from 2022-03-01 to 2024-03-14 are 745 days, 37.25 %
	want := []struct {
		scheme                insurance.Scheme
		employer, person, fee money.Fen
	}{
		{insurance.Pension, 160_000, 80_000, 89_400},
		{insurance.Unemployment, 5_000, 5_000, 3_725},
		{insurance.Medical, 98_000, 20_000, 43_955},
		{insurance.Injury, 0, 0, 0}, // the rate of class 2 is read off below
		{insurance.Maternity, 0, 0, 0},
	}
	want[3].employer = c.Lines[3].Employer[0]
	want[3].fee = c.Lines[3].LateFee[0]
	for k, w := range want {
		l := c.Lines[k]
		if table.Columns[k].Scheme != w.scheme || l.Employer[0] != w.employer || l.Person[0] != w.person || l.LateFee[0] != w.fee {
			t.Errorf("%s: %s %s %s, want %s %s %s %s", table.Columns[k].Scheme, l.Employer[0], l.Person[0], l.LateFee[0], w.scheme, w.employer, w.person, w.fee)
		}
		if s := totals.Lines[k]; *s.Employer.Value() != w.employer || *s.Person.Value() != w.person || *s.LateFee.Value() != w.fee {
			t.Errorf("%s: totals %+v", w.scheme, s)
		}
	}
	if want[3].employer <= 0 || c.IsShort(0) || totals.Rows != 1 || totals.Short != 0 {
		t.Errorf("injury %s, short %v, totals %+v", want[3].employer, c.IsShort(0), totals)
	}
}

func TestWagesThatAreRefused(t *testing.T) {
	table := beijing(t)
	wages := []money.Fen{-1, math.MinInt64, money.MaxFen + 1, math.MaxInt64, 0, money.MaxFen, 500_000}
	c := NewChunk(table, len(wages))
	c.Resize(len(wages))
	copy(c.Wage, wages)
	clear(c.Month)
	totals := NewTotals(table)
	if err := c.Price(totals); err != nil {
		t.Fatal(err)
	}
	for i := range wages {
		refused := i < 4
		for k := range c.Lines {
			l := &c.Lines[k]
			if (l.Employer[i] == Missing) != refused || (l.Person[i] == Missing) != refused || (l.LateFee[i] == Missing) != refused {
				t.Errorf("wage %d, column %d: %v %v %v", i, k, l.Employer[i], l.Person[i], l.LateFee[i])
			}
		}
		if c.IsShort(i) != refused {
			t.Errorf("wage %d: short %v", i, c.IsShort(i))
		}
	}
	if totals.Refused != 4 || totals.Short != 4 || totals.Rows != int64(len(wages)) {
		t.Errorf("totals %+v", totals)
	}
	var sum money.Fen
	for i := 4; i < len(wages); i++ {
		sum += c.Lines[0].Employer[i]
	}
	if s := totals.Lines[0].Employer; s.Known != sum || s.Missing != 4 || s.Value() != nil {
		t.Errorf("sum of employers %+v, want %s and four missing", s, sum)
	}
}

func TestPriceFaults(t *testing.T) {
	table := beijing(t)
	cases := []struct {
		name string
		key  string
		make func(c *Chunk)
	}{
		{"a month after the table", "bulk.month", func(c *Chunk) { c.Month[1] = uint16(table.Months) }},
		{"wages short", "bulk.columns", func(c *Chunk) { c.Wage = c.Wage[:1] }},
		{"more rows than room", "bulk.columns", func(c *Chunk) { c.Month, c.Wage = make([]uint16, 99), make([]money.Fen, 99) }},
		{"a result short", "bulk.columns", func(c *Chunk) { c.Lines[2].Person = c.Lines[2].Person[:1] }},
		{"a scheme short", "bulk.columns", func(c *Chunk) { c.Lines = c.Lines[:2] }},
	}
	for _, x := range cases {
		c := NewChunk(table, 3)
		c.Resize(2)
		clear(c.Month)
		x.make(c)
		err := c.Price(NewTotals(table))
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != x.key || f.Kind != fault.Invalid {
			t.Errorf("%s: %v, want %s", x.name, err, x.key)
		}
	}
}

func TestTotalsThatOverflow(t *testing.T) {
	table := beijing(t)
	c := NewChunk(table, 1)
	c.Resize(1)
	c.Month[0], c.Wage[0] = 0, 1_000_000
	totals := NewTotals(table)
	totals.Lines[0].Employer.Known = math.MaxInt64
	if err := c.Price(totals); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("got %v", err)
	}
	other := NewTotals(table)
	other.Lines[0].Employer.Known = math.MaxInt64
	if err := other.Add(other); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("adding: %v", err)
	}
}

func TestChunkSizes(t *testing.T) {
	table := beijing(t)
	if c := NewChunk(table, MaxRows+1); c.Cap() != MaxRows || len(c.Wage) != 0 {
		t.Errorf("room %d, rows %d", c.Cap(), len(c.Wage))
	}
	c := NewChunk(table, -1)
	c.Resize(7)
	totals := NewTotals(table)
	if err := c.Price(totals); err != nil || c.Cap() != 0 || totals.Rows != 0 {
		t.Errorf("an empty chunk: %v, %+v", err, totals)
	}
}

// TestNoAllocation prices chunks of tables that are complete, that round
// wages, in which every late fee is missing, and in which ceilings were not
// seen: no row may cost memory.
func TestNoAllocation(t *testing.T) {
	l := library(t)
	noDeadline := benchCases[0].request()
	noDeadline.From, noDeadline.To, noDeadline.Deadlines = calendar.NewMonth(2024, 1), calendar.NewMonth(2025, 12), nil
	unseen := assess.CompileRequest{From: calendar.NewMonth(2018, 1), To: calendar.NewMonth(2018, 12), Payer: law.Payer{Kind: insurance.Employee}, Schemes: []insurance.Scheme{insurance.Medical}}
	for _, x := range []struct {
		name    string
		table   *assess.Table
		missing bool
	}{
		{"Beijing", beijing(t), false},
		{"Shanghai", compile(t, reader(t, l, "310000"), benchCases[1].request()), false},
		{"Beijing without a deadline", compile(t, reader(t, l, "110000"), noDeadline), true},
		{"no ceiling seen", compile(t, reader(t, strange(t), "999900"), unseen), true},
	} {
		months, wages := population(x.table.Months, 512)
		c, totals := NewChunk(x.table, 512), NewTotals(x.table)
		c.Resize(512)
		c.Month, c.Wage = months, wages
		run := func() {
			if err := c.Price(totals); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(20, run); n != 0 {
			t.Errorf("%s: %v allocations a chunk", x.name, n)
		}
		if (totals.Short > 0) != x.missing {
			t.Errorf("%s: %d rows are short", x.name, totals.Short)
		}
	}
}
