package sqlstore

import (
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// vals are the values of a row as both engines give them: string, int64,
// []byte or nil. A column of another type is a defect of the schema, which the
// catalogue test finds.
type vals []any

func (v vals) str(i int) string {
	s, _ := v[i].(string)
	return s
}

func (v vals) int(i int) int64 {
	n, _ := v[i].(int64)
	return n
}

func (v vals) bytes(i int) []byte {
	b, _ := v[i].([]byte)
	return b
}

func (v vals) instant(i int) books.Instant { return books.Instant(v.int(i)) }

func (v vals) fen(i int) money.Fen { return money.Fen(v.int(i)) }

// fenOrNil is an amount that may be unknown.
func (v vals) fenOrNil(i int) *money.Fen {
	n, ok := v[i].(int64)
	if !ok {
		return nil
	}
	f := money.Fen(n)
	return &f
}

func (v vals) scheme(i int) insurance.Scheme { return insurance.Scheme(v.int(i)) }

func (v vals) date(i int) calendar.Date {
	d, err := calendar.ParseDate(v.str(i))
	if err != nil {
		return 0
	}
	return d
}

func (v vals) month(i int) calendar.Month {
	m, err := calendar.ParseMonth(v.str(i))
	if err != nil {
		return 0
	}
	return m
}

// The other direction: what is absent is empty.

func dateText(d calendar.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func monthText(m calendar.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

func fenOrNull(f *money.Fen) any {
	if f == nil {
		return nil
	}
	return int64(*f)
}
