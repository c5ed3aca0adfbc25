package report

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode"

	"bujiao/internal/assess"
	"bujiao/internal/record"
)

// tableWriter writes a block of text for each person, then totals and what is
// left to do.
type tableWriter struct {
	speech
	out   *bufio.Writer
	tally *tally
	err   error
}

// NewTable returns a Writer of aligned text for a terminal.
func NewTable(w io.Writer, lang string, words assess.Say) Writer {
	return &tableWriter{speech{lang, words}, bufio.NewWriter(w), newTally(), nil}
}

// Person implements Writer.
func (t *tableWriter) Person(h *assess.History, _ json.RawMessage) error {
	t.tally.add(h)
	var verdicts []string
	for _, v := range verdictsOf(h) {
		verdicts = append(verdicts, sign(v)+" "+t.name("verdict", v))
	}
	t.put(t.say("report.table.person", args{"person": clean(h.Person), "months": strconv.Itoa(gapMonths(h)), "verdicts": t.list(verdicts), "total": t.amount(h.Totals.Total)}))
	if len(h.Gaps) > 0 {
		rows := [][]string{{t.t("column.scheme"), t.t("column.months_of"), t.t("column.cause"), t.t("column.verdict"), t.t("column.employer"), t.t("column.person_share"), t.t("column.late_fee_employer"), t.t("column.total")}}
		for i := range h.Gaps {
			row, err := t.gap(h, &h.Gaps[i])
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		t.grid("llllrrrr", rows)
	}
	t.put("")
	return t.err
}

// put writes a line; the first error is kept for the caller's end.
func (t *tableWriter) put(s string) {
	if _, err := t.out.WriteString(strings.TrimRight(s, " ") + "\n"); err != nil && t.err == nil {
		t.err = err
	}
}

// gap is one row: a gap with the sum of its lines.
func (t *tableWriter) gap(h *assess.History, g *record.Gap) ([]string, error) {
	lines, verdicts := linesOf(h.Lines, g), []string{}
	for _, l := range lines {
		if v := verdictFor(h.Verdicts, l); v != nil {
			if w := sign(v.Verdict) + " " + t.name("verdict", v.Verdict); len(verdicts) == 0 || verdicts[len(verdicts)-1] != w {
				verdicts = append(verdicts, w)
			}
		}
	}
	sum, err := sumLines(lines)
	if err != nil {
		return nil, err
	}
	return []string{t.scheme(g.Scheme), t.months(g.From, g.To), t.cause(g.Cause), strings.Join(verdicts, "/"),
		t.amount(sum.Employer), t.amount(sum.Person), t.amount(sum.LateFee), t.amount(sum.Total)}, nil
}

// linesOf are the lines of a gap.
func linesOf(lines []assess.QuoteLine, g *record.Gap) []*assess.QuoteLine {
	var out []*assess.QuoteLine
	for i := range lines {
		l := &lines[i]
		if l.Scheme == g.Scheme && l.Area == g.Area && g.From <= l.Month && l.Month <= g.To && l.Cause == g.Cause {
			out = append(out, l)
		}
	}
	return out
}

// Close implements Writer.
func (t *tableWriter) Close(s Summary) error {
	t.put(t.say("report.table.all", args{"day": s.AsOf.String(), "persons": strconv.Itoa(t.tally.persons)}))
	for _, v := range verdictOrder {
		if n := t.tally.verdicts[v]; n > 0 {
			t.put("  " + sign(v) + " " + t.name("verdict", v) + t.t("colon") + t.say("report.persons", args{"count": strconv.Itoa(n)}))
		}
	}
	t.grid("lr", [][]string{
		{t.t("total.employer"), t.amount(s.Totals.Employer)}, {t.t("total.person"), t.amount(s.Totals.Person)}, {t.t("total.late_fee"), t.amount(s.Totals.LateFee)},
		{t.t("total.interest"), t.amount(s.Totals.Interest)}, {t.t("total.total"), t.amount(s.Totals.Total)}})
	if s.Totals.Total == nil && s.Known.Total != nil {
		t.put(t.say("report.known_so_far", args{"amount": t.amount(s.Known.Total)}))
	}
	t.put(t.t("fee.borne"))
	if list := t.missing(s.Missing); len(list) > 0 {
		t.put("")
		t.put(t.t("head.missing"))
		for _, m := range list {
			t.put("  - " + m)
		}
	}
	if len(s.Rejected) > 0 {
		t.put("")
		t.put(t.say("report.rejected", args{"count": strconv.Itoa(len(s.Rejected) + s.More)}))
		rows := [][]string{{t.t("column.file"), t.t("column.row"), t.t("column.column"), t.t("column.reason")}}
		for _, r := range s.Rejected[:min(len(s.Rejected), shownRejected)] {
			rows = append(rows, []string{clean(r.File), strconv.Itoa(r.Row), clean(r.Column), clean(r.Reason)})
		}
		t.grid("lrll", rows)
		if n := len(s.Rejected) + s.More - shownRejected; n > 0 {
			t.put("  " + t.say("report.rejected_more", args{"count": strconv.Itoa(n)}))
		}
	}
	if s.Policy.Pack != "" {
		t.put("")
		t.put(t.say("report.policy", args{"pack": s.Policy.Pack, "digest": s.Policy.Digest}))
	}
	return t.out.Flush()
}

// shownRejected is how many rejected rows a table or page lists one by one;
// the mend file has all of them.
const shownRejected = 50

// grid writes rows in aligned columns; align has a letter a column, l or r.
func (t *tableWriter) grid(align string, rows [][]string) {
	for _, line := range Columns(align, rows) {
		t.put("  " + line)
	}
}

// clean takes control characters out of a text from a file: a terminal would
// obey them.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
