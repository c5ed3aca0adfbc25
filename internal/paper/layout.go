package paper

import (
	"encoding/json"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/receipt"
	"bujiao/internal/registry"
)

// Sheet is a paper that can be printed: its wording and what it says.
type Sheet struct {
	Template *law.Template
	Number   string
	IssuedOn calendar.Date
	Code     string
	Data     map[string]json.RawMessage
}

// Mask hides names and numbers of persons and bank accounts.
func (s Sheet) Mask() Sheet {
	s.Data = maskObject(s.Template.Fields, s.Data)
	return s
}

// Redact takes what Mask hides out of the receipt; the rest still proves.
func (s Sheet) Redact(r receipt.Receipt) (receipt.Receipt, error) {
	return receipt.Redact(r, personal(s.Template.Fields, s.Data, "/data")...)
}

func maskObject(fields []law.TemplateField, data map[string]json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, f := range fields {
		v, ok := data[f.Name]
		if !ok {
			continue
		}
		switch f.Type {
		case law.FieldName:
			v = quoted(registry.MaskName(plainText(v)))
		case law.FieldNumber:
			v = quoted(registry.MaskNumber(plainText(v)))
		case law.FieldAccount:
			v = quoted(registry.MaskAccount(plainText(v)))
		case law.FieldRows:
			rows := rowsOf(v)
			for i := range rows {
				rows[i] = maskObject(f.Columns, rows[i])
			}
			v, _ = json.Marshal(rows) // of raw JSON and names: nothing can fail
		}
		out[f.Name] = v
	}
	return out
}

func quoted(s string) json.RawMessage {
	v, _ := json.Marshal(s) // a string always encodes
	return v
}

// Page is a paper in one language: texts and where they stand, ready to be drawn.
type Page struct {
	Lang      string
	Title     string
	Number    string // with its label
	Day       string // of issue
	Copies    string // 一式两份; empty: one
	Foot      []string
	Code      string
	Names     []string // of persons, for a reader's search
	Issued    calendar.Date
	Landscape bool
	File      string // name of the file, without its ending
	Blocks    []Block
}

// Block is a part of a page; one member is given.
type Block struct {
	Line, Text, Heading string
	Form                []Cell
	List                []string
	Table               *Table
	Seals, Signs        []string
}

// Cell is a field of a form.
type Cell struct {
	Label, Value string
	Wide         bool
}

// Table is a table; Right says which columns hold figures.
type Table struct {
	Head  []string
	Width []int
	Right []bool
	Rows  [][]string
	Sum   []string // nil: none
}

// Lay writes a sheet in a language. The same sheet gives the same page.
func (s Sheet) Lay(language string) (Page, error) {
	t := s.Template
	w := func(key string, args fault.Args) string { return lang.Text(language, key, args) }
	p := Page{Lang: language, Title: t.Title.In(language), Number: w("paper.number", fault.Args{"number": s.Number}), Day: dayText(s.IssuedOn, language), Code: s.Code, Issued: s.IssuedOn, File: s.Number, Landscape: t.Landscape}
	if t.Copies > 1 {
		p.Copies = w("paper.copies", fault.Args{"n": copies(t.Copies, language)})
	}
	if t.Basis != "" {
		p.Foot = append(p.Foot, w("paper.basis", fault.Args{"basis": t.Basis}))
	}
	if t.Origin == "project" {
		p.Foot = append(p.Foot, w("paper.own_form", nil))
	}
	p.Foot = append(p.Foot, w("paper.check", nil))
	p.Names = names(t.Fields, s.Data, nil)
	for _, b := range t.Blocks {
		if _, given := s.Data[b.When]; b.When != "" && !given {
			continue
		}
		if _, given := s.Data[b.Unless]; b.Unless != "" && given {
			continue
		}
		out, err := s.block(b, language)
		if err != nil {
			return Page{}, err
		}
		p.Blocks = append(p.Blocks, out)
	}
	return p, nil
}

func copies(n int, language string) string {
	if language == lang.Chinese && n < 10 {
		return string([]rune("零一两三四五六七八九")[n])
	}
	return strconv.Itoa(n)
}

// names gathers the names of persons, each once.
func names(fields []law.TemplateField, data map[string]json.RawMessage, out []string) []string {
	have := map[string]bool{}
	for _, n := range out {
		have[n] = true
	}
	for _, f := range fields {
		v, ok := data[f.Name]
		switch {
		case ok && f.Type == law.FieldName && !have[plainText(v)]:
			out = append(out, plainText(v))
		case ok && f.Type == law.FieldRows:
			for _, r := range rowsOf(v) {
				out = names(f.Columns, r, out)
			}
		}
	}
	return out
}

