package intake

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"bujiao/internal/fault"
)

// mendHeadings lead the rows of a mend file; Open knows them and passes them over.
var mendHeadings = [3]string{"原文件行号 source_row", "问题列 problem_column", "问题原因 problem"}

// MendWriter writes rejected rows of one file to a CSV file that the sender
// corrects and sends again: the columns of the file as they were, and before
// them the row number, the columns with problems and the reasons. It is the
// one place where a bad value is repeated, byte for byte.
type MendWriter struct {
	out    *csv.Writer
	head   *Header
	reason func(*fault.Error) string
	fields []string
	err    error
}

// NewMendWriter starts a mend file in UTF-8 with a byte-order mark, without
// which spreadsheets take it for the system's charset. reason puts a fault in
// the user's words.
func NewMendWriter(w io.Writer, head *Header, reason func(*fault.Error) string) *MendWriter {
	m := &MendWriter{out: csv.NewWriter(w), head: head, reason: reason}
	if _, m.err = w.Write(utf8BOM); m.err == nil {
		m.err = m.out.Write(m.row(mendHeadings, head.names))
	}
	return m
}

// Write adds a row with its problems.
func (m *MendWriter) Write(raw []string, rejects []Reject) error {
	if m.err != nil {
		return m.err
	}
	var lead [3]string
	var columns, reasons []string
	for _, r := range rejects {
		lead[0] = strconv.Itoa(r.Row)
		if name := m.heading(r.Column); name != "" {
			columns = append(columns, name)
		}
		reasons = append(reasons, m.reason(r.Reason))
	}
	lead[1], lead[2] = strings.Join(columns, "; "), strings.Join(reasons, " | ")
	m.err = m.out.Write(m.row(lead, raw))
	return m.err
}

// heading is what the file calls a column.
func (m *MendWriter) heading(code string) string {
	if code == "" {
		return ""
	}
	for i, c := range m.head.cols {
		if m.head.words.codes[c] == code {
			return m.head.names[i]
		}
	}
	return code
}

// row joins the leading cells and a row of the file, leaving out the leading
// cells of an earlier mend file.
func (m *MendWriter) row(lead [3]string, raw []string) []string {
	m.fields = append(m.fields[:0], lead[:]...)
	for i, f := range raw {
		if i < len(m.head.cols) && m.head.cols[i] == colMend {
			continue
		}
		m.fields = append(m.fields, f)
	}
	return m.fields
}

// Flush writes what is buffered and returns the first error of all writing.
func (m *MendWriter) Flush() error {
	m.out.Flush()
	if m.err == nil {
		m.err = m.out.Error()
	}
	return m.err
}
