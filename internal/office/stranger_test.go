package office_test

import (
	"testing"

	"bujiao/internal/access"
)

// TestStrangersLeaveNothing: who names an area that no pack knows leaves no row,
// whatever was sent in its place.
func TestStrangersLeaveNothing(t *testing.T) {
	o, _ := desk(t)
	before, err := o.Store.Areas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"", "x1", "999999", "张三11010519491231002X", "110000 "} {
		_, _, err := o.LogIn(t.Context(), area, "a", "b", "")
		check(t, "log in", err, "access.wrong_login")
		_, _, err = o.LogInAs(t.Context(), area, access.Cert, "s")
		check(t, "log in with a certificate", err, "access.wrong_login")
	}
	after, err := o.Store.Areas(t.Context())
	if err != nil || len(after) != len(before) {
		t.Errorf("areas %v, before %v (%v)", after, before, err)
	}
}
