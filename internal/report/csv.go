package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"bujiao/internal/assess"
)

// byteOrderMark makes spreadsheet programs read the file as UTF-8.
const byteOrderMark = "\ufeff"

type csvWriter struct {
	speech
	out  *csv.Writer
	raw  io.Writer
	open bool
	row  []string
}

// NewCSV returns a Writer of one row a line of the answer, in UTF-8 with a
// byte order mark. A figure that is not known is an empty cell, and the column
// beside it says what is missing.
func NewCSV(w io.Writer, lang string, words assess.Say) Writer {
	return &csvWriter{speech: speech{lang, words}, out: csv.NewWriter(w), raw: w, row: make([]string, len(lineColumns))}
}

// start writes the head once, also for a run without persons.
func (c *csvWriter) start() error {
	if c.open {
		return nil
	}
	c.open = true
	if _, err := io.WriteString(c.raw, byteOrderMark); err != nil {
		return err
	}
	return c.out.Write(headers(&c.speech, lineColumns))
}

// Person implements Writer.
func (c *csvWriter) Person(h *assess.History, _ json.RawMessage) error {
	if err := c.start(); err != nil {
		return err
	}
	rows := lineRows(h)
	for i := range rows {
		for j, col := range lineColumns {
			c.row[j] = ""
			switch {
			case col.sum != nil:
				if v := col.sum(&rows[i]); v != nil {
					c.row[j] = v.String()
				}
			case col.kind == given:
				c.row[j] = plain(col.text(&c.speech, &rows[i]))
			default:
				c.row[j] = col.text(&c.speech, &rows[i])
			}
		}
		if err := c.out.Write(c.row); err != nil {
			return err
		}
	}
	return nil
}

// Close implements Writer.
func (c *csvWriter) Close(Summary) error {
	if err := c.start(); err != nil {
		return err
	}
	c.out.Flush()
	return c.out.Error()
}

// plain keeps a text from a file from being taken for a formula when the CSV
// is opened: a spreadsheet would run =, +, -, @ and what follows a tab or a
// line end. The apostrophe shows that it was added.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
