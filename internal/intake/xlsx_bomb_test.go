package intake

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bujiao/internal/fault"
)

// A small file that swells to megabytes of one text is refused before any
// library holds that text whole.
func TestSwellingWorkbookIsRefused(t *testing.T) {
	book := excelize.NewFile()
	if err := book.SetSheetRow("Sheet1", "A1", &[]any{"record", "person"}); err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := book.Write(&plain); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var swollen bytes.Buffer
	out := zip.NewWriter(&swollen)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			data = bytes.Replace(data, []byte("<sheetData>"), []byte("<sheetData>"+strings.Repeat(" ", 8<<20)), 1)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open("bomb.xlsx", bytes.NewReader(swollen.Bytes()), int64(swollen.Len()), Options{})
	if fault.KindOf(err) != fault.Invalid || err == nil {
		t.Errorf("%d bytes that swell are taken: %v", swollen.Len(), err)
	}
}
