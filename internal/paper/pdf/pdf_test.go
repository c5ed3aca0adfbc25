package pdf_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/piglig/go-qr"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/packs"
)

var update = flag.Bool("update", false, "write the golden files anew")

// keep is where the PDFs are left to be looked at; empty: nowhere.
var keep = flag.String("keep", "", "directory in which the papers are left")

func font(t testing.TB) *pdf.Font {
	t.Helper()
	f, err := pdf.Load("")
	if err != nil {
		t.Fatal(err) // make test installs it
	}
	return f
}

func templates(t testing.TB) []*law.Template {
	t.Helper()
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := lib.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	return book.Read(0, false).Templates(day)
}

var day = calendar.Date(0)

func init() {
	var err error
	if day, err = calendar.ParseDate("2026-11-25"); err != nil {
		panic(err)
	}
}

// rare are names of the extended planes and of everyday.
var rare = []string{"㐂田一郎", "䶮小明", "𠮷野晴", "张三"}

// sample fills every field of a wording, with n rows.
func sample(fields []law.TemplateField, n, at int) map[string]any {
	out := map[string]any{}
	for i, f := range fields {
		switch f.Type {
		case law.FieldFen:
			out[f.Name] = money.Fen(123_45 + 100*(at+i))
		case law.FieldDay:
			out[f.Name] = "2026-08-31"
		case law.FieldMonth:
			out[f.Name] = "2025-07"
		case law.FieldCount:
			out[f.Name] = 12
		case law.FieldCode:
			out[f.Name] = map[string]string{"cli.scheme": "pension", "report.cause": "declared_unpaid", "report.category": "backpay"}[f.Words]
		case law.FieldList:
			out[f.Name] = []string{"第一项：劳动合同复印件（依据：社会保险法第58条）", "第二项：所补月份工资台账"}
		case law.FieldName:
			out[f.Name] = rare[at%len(rare)]
		case law.FieldNumber:
			out[f.Name] = "11010519491231002X"
		case law.FieldAccount:
			out[f.Name] = "6222020200112233445"
		case law.FieldRows:
			var rows []map[string]any
			for r := range n {
				rows = append(rows, sample(f.Columns, 0, r))
			}
			out[f.Name] = rows
		default:
			out[f.Name] = f.Label.ZH + "示例"
		}
	}
	return out
}

func sheet(t testing.TB, tpl *law.Template, data any) paper.Sheet {
	t.Helper()
	read, err := paper.Read(tpl, data)
	if err != nil {
		t.Fatal(tpl.Name, err)
	}
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	total := money.Fen(123_45)
	c := paper.Code{Number: "110000-" + tpl.Series + "-2026-000012", Day: day, Total: &total, Root: strings.Repeat("A", 43), KeyID: "0123456789abcdef"}
	return paper.Sheet{Template: tpl, Number: c.Number, IssuedOn: day, Code: c.Sign(key), Data: read}
}

func render(t testing.TB, s paper.Sheet, f *pdf.Font, language string) []byte {
	t.Helper()
	page, err := s.Lay(language)
	if err != nil {
		t.Fatal(s.Template.Name, err)
	}
	out, err := pdf.Render(page, f)
	if err != nil {
		t.Fatal(s.Template.Name, err)
	}
	return out
}

func run(t testing.TB, in []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v (Debian's poppler-utils; make test installs it)", name, err)
	}
	return out
}

