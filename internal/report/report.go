package report

import (
	"encoding/json"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
)

// Writer takes the answers of a run one person after another.
type Writer interface {
	// Person adds a person. The receipt is the sealed document, the body of
	// one, or nil; without it nothing is explained.
	Person(h *assess.History, receipt json.RawMessage) error
	// Close writes what belongs to the run as a whole and finishes the
	// document. It does not close the underlying io.Writer.
	Close(s Summary) error
}

// Summary is what is known of a run when the last person is done.
type Summary struct {
	AsOf     calendar.Date
	KnownAt  calendar.Date
	Totals   assess.QuoteTotals
	Known    assess.QuoteTotals // the same over the figures that are known; never null
	Missing  []assess.Missing
	Rejected []Rejected
	More     int // rejected rows beyond those listed
	Policy   law.Policy
	Persons  int // zero: as many as were written
}

// Rejected is a row of a file that was not read. The reason is a sentence; it
// never repeats the value.
type Rejected struct {
	File   string `json:"file"`
	Row    int    `json:"row"`
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// The verdicts in the order in which reports list them: what is blocked or
// needs somebody first.
var verdictOrder = []string{"refused", "unknown", "conditional", "allowed", noGap}

// noGap stands for a verdict where a person has nothing to make up.
const noGap = "none"

// tally counts persons by verdict and gaps by cause while they are written.
type tally struct {
	persons  int
	verdicts map[string]int // persons that have the verdict for some month
	causes   map[string]int // scheme-months by cause
}

func newTally() *tally {
	return &tally{verdicts: map[string]int{}, causes: map[string]int{}}
}

func (t *tally) add(h *assess.History) {
	t.persons++
	for _, v := range verdictsOf(h) {
		t.verdicts[v]++
	}
	for _, g := range h.Gaps {
		t.causes[string(g.Cause)] += g.Months
	}
}

// verdictsOf lists the verdicts that a person has, in order, or noGap.
func verdictsOf(h *assess.History) []string {
	have := map[string]bool{}
	for _, v := range h.Verdicts {
		have[v.Verdict] = true
	}
	if len(have) == 0 {
		have[noGap] = true
	}
	var out []string
	for _, v := range verdictOrder {
		if have[v] {
			out = append(out, v)
		}
	}
	return out
}

// gapMonths counts the calendar months that lack at least one scheme.
func gapMonths(h *assess.History) int {
	months := map[calendar.Month]bool{}
	for _, g := range h.Gaps {
		for m := g.From; m <= g.To; m++ {
			months[m] = true
		}
	}
	return len(months)
}

// mainCause is the cause of most of the missing scheme-months, the first one
// in the order of gaps where several share the place; empty without gaps.
func mainCause(h *assess.History) string {
	count := map[string]int{}
	best := ""
	for _, g := range h.Gaps {
		count[string(g.Cause)] += g.Months
	}
	for _, g := range h.Gaps {
		if c := string(g.Cause); best == "" || count[c] > count[best] {
			best = c
		}
	}
	return best
}

// verdictFor finds the verdict of a line; nil if there is none.
func verdictFor(list []assess.Verdict, l *assess.QuoteLine) *assess.Verdict {
	for i := range list {
		v := &list[i]
		if v.Scheme == l.Scheme && v.Area == l.Area && v.From <= l.Month && l.Month <= v.To {
			return v
		}
	}
	return nil
}
