package history

import (
	"context"
	"maps"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// FeePause is a deferral (缓缴) of fee months of an employer, as the case that
// granted it states it. It is stated again when it ends: the last word counts.
type FeePause struct {
	ID       string
	Case     string
	Employer string
	Policy   bool               // of a policy: the months are no arrears while it runs (R-DEFER-05)
	Ended    bool               // before its time: its days stay without late fee, the months are owed
	Schemes  []insurance.Scheme // none: all
	First    calendar.Month     // fee months, both included
	Last     calendar.Month
	From     calendar.Date // days without late fee, both included
	To       calendar.Date
	KnownOn  calendar.Date
	At       books.Instant
}

// Deferrals keeps them.
type Deferrals interface {
	AddFeePause(ctx context.Context, p FeePause)
}

// Pauses gives the deferrals of employers as the kernel reads them.
func Pauses(ctx context.Context, tx Books, employers []string, knownAt calendar.Date) ([]assess.Pause, error) {
	list, err := tx.FeePauses(ctx, employers, knownAt)
	return pausesOf(list), err
}

func pausesOf(list []FeePause) (out []assess.Pause) {
	for _, p := range list {
		if p.From <= p.To {
			out = append(out, assess.Pause{Employer: p.Employer, Schemes: p.Schemes, First: p.First, Last: p.Last, Span: assess.Span{From: p.From, To: p.To}})
		}
	}
	return out
}

// pauses are those of the employers that rows name.
func (r *reading) pauses(rows []record.Row) []assess.Pause {
	names := map[string]bool{}
	for i := range rows {
		names[rows[i].Employer] = true
	}
	return pausesOf(slices.DeleteFunc(slices.Clone(r.paused), func(p FeePause) bool { return !names[p.Employer] }))
}

// deferred reads the deferrals and says of the months of policies that a policy
// is why they are not paid: rows of single schemes, which go before those of all.
func (r *reading) deferred(ctx context.Context) error {
	names := map[string]bool{}
	for _, rows := range r.out {
		for i := range rows {
			if rows[i].Employer != "" {
				names[rows[i].Employer] = true
			}
		}
	}
	var err error
	if r.paused, err = r.tx.FeePauses(ctx, slices.Sorted(maps.Keys(names)), r.when.Known()); err != nil {
		return err
	}
	for _, p := range r.paused {
		if !p.Policy || p.Ended || p.From > r.when.AsOf {
			continue
		}
		for person, rows := range r.out {
			for _, row := range rows {
				from, to := max(row.From, p.First), min(row.To, p.Last)
				if row.Employer != p.Employer || row.Kind == record.Paid || row.Scheme != 0 || row.Cause != "" || from > to {
					continue
				}
				for _, s := range p.Schemes {
					row := row
					row.Scheme, row.From, row.To, row.Cause = s, from, to, insurance.Policy
					r.add(person, row)
				}
			}
		}
	}
	return nil
}
