package collection

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Content is what a bank file says.
type Content struct {
	Bank  string
	On    calendar.Date
	Batch string // the file that is answered; in an outgoing file its own id
	Lines []ContentLine
	Total money.Fen
}

// ContentLine is one line of it, in our words.
type ContentLine struct {
	Line      int // of the file, from 1
	Reference string
	Amount    money.Fen
	On        calendar.Date
	Account   string // plain: it goes into a hash or to the bank, nowhere else
	Serial    string
	Result    string
	Reason    string
	Memo      string
}

// The limits of a bank file.
const (
	maxFileBytes = 64 << 20
	maxFileLines = 200_000
	maxFieldLen  = 200
)

// ParseFile reads a file by its layout. Whatever does not fit is a fault that
// names the line and what is wrong with it, never what stands there.
func ParseFile(x *law.BankLayout, data []byte) (*Content, error) {
	if len(data) > maxFileBytes {
		return nil, fileFault("collection.file_too_large", 0, "")
	}
	rows, err := split(x, data)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fileFault("collection.file_empty", 0, "")
	}
	head, err := rows[0].fields(x, x.First)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "collection.file_foreign", fault.Args{"layout": x.Name}, err)
	}
	c := &Content{Bank: head["bank"], Batch: head["batch"]}
	if c.Bank != x.Bank {
		return nil, fault.New(fault.Invalid, "collection.file_foreign", fault.Args{"layout": x.Name})
	}
	if c.On, err = parseDay(x, head["date"]); err != nil {
		return nil, fileFault("collection.file_field", rows[0].line, "date")
	}
	last := rows[len(rows)-1]
	if len(rows) < 2 || !last.isA(x, x.Trailer) {
		return nil, fileFault("collection.file_truncated", last.line, "")
	}
	for _, r := range rows[1 : len(rows)-1] {
		l, err := r.content(x)
		if err != nil {
			return nil, err
		}
		if c.Total, err = c.Total.Add(l.Amount); err != nil || c.Total > money.MaxFen {
			return nil, fileFault("collection.file_field", r.line, "amount")
		}
		c.Lines = append(c.Lines, l)
	}
	return c, c.fits(x, last)
}

// fits holds the lines against the trailer.
func (c *Content) fits(x *law.BankLayout, last fileRow) error {
	f, err := last.fields(x, x.Trailer)
	if err != nil {
		return err
	}
	count, err := strconv.ParseUint(f["count"], 10, 31)
	if err != nil {
		return fileFault("collection.file_field", last.line, "count")
	}
	total, err := parseAmount(x, f["total"])
	if err != nil {
		return fileFault("collection.file_field", last.line, "total")
	}
	if int(count) != len(c.Lines) {
		return fault.New(fault.Invalid, "collection.file_count", fault.Args{"trailer": fmt.Sprint(count), "lines": fmt.Sprint(len(c.Lines))})
	}
	if total != c.Total {
		return fault.New(fault.Invalid, "collection.file_total", fault.Args{"trailer": total.String(), "lines": c.Total.String()})
	}
	return nil
}

func fileFault(key string, line int, field string) *fault.Error {
	return fault.New(fault.Invalid, key, fault.Args{"line": strconv.Itoa(line), "field": field})
}

// fileRow is one line: raw bytes of a fixed-width file, or columns.
type fileRow struct {
	line int
	raw  []byte
	cols []string
}

// split cuts a file into lines.
func split(x *law.BankLayout, data []byte) ([]fileRow, error) {
	if x.Width > 0 {
		return splitFixed(data)
	}
	text, ok := decode(x, data)
	if !ok {
		return nil, fileFault("collection.file_encoding", 0, "")
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF")))
	r.Comma = rune(x.Separator[0])
	r.FieldsPerRecord = -1
	var rows []fileRow
	for {
		cols, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			line := 0
			var p *csv.ParseError
			if errors.As(err, &p) {
				line = p.StartLine
			}
			return nil, fileFault("collection.file_line", line, "")
		}
		line, _ := r.FieldPos(0)
		if len(rows) == maxFileLines {
			return nil, fileFault("collection.file_too_large", line, "")
		}
		rows = append(rows, fileRow{line: line, cols: cols})
	}
}

