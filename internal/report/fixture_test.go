package report

import (
	"encoding/json"
	"os"
	"sync"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

var library = sync.OnceValues(func() (*law.Library, error) { return law.Open(os.DirFS("../../packs")) })

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func fen(yuan int64) *money.Fen { f := money.Fen(yuan * 100); return &f }

// job is an employment in Beijing.
func job(t testing.TB, from, to string, wage int64) record.Row {
	return record.Row{Kind: record.Employment, Area: "110000", Payer: insurance.Employee, From: month(t, from), To: month(t, to), Wage: fen(wage), InjuryClass: 1,
		UnitType: insurance.LargeAndOther, Birth: day(t, "1985-05-05"), Sex: insurance.Male}
}

// paid is a payment of all schemes.
func paid(t testing.TB, from, to, on string) record.Row {
	return record.Row{Kind: record.Paid, Area: "110000", Payer: insurance.Employee, From: month(t, from), To: month(t, to), PaidOn: day(t, on), InjuryClass: 1}
}

// gapRows is a history with paid, made-up and missing months.
func gapRows(t testing.TB) []record.Row {
	return []record.Row{
		job(t, "2018-07", "2019-12", 9000),
		paid(t, "2018-07", "2018-12", "2018-08-10"),
		paid(t, "2019-01", "2019-03", "2019-06-20"),
		paid(t, "2019-04", "2019-09", "2019-05-08"),
	}
}

// assessed runs the kernel on rows and returns the answer with its body.
func assessed(t testing.TB, name, textLang string, rows []record.Row) (*assess.History, json.RawMessage) {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	q := assess.HistoryRequest{Person: name, AsOf: day(t, "2024-03-15"), Rows: rows, Lang: textLang}
	laws := assess.NewLaws(lib.Book)
	h, err := assess.NewHistory(laws, q, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	body, err := h.Body(laws, q)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return h, raw
}

// quoted runs the kernel on a request and returns the body.
func quoted(t testing.TB, request string) json.RawMessage {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	var q assess.QuoteRequest
	if err := json.Unmarshal([]byte(request), &q); err != nil {
		t.Fatal(err)
	}
	laws := assess.NewLaws(lib.Book)
	out, err := assess.NewQuote(laws, q, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	body, err := out.Body(laws, q)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
