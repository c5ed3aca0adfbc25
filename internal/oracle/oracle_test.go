package oracle

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// setting reads a whole number of the environment.
func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: not a number", name)
	}
	return n
}

func seeded(t *testing.T) sampler {
	t.Helper()
	seed := setting(t, "BUJIAO_SEED", rand.Uint64N(1_000_000_000))
	t.Logf("BUJIAO_SEED=%d", seed)
	return newSampler(seed)
}

func TestRandomLines(t *testing.T) {
	s := seeded(t)
	n := setting(t, "BUJIAO_ORACLE_LINES", 20_000)
	d := newDuel(t)
	for i := range n {
		q := s.line(areas[i%uint64(len(areas))])
		d.line(q)
		d.fee(s.fee(q))
	}
	d.report()
	if missing := d.unseen(); n >= 20_000 && missing != "" {
		t.Errorf("no line was priced with: %s", missing)
	}
}

// The months around each date on which a row of amounts begins or ends.
func TestLinesAroundEveryBoundary(t *testing.T) {
	const around = 51
	s := seeded(t)
	d := newDuel(t)
	dates := 0
	for _, area := range areas {
		for _, month := range lands()[area].boundaries() {
			dates++
			for i := range around {
				q := s.ask(area, addMonths(month, i%3-1))
				d.line(q)
				if i < 6 {
					d.fee(s.fee(q))
				}
			}
		}
	}
	t.Logf("%d boundaries", dates)
	d.report()
}

// Long arrears where the law of the area caps the fee (Chongqing, unemployment).
func TestLateFeesBeyondTheCap(t *testing.T) {
	s := seeded(t)
	d := newDuel(t)
	for range 400 {
		q := s.fee(ask{area: "500000", scheme: "unemployment", payer: "employee", month: monthOf(2011+s.IntN(5), 1+s.IntN(12))})
		q.from, q.month = "", monthOf(2011+s.IntN(5), 1+s.IntN(12))
		q.deadline = day{2017, 1 + s.IntN(12), 1}.String()
		q.paid = day{2022 + s.IntN(3), 1 + s.IntN(12), 1 + s.IntN(28)}.String()
		d.fee(q)
	}
	d.finish()
}

