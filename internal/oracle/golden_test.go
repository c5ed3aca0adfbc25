package oracle

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
)

// facts are key=value pairs of a golden vector.
type facts map[string]string

func factsOf(cell string) facts {
	out := facts{}
	for _, pair := range strings.Split(cell, ";") {
		k, v, _ := strings.Cut(pair, "=")
		out[k] = v
	}
	return out
}

func (f facts) int(key string) int { return must(strconv.Atoi(f[key])) }

func (f facts) years(key string) (out []int) {
	for _, y := range strings.Split(f[key], ",") {
		out = append(out, must(strconv.Atoi(y)))
	}
	return out
}

// The golden vectors of the rule book, each through the public kernel.
func TestGoldenVectors(t *testing.T) {
	answers := map[string]func(*law.Reader, facts) (facts, error){
		"latefee": goldenFee, "term": goldenTerm, "retire": goldenRetire, "provisional": goldenProvisional, "wait": goldenWait, "workdays": goldenWorkdays,
	}
	data, err := os.ReadFile("../law/testdata/vectors.tsv")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, l := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		cells := strings.Split(l, "\t")
		ids[cells[0]] = true
		t.Run(cells[0]+"/"+cells[2], func(t *testing.T) {
			in := factsOf(cells[2])
			got, err := answers[cells[1]](goldenReader(t, in["area"]), in)
			if err != nil {
				t.Fatal(err)
			}
			for k, want := range factsOf(cells[3]) {
				if v, ok := got[k]; !ok || v != want {
					t.Errorf("%s = %q, want %q (%s)", k, v, want, cells[4])
				}
			}
		})
	}
	if want := 15; len(ids) != want || !ids["GV-01"] || !ids["GV-15"] {
		t.Errorf("%d vectors of %d: %v", len(ids), want, slices.Sorted(maps.Keys(ids)))
	}
}

func goldenReader(t *testing.T, area string) *law.Reader {
	t.Helper()
	if area == "" {
		area = law.National
	}
	b, err := library().Book(area)
	if err != nil {
		t.Fatal(err)
	}
	return b.Read(0, false)
}

func goldenFee(r *law.Reader, in facts) (facts, error) {
	q := assess.LateFeeRequest{
		Principal: must(money.ParseFen(in["principal"])), Scheme: must(insurance.ParseScheme(in["scheme"])), Payer: insurance.Employee,
		From: dateOf(in["from"]), To: dateOf(in["to"]), Paid: dateOf(in["paid"]),
	}
	if in["month"] != "" {
		q.Month = must(calendar.ParseMonth(in["month"]))
	}
	a, err := assess.NewLateFee(r, q)
	if err != nil {
		return nil, err
	}
	var segments []string
	for _, s := range a.Segments {
		segments = append(segments, fmt.Sprintf("%dx%s", s.Days, s.Rate))
	}
	return facts{
		"segments": strings.Join(segments, "+"), "days": fmt.Sprint(daysOf(a)), "start": a.Start.String(), "end": a.End.String(),
		"uncapped": text(a.Uncapped), "capped": text(a.Capped), "cap_from": a.CapFrom.String(),
	}, nil
}

func goldenTerm(r *law.Reader, in facts) (facts, error) {
	a, err := plan.Term(r, plan.TermRequest{From: dateOf(in["from"]), WorkingDays: in.int("working_days")})
	if err != nil {
		return nil, err
	}
	return facts{"ends": a.Ends.String()}, nil
}

func goldenRetire(r *law.Reader, in facts) (facts, error) {
	a, err := plan.Retire(r, plan.RetireRequest{Born: must(calendar.ParseMonth(in["born"])), Sex: insurance.Sex(in["sex"]), Category: in["category"]})
	if err != nil {
		return nil, err
	}
	if a.AgeYears == nil || a.AgeMonths == nil || a.MinMonths == nil {
		return nil, fmt.Errorf("a figure is missing: %v", a.Missing)
	}
	return facts{
		"age": fmt.Sprintf("%dy%d", *a.AgeYears, *a.AgeMonths), "retire_month": a.RetireMonth.String(), "min_months": fmt.Sprint(*a.MinMonths),
	}, nil
}

func goldenProvisional(r *law.Reader, in facts) (facts, error) {
	a, err := assess.NewEstimate(r, assess.EstimateRequest{LastMonthPaid: must(money.ParseFen(in["last_month"]))})
	if err != nil {
		return nil, err
	}
	return facts{"provisional": text(a.Provisional)}, nil
}

