package sqlstore

import (
	"context"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
)

var _ history.Deferrals = (*Tx)(nil)

func readFeePause(v vals) history.FeePause {
	p := history.FeePause{ID: v.str(1), Case: v.str(2), Employer: v.str(3), Policy: v.int(4) != 0, Ended: v.int(5) != 0, First: v.month(7), Last: v.month(8),
		From: v.date(9), To: v.date(10), KnownOn: v.date(11), At: v.instant(12)}
	for _, code := range strings.Fields(v.str(6)) {
		if n, err := strconv.Atoi(code); err == nil {
			p.Schemes = append(p.Schemes, insurance.Scheme(n))
		}
	}
	return p
}

// AddFeePause states a deferral, for the first time or anew.
func (t *Tx) AddFeePause(ctx context.Context, p history.FeePause) {
	var codes []string
	for _, s := range p.Schemes {
		codes = append(codes, strconv.Itoa(int(s)))
	}
	t.insert(ctx, tabFeePause, t.area, p.ID, p.Case, p.Employer, flag(p.Policy), flag(p.Ended), strings.Join(codes, " "), monthText(p.First), monthText(p.Last),
		dateText(p.From), dateText(p.To), dateText(p.KnownOn), int64(p.At))
}

// FeePauses lists the deferrals of employers, each as it was stated last.
func (t *Tx) FeePauses(ctx context.Context, employers []string, knownAt calendar.Date) ([]history.FeePause, error) {
	all, err := listIn(ctx, t, readFeePause, "SELECT "+tabFeePause.names+" FROM fee_pause WHERE area = ? AND known_on <= ? AND employer IN (?) ORDER BY employer, casefile, known_on, at, id",
		[]any{t.area, dateText(knownAt)}, employers)
	var out []history.FeePause
	for i, p := range all {
		if i+1 == len(all) || all[i+1].Case != p.Case {
			out = append(out, p)
		}
	}
	return out, err
}
