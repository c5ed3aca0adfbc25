package law

import (
	"fmt"
	"slices"

	"bujiao/internal/calendar"
)

// BankLayout is how a bank's file is laid out: one line of Head, then Lines,
// then one of Trailer. Head.From..To are days of the file.
type BankLayout struct {
	Head      `yaml:",inline"`
	Name      string        `yaml:"name" json:"name"`           // the layout's id in the books
	Bank      string        `yaml:"bank" json:"bank"`           // clearing class of the bank (行别代码), three digits
	Direction string        `yaml:"direction" json:"direction"` // out | result | statement
	Encoding  string        `yaml:"encoding" json:"encoding"`   // UTF-8 | GB18030
	Separator string        `yaml:"separator,omitempty" json:"separator,omitempty"`
	Width     int           `yaml:"width,omitempty" json:"width,omitempty"` // of a line in bytes of the encoding; zero: separated
	Dates     string        `yaml:"dates" json:"dates"`                     // YYYYMMDD | YYYY-MM-DD
	Amounts   string        `yaml:"amounts" json:"amounts"`                 // yuan | fen
	First     []LayoutField `yaml:"head,flow" json:"head"`
	Lines     []LayoutField `yaml:"lines,flow" json:"lines"`
	Trailer   []LayoutField `yaml:"trailer,flow" json:"trailer"`
	Codes     []BankCode    `yaml:"codes,omitempty,flow" json:"codes,omitempty"`
	Text      Text          `yaml:"text" json:"text"`
}

// LayoutField is one field of a line: in separated files the next column, in
// fixed-width ones the bytes from At (counted from 1).
type LayoutField struct {
	Name   string `yaml:"name" json:"name"` // of FieldNames; filler is ignored
	At     int    `yaml:"at,omitempty" json:"at,omitempty"`
	Length int    `yaml:"length,omitempty" json:"length,omitempty"`
	Value  string `yaml:"value,omitempty" json:"value,omitempty"` // what always stands there
}

// BankCode says what a bank's code of a result means to us.
type BankCode struct {
	Code   string `yaml:"code" json:"code"`
	Result string `yaml:"result" json:"result"` // ok | failed
	Reason string `yaml:"reason,omitempty" json:"reason,omitempty"`
}

// The directions of bank files.
const (
	FileOut       = "out"       // orders to debit, to the bank
	FileResult    = "result"    // what became of them
	FileStatement = "statement" // what arrived on the office's account
)

// The fields of layouts. Mark tells the kinds of lines apart.
var (
	headFields    = []string{"mark", "bank", "date", "batch", "filler"}
	lineFields    = []string{"mark", "reference", "amount", "date", "account", "code", "serial", "memo", "filler"}
	trailerFields = []string{"mark", "count", "total", "filler"}
)

// BankReasons are why a debit fails, in our words (lang: collection.reason_*).
var BankReasons = []string{"insufficient_funds", "account_closed", "account_frozen", "no_mandate", "account_unknown", "limit_exceeded", "bank_error"}

// LackOfFunds reports whether a debit failed for lack of funds: only then is
// what is paid later a bank's second attempt (R-POST-02).
func LackOfFunds(reason string) bool { return reason == BankReasons[0] }

// wrong names a field of the layout that has no meaning, or "".
func (x *BankLayout) wrong() string {
	switch {
	case x.Name == "":
		return "name"
	case len(x.Bank) != 3:
		return "bank"
	case !slices.Contains([]string{FileOut, FileResult, FileStatement}, x.Direction):
		return "direction"
	case x.Encoding != "UTF-8" && x.Encoding != "GB18030":
		return "encoding"
	case (x.Width > 0) == (x.Separator != "") || len(x.Separator) > 1 || x.Width < 0 || x.Width > 4096:
		return "separator"
	case x.Dates != "YYYYMMDD" && x.Dates != "YYYY-MM-DD":
		return "dates"
	case x.Amounts != "yuan" && x.Amounts != "fen":
		return "amounts"
	}
	needs := map[string][]string{FileOut: {"reference", "amount", "account"}, FileResult: {"reference", "amount", "code"}, FileStatement: {"serial", "reference", "amount", "date", "account"}}
	head := []string{"mark", "bank", "date"}
	if x.Direction != FileStatement {
		head = append(head, "batch")
	}
	for _, part := range []struct {
		name         string
		fields       []LayoutField
		known, needs []string
	}{{"head", x.First, headFields, head}, {"lines", x.Lines, lineFields, append(needs[x.Direction], "mark")},
		{"trailer", x.Trailer, trailerFields, []string{"mark", "count", "total"}}} {
		if f := x.wrongFields(part.fields, part.known, part.needs); f != "" {
			return part.name + "." + f
		}
	}
	if x.First[0].Value == x.Lines[0].Value || x.Lines[0].Value == x.Trailer[0].Value {
		return "mark"
	}
	return x.wrongCodes()
}