func goldenWait(r *law.Reader, in facts) (facts, error) {
	central := in["central"] == "yes"
	a, err := plan.Wait(r, plan.WaitRequest{Missed: in.years("missed"), Repaid: in.years("repaid"), Enrolled: dateOf(in["enrolled"]), Central: &central})
	if err != nil {
		return nil, err
	}
	if a.FixedMonths == nil || a.VariableMonths == nil || a.TotalMonths == nil {
		return nil, fmt.Errorf("a figure is missing: %v", a.Missing)
	}
	return facts{"fixed": fmt.Sprint(*a.FixedMonths), "variable": fmt.Sprint(*a.VariableMonths), "total": fmt.Sprint(*a.TotalMonths)}, nil
}

// goldenWorkdays counts both with the table of the kernel and by hand.
func goldenWorkdays(r *law.Reader, in facts) (facts, error) {
	kernel, own := 0, 0
	table := r.Workdays()
	for d := (day{in.int("year"), 1, 1}); d.y == in.int("year"); d = d.next() {
		worked, err := table.Worked(dateOf(d.String()))
		if err != nil {
			return nil, err
		}
		if worked {
			kernel++
		}
		if lands()[law.National].worked(d) {
			own++
		}
	}
	if kernel != own {
		return nil, fmt.Errorf("the kernel counts %d working days, the second engine %d", kernel, own)
	}
	return facts{"count": fmt.Sprint(kernel)}, nil
}

// The amounts that official and press texts print: the base is the wage, the
// amount must come out. A page that prints another figure is named in an ADR.
func TestWorkedExamples(t *testing.T) {
	n := 0
	for _, area := range areas {
		for _, r := range lands()[area].rows["examples"] {
			n++
			t.Run(strings.Join([]string{area, r.text("scheme"), r.text("period"), r.text("base"), r.text("rate_pct"), r.text("share")}, "/"), func(t *testing.T) {
				workedExample(t, area, r)
			})
		}
	}
	if n != 62 {
		t.Errorf("%d examples of 62", n)
	}
}

func workedExample(t *testing.T, area string, r *row) {
	q := ask{area: area, month: r.text("period"), scheme: r.text("scheme"), payer: r.text("population"), tier: r.text("tier"), wage: number(r.text("base")).yuan()}
	share := r.text("share")
	if share == "employer" {
		q.unit = "large_and_other" // the pages print the full share of a unit without relief
	}
	if _, ok := strings.CutPrefix(share, "part:"); ok {
		q.scheme = "medical" // a part stands in the line of medical
	}
	line := kernelLine(goldenReader(t, area), q)
	got := line.person
	switch share {
	case "person":
	case "employer":
		got = line.employer
	default:
		got = examplePart(t, q, strings.TrimPrefix(share, "part:"), line)
	}
	if want := number(r.text("amount")).yuan(); got != want {
		t.Errorf("amount = %s, printed %s", got, want)
	}
	if want := number(r.text("base")).yuan(); line.base != want && line.base != null {
		t.Errorf("base = %s, printed %s", line.base, want)
	}
	if misprint := r.text("misprint"); misprint != "" {
		if got == number(misprint).yuan() {
			t.Errorf("%s is called a misprint and is what the kernel computes", misprint)
		}
		if !namedInADR(t, misprint) {
			t.Errorf("the misprint %s stands in no file of docs/adr", misprint)
		}
	}
}

// examplePart is one part of a line whose parts are rounded one by one; the
// line of the kernel must be their sum.
func examplePart(t *testing.T, q ask, name string, kernel line) string {
	l := lands()[q.area]
	r, _ := pick(l.speaking("flexible", q.scheme, q.month, ""), "flexible", q)
	var part, sum num
	for n, pct := range r.table("parts") {
		x := l.rounded(number(q.wage).times(number(pct.(string)).percent()), "amount", "person", q)
		if n == name {
			part = x
		}
		sum = sum.plus(x)
	}
	if kernel.person != sum.yuan() {
		t.Errorf("the line is %s, the sum of its parts %s", kernel.person, sum.yuan())
	}
	return part.yuan()
}

func namedInADR(t *testing.T, figure string) bool {
	t.Helper()
	files, err := filepath.Glob("../../docs/adr/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no decision records", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), figure) {
			return true
		}
	}
	return false
}
