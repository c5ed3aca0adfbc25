package assess

import (
	"errors"
	"testing"
	"unsafe"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

func compileReader(t *testing.T, area string) *law.Reader {
	t.Helper()
	l, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Book(area)
	if err != nil {
		t.Fatal(err)
	}
	return b.Read(0, false)
}

func compileTable(t *testing.T, area string, q CompileRequest) *Table {
	t.Helper()
	table, err := Compile(compileReader(t, area), q)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func aDay(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var anEmployee = law.Payer{Kind: insurance.Employee, UnitType: insurance.LargeAndOther}

func TestCompileRefuses(t *testing.T) {
	from := calendar.NewMonth(2022, 1)
	for _, c := range []struct {
		name, key string
		q         CompileRequest
	}{
		{"no months", "bulk.months", CompileRequest{Payer: anEmployee}},
		{"end before start", "bulk.months", CompileRequest{From: from, To: from - 1, Payer: anEmployee}},
		{"too many months", "bulk.months", CompileRequest{From: from, To: from.Add(MaxTableMonths), Payer: anEmployee}},
		{"residents", "bulk.payer", CompileRequest{From: from, To: from, Payer: law.Payer{Kind: insurance.Resident}}},
		{"nobody", "bulk.payer", CompileRequest{From: from, To: from}},
	} {
		var f *fault.Error
		if _, err := Compile(compileReader(t, "110000"), c.q); !errors.As(err, &f) || f.Key != c.key || f.Kind != fault.Invalid {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

func TestCellFillsACacheLine(t *testing.T) {
	if n := unsafe.Sizeof(Cell{}); n != 64 {
		t.Errorf("a Cell has %d bytes", n)
	}
}

// TestCompileBeijing reads cells off the tables of Beijing.
func TestCompileBeijing(t *testing.T) {
	q := CompileRequest{From: calendar.NewMonth(2022, 1), To: calendar.NewMonth(2022, 12), Payer: anEmployee, Injury: Injury{Class: 1}, Paid: aDay(t, "2024-03-15"), Cause: insurance.NotDeclared}
	table := compileTable(t, "110000", q)
	var names []insurance.Scheme
	for _, c := range table.Columns {
		names = append(names, c.Scheme)
	}
	want := []insurance.Scheme{insurance.Pension, insurance.Unemployment, insurance.Medical, insurance.Injury, insurance.LargeMedical}
	if len(names) != len(want) {
		t.Fatalf("columns %v, want %v", names, want)
	}
	for k := range want {
		if names[k] != want[k] {
			t.Errorf("column %d is %s, want %s", k, names[k], want[k])
		}
		if plain := want[k] != insurance.LargeMedical; table.Columns[k].Plain != plain {
			t.Errorf("%s: plain %v", want[k], !plain)
		}
	}
	if len(table.Missing) != 0 || table.Rounds != nil || table.Months != 12 || table.Area != "110000" || table.Policy.Digest == "" {
		t.Errorf("table %+v", table)
	}
	c := table.Columns[0].Cells[6] // 2022-07: 5869 .. 31884
	if c.Floor != 586_900 || c.Ceiling != 3_188_400 || c.Missing != 0 {
		t.Errorf("pension 2022-07: %+v", c)
	}
	if e, p := c.Employer.Of(586_900), c.Person.Of(586_900); e != 93_904 || p != 46_952 {
		t.Errorf("shares of the floor: %s %s", e, p)
	}
	if f := table.Columns[4].Cells[0].Fixed; f != 300 {
		t.Errorf("large medical: %s", f)
	}
	// without a day of payment there is no late fee, and none is missing
	q.Paid = 0
	for _, col := range compileTable(t, "110000", q).Columns {
		if c := col.Cells[0]; c.LateFee != 0 || c.Missing != 0 {
			t.Errorf("%s without a day of payment: %+v", col.Scheme, c)
		}
	}
}

// TestCompileColumns: asked columns come exactly so; a scheme that medical has
// taken in is a column of the months in which it still stood alone.
func TestCompileColumns(t *testing.T) {
	q := CompileRequest{From: calendar.NewMonth(2019, 12), To: calendar.NewMonth(2020, 1), Payer: anEmployee, Injury: Injury{Class: 1}}
	table := compileTable(t, "110000", q)
	for _, col := range table.Columns {
		if col.Scheme != insurance.Maternity {
			continue
		}
		if col.Cells[0].Employer == 0 || col.Cells[1].Employer != 0 || col.lines[1].terms != nil {
			t.Errorf("maternity of 2019-12 and 2020-01: %+v", col.Cells)
		}
		if a, err := new(Exact).Price(table, 4, 1, 1_000_000); err != nil || a != (Amounts{}) {
			t.Errorf("no line: %+v, %v", a, err)
		}
	}
	q.Schemes = []insurance.Scheme{insurance.Medical, insurance.Pension, insurance.Medical}
	table = compileTable(t, "110000", q)
	if len(table.Columns) != 2 || table.Columns[0].Scheme != insurance.Pension || table.Columns[1].Scheme != insurance.Medical {
		t.Errorf("asked for medical and pension, got %d columns", len(table.Columns))
	}
}

// TestCompileNamesWhatIsMissing: the hole is in Missing with the flag that
// closes it, in the cells, and in Attend.
func TestCompileNamesWhatIsMissing(t *testing.T) {
	q := CompileRequest{From: calendar.NewMonth(2024, 5), To: calendar.NewMonth(2024, 6), Payer: anEmployee, Schemes: []insurance.Scheme{insurance.Pension, insurance.Injury}, Paid: aDay(t, "2024-12-02"), Cause: insurance.NotDeclared}
	q.Deadlines = map[calendar.Month]calendar.Date{q.From: aDay(t, "2024-06-25")}
	table := compileTable(t, "110000", q)
	have := map[string]string{}
	for _, m := range table.Missing {
		have[m.Scheme+" "+m.Month.String()+" "+m.Parameter] = m.Ask
	}
	for _, w := range []struct{ what, ask string }{
		{"pension 2024-06 late_fee_rules.deadline", "--deadline"},
		{"injury 2024-06 late_fee_rules.deadline", "--deadline"},
		{"injury 2024-05 injury.class", "--injury-class 1..8"},
	} {
		if ask, ok := have[w.what]; !ok || ask != w.ask {
			t.Errorf("%s: ask %q, found %v", w.what, ask, ok)
		}
	}
	if _, ok := have["pension 2024-05 late_fee_rules.deadline"]; ok {
		t.Error("the deadline of 2024-05 was given")
	}
	pension, injury := table.Columns[0].Cells, table.Columns[1].Cells
	if pension[0].Missing != 0 || pension[1].Missing != FieldLateFee || injury[0].Missing != FieldEmployer|FieldLateFee {
		t.Errorf("missing %b %b %b", pension[0].Missing, pension[1].Missing, injury[0].Missing)
	}
	if table.Attend[0] != 0 || table.Attend[1] != 0 {
		t.Errorf("attend %v", table.Attend)
	}
	if pension[1].LateFee != 0 || injury[0].Employer != 0 {
		t.Error("a missing figure has a multiplier")
	}
}

// TestExactEqualsCells prices the same wages by cells and the long way.
func TestExactEqualsCells(t *testing.T) {
	q := CompileRequest{From: calendar.NewMonth(2015, 10), To: calendar.NewMonth(2023, 12), Payer: anEmployee, Injury: Injury{Class: 3}, Paid: aDay(t, "2024-03-15"), Cause: insurance.NotDeclared}
	table := compileTable(t, "110000", q)
	x, n := new(Exact), 0
	for k := range table.Columns {
		for m, c := range table.Columns[k].Cells {
			for wage := money.Fen(1); wage < 10_000_000; wage = wage*7/3 + 11 {
				a, err := x.Price(table, k, m, wage)
				if err != nil || a.Missing != c.Missing {
					t.Fatalf("%s: %+v, %v", table.Columns[k].Scheme, a, err)
				}
				base := min(max(wage, c.Floor), c.Ceiling)
				e := c.Employer.Of(base) * money.Fen(c.EmployerUnit)
				p := c.Person.Of(base)*money.Fen(c.PersonUnit) + c.Fixed
				f := min(c.LateFee.Of(e+p)*money.Fen(c.FeeUnit), (e+p)|c.Uncapped)
				if (Amounts{e, p, f, c.Missing}) != a {
					t.Fatalf("%s %s wage %s: cells give %s %s %s, the long way %+v", table.Columns[k].Scheme, table.From.Add(m), wage, e, p, f, a)
				}
				n++
			}
		}
	}
	if n < 5_000 {
		t.Errorf("%d wages", n)
	}
}

// TestCellsStayWithinTheirMultipliers: where there is no ceiling, the cell has
// one all the same, and wages above it go the long way.
func TestCellsStayWithinTheirMultipliers(t *testing.T) {
	rate := money.Rate(2_000_000)
	q := CompileRequest{From: calendar.NewMonth(2021, 1), To: calendar.NewMonth(2021, 1), Payer: anEmployee, Schemes: []insurance.Scheme{insurance.Injury}, Injury: Injury{Rate: &rate}}
	col := compileTable(t, "440100", q).Columns[0]
	_, limit := money.Rounding{Mode: money.HalfUp, Units: []money.Fen{1}}.Multiplier(1)
	if c := col.Cells[0]; c.Ceiling != limit || col.Exact[0] != limit || c.Employer == 0 {
		t.Errorf("ceiling %s, exact from %s, limit %s", c.Ceiling, col.Exact[0], limit)
	}
}

// TestExactReportsOverflow: Guangzhou has no ceiling for injury in 2021.
func TestExactReportsOverflow(t *testing.T) {
	huge := money.Rate(9_000_000_000_000_000_000)
	q := CompileRequest{From: calendar.NewMonth(2021, 1), To: calendar.NewMonth(2021, 1), Payer: anEmployee, Schemes: []insurance.Scheme{insurance.Injury}, Injury: Injury{Rate: &huge}}
	table := compileTable(t, "440100", q)
	if table.Columns[0].Exact[0] != 0 {
		t.Fatal("a rate above eight has a cell")
	}
	if _, err := new(Exact).Price(table, 0, 0, money.MaxFen); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("got %v, want an overflow", err)
	}
}