// splitFixed cuts at line feeds, which are no part of a character in either
// encoding.
func splitFixed(data []byte) ([]fileRow, error) {
	data = bytes.TrimSuffix(data, []byte("\n"))
	if len(data) == 0 {
		return nil, nil
	}
	var rows []fileRow
	for raw := range bytes.SplitSeq(data, []byte("\n")) {
		if len(rows) == maxFileLines {
			return nil, fileFault("collection.file_too_large", len(rows), "")
		}
		rows = append(rows, fileRow{line: len(rows) + 1, raw: bytes.TrimSuffix(raw, []byte("\r"))})
	}
	return rows, nil
}

// decode turns bytes into text; bytes that are no character are refused.
func decode(x *law.BankLayout, b []byte) (string, bool) {
	if x.Encoding == "GB18030" {
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		return string(out), err == nil && !bytes.ContainsRune(out, utf8.RuneError)
	}
	return string(b), utf8.Valid(b)
}

// isA reports whether the line has the mark of a kind of line.
func (r fileRow) isA(x *law.BankLayout, fields []law.LayoutField) bool {
	if x.Width > 0 {
		return bytes.HasPrefix(r.raw, []byte(fields[0].Value))
	}
	return r.cols[0] == fields[0].Value
}

// fields reads the fields of a line by name, trimmed. A fixed-width line is as
// long as the layout says, or shorter by trailing blanks only.
func (r fileRow) fields(x *law.BankLayout, fields []law.LayoutField) (map[string]string, error) {
	out := make(map[string]string, len(fields))
	if x.Width > 0 && len(r.raw) > x.Width || x.Width == 0 && len(r.cols) != len(fields) {
		return nil, fileFault("collection.file_line", r.line, "")
	}
	for i, f := range fields {
		var text string
		if x.Width > 0 {
			from := min(f.At-1, len(r.raw))
			var ok bool
			if text, ok = decode(x, r.raw[from:min(from+f.Length, len(r.raw))]); !ok {
				return nil, fileFault("collection.file_encoding", r.line, f.Name)
			}
		} else {
			text = r.cols[i]
		}
		text = strings.TrimSpace(text)
		if (f.Value != "" && text != f.Value) || utf8.RuneCountInString(text) > maxFieldLen || strings.ContainsFunc(text, unicode.IsControl) {
			return nil, fileFault("collection.file_field", r.line, f.Name)
		}
		if f.Name != "filler" {
			out[f.Name] = text
		}
	}
	return out, nil
}

// content reads a line between head and trailer.
func (r fileRow) content(x *law.BankLayout) (ContentLine, error) {
	l := ContentLine{Line: r.line}
	f, err := r.fields(x, x.Lines)
	if err != nil {
		return l, err
	}
	l.Reference, l.Account, l.Serial, l.Memo = f["reference"], f["account"], f["serial"], f["memo"]
	if l.Amount, err = parseAmount(x, f["amount"]); err != nil || l.Amount <= 0 {
		return l, fileFault("collection.file_field", r.line, "amount")
	}
	if text, ok := f["date"]; ok {
		if l.On, err = parseDay(x, text); err != nil {
			return l, fileFault("collection.file_field", r.line, "date")
		}
	}
	if x.Direction == law.FileStatement && l.Serial == "" {
		return l, fileFault("collection.file_field", r.line, "serial")
	}
	if x.Direction != law.FileStatement && l.Reference == "" {
		return l, fileFault("collection.file_field", r.line, "reference")
	}
	if x.Direction == law.FileResult {
		for _, c := range x.Codes {
			if c.Code == f["code"] {
				l.Result, l.Reason = c.Result, c.Reason
				return l, nil
			}
		}
		return l, fileFault("collection.file_code", r.line, "code")
	}
	return l, nil
}

func parseAmount(x *law.BankLayout, text string) (money.Fen, error) {
	if x.Amounts == "yuan" {
		return money.ParseFen(text)
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || money.Fen(n) > money.MaxFen {
		return 0, money.ErrOverflow
	}
	return money.Fen(n), nil
}

func parseDay(x *law.BankLayout, text string) (calendar.Date, error) {
	if x.Dates == "YYYYMMDD" {
		if len(text) != 8 {
			return 0, errors.New("not YYYYMMDD")
		}
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	return calendar.ParseDate(text)
}
