package oracle

import "fmt"

// day is a civil day; days are found by stepping from one to the next.
type day struct{ y, m, d int }

func dayOf(s string) day {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		panic("not a day: " + s)
	}
	return day{int(number(s[:4]).n), int(number(s[5:7]).n), int(number(s[8:]).n)}
}

func (x day) String() string { return fmt.Sprintf("%04d-%02d-%02d", x.y, x.m, x.d) }

func (x day) next() day {
	if x.d < monthLength(x.y, x.m) {
		return day{x.y, x.m, x.d + 1}
	}
	if x.m < 12 {
		return day{x.y, x.m + 1, 1}
	}
	return day{x.y + 1, 1, 1}
}

func (x day) previous() day {
	if x.d > 1 {
		return day{x.y, x.m, x.d - 1}
	}
	y, m := x.y, x.m-1
	if m == 0 {
		y, m = y-1, 12
	}
	return day{y, m, monthLength(y, m)}
}

func (x day) after(y day) bool {
	if x.y != y.y {
		return x.y > y.y
	}
	if x.m != y.m {
		return x.m > y.m
	}
	return x.d > y.d
}

func monthLength(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%400 == 0 || (y%4 == 0 && y%100 != 0) {
			return 29
		}
		return 28
	}
	return 31
}

// weekday counts Monday 1 to Sunday 7 (Zeller).
func (x day) weekday() int {
	y, m := x.y, x.m
	if m < 3 {
		y, m = y-1, m+12
	}
	h := (x.d + 13*(m+1)/5 + y%100 + y%100/4 + y/100/4 + 5*(y/100)) % 7 // Saturday 0
	return (h+5)%7 + 1
}

// monthOf is YYYY-MM, so that text order is time order.
func monthOf(y, m int) string { return fmt.Sprintf("%04d-%02d", y, m) }

// addMonths steps a YYYY-MM month.
func addMonths(month string, n int) string {
	d := dayOf(month + "-01")
	y, m := d.y, d.m
	for ; n > 0; n-- {
		if m++; m == 13 {
			y, m = y+1, 1
		}
	}
	for ; n < 0; n++ {
		if m--; m == 0 {
			y, m = y-1, 12
		}
	}
	return monthOf(y, m)
}

// lastDay of a YYYY-MM month, as text.
func lastDay(month string) string {
	d := dayOf(month + "-01")
	return day{d.y, d.m, monthLength(d.y, d.m)}.String()
}
