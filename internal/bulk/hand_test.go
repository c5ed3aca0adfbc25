package bulk

import (
	"math/bits"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// The loops that the bulk path is measured against. They are written for one
// area by hand, over plain arrays, with the constants of that area in the code:
// no map, call or allocation inside. Their numbers come from the traces of
// single answers, not from assess.Compile.

const (
	handMonths  = 160
	handSchemes = 5
)

// handRow holds the integers of one scheme and month. Rates are in 1e-9.
type handRow struct {
	floor, ceiling               int64
	employer, person, fee        int64
	employerQ, personQ, feeQuote uint64 // rate / 1e9 as a binary fraction of 60 places, rounded up
	personJiao                   uint64 // the same of rate / 1e10
}

type handRows [handSchemes][handMonths]handRow

type handLoop struct {
	name string
	run  func(t *handRows, month []uint16, wage []money.Fen, out []Lines) (employer, person, fee money.Fen)
}

// handTable reads the rows from what NewDue and NewLateFee trace.
func handTable(t testing.TB, r *law.Reader, q assess.CompileRequest, table *assess.Table) *handRows {
	t.Helper()
	if table.Months > handMonths || len(table.Columns) != handSchemes {
		t.Fatalf("the hand-written loops have room for %d months and %d schemes", handMonths, handSchemes)
	}
	out := &handRows{}
	for m := range table.Months {
		month, wage := table.From.Add(m), money.Fen(1_000_000)
		due, err := assess.NewDue(r, assess.DueRequest{Area: r.Area(), Month: month, Wage: &wage, Payer: q.Payer, Schemes: q.Schemes, Injury: q.Injury})
		if err != nil {
			t.Fatal(err)
		}
		for k := range table.Columns {
			for i, line := range due.Lines {
				if line.Scheme == table.Columns[k].Scheme {
					out[k][m] = handRowOf(t, due.Trace[i])
				}
			}
			f, err := assess.NewLateFee(r, assess.LateFeeRequest{Principal: 100, Scheme: table.Columns[k].Scheme, Month: month, Paid: q.Paid, Deadline: q.Deadlines[month], Payer: q.Payer.Kind, Cause: q.Cause})
			if err != nil {
				t.Fatal(err)
			}
			row := &out[k][m]
			for _, s := range f.Segments {
				row.fee += int64(s.Rate) * int64(s.Days)
			}
			row.feeQuote = quote(row.fee, 1_000_000_000)
		}
	}
	return out
}

func handRowOf(t testing.TB, tr assess.Trace) (row handRow) {
	t.Helper()
	if tr.Floor != nil && tr.Ceiling != nil {
		row.floor, row.ceiling = int64(*tr.Floor), int64(*tr.Ceiling)
	}
	for _, s := range []struct {
		tr   *assess.ShareTrace
		rate *int64
		q    *uint64
	}{{tr.Employer, &row.employer, &row.employerQ}, {tr.Person, &row.person, &row.personQ}} {
		if s.tr == nil || s.tr.Rate == nil {
			continue
		}
		rate := *s.tr.Rate
		for _, f := range s.tr.Factors {
			var err error
			if rate, err = rate.Mul(f.Factor); err != nil {
				t.Fatal(err)
			}
		}
		*s.rate, *s.q = int64(rate), quote(int64(rate), 1_000_000_000)
	}
	row.personJiao = quote(row.person, 10_000_000_000)
	return row
}

func quote(rate int64, unit uint64) uint64 {
	q, rem := bits.Div64(uint64(rate)>>4, uint64(rate)<<60, unit)
	if rem > 0 {
		q++
	}
	return q
}

// byDivision is the formula as one would write it down: (base x rate + half) / 1e9.
func byDivision(t *handRows, month []uint16, wage []money.Fen, out []Lines) (employer, person, fee money.Fen) {
	wage = wage[:len(month)]
	for k := range t {
		rows, l := &t[k], &out[k]
		es, ps, fs := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
		for i, m := range month {
			r := &rows[m]
			base := min(max(int64(wage[i]), r.floor), r.ceiling)
			e := (uint64(base*r.employer) + 500_000_000) / 1_000_000_000
			p := (uint64(base*r.person) + 500_000_000) / 1_000_000_000
			f := ((e+p)*uint64(r.fee) + 500_000_000) / 1_000_000_000
			es[i], ps[i], fs[i] = money.Fen(e), money.Fen(p), money.Fen(f)
			employer += money.Fen(e)
			person += money.Fen(p)
			fee += money.Fen(f)
		}
	}
	return employer, person, fee
}

// byReciprocal has the divisions replaced by a multiplication with a prepared
// fraction, as a programmer would who wants the last bit of speed.
func byReciprocal(t *handRows, month []uint16, wage []money.Fen, out []Lines) (money.Fen, money.Fen, money.Fen) {
	wage = wage[:len(month)]
	var sum [3]int64
	for k := range t {
		rows, l := &t[k], &out[k]
		es, ps, fs := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
		for i, m := range month {
			r := &rows[m]
			base := uint64(min(max(int64(wage[i]), r.floor), r.ceiling)) << 4
			hi, lo := bits.Mul64(base, r.employerQ)
			e := int64(hi + lo>>63)
			es[i] = money.Fen(e)
			sum[0] += e
			hi, lo = bits.Mul64(base, r.personQ)
			p := int64(hi + lo>>63)
			ps[i] = money.Fen(p)
			sum[1] += p
			hi, lo = bits.Mul64(uint64(e+p)<<4, r.feeQuote)
			f := int64(hi + lo>>63)
			fs[i] = money.Fen(f)
			sum[2] += f
		}
	}
	return money.Fen(sum[0]), money.Fen(sum[1]), money.Fen(sum[2])
}

// shanghaiByDivision rounds the wage to jiao, then to yuan, and the person's
// share to jiao; injury and maternity have no person's share.
func shanghaiByDivision(t *handRows, month []uint16, wage []money.Fen, out []Lines) (employer, person, fee money.Fen) {
	wage = wage[:len(month)]
	for k := range t {
		rows, l := &t[k], &out[k]
		es, ps, fs := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
		for i, m := range month {
			r := &rows[m]
			w := (uint64(wage[i]) + 5) / 10 * 10
			w = (w + 50) / 100 * 100
			base := min(max(int64(w), r.floor), r.ceiling)
			e := (uint64(base*r.employer) + 500_000_000) / 1_000_000_000
			p := (uint64(base*r.person) + 5_000_000_000) / 10_000_000_000 * 10
			f := ((e+p)*uint64(r.fee) + 500_000_000) / 1_000_000_000
			es[i], ps[i], fs[i] = money.Fen(e), money.Fen(p), money.Fen(f)
			employer += money.Fen(e)
			person += money.Fen(p)
			fee += money.Fen(f)
		}
	}
	return employer, person, fee
}

// shanghaiByReciprocal is the same with prepared fractions.
func shanghaiByReciprocal(t *handRows, month []uint16, wage []money.Fen, out []Lines) (money.Fen, money.Fen, money.Fen) {
	wage = wage[:len(month)]
	var sum [3]int64
	for k := range t {
		rows, l := &t[k], &out[k]
		es, ps, fs := l.Employer[:len(month)], l.Person[:len(month)], l.LateFee[:len(month)]
		for i, m := range month {
			r := &rows[m]
			w := (uint64(wage[i]) + 5) / 10 * 10
			w = (w + 50) / 100 * 100
			base := uint64(min(max(int64(w), r.floor), r.ceiling)) << 4
			hi, lo := bits.Mul64(base, r.employerQ)
			e := int64(hi + lo>>63)
			es[i] = money.Fen(e)
			sum[0] += e
			hi, lo = bits.Mul64(base, r.personJiao)
			p := int64(hi+lo>>63) * 10
			ps[i] = money.Fen(p)
			sum[1] += p
			hi, lo = bits.Mul64(uint64(e+p)<<4, r.feeQuote)
			f := int64(hi + lo>>63)
			fs[i] = money.Fen(f)
			sum[2] += f
		}
	}
	return money.Fen(sum[0]), money.Fen(sum[1]), money.Fen(sum[2])
}