func (s Sheet) block(b law.TemplateBlock, language string) (out Block, err error) {
	fill := func(t *law.Text) string {
		if t == nil {
			return ""
		}
		return s.fill(t.In(language), language)
	}
	all := func(list []law.Text) (out []string) {
		for i := range list {
			out = append(out, fill(&list[i]))
		}
		return out
	}
	out = Block{Line: fill(b.Line), Text: fill(b.Text), Heading: fill(b.Heading), List: all(b.Items), Seals: all(b.Seals), Signs: all(b.Signs)}
	for _, name := range b.Form {
		f, _ := s.Template.Field(name)
		c := Cell{Label: f.Label.In(language), Value: Write(f, s.Data[name], language), Wide: f.Wide || f.Type == law.FieldList}
		if f.Type == law.FieldFen && name == s.Template.Total && language == lang.Chinese && c.Value != "" {
			c.Value, c.Wide = c.Value+"（"+InWords(fenOf(s.Data[name]))+"）", true
		}
		out.Form = append(out.Form, c)
	}
	if b.List != "" {
		out.List = listOf(s.Data[b.List])
	}
	if b.Table != nil {
		f, _ := s.Template.Field(b.Table.Rows)
		out.Table, err = lay(f, s.Data[f.Name], language)
	}
	return out, err
}

// fill writes the fields into a text.
func (s Sheet) fill(text, language string) string {
	return law.Place.ReplaceAllStringFunc(text, func(place string) string {
		name, words, _ := strings.Cut(strings.Trim(place, "{}"), ":")
		f, _ := s.Template.Placed(name)
		value := s.Data[name]
		switch {
		case words != "":
			return InWords(fenOf(value))
		case name == "number":
			return s.Number
		case name == "issued_on":
			return dayText(s.IssuedOn, language)
		}
		v := Write(f, value, language)
		if f.Type == law.FieldFen && v != "" {
			return lang.Text(language, "paper.yuan", fault.Args{"amount": v})
		}
		return v
	})
}

// lay makes a table; a column that is summed has its sum below.
func lay(f law.TemplateField, v json.RawMessage, language string) (*Table, error) {
	t := &Table{}
	sums := make([]money.Fen, len(f.Columns))
	summed := false
	for _, c := range f.Columns {
		t.Head = append(t.Head, c.Label.In(language))
		t.Width = append(t.Width, max(c.Width, 1))
		t.Right = append(t.Right, c.Type == law.FieldFen || c.Type == law.FieldCount)
		summed = summed || c.Sum
	}
	for _, r := range rowsOf(v) {
		row := make([]string, len(f.Columns))
		for i, c := range f.Columns {
			row[i] = Write(c, r[c.Name], language)
			if c.Type == law.FieldMonth && language == lang.Chinese {
				row[i] = strings.Trim(string(r[c.Name]), `"`) // in a table as figures
			}
			if !c.Sum || len(r[c.Name]) == 0 {
				continue
			}
			var err error
			if sums[i], err = sums[i].Add(amountOf(c, r[c.Name])); err != nil {
				return nil, err
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if !summed {
		return t, nil
	}
	t.Sum = make([]string, len(f.Columns))
	for i, c := range f.Columns {
		switch {
		case c.Sum && c.Type == law.FieldFen:
			t.Sum[i] = Figures(sums[i])
		case c.Sum:
			t.Sum[i] = strconv.FormatInt(int64(sums[i]), 10)
		case i == 0:
			t.Sum[i] = lang.Text(language, "paper.sum", nil)
		}
	}
	return t, nil
}

// amountOf is the number to be summed.
func amountOf(c law.TemplateField, v json.RawMessage) money.Fen {
	if c.Type == law.FieldFen {
		return fenOf(v)
	}
	n, _ := strconv.ParseInt(string(v), 10, 64) // checked when it was issued
	return money.Fen(n)
}

func fenOf(v json.RawMessage) (f money.Fen) {
	if json.Unmarshal(v, &f) != nil {
		return 0 // not given
	}
	return f
}

func listOf(v json.RawMessage) (out []string) {
	if json.Unmarshal(v, &out) != nil {
		return nil
	}
	return out
}

func plainText(v json.RawMessage) (s string) {
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// Write writes a value for people; one that was not given is empty.
func Write(f law.TemplateField, v json.RawMessage, language string) string {
	if len(v) == 0 {
		return ""
	}
	switch f.Type {
	case law.FieldFen:
		return Figures(fenOf(v))
	case law.FieldDay:
		var d calendar.Date
		if json.Unmarshal(v, &d) == nil && d != 0 {
			return dayText(d, language)
		}
	case law.FieldMonth:
		var m calendar.Month
		if json.Unmarshal(v, &m) == nil && m != 0 {
			return monthText(m, language)
		}
	case law.FieldCount:
		return string(v)
	case law.FieldCode:
		key := f.Words + "." + plainText(v)
		if lang.Has(key) {
			return lang.Text(language, key, nil)
		}
		return plainText(v)
	case law.FieldList:
		return strings.Join(listOf(v), lang.Text(language, "paper.comma", nil))
	default:
		return plainText(v)
	}
	return ""
}
