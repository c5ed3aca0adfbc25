package law

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bujiao/internal/calendar"
)

// Template is the wording and the layout of a paper that an office or an
// employer issues (文书): what it is told (fields) and what it says (blocks). A
// wording is never changed once papers were issued with it: a new row with the
// next version follows. Origin project says that the form is the program's own
// and no official one.
type Template struct {
	Head      `yaml:",inline"`
	Name      string          `yaml:"name" json:"name"`
	Version   int             `yaml:"version" json:"version"`
	Series    string          `yaml:"series" json:"series"` // letters of the series in which its papers are numbered
	Title     Text            `yaml:"title" json:"title"`
	Landscape bool            `yaml:"landscape,omitempty" json:"landscape,omitempty"` // printed across
	Copies    int             `yaml:"copies,omitempty" json:"copies,omitempty"`       // 一式几份; zero: one
	Total     string          `yaml:"total,omitempty" json:"total,omitempty"`         // the field whose amount stands in the paper's code; empty: none
	Fields    []TemplateField `yaml:"fields" json:"fields"`
	Blocks    []TemplateBlock `yaml:"blocks" json:"blocks"`
}

// TemplateField is something that a paper is told.
type TemplateField struct {
	Name     string          `yaml:"name" json:"name"`
	Type     FieldType       `yaml:"type" json:"type"`
	Label    Text            `yaml:"label" json:"label"`
	Optional bool            `yaml:"optional,omitempty" json:"optional,omitempty"`
	Words    string          `yaml:"words,omitempty" json:"words,omitempty"`     // of a code: the prefix of its words, such as report.cause
	Width    int             `yaml:"width,omitempty" json:"width,omitempty"`     // of a column, beside the others
	Wide     bool            `yaml:"wide,omitempty" json:"wide,omitempty"`       // in a form: has a row of its own
	Sum      bool            `yaml:"sum,omitempty" json:"sum,omitempty"`         // of a column: summed under the table
	Columns  []TemplateField `yaml:"columns,omitempty" json:"columns,omitempty"` // of rows
}

// FieldType is what a field holds, in JSON.
type FieldType string

// The types. Names, numbers and accounts are personal: masked unless asked for
// plainly.
const (
	FieldText    FieldType = "text"
	FieldFen     FieldType = "fen"     // "1091.36"
	FieldDay     FieldType = "day"     // "2026-08-31"
	FieldMonth   FieldType = "month"   // "2026-08"
	FieldCount   FieldType = "count"   // a whole number
	FieldCode    FieldType = "code"    // a code that has words
	FieldList    FieldType = "list"    // texts
	FieldRows    FieldType = "rows"    // objects of the columns
	FieldName    FieldType = "name"    // of a person
	FieldNumber  FieldType = "number"  // of a person's document
	FieldAccount FieldType = "account" // at a bank
)

var fieldTypes = []FieldType{FieldText, FieldFen, FieldDay, FieldMonth, FieldCount, FieldCode, FieldList, FieldRows, FieldName, FieldNumber, FieldAccount}

// Personal reports whether the field is masked unless it is asked for plainly.
func (t FieldType) Personal() bool {
	return t == FieldName || t == FieldNumber || t == FieldAccount
}

// TemplateBlock is one part of a paper, in the order in which it is printed: one
// of its members and, maybe, When. In texts {field} stands for a field, and
// {field:words} for an amount in words (大写).
type TemplateBlock struct {
	When    string         `yaml:"when,omitempty" json:"when,omitempty"` // only if this field was given
	Unless  string         `yaml:"unless,omitempty" json:"unless,omitempty"`
	Line    *Text          `yaml:"line,omitempty" json:"line,omitempty"`       // not indented, such as whom it is for
	Text    *Text          `yaml:"text,omitempty" json:"text,omitempty"`       // a paragraph
	Heading *Text          `yaml:"heading,omitempty" json:"heading,omitempty"` //
	Form    []string       `yaml:"form,omitempty" json:"form,omitempty"`       // fields as a form, two in a row
	List    string         `yaml:"list,omitempty" json:"list,omitempty"`       // a field of type list, numbered
	Items   []Text         `yaml:"items,omitempty" json:"items,omitempty"`     // fixed texts, numbered
	Table   *TemplateTable `yaml:"table,omitempty" json:"table,omitempty"`
	Seals   []Text         `yaml:"seals,omitempty" json:"seals,omitempty"` // boxes for seals (盖章处), side by side
	Signs   []Text         `yaml:"signs,omitempty" json:"signs,omitempty"` // lines for signatures with their day
}

// TemplateTable prints a field of rows; its header stands again on each page.
type TemplateTable struct {
	Rows string `yaml:"rows" json:"rows"`
}

func (r *Template) key() string { return join(r.Name, fmt.Sprint(r.Version)) }

// Field finds a field by name.
func (r *Template) Field(name string) (TemplateField, bool) { return fieldIn(r.Fields, name) }

func fieldIn(list []TemplateField, name string) (TemplateField, bool) {
	i := slices.IndexFunc(list, func(f TemplateField) bool { return f.Name == name })
	if i < 0 {
		return TemplateField{}, false
	}
	return list[i], true
}

