package bulk

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

func library(t testing.TB) *law.Library {
	t.Helper()
	l, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// strange is the made-up law of testdata/strange/README.md.
func strange(t testing.TB) *law.Library {
	t.Helper()
	l, err := law.Open(os.DirFS("testdata/strange"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func reader(t testing.TB, l *law.Library, area string) *law.Reader {
	t.Helper()
	b, err := l.Book(area)
	if err != nil {
		t.Fatalf("%s: %v", area, err)
	}
	return b.Read(0, false)
}

func compile(t testing.TB, r *law.Reader, q assess.CompileRequest) *assess.Table {
	t.Helper()
	table, err := assess.Compile(r, q)
	if err != nil {
		t.Fatalf("%s: %v", r.Area(), err)
	}
	return table
}

// payers are the kinds of people that the random lines are of.
var payers = []struct {
	name string
	assess.CompileRequest
}{
	{"employee", assess.CompileRequest{Payer: law.Payer{Kind: insurance.Employee, UnitType: insurance.LargeAndOther}, Injury: assess.Injury{Class: 4}}},
	{"employee, unit type and class not given", assess.CompileRequest{Payer: law.Payer{Kind: insurance.Employee}}},
	{"employee of a tier and population", assess.CompileRequest{Payer: law.Payer{Kind: insurance.Employee, Tier: "1", UnitType: insurance.MicroSmallMedium, Populations: []string{"government"}, Hukou: "local"}, Injury: assess.Injury{Rate: rate(1_234_567)}}},
	{"flexible", assess.CompileRequest{Payer: law.Payer{Kind: insurance.Flexible}, Grade: "60"}},
	{"flexible of a tier", assess.CompileRequest{Payer: law.Payer{Kind: insurance.Flexible, Tier: "统账结合", Hukou: "local"}}},
}

func rate(r money.Rate) *money.Rate { return &r }

const (
	first = calendar.Month(2010*12 + 7)
	last  = calendar.Month(2026*12 + 11)
)

// wageFor draws wages where rules bend: round ones, ends of fen and jiao, near
// the limits of a base, zero and very large.
func wageFor(rng *rand.Rand, column *assess.Column, month int) money.Fen {
	return min(max(0, drawWage(rng, column, month)), money.MaxFen)
}

func drawWage(rng *rand.Rand, column *assess.Column, month int) money.Fen {
	c := &column.Cells[month]
	switch rng.IntN(12) {
	case 0:
		return 0
	case 1:
		return c.Floor + money.Fen(rng.IntN(201)-100)
	case 2:
		return c.Ceiling + money.Fen(rng.IntN(201)-100)
	case 3:
		return money.Fen(rng.Int64N(int64(money.MaxFen) + 1))
	case 4:
		return money.MaxFen
	case 5:
		return column.Exact[month] + money.Fen(rng.IntN(3)-1)
	case 6:
		return money.Fen(rng.IntN(50_000))*100 + 45 + money.Fen(rng.IntN(5)) // x.45 .. x.49: Shanghai rounds twice
	case 7:
		return money.Fen(rng.IntN(50_000)) * 100
	case 8:
		return []money.Fen{400_000, 500_055, 600_000}[rng.IntN(3)] // a list of the strange law
	}
	return money.Fen(rng.IntN(5_000_000))
}

// TestBulkEqualsTraced prices random lines of all areas both ways.
func TestBulkEqualsTraced(t *testing.T) {
	seen := tally{}
	l := library(t)
	for seed, area := range l.Areas() {
		for k, p := range payers {
			for _, cause := range []insurance.Cause{insurance.NotDeclared, insurance.Policy} {
				rng := rand.New(rand.NewPCG(uint64(seed), uint64(k)))
				q := p.CompileRequest
				q.From, q.To, q.Cause = first, last, cause
				q.Paid, _ = calendar.NewDate(2015+rng.IntN(12), 1+rng.IntN(12), 1+rng.IntN(28))
				if k%2 == 0 { // a deadline for months that have none
					q.Deadlines = map[calendar.Month]calendar.Date{}
					for m := q.From; m <= q.To; m++ {
						q.Deadlines[m] = m.Last()
					}
				}
				seen.add(compareRows(t, p.name, reader(t, l, area), q, rng, 128))
			}
		}
	}
	t.Logf("%+v", seen)
	if seen.lines < 20_000 || seen.known < 20_000 || seen.missing < 1_000 || seen.fees < 3_000 || seen.plain == 0 || seen.other == 0 {
		t.Error("the random lines do not reach enough of the law")
	}
}

// TestBulkEqualsTracedUnderStrangeLaw does the same for a made-up area that has
// what real areas have not.
func TestBulkEqualsTracedUnderStrangeLaw(t *testing.T) {
	l := strange(t)
	seen := tally{}
	for k, kind := range []insurance.Payer{insurance.Employee, insurance.Flexible} {
		for _, schemes := range [][]insurance.Scheme{nil, {insurance.LargeMedical, insurance.Medical, insurance.Maternity, insurance.Pension, insurance.Medical}} {
			rng := rand.New(rand.NewPCG(uint64(k), uint64(len(schemes))))
			q := assess.CompileRequest{From: calendar.NewMonth(2017, 11), To: calendar.NewMonth(2024, 9), Payer: law.Payer{Kind: kind}, Schemes: schemes, Cause: insurance.NotDeclared, Grade: "60", Injury: assess.Injury{Class: 1}}
			q.Paid, _ = calendar.NewDate(2024, 3, 20)
			q.Pauses = []assess.Span{{From: q.Paid - 900, To: q.Paid - 700}}
			seen.add(compareRows(t, string(kind), reader(t, l, "999900"), q, rng, 4000))
		}
	}
	t.Logf("%+v", seen)
	if seen.known < 20_000 || seen.missing < 1_000 || seen.fees < 3_000 {
		t.Error("the random lines do not reach enough of the law")
	}
}

// compareRows draws rows of one table and prices them both ways.
func compareRows(t *testing.T, name string, r *law.Reader, q assess.CompileRequest, rng *rand.Rand, rows int) (seen tally) {
	t.Helper()
	table := compile(t, r, q)
	c := NewChunk(table, rows)
	c.Resize(rows)
	for i := range rows {
		c.Month[i] = uint16(rng.IntN(table.Months))
		c.Wage[i] = wageFor(rng, &table.Columns[rng.IntN(len(table.Columns))], int(c.Month[i]))
	}
	totals, check := NewTotals(table), NewTotals(table)
	if err := c.Price(totals); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		seen.add(compareRow(t, name, r, q, c, i, check))
	}
	check.Rows = int64(rows)
	if diff := cmp.Diff(check, totals); diff != "" {
		t.Errorf("%s, %s: totals (-rows summed +totals):\n%s", r.Area(), name, diff)
	}
	if t.Failed() {
		t.FailNow()
	}
	return seen
}

type tally struct{ lines, known, missing, fees, plain, other int }

func (t *tally) add(o tally) {
	t.lines += o.lines
	t.known += o.known
	t.missing += o.missing
	t.fees += o.fees
	t.plain += o.plain
	t.other += o.other
}

// compareRow prices row i of a chunk with NewDue and NewLateFee.
func compareRow(t *testing.T, name string, r *law.Reader, q assess.CompileRequest, c *Chunk, i int, check *Totals) (seen tally) {
	t.Helper()
	month, wage := q.From.Add(int(c.Month[i])), c.Wage[i]
	due, err := assess.NewDue(r, assess.DueRequest{Area: r.Area(), Month: month, Wage: &wage, Payer: q.Payer, Schemes: q.Schemes, Injury: q.Injury, Grade: q.Grade})
	if err != nil {
		t.Fatal(err)
	}
	lines := map[insurance.Scheme]assess.Line{}
	for _, x := range due.Lines {
		if len(q.Schemes) == 0 || slices.Contains(q.Schemes, x.Scheme) { // due brings large medical along, a table does not
			lines[x.Scheme] = x
		}
	}
	short := false
	for k := range c.table.Columns {
		column := &c.table.Columns[k]
		zero := money.Fen(0)
		want := [3]*money.Fen{&zero, &zero, &zero} // no line: nothing to pay
		if x, ok := lines[column.Scheme]; ok {
			delete(lines, column.Scheme)
			want = [3]*money.Fen{x.Employer, x.Person, nil}
			if x.Employer != nil && x.Person != nil {
				want[2] = feeOf(t, r, q, column.Scheme, month, *x.Employer+*x.Person)
			}
			seen.lines++
		}
		got := [3]money.Fen{c.Lines[k].Employer[i], c.Lines[k].Person[i], c.Lines[k].LateFee[i]}
		sums := [3]*Sum{&check.Lines[k].Employer, &check.Lines[k].Person, &check.Lines[k].LateFee}
		for f, w := range want {
			switch {
			case w == nil:
				short = true
				seen.missing++
				sums[f].Missing++
				if got[f] != Missing {
					t.Errorf("%s %s %s %s wage %s: figure %d is %s, want missing", r.Area(), name, month, column.Scheme, wage, f, got[f])
				}
			case got[f] != *w:
				t.Errorf("%s %s %s %s wage %s: figure %d is %s, want %s", r.Area(), name, month, column.Scheme, wage, f, got[f], *w)
			default:
				seen.known++
				sums[f].Known += *w
			}
		}
		if want[2] != nil && *want[2] > 0 {
			seen.fees++
		}
		if column.Plain {
			seen.plain++
		} else {
			seen.other++
		}
	}
	if len(lines) > 0 {
		t.Errorf("%s %s %s: lines without a column", r.Area(), name, month)
	}
	if c.IsShort(i) != short {
		t.Errorf("%s %s %s: short %v, want %v", r.Area(), name, month, c.IsShort(i), short)
	}
	if short {
		check.Short++
	}
	return seen
}

func feeOf(t *testing.T, r *law.Reader, q assess.CompileRequest, s insurance.Scheme, m calendar.Month, principal money.Fen) *money.Fen {
	t.Helper()
	f, err := assess.NewLateFee(r, assess.LateFeeRequest{Principal: principal, Scheme: s, Month: m, Paid: q.Paid, Deadline: q.Deadlines[m], Payer: q.Payer.Kind, Cause: q.Cause, Pauses: q.Pauses})
	if err != nil {
		t.Fatal(err)
	}
	return f.LateFee
}
