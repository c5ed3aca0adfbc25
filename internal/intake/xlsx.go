package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"bujiao/internal/fault"
)

// Limits of a workbook. Sheets and shared strings are unpacked to temporary
// files when they are large, all other parts into memory.
const (
	maxBookBytes  = 32 << 20
	maxSheetBytes = 1 << 30
	maxPartBytes  = 32 << 20
	maxSheetRows  = 1 << 20
)

// xlsxSource reads the first sheet of a workbook row by row, as stored:
// number formats are not applied, for they round amounts and write dates in
// the taste of whoever made the file.
type xlsxSource struct {
	words    *vocabulary
	file     string
	book     *excelize.File
	rows     *excelize.Rows
	row      int
	date1904 bool
}

func openXLSX(words *vocabulary, file string, r io.Reader, size int64) (_ *xlsxSource, err error) {
	tooLarge := invalid("intake.xlsx_too_large", fault.Args{"file": file})
	if size > maxBookBytes {
		return nil, tooLarge
	}
	b, err := io.ReadAll(io.LimitReader(r, maxBookBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(b) > maxBookBytes {
		return nil, tooLarge
	}
	if err := checkParts(file, b); err != nil {
		return nil, err
	}
	s := &xlsxSource{words: words, file: file}
	// An io.EOF of the library is no end of our rows; hence the wrapping.
	if err := s.guard(func() error { return wrapped("open", s.open(b)) }); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// checkParts refuses archives that are no workbook or unpack to too much.
func checkParts(file string, b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fault.Wrap(fault.Invalid, "intake.xlsx_damaged", fault.Args{"file": file}, err)
	}
	book := false
	var sheets, others uint64
	var parts []*zip.File
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		book = book || name == "xl/workbook.xml"
		if strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml" {
			sheets += min(f.UncompressedSize64, maxSheetBytes+1)
			parts = append(parts, f)
		} else {
			others += min(f.UncompressedSize64, maxPartBytes+1)
		}
	}
	switch {
	case !book:
		return invalid("intake.not_xlsx", fault.Args{"file": file})
	case sheets > maxSheetBytes || others > maxPartBytes:
		return invalid("intake.xlsx_too_large", fault.Args{"file": file})
	}
	for _, f := range parts {
		if err := wellFormed(f); err != nil {
			return fault.Wrap(fault.Invalid, "intake.xlsx_damaged", fault.Args{"file": file}, err)
		}
	}
	return nil
}

// wellFormed reads a part through. The workbook library takes broken XML for
// the end of the sheet, and the rows behind it would be lost in silence.
func wellFormed(f *zip.File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(&shortRuns{r: in})
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	depth := 0
	for {
		token, err := d.RawToken()
		if err == io.EOF && depth == 0 {
			return nil
		}
		if err != nil {
			return wrapped("part of the workbook", err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

// maxRun bounds the bytes between two tags: the XML reader and the workbook
// library hold a text whole, and a packed file may swell a thousandfold.
const maxRun = 1 << 20

var errRun = errors.New("a text of more than a megabyte")

// shortRuns fails on a run of bytes without a tag that no cell has.
type shortRuns struct {
	r   io.Reader
	run int
}

func (s *shortRuns) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if i := bytes.LastIndexByte(b[:n], '<'); i >= 0 {
		s.run = n - i
	} else {
		s.run += n
	}
	if s.run > maxRun {
		return n, errRun
	}
	return n, err
}

func (s *xlsxSource) open(b []byte) (err error) {
	opt := excelize.Options{RawCellValue: true, UnzipSizeLimit: maxSheetBytes + maxPartBytes}
	if s.book, err = excelize.OpenReader(bytes.NewReader(b), opt); err != nil {
		return err
	}
	if p, err := s.book.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		s.date1904 = *p.Date1904
	}
	sheets := s.book.GetSheetList()
	if len(sheets) == 0 {
		return errors.New("no sheet")
	}
	for _, name := range sheets[1:] {
		second, err := s.holdsRows(name)
		if err != nil {
			return err
		}
		if second {
			return invalid("intake.second_sheet", fault.Args{"file": s.file})
		}
	}
	s.rows, err = s.book.Rows(sheets[0])
	return err
}

// holdsRows reports a sheet that starts with a header of ours: leaving it out
// would lose its rows in silence.
func (s *xlsxSource) holdsRows(sheet string) (bool, error) {
	rows, err := s.book.Rows(sheet)
	if err != nil {
		return false, nil // a chart sheet has no rows
	}
	defer rows.Close()
	if !rows.Next() {
		return false, nil
	}
	cells, err := rows.Columns()
	if err != nil {
		return false, err
	}
	_, err = s.words.readHeader(s.file, cells)
	return err == nil, nil
}

// guard turns what the workbook library says, or a panic of it on a damaged
// workbook, into a fault.
func (s *xlsxSource) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Invalid, "intake.xlsx_damaged", fault.Args{"file": s.file}, fmt.Errorf("panic: %v", p))
		}
	}()
	var known *fault.Error
	if err = f(); err == nil || err == io.EOF || errors.As(err, &known) {
		return err
	}
	return fault.Wrap(fault.Invalid, "intake.xlsx_damaged", fault.Args{"file": s.file}, err)
}

func (s *xlsxSource) next() (out rawRow, err error) {
	err = s.guard(func() error {
		for s.rows.Next() {
			if s.row++; s.row > maxSheetRows {
				return errors.New("row number out of range")
			}
			cells, err := s.rows.Columns()
			if err != nil {
				return wrapped("row", err)
			}
			if len(cells) > 0 {
				out = rawRow{fields: cells, row: s.row, suspect: true}
				return nil
			}
		}
		if err := s.rows.Error(); err != nil {
			return wrapped("rows", err)
		}
		return io.EOF
	})
	return out, err
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Close removes the temporary files of the workbook.
func (s *xlsxSource) Close() error {
	var err error
	if s.rows != nil {
		err = s.rows.Close()
	}
	if s.book != nil {
		err = errors.Join(err, s.book.Close())
	}
	return err
}

// fit gives a row the width of the header, which sheets do not store, and
// writes stored numbers the way the converter reads them.
func (s *xlsxSource) fit(cells []string, h *Header) []string {
	for len(cells) > len(h.cols) && trim(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	for len(cells) < len(h.cols) {
		cells = append(cells, "")
	}
	for i, c := range h.cols {
		switch h.words.kinds[c] {
		case "day":
			cells[i] = s.date(cells[i])
		case "number":
			cells[i] = plainNumber(cells[i])
		}
	}
	return cells
}
