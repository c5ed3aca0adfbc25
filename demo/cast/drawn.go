package cast

import (
	"fmt"
	"math/rand/v2"

	"bujiao/internal/calendar"
)

// perCity is how many persons begin in each city.
const perCity = 73

// All returns everybody: those with a story first in each city, then the drawn.
// The same seed gives the same people.
func All(seed uint64) []*Person {
	bj, sh, nj := newBeijing(), newShanghai(), newNanjing()
	beijing(bj, sh)
	shanghai(sh, nj)
	nanjing(nj, bj)
	rng := rand.New(rand.NewPCG(seed, 20110701))
	// Gaps lie where the late fee of the city can be priced, but for one in ten.
	bj.fill(rng, "2019-07", "2023-12", 9000)
	sh.fill(rng, "2023-12", "2026-09", 9200)
	nj.fill(rng, "2023-12", "2026-09", 7000)
	var all []*Person
	for _, c := range []*city{bj, sh, nj} {
		all = append(all, c.people...)
	}
	return all
}

// life is an ordinary history.
type life struct {
	name string
	live func(p *Person, d *draw)
}

// draw holds what was drawn for one person.
type draw struct {
	*rand.Rand
	city   *city
	from   calendar.Month // start of work
	wage   int
	gap    calendar.Month // where something goes wrong
	lo, hi calendar.Month
}

// lives are handed out in turn, the commonest several times.
var lives = []life{
	{"按时缴费", steadyLife},
	{"漏报短期", shortGap},
	{"换工作", changedJob},
	{"按时缴费", steadyLife},
	{"少报基数", underDeclared},
	{"迟缴", paidLate},
	{"按时缴费", steadyLife},
	{"申报未缴", declaredUnpaid},
	{"入职迟登记", lateStart},
	{"扣款失败后补扣", debitRetried},
	{"换工作空档", pausedJob},
	{"漏报短期", shortGap},
	{"离职停保", leftWork},
	{"前单位未参保", neverInsured},
}

// fill adds drawn persons until the city has enough.
func (c *city) fill(rng *rand.Rand, lo, hi string, least int) {
	first, _ := span(lo)
	last, _ := span(hi)
	for i := 0; len(c.people) < perCity; i++ {
		d := &draw{Rand: rng, city: c, lo: first, hi: last, wage: least + 100*rng.IntN(60)}
		if rng.IntN(10) == 0 {
			d.lo, d.hi = calendar.NewMonth(2022, 6), calendar.NewMonth(2026, 8)
		}
		d.gap = d.lo + calendar.Month(rng.IntN(int(d.hi-d.lo)-6))
		d.from = max(d.gap-calendar.Month(4+rng.IntN(12)), earliest(c))
		d.gap = max(d.gap, d.from+3)
		l := lives[i%len(lives)]
		l.live(c.add(l.name, d.person(), Story{}), d)
	}
}

// earliest is the first month of drawn histories: where the city's tables start.
func earliest(c *city) calendar.Month {
	if c.area == "320100" {
		return calendar.NewMonth(2022, 1)
	}
	return calendar.NewMonth(2015, 10)
}

// person draws sex and birth of somebody of working age.
func (d *draw) person() string {
	return fmt.Sprintf("%c%d-%02d-%02d", "MF"[d.IntN(2)], 1978+d.IntN(22), 1+d.IntN(12), 1+d.IntN(28))
}

// months writes a run of n months from m on.
func months(m calendar.Month, n int) string { return text(m, m+calendar.Month(n-1)) }

// all is from the start of work to the running month, November 2026.
func (d *draw) all() string { return text(d.from, lastPaid+1) }

func steadyLife(p *Person, d *draw) { p.career(d.all(), d.wage) }

func shortGap(p *Person, d *draw) { p.career(d.all(), d.wage, months(d.gap, 1+d.IntN(4))) }

func changedJob(p *Person, d *draw) {
	p.career(text(d.from, d.gap), d.wage)
	d.city.hires(p)
	p.career(text(d.gap+1, lastPaid+1), d.wage*11/10)
}

func pausedJob(p *Person, d *draw) {
	p.career(text(d.from, d.gap), d.wage)
	d.city.hires(p)
	p.career(text(d.gap+2+calendar.Month(d.IntN(3)), lastPaid+1), d.wage*11/10)
}

// underDeclared: half a year was paid on three quarters of the wage.
func underDeclared(p *Person, d *draw) {
	run := months(d.gap, 6)
	p.career(d.all(), d.wage, run)
	low := p.wageIn(d.gap) * 3 / 4
	p.declares(run, base(low))
	p.pays(run, base(low))
}

// paidLate: two months came about half a year late.
func paidLate(p *Person, d *draw) {
	run := months(d.gap, 2)
	p.career(d.all(), d.wage, run)
	late := min(d.gap+6, lastPaid)
	p.pays(run, base(p.wageIn(d.gap+1)), on(fmt.Sprintf("%s-%02d", late, 5+d.IntN(20))))
}

func declaredUnpaid(p *Person, d *draw) {
	run := months(d.gap, 1+d.IntN(3))
	p.career(d.all(), d.wage, run)
	p.declares(run, base(p.wageIn(d.gap)))
}

// lateStart: the first months with an employer were not declared.
func lateStart(p *Person, d *draw) {
	p.career(text(d.gap, lastPaid+1), d.wage, months(d.gap, 1+d.IntN(3)))
}

func debitRetried(p *Person, d *draw) {
	run := months(d.gap, 1)
	p.career(d.all(), d.wage, run)
	p.pays(run, on((d.gap+2).String()+"-16"), because("debit_failed"))
}

func leftWork(p *Person, d *draw) { p.career(text(d.from, d.gap), d.wage) }

// neverInsured: a first employer for some months, who insured nothing.
func neverInsured(p *Person, d *draw) {
	p.works(months(d.gap, 2+d.IntN(6)), wage(d.wage))
	to := p.Rows[0].To
	d.city.hires(p)
	p.career(text(to+1, lastPaid+1), d.wage*21/20)
}
