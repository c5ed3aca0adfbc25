package assess

import (
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

// SIL 25: the state bears the share of the poor, the area says how much. Beijing's
// amount was not found, so that there is no price; 795 yuan without support.
func TestResidentSupport(t *testing.T) {
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := laws.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	r := book.Read(0, false)
	q := DueRequest{Area: "110000", Year: 2026, Payer: law.Payer{Kind: insurance.Resident}, Schemes: []insurance.Scheme{insurance.ResidentMedical}, Group: "劳动年龄内居民"}
	if d, err := NewDue(r, q); err != nil || d.Lines[0].Person == nil || *d.Lines[0].Person != 79500 {
		t.Fatalf("%+v, %v", d, err)
	}
	for _, who := range []string{"minimum_living", "disabled", "poor_elderly", "poor_minor", "nobody knows"} {
		q.Support = who
		d, err := NewDue(r, q)
		if err != nil || d.Lines[0].Person != nil || len(d.Missing) != 1 || d.Missing[0].Parameter != "resident_support/"+who {
			t.Errorf("%s: %+v, %v", who, d, err)
		}
	}
	part := money.Fen(50000)
	for _, c := range []struct {
		row  law.ResidentSupport
		want money.Fen
	}{
		{law.ResidentSupport{Borne: law.BorneAll}, 0},
		{law.ResidentSupport{Borne: law.BorneAmount, Amount: &part}, 29500},
	} {
		if got := c.row.Own(79500); got != c.want {
			t.Errorf("%s: %s", c.row.Borne, got)
		}
	}
	row := law.ResidentSupport{Borne: law.BorneAmount, Amount: &part}
	if got := row.Own(43500); got != 0 {
		t.Errorf("less than is borne: %s", got)
	}
}