// wrongFields checks one kind of line: it begins with a mark of its own, knows
// its fields and has those that are needed; fixed-width fields follow one
// another without overlap.
func (x *BankLayout) wrongFields(fields []LayoutField, known, needs []string) string {
	if len(fields) == 0 || fields[0].Name != "mark" || fields[0].Value == "" {
		return "mark"
	}
	var have []string
	end := 1
	for _, f := range fields {
		if !slices.Contains(known, f.Name) || (f.Name != "filler" && slices.Contains(have, f.Name)) {
			return f.Name
		}
		have = append(have, f.Name)
		if x.Width > 0 {
			if f.At < end || f.Length <= 0 || len(f.Value) > f.Length {
				return f.Name
			}
			if end = f.At + f.Length; end > x.Width+1 {
				return f.Name
			}
		} else if f.At != 0 || f.Length != 0 {
			return f.Name
		}
	}
	for _, n := range needs {
		if !slices.Contains(have, n) {
			return n
		}
	}
	return ""
}

func (x *BankLayout) wrongCodes() string {
	if (x.Direction == FileResult) != (len(x.Codes) > 0) {
		return "codes"
	}
	seen := map[string]bool{}
	for _, c := range x.Codes {
		failed := c.Result == "failed" && slices.Contains(BankReasons, c.Reason)
		if c.Code == "" || seen[c.Code] || !(failed || (c.Result == "ok" && c.Reason == "")) {
			return "codes." + c.Code
		}
		seen[c.Code] = true
	}
	return ""
}

// BankLayout returns the layout of a bank's files of a direction on a day, the
// nearest level first.
func (r *Reader) BankLayout(bank, direction string, on calendar.Date) (*BankLayout, *Hole) {
	for _, x := range r.set.BankLayouts {
		if x.Bank == bank && x.Direction == direction && x.On(on) {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: fmt.Sprintf("bank_layouts %s %s", bank, direction)}
}

// BankLayoutNamed returns a layout by its name, in force or not: files in the
// books name the one they were written by.
func (r *Reader) BankLayoutNamed(name string) (*BankLayout, *Hole) {
	for _, x := range r.set.BankLayouts {
		if x.Name == name {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: "bank_layouts " + name}
}

// Allocation is the order in which money that does not pay all pays for what
// (R-ENF-09). Head.From..To are days of payment. Values of the switches:
// months: oldest_first; within: charge_by_charge (a charge's person's share,
// employer's share and late fee, then the next charge) | principal_first (all
// principal of the month before its late fees); fines: apart, which go to the
// treasury and are no part of an order.
type Allocation struct {
	Head   `yaml:",inline"`
	Months Switch `yaml:"months" json:"months"`
	Within Switch `yaml:"within_month" json:"within_month"`
	Fines  Switch `yaml:"fines" json:"fines"`
	Text   Text   `yaml:"text" json:"text"`
}

// The values of Allocation.
const (
	OldestFirst    = "oldest_first"
	ChargeByCharge = "charge_by_charge"
	PrincipalFirst = "principal_first"
	FinesApart     = "apart"
)

// wrong names a switch that has no meaning, or "".
func (x *Allocation) wrong() string {
	switch {
	case x.Months.Value != OldestFirst:
		return "months"
	case x.Within.Value != ChargeByCharge && x.Within.Value != PrincipalFirst:
		return "within_month"
	case x.Fines.Value != FinesApart:
		return "fines"
	}
	return ""
}

// Allocation returns the order of a day of payment, the nearest level first.
func (r *Reader) Allocation(on calendar.Date) (*Allocation, *Hole) {
	for _, x := range r.set.Allocation {
		if x.On(on) && x.wrong() == "" {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: "allocation"}
}
