package report

import (
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// column is one column of the list of lines, which CSV and workbook share.
type column struct {
	key   string
	kind  columnKind
	width int // of the workbook, in characters
	text  func(s *speech, r *lineRow) string
	sum   func(r *lineRow) *money.Fen
}

type columnKind int

const (
	code   columnKind = iota // of ours: never a formula
	given                    // as somebody wrote it in a file
	number                   // a whole number
	yuan                     // an amount
)

// lineRow is a line with what belongs to it.
type lineRow struct {
	h       *assess.History
	line    *assess.QuoteLine
	verdict *assess.Verdict
	missing []assess.Missing
	doubt   law.Status
}

// lineRows joins the lines of a person with verdicts, holes and doubts.
func lineRows(h *assess.History) []lineRow {
	doubts := lineDoubts(h.Marks)
	out := make([]lineRow, len(h.Lines))
	for i := range h.Lines {
		l := &h.Lines[i]
		out[i] = lineRow{h: h, line: l, verdict: verdictFor(h.Verdicts, l), missing: missingOf(h.Missing, l), doubt: doubts[i]}
	}
	return out
}

// lineDoubts is the worst mark on any figure of each line.
func lineDoubts(marks []assess.Mark) map[int]law.Status {
	out := map[int]law.Status{}
	for _, m := range marks {
		if i, _, ok := lineOf(m.Path); ok {
			out[i] = out[i].Worse(m.Status)
		}
	}
	return out
}

// lineOf splits "/lines/3/late_fee" into 3 and "late_fee".
func lineOf(path string) (index int, field string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/lines/")
	if !ok {
		return 0, "", false
	}
	n, field, _ := strings.Cut(rest, "/")
	index, err := strconv.Atoi(n)
	return index, field, err == nil && index >= 0
}

// missingOf lists the holes that make a figure of the line null.
func missingOf(list []assess.Missing, l *assess.QuoteLine) []assess.Missing {
	if l.Base != nil && l.Employer != nil && l.Person != nil && l.LateFee != nil && l.Interest != nil {
		return nil
	}
	var out []assess.Missing
	for _, m := range list {
		if m.Scheme == l.Scheme.String() && m.Month == l.Month && (l.Area == "" || m.Area == l.Area || m.Area == law.National) && !isFact(m.Parameter) {
			out = append(out, m)
		}
	}
	return out
}

// isFact tells facts that a verdict waits for from values that a figure needs.
func isFact(parameter string) bool {
	return strings.HasPrefix(parameter, "person.") || strings.HasPrefix(parameter, "employer.")
}

// lineColumns are the columns of the list of lines.
var lineColumns = []column{
	{key: "person", kind: given, width: 18, text: func(_ *speech, r *lineRow) string { return r.h.Person }},
	{key: "area", width: 9, text: func(_ *speech, r *lineRow) string { return r.line.Area }},
	{key: "scheme_code", width: 16, text: func(_ *speech, r *lineRow) string { return r.line.Scheme.String() }},
	{key: "scheme", width: 14, text: func(s *speech, r *lineRow) string { return s.scheme(r.line.Scheme) }},
	{key: "month", width: 10, text: func(_ *speech, r *lineRow) string { return r.line.Month.String() }},
	{key: "cause_code", width: 16, text: func(_ *speech, r *lineRow) string { return string(r.line.Cause) }},
	{key: "cause", width: 18, text: func(s *speech, r *lineRow) string { return s.cause(r.line.Cause) }},
	{key: "verdict_code", width: 13, text: func(_ *speech, r *lineRow) string { return r.code() }},
	{key: "verdict", width: 13, text: func(s *speech, r *lineRow) string { return s.name("verdict", r.code()) }},
	{key: "base", kind: yuan, width: 12, sum: func(r *lineRow) *money.Fen { return r.line.Base }},
	{key: "employer", kind: yuan, width: 12, sum: func(r *lineRow) *money.Fen { return r.line.Employer }},
	{key: "person_share", kind: yuan, width: 12, sum: func(r *lineRow) *money.Fen { return r.line.Person }},
	{key: "late_days", kind: number, width: 9, text: func(_ *speech, r *lineRow) string { return r.lateDays() }},
	{key: "late_fee_employer", kind: yuan, width: 16, sum: func(r *lineRow) *money.Fen { return r.line.LateFee }},
	{key: "interest", kind: yuan, width: 10, sum: func(r *lineRow) *money.Fen { return r.line.Interest }},
	{key: "total", kind: yuan, width: 13, sum: func(r *lineRow) *money.Fen { return lineTotal(r.line) }},
	{key: "provisional", kind: yuan, width: 14, sum: func(r *lineRow) *money.Fen { return r.line.Estimate }},
	{key: "not_known", width: 40, text: func(s *speech, r *lineRow) string { return r.notKnown(s) }},
	{key: "doubt", width: 20, text: func(s *speech, r *lineRow) string { return s.name("status", string(r.doubt)) }},
	{key: "basis", width: 60, text: func(_ *speech, r *lineRow) string { return strings.Join(r.line.Basis, "; ") }},
}

func (r *lineRow) code() string {
	if r.verdict == nil {
		return ""
	}
	return r.verdict.Verdict
}

func (r *lineRow) lateDays() string {
	if r.line.LateDays == nil {
		return ""
	}
	return strconv.Itoa(*r.line.LateDays)
}

func (r *lineRow) notKnown(s *speech) string {
	var words []string
	for _, m := range r.missing {
		w := s.parameter(m.Parameter)
		if m.Ask != "" {
			w += " (" + m.Ask + ")"
		}
		words = append(words, w)
	}
	return strings.Join(words, "; ")
}

// headers are the names of columns in the language.
func headers(s *speech, list []column) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = s.t("column." + c.key)
	}
	return out
}
