package collection

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// RenderFile writes a file by its layout. What does not fit a column is an
// error: nothing is cut.
func RenderFile(x *law.BankLayout, c *Content) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if x.Width == 0 {
		w.Comma = rune(x.Separator[0])
	}
	write := func(fields []law.LayoutField, values map[string]string) error {
		if x.Width > 0 {
			return writeFixed(&b, x, fields, values)
		}
		cols := make([]string, len(fields))
		for i, f := range fields {
			cols[i] = valueOf(f, values)
		}
		return w.Write(cols)
	}
	err := write(x.First, map[string]string{"bank": c.Bank, "date": dayText(x, c.On), "batch": c.Batch})
	var total money.Fen
	for _, l := range c.Lines {
		if err != nil {
			return nil, err
		}
		if total, err = total.Add(l.Amount); err == nil {
			err = write(x.Lines, map[string]string{"reference": l.Reference, "amount": amountText(x, l.Amount), "date": dayText(x, l.On), "account": l.Account,
				"serial": l.Serial, "memo": l.Memo, "code": codeOf(x, l)})
		}
	}
	if err == nil {
		err = write(x.Trailer, map[string]string{"count": strconv.Itoa(len(c.Lines)), "total": amountText(x, total)})
	}
	if w.Flush(); err == nil {
		err = w.Error()
	}
	if err != nil || x.Width > 0 || x.Encoding != "GB18030" {
		return b.Bytes(), err
	}
	return encoder(x).Bytes(b.Bytes())
}

func encoder(x *law.BankLayout) *encoding.Encoder {
	if x.Encoding == "GB18030" {
		return simplifiedchinese.GB18030.NewEncoder()
	}
	return encoding.Nop.NewEncoder()
}

func valueOf(f law.LayoutField, values map[string]string) string {
	if f.Value != "" {
		return f.Value
	}
	return values[f.Name]
}

// writeFixed puts numbers to the right behind zeros and text to the left.
func writeFixed(b *bytes.Buffer, x *law.BankLayout, fields []law.LayoutField, values map[string]string) error {
	row := bytes.Repeat([]byte(" "), x.Width)
	for _, f := range fields {
		text, err := encoder(x).Bytes([]byte(valueOf(f, values)))
		if err != nil || len(text) > f.Length || bytes.ContainsAny(text, "\r\n") {
			return fault.Wrap(fault.Invalid, "collection.column_too_narrow", fault.Args{"field": f.Name, "layout": x.Name}, err)
		}
		at := row[f.At-1 : f.At-1+f.Length]
		switch f.Name {
		case "amount", "total", "count":
			copy(at, bytes.Repeat([]byte("0"), f.Length))
			copy(at[f.Length-len(text):], text)
		default:
			copy(at, text)
		}
	}
	b.Write(append(row, '\n'))
	return nil
}

func amountText(x *law.BankLayout, f money.Fen) string {
	if x.Amounts == "yuan" {
		return f.String()
	}
	return strconv.FormatInt(int64(f), 10)
}

func dayText(x *law.BankLayout, d calendar.Date) string {
	if d == 0 {
		return ""
	}
	if x.Dates == "YYYYMMDD" {
		return strings.ReplaceAll(d.String(), "-", "")
	}
	return d.String()
}

// codeOf is the bank's code of a result, for those who play a bank.
func codeOf(x *law.BankLayout, l ContentLine) string {
	for _, c := range x.Codes {
		if c.Result == l.Result && c.Reason == l.Reason {
			return c.Code
		}
	}
	return ""
}
