package intake

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Form is a kind of file: what its columns are called and which words stand for
// which values. Forms are data (YAML of the shape of columns.yaml), embedded by
// the package that reads them.
type Form struct {
	words  *vocabulary
	values map[string]words[string]
}

// MustForm reads an embedded description of a form. It panics on a broken one,
// which no input can cause.
func MustForm(description []byte) *Form {
	f, err := newForm(description)
	if err != nil {
		panic("form: " + err.Error())
	}
	return f
}

func newForm(description []byte) (*Form, error) {
	var file columnsFile
	if err := yaml.Unmarshal(description, &file); err != nil {
		return nil, err
	}
	codes := make([]string, colMend+1)
	for _, c := range file.Columns {
		codes = append(codes, c.Code)
	}
	for text, h := range known.headings { // a mended file comes back
		if h.col == colMend {
			file.Mend = append(file.Mend, text)
		}
	}
	v, err := newVocabulary(&file, codes)
	if err != nil {
		return nil, err
	}
	f := &Form{words: v, values: map[string]words[string]{}}
	for column, lines := range file.Values {
		f.values[column], err = newWords(lines, func(code string) (string, error) { return code, nil })
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// FormReader reads the rows of a file of a form. It is not for use by several
// goroutines.
type FormReader struct {
	sheet
	form *Form
	at   map[string]int // position of a column
	row  FormRow
}

// Open reads the header of a file, with the faults of the function Open.
func (f *Form) Open(name string, r io.Reader, size int64) (*FormReader, error) {
	out := &FormReader{form: f, at: map[string]int{}}
	if err := out.open(f.words, name, r, size); err != nil {
		return nil, err
	}
	for i, c := range out.head.cols {
		if code := f.words.codes[c]; code != "" {
			out.at[code] = i
		}
	}
	out.row.of = out
	return out, nil
}

// Has reports whether the file has a column.
func (r *FormReader) Has(column string) bool { _, ok := r.at[column]; return ok }

// FormRow is a row of a file. Its methods read a cell; one that is absent or
// empty is zero, and one that is wrong is zero and leaves a Reject.
type FormRow struct {
	of      *FormReader
	Line    int // as a spreadsheet counts
	Raw     []string
	Rejects []Reject
	whole   bool // the row has the right number of cells
}

// Next returns the next row that is not blank, or io.EOF. It and its Raw are
// valid until the next call; its Rejects may be kept.
func (r *FormReader) Next() (*FormRow, error) {
	in, err := r.next()
	if err != nil {
		return nil, err
	}
	row := &r.row
	row.Line, row.Raw, row.Rejects, row.whole = in.row, in.fields, nil, false
	if key, args := r.head.shape(&in); key != "" {
		row.Reject("", key, args)
		return row, nil
	}
	row.whole = true
	for i, s := range in.fields {
		col := r.head.cols[i]
		switch code := r.form.words.codes[col]; {
		case in.suspect && !isText(s):
			row.Reject(code, "intake.undecodable", fault.Args{"position": strconv.Itoa(i + 1)})
			in.fields[i] = ""
		case col == colUnnamed && trim(s) != "":
			row.Reject("", "intake.unnamed_column", fault.Args{"position": strconv.Itoa(i + 1)})
		}
	}
	for _, col := range r.form.words.required {
		if code := r.form.words.codes[col]; row.cell(code) == "" && !row.Wrong(code) {
			row.bad(code, "intake.cell_empty")
		}
	}
	return row, nil
}

// Reject adds a problem of a column; the empty column means the row.
func (r *FormRow) Reject(column, key string, args fault.Args) {
	r.Rejects = append(r.Rejects, Reject{File: r.of.name, Row: r.Line, Column: column, Reason: invalid(key, args)})
}

func (r *FormRow) bad(column, key string) { r.Reject(column, key, fault.Args{"column": column}) }

// Wrong reports whether a column has a problem already.
func (r *FormRow) Wrong(column string) bool {
	for _, j := range r.Rejects {
		if j.Column == column {
			return true
		}
	}
	return false
}

func (r *FormRow) cell(column string) string {
	i, ok := r.of.at[column]
	if !ok || !r.whole {
		return ""
	}
	return trim(r.Raw[i])
}

// Text is a cell as it stands, without the spaces around it.
func (r *FormRow) Text(column string) string {
	s := r.cell(column)
	if len(s) > maxText {
		r.Reject(column, "intake.text_too_long", fault.Args{"column": column, "max": strconv.Itoa(maxText)})
		return ""
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			r.bad(column, "intake.control_character")
			return ""
		}
	}
	return s
}

// Word is the code that a cell stands for, of the values of its column.
func (r *FormRow) Word(column string) string {
	s := r.cell(column)
	if s == "" {
		return ""
	}
	code, ok := r.of.form.values[column].find(s)
	if !ok {
		r.Reject(column, "intake.unknown_word", fault.Args{"column": column, "words": strings.Join(r.of.form.Words(column), ", ")})
	}
	return code
}

// Words lists the codes of a column, sorted.
func (f *Form) Words(column string) []string {
	return slices.Compact(slices.Sorted(maps.Values(f.values[column])))
}

// Tags are population tags joined by "|"; several may be written with any list mark.
func (r *FormRow) Tags(column string) string {
	return parsed(r, column, populationTags, "intake.unknown_population")
}

// Day is a cell as a date.
func (r *FormRow) Day(column string) calendar.Date {
	return parsed(r, column, parseDate, "intake.bad_date")
}

// Month is a cell as a month.
func (r *FormRow) Month(column string) calendar.Month {
	return parsed(r, column, parseMonth, "intake.bad_month")
}

// parsed is a cell as what it is parsed to; one that cannot be is rejected.
func parsed[T any](r *FormRow, column string, parse func(string) (T, bool), key string) (out T) {
	s := r.cell(column)
	if s == "" {
		return out
	}
	out, ok := parse(s)
	if !ok {
		r.bad(column, key)
	}
	return out
}

// Amount is a cell in yuan, nil where it is empty or wrong. It is not negative.
func (r *FormRow) Amount(column string) *money.Fen {
	s := r.cell(column)
	if s == "" {
		return nil
	}
	f, err := money.ParseFen(s)
	if err != nil || f < 0 {
		r.bad(column, amountFault(s))
		return nil
	}
	return &f
}
