package collection_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

// Allocate spreads all of the money, never more than is asked for of anything,
// and none to a month while an older one is unpaid.
func TestAllocate(t *testing.T) {
	for _, within := range []string{law.ChargeByCharge, law.PrincipalFirst} {
		rule := &law.Allocation{Within: law.Switch{Value: within}}
		rnd := rand.New(rand.NewPCG(1, 2))
		for range 2000 {
			charges := map[string]declaration.Charge{}
			var items []collection.Item
			var asked money.Fen
			for i := range 1 + rnd.IntN(6) {
				id := string(rune('a' + i))
				charges[id] = declaration.Charge{ID: id, FeeMonth: day("2026-01-01").Month().Add(rnd.IntN(3)), Scheme: insurance.Pension}
				x := collection.Item{Charge: id, EmployerFen: money.Fen(rnd.IntN(500)), PersonFen: money.Fen(rnd.IntN(300)), LateFee: money.Fen(rnd.IntN(20))}
				asked += x.EmployerFen + x.PersonFen + x.LateFee
				items = append(items, x)
			}
			amount := money.Fen(rnd.Int64N(int64(asked) + 1))
			byCharge := map[string]collection.Share{}
			var sum money.Fen
			for _, s := range collection.Allocate(rule, items, charges, amount) {
				byCharge[s.Charge] = s
				sum += s.EmployerFen + s.PersonFen + s.LateFee
			}
			if sum != amount {
				t.Fatalf("%s: %v of %v is spread", within, sum, amount)
			}
			for _, x := range items {
				s := byCharge[x.Charge]
				if s.EmployerFen > x.EmployerFen || s.PersonFen > x.PersonFen || s.LateFee > x.LateFee || s.EmployerFen < 0 || s.PersonFen < 0 || s.LateFee < 0 {
					t.Fatalf("%s: %+v pays %+v", within, x, s)
				}
				short := s.EmployerFen < x.EmployerFen || s.PersonFen < x.PersonFen || s.LateFee < x.LateFee
				for _, y := range items {
					if short && charges[y.Charge].FeeMonth > charges[x.Charge].FeeMonth && byCharge[y.Charge] != (collection.Share{}) {
						t.Fatalf("%s: %s is paid before %s", within, y.Charge, x.Charge)
					}
				}
			}
		}
	}
}

// The two readings of the order within a month, by hand.
func TestAllocateWithinAMonth(t *testing.T) {
	month := day("2026-01-01").Month()
	charges := map[string]declaration.Charge{"a": {ID: "a", Person: "1", FeeMonth: month}, "b": {ID: "b", Person: "2", FeeMonth: month}, "credit": {ID: "credit", Person: "3", FeeMonth: month}}
	items := []collection.Item{{Charge: "b", EmployerFen: 16, PersonFen: 8, LateFee: 2}, {Charge: "a", EmployerFen: 16, PersonFen: 8, LateFee: 2}, {Charge: "credit", EmployerFen: -5}}
	for within, want := range map[string][]collection.Share{
		// 25 and the credit of 5 are 30: a takes 26, b's person 4
		law.ChargeByCharge: {{Charge: "a", EmployerFen: 16, PersonFen: 8, LateFee: 2}, {Charge: "b", PersonFen: 4}, {Charge: "credit", EmployerFen: -5}},
		// a's principal 24, b's person 6
		law.PrincipalFirst: {{Charge: "a", EmployerFen: 16, PersonFen: 8}, {Charge: "b", PersonFen: 6}, {Charge: "credit", EmployerFen: -5}},
	} {
		got := collection.Allocate(&law.Allocation{Within: law.Switch{Value: within}}, items, charges, 25)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", within, got, want)
		}
	}
}