// Placed finds what a place of a text names: a field, or the paper's number and
// its day.
func (r *Template) Placed(name string) (TemplateField, bool) {
	switch name {
	case "number":
		return TemplateField{Name: name, Type: FieldText}, true
	case "issued_on":
		return TemplateField{Name: name, Type: FieldDay}, true
	}
	return r.Field(name)
}

// Place is a {field} or {field:words} of a text.
var Place = regexp.MustCompile(`\{([a-z_]+)(:words)?\}`)

var (
	seriesLetters = regexp.MustCompile(`^[A-Z]{2,4}$`)
	fieldLetters  = regexp.MustCompile(`^[a-z][a-z_]*$`)
)

// wrong names what has no meaning.
func (r *Template) wrong() string {
	switch f, ok := r.Field(r.Total); {
	case !fieldLetters.MatchString(r.Name):
		return "name"
	case r.Version < 1:
		return "version"
	case !seriesLetters.MatchString(r.Series):
		return "series"
	case r.Copies < 0:
		return "copies"
	case len(r.Blocks) == 0:
		return "blocks"
	case r.Total != "" && (!ok || f.Type != FieldFen):
		return "total"
	}
	if name := wrongFields(r.Fields, true); name != "" {
		return name
	}
	for i, b := range r.Blocks {
		if what := r.wrongBlock(b); what != "" {
			return fmt.Sprintf("blocks[%d] %s", i, what)
		}
	}
	return ""
}

func wrongFields(list []TemplateField, top bool) string {
	for i, f := range list {
		rows := f.Type == FieldRows
		_, twice := fieldIn(list[:i], f.Name)
		switch {
		case !fieldLetters.MatchString(f.Name), twice, top && (f.Name == "number" || f.Name == "issued_on"), !slices.Contains(fieldTypes, f.Type),
			rows != (len(f.Columns) > 0), rows && !top, (f.Type == FieldCode) != (f.Words != ""),
			f.Sum && f.Type != FieldFen && f.Type != FieldCount:
			return "field " + f.Name
		}
		if name := wrongFields(f.Columns, false); name != "" {
			return name
		}
	}
	return ""
}

func (r *Template) wrongBlock(b TemplateBlock) string {
	for _, name := range []string{b.When, b.Unless} {
		if f, ok := r.Field(name); name != "" && (!ok || !f.Optional) {
			return "when"
		}
	}
	have := 0
	for _, given := range []bool{b.Line != nil, b.Text != nil, b.Heading != nil, len(b.Form) > 0, b.List != "", len(b.Items) > 0, b.Table != nil, len(b.Seals) > 0, len(b.Signs) > 0} {
		if given {
			have++
		}
	}
	if have != 1 {
		return "members"
	}
	var texts []Text
	for _, t := range []*Text{b.Line, b.Text, b.Heading} {
		if t != nil {
			texts = append(texts, *t)
		}
	}
	for _, t := range slices.Concat(texts, b.Items, b.Seals, b.Signs) {
		if name := r.wrongPlaces(t); name != "" {
			return name
		}
	}
	for _, name := range b.Form {
		if f, ok := r.Field(name); !ok || f.Type == FieldRows {
			return name
		}
	}
	if f, ok := r.Field(b.List); b.List != "" && (!ok || f.Type != FieldList) {
		return b.List
	}
	if b.Table != nil {
		if f, ok := r.Field(b.Table.Rows); !ok || f.Type != FieldRows {
			return b.Table.Rows
		}
	}
	return ""
}

// wrongPlaces finds a place without its field, or one that stands in one
// language only; an amount in words is for Chinese.
func (r *Template) wrongPlaces(t Text) string {
	names := func(text string) []string {
		var out []string
		for _, m := range Place.FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	zh := names(t.ZH)
	if !slices.Equal(zh, names(t.EN)) {
		return "places"
	}
	for _, name := range zh {
		if f, ok := r.Placed(name); !ok || f.Type == FieldRows || (f.Type != FieldFen && strings.Contains(t.ZH, "{"+name+":words}")) {
			return name
		}
	}
	return ""
}

// Template returns the wording of a paper that is issued on a day: the area's own
// row before that of a level above, the highest version first. None is nil.
func (r *Reader) Template(name string, on calendar.Date) *Template {
	var found *Template
	for _, x := range r.set.Templates { // the area's own rows come first
		if x.Name != name || !x.On(on) {
			continue
		}
		if found == nil || (x.Area == found.Area && x.Version > found.Version) {
			found = x
		}
	}
	if found != nil {
		r.see(found)
	}
	return found
}

// Templates lists the wordings in force on a day, each paper's once, by name.
func (r *Reader) Templates(on calendar.Date) []*Template {
	var names []string
	for _, x := range r.set.Templates {
		if x.On(on) {
			names = append(names, x.Name)
		}
	}
	slices.Sort(names)
	var out []*Template
	for _, name := range slices.Compact(names) {
		out = append(out, r.Template(name, on))
	}
	return out
}
