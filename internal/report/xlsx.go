package report

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// maxRows is the number of rows a sheet can hold.
const maxRows = 1 << 20

// xlsxWriter writes a workbook. Its rows wait in temporary files of the
// library, not in memory.
type xlsxWriter struct {
	speech
	path   string
	file   *excelize.File
	style  map[columnKind]int
	head   int
	sheets map[string]*sheet
	limit  int // rows of a sheet
}

// sheet is a list that goes on in a second sheet when the first is full.
type sheet struct {
	name    string
	columns []column
	stream  *excelize.StreamWriter
	row     int
	part    int
}

// sheetColumns are the lists of the workbook beside the lines.
var sheetColumns = map[string][]column{
	"persons": {{key: "person", kind: given, width: 18}, {key: "gap_months", kind: number, width: 12}, {key: "verdicts", width: 24}, {key: "main_cause", width: 18},
		{key: "employer", kind: yuan, width: 13}, {key: "person_share", kind: yuan, width: 13}, {key: "late_fee_employer", kind: yuan, width: 16},
		{key: "interest", kind: yuan, width: 11}, {key: "total", kind: yuan, width: 14}},
	"gaps": {{key: "person", kind: given, width: 18}, {key: "area", width: 9}, {key: "scheme_code", width: 16}, {key: "scheme", width: 14},
		{key: "from", width: 10}, {key: "to", width: 10}, {key: "months", kind: number, width: 8}, {key: "cause_code", width: 16}, {key: "cause", width: 22}},
	"lines": lineColumns,
	"verdicts": {{key: "person", kind: given, width: 18}, {key: "area", width: 9}, {key: "scheme", width: 14}, {key: "from", width: 10}, {key: "to", width: 10},
		{key: "verdict_code", width: 13}, {key: "verdict", width: 13}, {key: "conditions", width: 60}, {key: "reasons", width: 60}, {key: "route", width: 50}, {key: "papers", width: 60}},
	"missing":  {{key: "area", width: 9}, {key: "scheme", width: 14}, {key: "month", width: 10}, {key: "parameter", width: 36}, {key: "ask", width: 40}, {key: "text", width: 60}},
	"rejected": {{key: "file", kind: given, width: 24}, {key: "row", kind: number, width: 8}, {key: "column", kind: given, width: 18}, {key: "reason", kind: given, width: 80}},
}

var sheetOrder = []string{"persons", "gaps", "lines", "verdicts", "missing", "rejected"}

// NewXLSX returns a Writer of a workbook at path, which Close writes.
func NewXLSX(path, lang string, words assess.Say) (Writer, error) {
	x := &xlsxWriter{speech: speech{lang, words}, path: path, file: excelize.NewFile(), sheets: map[string]*sheet{}, limit: maxRows}
	if err := x.styles(); err != nil {
		return nil, err
	}
	for i, name := range sheetOrder {
		title := x.t("sheet." + name)
		var err error
		if i == 0 {
			err = x.file.SetSheetName("Sheet1", title)
		} else {
			_, err = x.file.NewSheet(title)
		}
		if err != nil {
			return nil, err
		}
		s := &sheet{name: title, columns: sheetColumns[name]}
		if err := x.begin(s, title); err != nil {
			return nil, err
		}
		x.sheets[name] = s
	}
	return x, nil
}

func (x *xlsxWriter) styles() error {
	two, err := x.file.NewStyle(&excelize.Style{NumFmt: 4}) // #,##0.00
	if err != nil {
		return err
	}
	text, err := x.file.NewStyle(&excelize.Style{NumFmt: 49}) // @, so that an id stays text when it is edited
	if err != nil {
		return err
	}
	x.head, err = x.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F2"}}})
	x.style = map[columnKind]int{yuan: two, given: text, code: text, number: 0}
	return err
}

// begin opens a sheet: widths, a frozen head and the names of the columns.
func (x *xlsxWriter) begin(s *sheet, title string) error {
	var err error
	if s.stream, err = x.file.NewStreamWriter(title); err != nil {
		return err
	}
	for i, c := range s.columns {
		if err := s.stream.SetColWidth(i+1, i+1, float64(c.width)); err != nil {
			return err
		}
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	names := make([]any, len(s.columns))
	for i, h := range headers(&x.speech, s.columns) {
		names[i] = excelize.Cell{StyleID: x.head, Value: h}
	}
	s.row = 1
	return s.stream.SetRow("A1", names)
}

// add appends a row; a full sheet goes on in a new one.
func (x *xlsxWriter) add(name string, values ...any) error {
	s := x.sheets[name]
	if s.row == x.limit {
		if err := s.stream.Flush(); err != nil {
			return err
		}
		s.part++
		title := s.name + " " + strconv.Itoa(s.part+1)
		if _, err := x.file.NewSheet(title); err != nil {
			return err
		}
		if err := x.begin(s, title); err != nil {
			return err
		}
	}
	s.row++
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = excelize.Cell{StyleID: x.style[s.columns[i].kind], Value: v}
	}
	return s.stream.SetRow("A"+strconv.Itoa(s.row), cells)
}