// A standing does not depend on the order in which events are read.
func TestStandingInAnyOrder(t *testing.T) {
	o := collection.Order{EmployerFen: 100}
	events := []collection.Event{{ID: "1", Kind: "created"}, {ID: "2", Kind: "sent", File: "x", Amount: 100}, {ID: "3", Kind: "failed", File: "x", Reason: "account_frozen", On: day("2026-03-02")},
		{ID: "4", Kind: "sent", File: "y", Amount: 100}, {ID: "5", Kind: "failed", File: "y", Reason: "insufficient_funds", On: day("2026-03-03")}, {ID: "6", Kind: "sent", File: "z", Amount: 100}}
	for range 200 {
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if s := collection.Fold(o, events, nil); s.AtBank != "z" || s.Failure != "insufficient_funds" || s.State != "at_bank" || s.Open != 100 {
			t.Fatalf("%+v", s)
		}
	}
}

func layouts(t testing.TB) []*law.BankLayout {
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := lib.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	var out []*law.BankLayout
	for _, bank := range []string{"102", "105"} {
		for _, direction := range []string{law.FileOut, law.FileResult, law.FileStatement} {
			x, hole := b.Read(0, false).BankLayout(bank, direction, day("2026-03-02"))
			if hole != nil {
				t.Fatal(hole)
			}
			out = append(out, x)
		}
	}
	return out
}

func sample(x *law.BankLayout) *collection.Content {
	c := &collection.Content{Bank: x.Bank, On: day("2026-03-02"), Batch: "b1"}
	for i, amount := range []money.Fen{1, 123456, 99999999999} {
		l := collection.ContentLine{Reference: "o" + string(rune('1'+i)), Amount: amount, On: day("2026-03-01"), Account: "6222 02", Serial: "s1", Memo: "㐂䶮, \"社保\"", Result: "ok"}
		if i == 1 {
			l.Result, l.Reason = "failed", "insufficient_funds"
		}
		c.Lines = append(c.Lines, l)
	}
	return c
}

// What is written is read again, in every layout; characters beyond GBK too.
func TestFilesRoundTrip(t *testing.T) {
	for _, x := range layouts(t) {
		want := sample(x)
		data, err := collection.RenderFile(x, want)
		if err != nil {
			t.Fatalf("%s: %v", x.Name, err)
		}
		got, err := collection.ParseFile(x, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")))
		if err != nil {
			t.Fatalf("%s: %v", x.Name, err)
		}
		for i, l := range got.Lines {
			w := want.Lines[i]
			if l.Reference != w.Reference || l.Amount != w.Amount || (x.Direction == law.FileResult && l.Reason != w.Reason) || l.Memo != w.Memo || (x.Direction != law.FileOut && l.On != w.On) {
				t.Errorf("%s: %+v, want %+v", x.Name, l, w)
			}
		}
		if got.Total != 100000123456 || len(got.Lines) != 3 || got.On != want.On {
			t.Errorf("%s: %+v", x.Name, got)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	all := layouts(f)
	for i, x := range all {
		data, err := collection.RenderFile(x, sample(x))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, data)
		f.Add(i, data[:len(data)/2])
	}
	f.Add(0, []byte("H102"))
	f.Add(3, []byte("head,105,2026-03-02,x\nend,0,0"))
	f.Fuzz(func(t *testing.T, n int, data []byte) {
		x := all[uint(n)%uint(len(all))]
		c, err := collection.ParseFile(x, data)
		if err != nil {
			return
		}
		var total money.Fen
		for _, l := range c.Lines {
			if l.Amount <= 0 || (x.Direction == law.FileResult && l.Result == "") {
				t.Fatalf("%s took %+v", x.Name, l)
			}
			total += l.Amount
		}
		if total != c.Total || c.Bank != x.Bank || c.On == 0 {
			t.Fatalf("%s: %+v", x.Name, c)
		}
		again, err := collection.RenderFile(x, c) // what was taken can be written, and reads as the same
		if err != nil {
			t.Fatalf("%s: %v", x.Name, err)
		}
		back, err := collection.ParseFile(x, again)
		if err != nil || back.Total != c.Total || len(back.Lines) != len(c.Lines) || back.Batch != c.Batch {
			t.Fatalf("%s: %+v, %v", x.Name, back, err)
		}
	})
}
