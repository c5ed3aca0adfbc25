package report

import (
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

const english = "en"

// speech says things in one language, with the words of the catalogue.
type speech struct {
	lang  string
	words assess.Say
}

type args = map[string]string

func (s *speech) say(key string, a args) string {
	if s.words == nil {
		return key
	}
	return s.words(s.lang, key, a)
}

// t says a key of this package that has no arguments.
func (s *speech) t(key string) string { return s.say("report."+key, nil) }

// name is the word for a code of a family. Words that the command line has
// too stand in its part of the catalogue. A code without a word stays a code.
func (s *speech) name(family, code string) string {
	if code == "" || s.words == nil {
		return code
	}
	for _, p := range []string{"report.", "cli."} {
		key := p + family + "." + code
		if w := s.words(s.lang, key, nil); w != key {
			return w
		}
	}
	return code
}

func (s *speech) scheme(x insurance.Scheme) string { return s.name("scheme", x.String()) }
func (s *speech) cause(c insurance.Cause) string   { return s.name("cause", string(c)) }

// parameter names a value of the packs or a fact: "bases.floor" by itself,
// "interest/2025" by "interest".
func (s *speech) parameter(code string) string {
	head, rest, cut := strings.Cut(code, "/")
	word := s.name("parameter", head)
	if word == head {
		return code
	}
	if cut {
		return word + " " + rest
	}
	return word
}

// amount is yuan with the thousands grouped, or that it is not known.
func (s *speech) amount(f *money.Fen) string {
	if f == nil {
		return s.t("unknown_amount")
	}
	return group(f.String())
}

// months is a run of months, one month by itself.
func (s *speech) months(from, to calendar.Month) string {
	if from == to {
		return from.String()
	}
	return s.say("report.span", args{"from": from.String(), "to": to.String()})
}

func (s *speech) days(from, to calendar.Date) string {
	if from == to {
		return from.String()
	}
	return s.say("report.span", args{"from": from.String(), "to": to.String()})
}

// list joins words as the language does.
func (s *speech) list(words []string) string { return strings.Join(words, s.t("comma")) }

// sentences joins sentences; Chinese puts nothing between them.
func (s *speech) sentences(list ...string) string {
	sep := ""
	if s.lang == english {
		sep = " "
	}
	return strings.Join(slices.DeleteFunc(list, func(x string) bool { return x == "" }), sep)
}

// runs folds months into runs: "2019-07 to 2019-09, 2020-01".
func (s *speech) runs(months []calendar.Month) string {
	slices.Sort(months)
	months = slices.Compact(months)
	var out []string
	for i := 0; i < len(months); {
		j := i
		for j+1 < len(months) && months[j+1] == months[j]+1 {
			j++
		}
		out = append(out, s.months(months[i], months[j]))
		i = j + 1
	}
	return s.list(out)
}

// count says a number that may not be known.
func (s *speech) count(n *int) string {
	if n == nil {
		return s.t("unknown_count")
	}
	return strconv.Itoa(*n)
}

// group puts commas between thousands of a decimal: 1234567.89 -> 1,234,567.89.
func group(decimal string) string {
	sign := ""
	if strings.HasPrefix(decimal, "-") {
		sign, decimal = "-", decimal[1:]
	}
	whole, frac, dot := strings.Cut(decimal, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if dot {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

// shift moves the point of a decimal to the right and drops zeros that say
// nothing: shift("0.0005", 2) is "0.05".
func shift(decimal string, places int) string {
	whole, frac, _ := strings.Cut(decimal, ".")
	frac += strings.Repeat("0", places)
	whole, frac = whole+frac[:places], strings.TrimRight(frac[places:], "0")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	return sign + whole
}

// percent writes a rate as notices print it: 0.098 is "9.8 %".
func percent(r money.Rate) string { return shift(r.String(), 2) + " %" }

// lineTotal adds the parts of a line; nil where one is not known or the sum
// cannot be held.
func lineTotal(l *assess.QuoteLine) *money.Fen {
	var sum money.Fen
	for _, v := range []*money.Fen{l.Employer, l.Person, l.LateFee, l.Interest} {
		if v == nil {
			return nil
		}
		var err error
		if sum, err = sum.Add(*v); err != nil {
			return nil
		}
	}
	return &sum
}

// sumLines adds lines as the totals of an answer are added.
func sumLines(lines []*assess.QuoteLine) (assess.QuoteTotals, error) {
	t := assess.ZeroTotals()
	var err error
	for _, l := range lines {
		if t, err = t.Sum(assess.QuoteTotals{Employer: l.Employer, Person: l.Person, LateFee: l.LateFee, Interest: l.Interest, Total: lineTotal(l)}); err != nil {
			return t, err
		}
	}
	return t, nil
}