// amountCell is an amount as a number, so that sums work in the workbook. The
// file holds numbers as decimal text: the exact text of the amount is parsed,
// and kept as a number only if it is written back as the same text, which every
// amount of up to fifteen digits is. A longer one stays text; nothing known is
// an empty cell.
func amountCell(f *money.Fen) any {
	if f == nil {
		return nil
	}
	exact := f.String()
	n, err := strconv.ParseFloat(exact, 64)
	if err != nil || strconv.FormatFloat(n, 'f', 2, 64) != exact || len(exact) > 17 {
		return exact
	}
	return n
}

// Person implements Writer.
func (x *xlsxWriter) Person(h *assess.History, _ json.RawMessage) error {
	var verdicts []string
	for _, v := range verdictsOf(h) {
		verdicts = append(verdicts, x.name("verdict", v))
	}
	err := x.add("persons", h.Person, gapMonths(h), x.list(verdicts), x.name("cause", mainCause(h)), amountCell(h.Totals.Employer), amountCell(h.Totals.Person),
		amountCell(h.Totals.LateFee), amountCell(h.Totals.Interest), amountCell(h.Totals.Total))
	if err != nil {
		return err
	}
	for _, g := range h.Gaps {
		if err := x.add("gaps", h.Person, g.Area, g.Scheme.String(), x.scheme(g.Scheme), g.From.String(), g.To.String(), g.Months, string(g.Cause), x.cause(g.Cause)); err != nil {
			return err
		}
	}
	rows := lineRows(h)
	for i := range rows {
		values := make([]any, len(lineColumns))
		for j, c := range lineColumns {
			switch {
			case c.sum != nil:
				values[j] = amountCell(c.sum(&rows[i]))
			case c.kind == number:
				if rows[i].line.LateDays != nil {
					values[j] = *rows[i].line.LateDays
				}
			default:
				values[j] = c.text(&x.speech, &rows[i])
			}
		}
		if err := x.add("lines", values...); err != nil {
			return err
		}
	}
	return x.verdicts(h)
}

func (x *xlsxWriter) verdicts(h *assess.History) error {
	for i := range h.Verdicts {
		v := x.verdict(&h.Verdicts[i])
		route, papers := "", []string{}
		if v.Route != nil {
			route = v.Route.Text
		}
		for _, p := range v.Papers {
			papers = append(papers, p.Text+" ("+p.Need+")")
		}
		reasons := []string{}
		for _, r := range v.Reasons {
			reasons = append(reasons, r.Text)
		}
		raw := &h.Verdicts[i]
		if err := x.add("verdicts", h.Person, raw.Area, x.scheme(raw.Scheme), raw.From.String(), raw.To.String(), raw.Verdict, v.Word,
			lineBreaks(v.Conditions), lineBreaks(reasons), route, lineBreaks(papers)); err != nil {
			return err
		}
	}
	return nil
}

// lineBreaks puts one entry on each line of a cell.
func lineBreaks(list []string) string { return strings.Join(list, "\n") }

// Close implements Writer.
func (x *xlsxWriter) Close(s Summary) error {
	for _, m := range s.Missing {
		if err := x.add("missing", m.Area, x.name("scheme", m.Scheme), m.Month.String(), x.parameter(m.Parameter), m.Ask, m.Text); err != nil {
			return err
		}
	}
	for _, r := range s.Rejected {
		if err := x.add("rejected", r.File, r.Row, r.Column, r.Reason); err != nil {
			return err
		}
	}
	for _, name := range sheetOrder {
		if err := x.sheets[name].stream.Flush(); err != nil {
			return err
		}
	}
	// not SaveAs, which refuses names without the usual ending
	out, err := os.Create(x.path)
	if err != nil {
		return err
	}
	_, err = x.file.WriteTo(out)
	return errors.Join(err, out.Close(), x.file.Close())
}
