// Package calendar holds civil dates and months of mainland China, the
// working-day tables and the counting of statutory terms.
//
// A Date is a day, not an instant; nothing here reads a clock or a time zone.
// The zero Date and the zero Month mean "none". Working days come from a table
// per year (State Council notices, 调休); a year without a table is an error
// and never a guess.
package calendar

import (
	"errors"
	"fmt"
)

// Date is a civil day, counted from 0001-01-01 = 1. Zero is no date.
type Date int32

// Month is a civil month, year*12 + month (1..12). Zero is no month.
type Month int32

// Errors of parsing; they never repeat the text, which may be personal data.
var (
	ErrDate  = errors.New("not a date of the form YYYY-MM-DD")
	ErrMonth = errors.New("not a month of the form YYYY-MM")
	// ErrRange is a day or month that is written well and lies in a year that is not supported.
	ErrRange = fmt.Errorf("a year outside %d..%d", MinYear, MaxYear)
)

// Years outside MinYear..MaxYear are taken for slips of the pen.
const (
	MinYear = 1900
	MaxYear = 2199
)

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// DaysIn returns the days of a month of a year.
func DaysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// NewDate returns the day, or an error if there is no such day or its year is not supported.
func NewDate(year, month, day int) (Date, error) {
	if month < 1 || month > 12 || day < 1 || day > DaysIn(year, month) {
		return 0, ErrDate
	}
	if year < MinYear || year > MaxYear {
		return 0, ErrRange
	}
	return dateOf(year, month, day), nil
}

func dateOf(y, m, d int) Date {
	if m <= 2 {
		y--
		m += 12
	}
	return Date(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 306)
}

// Civil returns year, month and day.
func (d Date) Civil() (year, month, day int) {
	z := int(d) + 305
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, ErrDate
	}
	y, ok1 := digits(s[0:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 {
		return 0, ErrDate
	}
	return NewDate(y, m, d)
}

// ParseMonth reads YYYY-MM.
func ParseMonth(s string) (Month, error) {
	if len(s) != 7 || s[4] != '-' {
		return 0, ErrMonth
	}
	y, ok1 := digits(s[0:4])
	m, ok2 := digits(s[5:7])
	if !ok1 || !ok2 || m < 1 || m > 12 {
		return 0, ErrMonth
	}
	if y < MinYear || y > MaxYear {
		return 0, ErrRange
	}
	return NewMonth(y, m), nil
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Month returns the month of the day.
func (d Date) Month() Month {
	y, m, _ := d.Civil()
	return NewMonth(y, m)
}

// Year returns the year of the day.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Weekday counts Monday = 1 to Sunday = 7.
func (d Date) Weekday() int { return (int(d)-1)%7 + 1 }

// AddMonths moves to the corresponding day n months on, or to the last day of
// that month where there is none (Civil Code art. 202).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	t := NewMonth(y, m).Add(n)
	ty, tm := t.Civil()
	if last := DaysIn(ty, tm); day > last {
		day = last
	}
	return dateOf(ty, tm, day)
}

// NewMonth returns the month; the caller vouches for 1..12.
func NewMonth(year, month int) Month { return Month(year*12 + month) }

// Civil returns year and month.
func (m Month) Civil() (year, month int) { return (int(m) - 1) / 12, (int(m)-1)%12 + 1 }

// Add moves n months.
func (m Month) Add(n int) Month { return m + Month(n) }

// First and Last are the first and the last day of the month.
func (m Month) First() Date { y, mm := m.Civil(); return dateOf(y, mm, 1) }

// Last is the last day of the month.
func (m Month) Last() Date { y, mm := m.Civil(); return dateOf(y, mm, DaysIn(y, mm)) }

// Year is the year of the month.
func (m Month) Year() int { y, _ := m.Civil(); return y }

func (m Month) String() string {
	if m == 0 {
		return ""
	}
	y, mm := m.Civil()
	return fmt.Sprintf("%04d-%02d", y, mm)
}
