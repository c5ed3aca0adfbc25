package office

import (
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/law"
	"bujiao/packs"
)

// The term within which a back-payment is verified is the one that the way's
// own step has: it stands in two rows, of one source.
func TestVerificationTermIsThatOfTheWay(t *testing.T) {
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	day, err := calendar.ParseDate("2023-10-09")
	if err != nil {
		t.Fatal(err)
	}
	for area, way := range map[string]string{"110000": "beijing_verification", "440100": "guangzhou_apply"} {
		book, err := laws.Book(area)
		if err != nil {
			t.Fatal(err)
		}
		r := book.Read(day, false)
		route := r.RouteNamed(way, day)
		duty, _ := r.Duty("verify_makeup", "", day)
		if route == nil || duty == nil || duty.Area != area {
			t.Fatalf("%s: way %v, term %v", area, route, duty)
		}
		found := false
		for _, s := range route.Steps {
			if s.Days > 0 {
				found = true
				if s.Days != duty.Days || s.DayKind != duty.Counted {
					t.Errorf("%s: the step %s takes %d %s days, the term %d %s", area, s.ID, s.Days, s.DayKind, duty.Days, duty.Counted)
				}
			}
		}
		if !found {
			t.Errorf("%s: the way %s has no term", area, way)
		}
	}
}
