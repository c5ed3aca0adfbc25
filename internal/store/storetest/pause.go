package storetest

import (
	"context"
	"reflect"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/store"
)

// feePauses: of each case the last word known on a day is read.
func feePauses(t *testing.T, e Engine) {
	db, _ := New(t, e)
	day := Day(t, "2026-02-01")
	agreed := history.FeePause{ID: "1", Case: "c", Employer: "e", Schemes: []insurance.Scheme{110, 410}, First: day.Month() - 3, Last: day.Month(), From: day, To: day + 90, KnownOn: day, At: 1}
	lapsed := agreed
	lapsed.ID, lapsed.Ended, lapsed.To, lapsed.KnownOn, lapsed.At = "2", true, day+9, day+10, 2
	policy := history.FeePause{ID: "3", Case: "d", Employer: "e", Policy: true, First: day.Month(), Last: day.Month(), From: day, To: day + 30, KnownOn: day, At: 3}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, p := range []history.FeePause{agreed, lapsed, policy} {
			tx.AddFeePause(ctx, p)
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			name     string
			employer string
			on       calendar.Date
			want     []history.FeePause
		}{
			{"before it was known", "e", -1, nil},
			{"as agreed", "e", 9, []history.FeePause{agreed, policy}},
			{"as it lapsed", "e", 10, []history.FeePause{lapsed, policy}},
			{"of another employer", "f", 10, nil},
		} {
			got, err := tx.FeePauses(ctx, []string{c.employer}, day+c.on)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
			}
		}
		return nil
	})
}
