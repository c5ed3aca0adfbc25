package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/packs"
)

func TestDump(t *testing.T) {
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-23")
	var src []intake.Source
	for _, n := range []string{"beijing.csv", "shanghai.csv", "nanjing.xlsx"} {
		f, _ := os.Open(n)
		st, _ := f.Stat()
		r, err := intake.Open(n, f, st.Size(), intake.Options{CheckID: func(s string) (calendar.Date, insurance.Sex, error) { return identity.Citizen(s, day) }})
		if err != nil {
			t.Fatal(err)
		}
		src = append(src, r)
	}
	g, err := intake.Group(context.Background(), src, intake.GroupOptions{Rejected: func(f int, raw []string, rs []intake.Reject) error {
		for _, r := range rs {
			fmt.Println("REJECT", raw, r.Row, r.Column, lang.Fault("en", r.Reason))
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	miss := map[string]int{}
	for {
		name, rows, err := g.NextPerson()
		if errors.Is(err, io.EOF) {
			break
		}
		n++
		var rr []record.Row
		for _, r := range rows {
			rr = append(rr, r.Row)
		}
		h, err := assess.NewHistory(assess.NewLaws(lib.Book), assess.HistoryRequest{Person: name, AsOf: day, Rows: rr, Lang: "en"}, lang.Text)
		if err != nil {
			t.Fatal(name, err)
		}
		gs := map[string]string{}
		var order []string
		for _, x := range h.Gaps {
			k := fmt.Sprintf("%s..%s %s %s", x.From, x.To, x.Cause, x.Area)
			if gs[k] == "" {
				order = append(order, k)
			}
			gs[k] += " " + x.Scheme.String()
		}
		ms := map[string]bool{}
		for _, m := range h.Missing {
			ms[m.Parameter+" "+m.Ask] = true
			miss[m.Parameter]++
		}
		tot, _ := json.Marshal(h.Totals)
		fmt.Println("##", name, string(tot))
		for _, k := range order {
			fmt.Println("   ", k, gs[k])
		}
		if len(ms) > 0 {
			var l []string
			for m := range ms {
				l = append(l, m)
			}
			fmt.Println("    MISSING", strings.Join(l, "; "))
		}
	}
	fmt.Println(n, miss)
}