// TestGolden: each paper in both languages says what it said; the text is taken
// out of the PDF by another program.
func TestGolden(t *testing.T) {
	f := font(t)
	for _, tpl := range templates(t) {
		for _, language := range []string{"zh", "en"} {
			data := render(t, sheet(t, tpl, sample(tpl.Fields, 3, 0)), f, language)
			got := run(t, data, "pdftotext", "-layout", "-", "-")
			name := filepath.Join("testdata", tpl.Name+"."+language+".txt")
			if *keep != "" {
				if err := os.WriteFile(filepath.Join(*keep, tpl.Name+"."+language+".pdf"), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if *update {
				if err := os.WriteFile(name, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what it was; run with -update and look at the difference", name)
			}
		}
	}
}

// TestSameBytes: the same page gives the same bytes.
func TestSameBytes(t *testing.T) {
	f := font(t)
	tpl := templates(t)[0]
	one, two := render(t, sheet(t, tpl, sample(tpl.Fields, 60, 0)), f, "zh"), render(t, sheet(t, tpl, sample(tpl.Fields, 60, 0)), f, "zh")
	if !bytes.Equal(one, two) {
		t.Error("two renderings differ")
	}
}

func named(t testing.TB, name string) *law.Template {
	t.Helper()
	for _, tpl := range templates(t) {
		if tpl.Name == name {
			return tpl
		}
	}
	t.Fatal("no template ", name)
	return nil
}

// TestRareNames: names of the extended planes are drawn, can be copied out of
// the text, and stand in the metadata.
func TestRareNames(t *testing.T) {
	tpl := named(t, "makeup_list")
	data := render(t, sheet(t, tpl, sample(tpl.Fields, 4, 0)), font(t), "zh")
	info := string(run(t, data, "pdfinfo", "-"))
	text := string(run(t, data, "pdftotext", "-layout", "-", "-"))
	for _, name := range rare {
		if !strings.Contains(info, name) {
			t.Errorf("metadata lack %s: %s", name, info)
		}
		if !strings.Contains(text, name) {
			t.Errorf("text lacks %s", name)
		}
	}
}

// TestMissingGlyph: a character that the font lacks is named, never left blank.
func TestMissingGlyph(t *testing.T) {
	tpl := named(t, "certificate")
	values := sample(tpl.Fields, 1, 0)
	values["person_name"] = "王\U0002FA1E"
	page, err := sheet(t, tpl, values).Lay("zh")
	if err != nil {
		t.Fatal(err)
	}
	_, err = pdf.Render(page, font(t))
	var bad *fault.Error
	if !errors.As(err, &bad) || bad.Key != "paper.no_glyph" || bad.Args["code"] != "U+2FA1E" {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]string{"ཀུན，1.00 元\r\n\t（一）《法》“是”": "", "好\U0001F600": "U+1F600"} {
		if got, err := font(t).Lacks(text); got != want || err != nil {
			t.Errorf("%q lacks %q, want %q (%v)", text, got, want, err)
		}
	}
}

// TestHeaderOnEachPage: a long table has its header and the page's number on
// each page, and every row once.
func TestHeaderOnEachPage(t *testing.T) {
	tpl := named(t, "makeup_list")
	const rows = 130
	data := render(t, sheet(t, tpl, sample(tpl.Fields, rows, 0)), font(t), "en")
	pages := strings.Split(strings.TrimRight(string(run(t, data, "pdftotext", "-layout", "-", "-")), "\f"), "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	found := 0
	for i, p := range pages {
		found += strings.Count(p, "11010519491231002X")
		if !strings.Contains(p, fmt.Sprintf("Page %d of %d", i+1, len(pages))) {
			t.Errorf("page %d has not its number", i+1)
		}
		if i < len(pages)-1 && !strings.Contains(p, "Scheme") {
			t.Errorf("page %d has no header", i+1)
		}
	}
	if found != rows {
		t.Errorf("%d rows of %d", found, rows)
	}
}

// TestTextLongerThanAPage: a box that is higher than a page goes on on the next;
// nothing stands below the foot, and lines that a form brought from elsewhere,
// with carriage returns and tabs, are printed.
func TestTextLongerThanAPage(t *testing.T) {
	f := font(t)
	long := strings.Repeat("缺", 660)
	tpl := named(t, "return_notice")
	values := sample(tpl.Fields, 1, 0)
	values["missing"] = []any{map[string]any{"paper": long, "reason": "一\r\n二\t三"}}
	for name, page := range map[string]paper.Page{
		"form": {Lang: "zh", Title: "x", Number: "n", Code: "c", Blocks: []paper.Block{{Form: []paper.Cell{{Label: "x", Value: strings.Repeat(long, 4)}}}}},
		"table": func() paper.Page {
			p, err := sheet(t, tpl, values).Lay("zh")
			if err != nil {
				t.Fatal(err)
			}
			return p
		}(),
	} {
		data, err := pdf.Render(page, f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := 660
		if name == "form" {
			want *= 4
		}
		// within the page, above its foot
		text := run(t, data, "pdftotext", "-x", "0", "-y", "0", "-W", "596", "-H", "793", "-", "-")
		if got := strings.Count(string(text), "缺"); got < want {
			t.Errorf("%s: %d characters of %d are on the pages", name, got, want)
		}
	}
}

// TestCodeIsRead: the QR code that is drawn is read back from the picture.
func TestCodeIsRead(t *testing.T) {
	tpl := named(t, "order_to_pay")
	s := sheet(t, tpl, sample(tpl.Fields, 2, 0))
	picture := run(t, render(t, s, font(t), "zh"), "pdftoppm", "-png", "-singlefile", "-r", "300", "-x", "1900", "-y", "100", "-W", "520", "-H", "480")
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	got, err := go_qr.Decode(img)
	if err != nil || got != s.Code {
		t.Fatalf("read %q, %v", got, err)
	}
	if len(got) >= paper.MaxCode {
		t.Errorf("%d bytes", len(got))
	}
}

func TestFontIsNamedWhereItIsMissing(t *testing.T) {
	for _, c := range []struct{ file, key string }{{"testdata/none.ttf", "paper.bad_font"}, {"pdf_test.go", "paper.bad_font"}} {
		_, err := pdf.Load(c.file)
		var bad *fault.Error
		if !errors.As(err, &bad) || bad.Key != c.key {
			t.Errorf("%s: %v", c.file, err)
		}
	}
	_, err := pdf.Render(paper.Page{}, nil)
	var bad *fault.Error
	if !errors.As(err, &bad) || bad.Key != "paper.no_font" {
		t.Errorf("no font: %v", err)
	}
}

func BenchmarkRender(b *testing.B) {
	f := font(b)
	tpl := named(b, "makeup_list")
	for _, rows := range []int{1, 40, 400} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			s := sheet(b, tpl, sample(tpl.Fields, rows, 0))
			for b.Loop() {
				render(b, s, f, "zh")
			}
		})
	}
}
