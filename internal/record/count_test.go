package record

import (
	"testing"

	"bujiao/internal/insurance"
)

// tracked writes a track as text: one letter a month from 2020-01, N paid in
// time, L made up, D deferred, - unpaid.
func tracked(t testing.TB, s string) Track {
	t.Helper()
	out := Track{}
	m := month(t, "2020-01")
	for _, c := range s {
		switch c {
		case 'N':
			out[m] = onTime
		case 'L':
			out[m] = late
		case 'D':
			out[m] = held
		}
		m++
	}
	return out
}

func TestCounters(t *testing.T) {
	for _, tt := range []struct {
		months             string
		last               string
		tolerance          int
		backpay            bool
		continuous         int
		cumulative, onTime int
	}{
		// R-CONT-02: what was paid adds up, a break annuls nothing
		{months: "NN--LL-N", last: "2020-08", backpay: true, continuous: 1, cumulative: 5, onTime: 3},
		// R-CONT-04, car plate: counted back from the month before the application, made-up months count
		{months: "NNLLNN", last: "2020-06", backpay: true, continuous: 6, cumulative: 6, onTime: 4},
		{months: "NN-LNN", last: "2020-06", backpay: true, continuous: 3, cumulative: 5, onTime: 4},
		{months: "NNNNNN", last: "2020-07", backpay: true, continuous: 0, cumulative: 6, onTime: 6},
		{months: "NNNNNN", last: "2020-05", backpay: true, continuous: 5, cumulative: 6, onTime: 6},
		// R-CONT-03, house: made-up months are not recognised, a break of up to 3 months is borne
		{months: "NNLLLNN", last: "2020-07", tolerance: 3, continuous: 4, cumulative: 7, onTime: 4},
		{months: "NNLLLLNN", last: "2020-08", tolerance: 3, continuous: 2, cumulative: 8, onTime: 4},
		{months: "NN---NN", last: "2020-07", tolerance: 3, continuous: 4, cumulative: 4, onTime: 4},
		{months: "NN-L-NN", last: "2020-07", tolerance: 3, continuous: 4, cumulative: 5, onTime: 4},
		{months: "NN----NN", last: "2020-08", tolerance: 3, continuous: 2, cumulative: 4, onTime: 4},
		{months: "NNNN", last: "2020-07", tolerance: 3, continuous: 4, cumulative: 4, onTime: 4},
		{months: "NNNN", last: "2020-08", tolerance: 3, continuous: 0, cumulative: 4, onTime: 4},
		// R-CONT-05, Shenzhen plate: no make-up, no break
		{months: "NNLNN", last: "2020-05", continuous: 2, cumulative: 5, onTime: 4},
		{months: "LLL", last: "2020-03", continuous: 0, cumulative: 3, onTime: 0},
		// R-DEFER-05: a deferred month shows as normal, and is no paid month yet
		{months: "NNDDNN", last: "2020-06", continuous: 6, cumulative: 4, onTime: 4},
		{months: "", last: "2020-03", tolerance: 3, backpay: true},
	} {
		tr := tracked(t, tt.months)
		if n := tr.Continuous(month(t, tt.last), tt.tolerance, tt.backpay); n != tt.continuous {
			t.Errorf("%q to %s, tolerance %d, back-pay %v: %d in a row, want %d", tt.months, tt.last, tt.tolerance, tt.backpay, n, tt.continuous)
		}
		if n := tr.Cumulative(); n != tt.cumulative {
			t.Errorf("%q: %d months, want %d", tt.months, n, tt.cumulative)
		}
		if n := tr.OnTime(); n != tt.onTime {
			t.Errorf("%q: %d in time, want %d", tt.months, n, tt.onTime)
		}
	}
}

func TestPayMakesUp(t *testing.T) {
	before := tracked(t, "N-ND")
	after := before.Clone()
	after.Pay(month(t, "2020-02"))
	after.Pay(month(t, "2020-01")) // was in time and stays so
	after.Pay(month(t, "2020-04"))
	if before.Cumulative() != 2 || after.Cumulative() != 4 || after.OnTime() != 2 {
		t.Errorf("before %v, after %v", before, after)
	}
}

// R-BACKPAY-13: a month paid in two areas counts once, and in time if either
// payment was.
func TestMonthsPaidTwiceCountOnce(t *testing.T) {
	g := build(t, `
		paid 2020-01..2020-03 base=5000 paid_on=2020-04-10
		paid 2020-02..2020-04 base=5000 area=B paid_on=2020-03-01
		paid 2020-01 base=5000 scheme=medical paid_on=2020-02-01
		employment 2020-05 wage=5000
		employment 2020-06..2020-07 wage=5000 cause=policy`, "2020-07-31", &prices{waived: month(t, "2020-06"), deferredTo: on("2020-12-31")})
	tr := g.Months(insurance.Pension)
	if tr.Cumulative() != 5 {
		t.Errorf("%d months, want 2020-01 to -04 and the waived 2020-06: %v", tr.Cumulative(), tr)
	}
	for m, want := range map[string]int{"2020-01": late, "2020-02": onTime, "2020-03": onTime, "2020-04": onTime, "2020-05": 0, "2020-06": onTime, "2020-07": 0} {
		if got := tr[month(t, m)]; got != want {
			t.Errorf("%s: %d, want %d", m, got, want)
		}
	}
	if n := g.Months(insurance.Medical).Cumulative(); n != 1 {
		t.Errorf("medical %d", n)
	}
}
