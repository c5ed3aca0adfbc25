package ledger_test

import (
	"testing"

	"bujiao/internal/ledger"
)

// TestMovesOfTwoAreasAreTwo: each area counts its moves by itself.
func TestMovesOfTwoAreasAreTwo(t *testing.T) {
	part := []ledger.Leg{{Account: ledger.Fund, EmployerFen: 1}}
	a, err := ledger.Move{Key: "1", From: "110000", To: "310000", Reason: "x", Parts: part}.In(nil)
	b, err2 := ledger.Move{Key: "1", From: "120000", To: "310000", Reason: "x", Parts: part}.In(nil)
	if err != nil || err2 != nil || a.Key == b.Key {
		t.Errorf("%q and %q: %v %v", a.Key, b.Key, err, err2)
	}
}
