package intake

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// Limits of values.
const (
	maxSpan     = 1200           // months of a row
	maxText     = 200            // bytes of a code or name
	maxInjury   = money.One / 10 // a rate above 10 % is a percentage without its sign
	injuryFirst = 1
	injuryLast  = 8
)

func enum[T any](c *converter, w *memo[T], col column, s, key string) T {
	v, ok := w.find(s)
	if !ok {
		c.bad(col, key)
	}
	return v
}

// isText reports valid UTF-8 without replacement characters (the trace of a
// wrong conversion elsewhere) and NUL bytes.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\uFFFD") && strings.IndexByte(s, 0) < 0
}

// text takes a code or name as it stands.
func (c *converter) text(col column, s string) string {
	if len(s) > maxText {
		c.reject(col, "intake.text_too_long", fault.Args{"column": col.String(), "max": strconv.Itoa(maxText)})
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			c.bad(col, "intake.control_character")
			break
		}
	}
	return s
}

func (c *converter) month(col column, s string) calendar.Month {
	m, ok := parseMonth(s)
	if !ok {
		c.bad(col, "intake.bad_month")
	}
	return m
}

func (c *converter) date(col column, s string) calendar.Date {
	d, ok := parseDate(s)
	if !ok {
		c.bad(col, "intake.bad_date")
	}
	return d
}

// amount stores a monthly amount in fen; into is where it may live.
func (c *converter) amount(row *record.Row, col column, s string, into *money.Fen) {
	f, err := money.ParseFen(s)
	if err != nil || f < 0 {
		c.bad(col, amountFault(s))
		return
	}
	*into = f
	switch col {
	case colWage:
		row.Wage = into
	case colBase:
		row.Base = into
	case colEmployerPaid:
		row.EmployerPaid = into
	case colPersonPaid:
		row.PersonPaid = into
	}
}

// amountFault names what keeps a text from being an amount.
func amountFault(s string) string {
	whole, frac, point := strings.Cut(s, ".")
	switch {
	case strings.ContainsAny(s, ",，'’ "):
		return "intake.amount_separator"
	case s[0] == '-':
		return "intake.amount_negative"
	case !allDigits(whole) || point && !allDigits(frac):
		return "intake.amount_malformed"
	case len(strings.TrimRight(frac, "0")) > 2:
		return "intake.amount_decimals"
	}
	return "intake.amount_too_large"
}

// category reads which retirement age a woman has.
func (c *converter) category(s string) string {
	switch s {
	case "worker", "工人":
		return "worker"
	case "cadre", "干部":
		return "cadre"
	}
	c.bad(colCategory, "intake.unknown_category")
	return ""
}

// injuryRate reads a fraction (0.0016) or a percentage with its sign (0.16%).
func (c *converter) injuryRate(s string) *money.Rate {
	parse := money.ParseRate
	if p, ok := strings.CutSuffix(s, "%"); ok {
		s, parse = p, money.ParsePercent
	}
	r, err := parse(s)
	if err != nil || r < 0 || r > maxInjury {
		c.bad(colInjuryRate, "intake.bad_injury_rate")
		return nil
	}
	return &r
}

// population reads tags joined by "|" or a Chinese or ASCII list mark.
func (c *converter) population(s string) string {
	if s == c.pop[0] {
		return c.pop[1]
	}
	tags, ok := populationTags(s)
	if !ok {
		c.bad(colPopulation, "intake.unknown_population")
		return ""
	}
	c.pop = [2]string{strings.Clone(s), tags}
	return tags
}

func populationTags(s string) (joined string, ok bool) {
	tags := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("|、;；,，", r) })
	if len(tags) == 0 || len(s) > maxText {
		return "", false
	}
	for i, t := range tags {
		t = trim(t)
		tag, ok := known.populations.find(t)
		if !ok {
			tag = t
		}
		if !isTag(tag) && !isWords(tag) {
			return "", false
		}
		tags[i] = tag
	}
	return strings.Join(tags, "|"), true
}

// idNumber checks a citizen number and keeps what it says.
func (c *converter) idNumber(s string) string {
	if n := len(s); s[n-1] == 'x' {
		s = s[:n-1] + "X"
	}
	if s != c.id.number {
		c.id = identity{number: s}
		if c.checkID != nil {
			var err error
			c.id.birth, c.id.sex, err = c.checkID(s)
			c.id.bad = err != nil
		}
	}
	if c.id.bad {
		c.bad(colIDNumber, "intake.bad_id_number")
		return ""
	}
	return c.id.number
}