// boundaries are the months of all from and to of the area's amounts.
func (l *land) boundaries() (out []string) {
	for _, list := range amountLists {
		for _, r := range l.rows[list] {
			for _, b := range []string{r.from, r.to} {
				if b != "" && !slices.Contains(out, b[:7]) {
					out = append(out, b[:7])
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// duel lets both engines answer and keeps what they do not agree on.
type duel struct {
	t             *testing.T
	lib           *law.Library
	lines, priced int
	fees, charged int
	areas         map[string]bool
	kinds         map[string]int
	disputes      int
	shown         []string
}

func newDuel(t *testing.T) *duel {
	t.Helper()
	return &duel{t: t, lib: library(), areas: map[string]bool{}, kinds: map[string]int{}}
}

var library = sync.OnceValue(func() *law.Library {
	lib, err := law.Open(os.DirFS(packsDir))
	if err != nil {
		panic(err)
	}
	return lib
})

func (d *duel) reader(area, known string) *law.Reader {
	b, err := d.lib.Book(area)
	if err != nil {
		d.t.Fatal(err)
	}
	return b.Read(dateOf(known), known != "")
}

func (d *duel) line(q ask) {
	want := lands()[q.area].due(q)
	got := kernelLine(d.reader(q.area, q.known), q)
	d.lines++
	d.areas[q.area] = true
	if !want.missing {
		d.priced++
		for _, k := range lands()[q.area].kinds(q) {
			d.kinds[k]++
		}
	}
	if got != want {
		d.dispute(fmt.Sprintf("due %+v\n  kernel %+v\n  oracle %+v", q, got, want))
	}
}

func (d *duel) fee(q feeAsk) {
	want := lands()[q.area].lateFee(q)
	got := kernelFee(d.reader(q.area, q.known), q)
	d.fees++
	if want.days > 0 {
		d.charged++
	}
	if !slices.Equal(got.segments, want.segments) || fmt.Sprint(got) != fmt.Sprint(want) {
		d.dispute(fmt.Sprintf("late fee %+v\n  kernel %+v\n  oracle %+v", q, got, want))
	}
}

func (d *duel) dispute(text string) {
	d.disputes++
	if len(d.shown) < 20 {
		d.shown = append(d.shown, text)
	}
}

// finish fails the test if the engines did not agree.
func (d *duel) finish() {
	d.t.Helper()
	d.t.Logf("%d lines (%d with every figure), %d late fees (%d with days), %d areas", d.lines, d.priced, d.fees, d.charged, len(d.areas))
	if d.disputes > 0 {
		d.t.Errorf("%d disagreements, of which:\n%s", d.disputes, strings.Join(d.shown, "\n"))
	}
}

// report finishes a sample of all areas.
func (d *duel) report() {
	d.t.Helper()
	d.finish()
	if len(d.areas) != len(areas) || d.priced*10 < d.lines || d.charged*10 < d.fees {
		d.t.Error("the sample leaves too much out")
	}
}

// kernelLine asks the kernel for one scheme and writes its line as text.
func kernelLine(r *law.Reader, q ask) line {
	scheme, err := insurance.ParseScheme(q.scheme)
	if err != nil {
		panic(err)
	}
	due, err := assess.NewDue(r, request(q, scheme))
	if err != nil {
		return line{base: "error", employer: err.Error()}
	}
	out := line{base: "no line"}
	for _, x := range due.Lines {
		if x.Scheme == scheme {
			out = line{base: text(x.Base), employer: text(x.Employer), person: text(x.Person)}
		}
	}
	for _, m := range due.Missing {
		out.missing = out.missing || m.Scheme == q.scheme
	}
	return out
}

func request(q ask, schemes ...insurance.Scheme) assess.DueRequest {
	out := assess.DueRequest{
		Area: q.area, Schemes: schemes, Grade: q.grade, Group: q.group, Year: q.year,
		Payer: law.Payer{
			Kind: insurance.Payer(q.payer), Populations: q.populations, Tier: q.tier, UnitType: insurance.UnitType(q.unit),
			Hukou: q.hukou, HukouKind: q.hukouKind,
		},
		Injury: assess.Injury{Class: q.class},
	}
	if q.year == 0 {
		out.Month = must(calendar.ParseMonth(q.month))
	}
	if q.wage != "" {
		f := must(money.ParseFen(q.wage))
		out.Wage = &f
	}
	if q.rate != "" {
		f := must(money.ParseRate(q.rate))
		out.Injury.Rate = &f
	}
	return out
}

// kernelFee asks the kernel for a late fee and writes it as text.
func kernelFee(r *law.Reader, q feeAsk) feeLine {
	a, err := assess.NewLateFee(r, feeRequest(q))
	if err != nil {
		return feeLine{start: "error", end: err.Error()}
	}
	out := feeLine{
		start: a.Start.String(), end: a.End.String(), days: daysOf(a), uncapped: text(a.Uncapped), capped: text(a.Capped), fee: text(a.LateFee),
		capFrom: a.CapFrom.String(), missing: len(a.Missing) > 0,
	}
	for _, x := range a.Segments {
		out.segments = append(out.segments, fmt.Sprintf("%s %s %d %s %s", x.From, x.To, x.Days, x.Rate, x.Amount))
	}
	return out
}

func feeRequest(q feeAsk) assess.LateFeeRequest {
	out := assess.LateFeeRequest{
		Principal: must(money.ParseFen(q.principal.yuan())), Scheme: must(insurance.ParseScheme(q.scheme)),
		From: dateOf(q.from), To: dateOf(q.to), Paid: dateOf(q.paid), Deadline: dateOf(q.deadline),
		Payer: insurance.Payer(q.payer), Cause: insurance.Cause(q.cause),
	}
	if q.month != "" {
		out.Month = must(calendar.ParseMonth(q.month))
	}
	for _, p := range q.pauses {
		out.Pauses = append(out.Pauses, assess.Span{From: dateOf(p[0].String()), To: dateOf(p[1].String())})
	}
	return out
}

func text(f *money.Fen) string {
	if f == nil {
		return null
	}
	return f.String()
}

func dateOf(s string) calendar.Date {
	if s == "" {
		return 0
	}
	return must(calendar.ParseDate(s))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// daysOf is the number of counted days of a fee that is known; a fee with a
// hole is compared by its hole.
func daysOf(a *assess.LateFee) int {
	if a.Days == nil || a.LateFee == nil {
		return 0
	}
	return *a.Days
}
