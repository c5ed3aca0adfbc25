package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/lang"
	"bujiao/internal/record"
)

const attack = `<script>alert(1)</script>"'&`

// made holds the pages of reportPage by language.
var made = map[string][]byte{}

// reportPage is a page of three persons: gaps, none, and a name that would be
// a script.
func reportPage(t *testing.T, textLang string) (*element, []byte) {
	t.Helper()
	if made[textLang] == nil {
		made[textLang] = makeReport(t, textLang)
	}
	return parsePage(t, made[textLang]), made[textLang]
}

func makeReport(t *testing.T, textLang string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewHTML(&b, textLang, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	gaps, body := assessed(t, "王小明", textLang, gapRows(t))
	full, fullBody := assessed(t, "全缴清", textLang, []record.Row{job(t, "2022-01", "2022-12", 8000), paid(t, "2022-01", "2022-12", "2022-02-01")})
	old, _ := assessed(t, attack, textLang, []record.Row{job(t, "2003-01", "2003-06", 2000)})
	for _, p := range []struct {
		h    *assess.History
		body json.RawMessage
	}{{gaps, body}, {full, fullBody}, {old, nil}} {
		if err := w.Person(p.h, p.body); err != nil {
			t.Fatal(err)
		}
	}
	if b.Len() > 0 {
		t.Error("persons go out before the totals are known")
	}
	s := summary(t)
	s.Totals, s.More = gaps.Totals, 3
	s.Totals.LateFee, s.Totals.Total = nil, nil
	s.Rejected = append(s.Rejected, Rejected{attack, 7, attack, attack})
	if err := w.Close(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPageIsSelfContained(t *testing.T) {
	page, raw := reportPage(t, "zh")
	for _, e := range page.all("") {
		for name, value := range e.attr {
			switch {
			case name == "src" || name == "srcset" || name == "style" || strings.HasPrefix(name, "on"):
				t.Errorf("<%s %s=%q>", e.name, name, value)
			case name == "href" && !strings.HasPrefix(value, "#"):
				t.Errorf("<%s> leads out of the page: %s", e.name, value)
			}
		}
	}
	for _, tag := range []string{"script", "link", "iframe", "img", "object", "form"} {
		if n := len(page.all(tag)); n > 0 {
			t.Errorf("%d <%s>", n, tag)
		}
	}
	if bytes.Contains(raw, []byte("url(")) || bytes.Contains(raw, []byte("@import")) {
		t.Error("the style loads something")
	}
}

func TestContentSecurityPolicyFitsTheStyle(t *testing.T) {
	page, raw := reportPage(t, "zh")
	policy := ""
	for _, m := range page.all("meta") {
		if m.attr["http-equiv"] == "Content-Security-Policy" {
			policy = m.attr["content"]
		}
	}
	_, rest, _ := strings.Cut(string(raw), "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
		t.Errorf("a browser would drop the style: %s lacks %s", policy, want)
	}
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy: %s", policy)
	}
}

func TestPageEscapes(t *testing.T) {
	page, raw := reportPage(t, "zh")
	if bytes.Contains(raw, []byte("<script")) {
		t.Error("a name became a script")
	}
	found := 0
	for _, h := range page.all("h2") {
		if h.words() == attack {
			found++
		}
	}
	if found != 1 {
		t.Errorf("the name stands %d times as a heading", found)
	}
	if !strings.Contains(page.byID(t, "rejected").parent.words(), attack) {
		t.Error("the rejected row lost its words")
	}
}

func TestPageLanguageAndHeadings(t *testing.T) {
	for textLang, want := range map[string]string{"zh": "zh-CN", "en": "en"} {
		page, _ := reportPage(t, textLang)
		if got := page.one(t, "html").attr["lang"]; got != want {
			t.Errorf("%s: lang = %s", textLang, got)
		}
		last := 0
		for _, e := range page.all("") {
			if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
				level := int(e.name[1] - '0')
				if level > last+1 {
					t.Errorf("%s: <%s> %q follows a level %d", textLang, e.name, e.words(), last)
				}
				last = level
				if e.words() == "" {
					t.Errorf("%s: an empty <%s>", textLang, e.name)
				}
			}
		}
		page.one(t, "h1")
		page.one(t, "main")
	}
}

func TestTablesHaveHeadsAndCaptions(t *testing.T) {
	page, _ := reportPage(t, "zh")
	tables := page.all("table")
	if len(tables) < 8 {
		t.Fatalf("%d tables", len(tables))
	}
	for _, table := range tables {
		caption := table.one(t, "caption")
		if caption.words() == "" {
			t.Error("an empty caption")
		}
		for _, th := range table.all("th") {
			if th.attr["scope"] != "col" && th.attr["scope"] != "row" {
				t.Errorf("%s: <th> %q has no scope", caption.words(), th.words())
			}
		}
		columns := 0
		for _, tr := range table.all("tr") {
			n := len(tr.all("th")) + len(tr.all("td"))
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%s: %d cells in a row of %d", caption.words(), n, columns)
			}
			for i, td := range tr.all("td") {
				if table.has("cards") && td.attr["data-label"] == "" {
					t.Errorf("%s: cell %d has no label for narrow screens", caption.words(), i)
				}
			}
		}
	}
}

func TestIDsAreUniqueAndLinksArrive(t *testing.T) {
	page, _ := reportPage(t, "en")
	ids := map[string]bool{}
	for _, e := range page.all("") {
		if id := e.attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %s stands twice", id)
			}
			ids[id] = true
		}
	}
	links := 0
	for _, e := range page.all("") {
		for _, name := range []string{"href", "for", "aria-labelledby"} {
			target := strings.TrimPrefix(e.attr[name], "#")
			if target == "" {
				continue
			}
			links++
			if !ids[target] {
				t.Errorf("<%s %s> leads to %s, which is not there", e.name, name, target)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links", links)
	}
}

func TestListOfPersonsAndFilters(t *testing.T) {
	page, raw := reportPage(t, "zh")
	list := page.one(t, "table.persons")
	rows := list.one(t, "tbody").all("tr")
	if len(rows) != 3 {
		t.Fatalf("%d persons", len(rows))
	}
	if got := rows[0].all("a")[0]; got.words() != "王小明" || got.attr["href"] != "#p1" {
		t.Errorf("first: %q %v", got.words(), got.attr)
	}
	if got := rows[1].words(); !strings.Contains(got, "没有缺口") || !rows[1].has("v-none") {
		t.Errorf("second: %q %v", got, rows[1].attr)
	}
	if got := rows[2].all("td")[3].words(); got != "未知" {
		t.Errorf("a total that is not known: %q", got)
	}
	for _, radio := range page.all("input.filter") {
		id := radio.attr["id"]
		if radio.attr["type"] != "radio" || radio.attr["name"] != "v" {
			t.Errorf("%s: %v", id, radio.attr)
		}
		if id != "f-all" && !bytes.Contains(raw, []byte("#"+id+":checked~table.persons")) {
			t.Errorf("no style acts on %s", id)
		}
		if radio.parent != list.parent || page.one(t, "div.people").parent != list.parent {
			t.Error("the filters are no siblings of what they filter")
		}
	}
	for i, article := range page.all("article.person") {
		if class := strings.TrimPrefix(article.attr["class"], "person "); class != rows[i].attr["class"] {
			t.Errorf("person %d is filtered by %q, the row by %q", i, class, rows[i].attr["class"])
		}
	}
}

// TestMemoryStaysFlat: nothing is kept of a person but counts.
func TestMemoryStaysFlat(t *testing.T) {
	w, err := NewHTML(broken{}, "zh", lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	h := twoGaps(t)
	for range 200 {
		if err := w.Person(h, nil); err != nil {
			t.Fatal(err)
		}
	}
	x := w.(*htmlWriter)
	if n := x.list.Buffered() + x.persons.Buffered(); n > 128<<10 {
		t.Errorf("%d bytes wait in memory", n)
	}
	info, err := x.persons.file.Stat()
	if err != nil || info.Size() == 0 {
		t.Errorf("persons are not on disk: %v %v", info, err)
	}
	if err := w.Close(Summary{Totals: assess.ZeroTotals()}); !errors.Is(err, errBroken) {
		t.Errorf("Close = %v", err)
	}
}

func TestHTMLRefusesABrokenReceipt(t *testing.T) {
	w, err := NewHTML(&bytes.Buffer{}, "zh", lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Person(twoGaps(t), json.RawMessage(`{"body":{}}`)); err == nil {
		t.Error("a broken receipt was shown")
	}
}

var colour = regexp.MustCompile(`#[0-9a-f]{3,6}\b`)

// luminance is that of WCAG 2 for a colour like #1b2430 or #fff.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 4 {
		hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			sum += weight * v / 12.92
			continue
		}
		sum += weight * math.Pow((v+0.055)/1.055, 2.4)
	}
	return sum
}

// TestContrast: text is 4.5:1 against every ground it stands on (WCAG AA).
func TestContrast(t *testing.T) {
	css, err := styleSheet()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for _, m := range regexp.MustCompile(`--(\w+):(#[0-9a-f]+)`).FindAllStringSubmatch(css, -1) {
		named[m[1]] = m[2]
	}
	if len(named) != 9 || len(colour.FindAllString(css, -1)) < 20 {
		t.Fatalf("colours: %v", named)
	}
	grounds := []string{named["paper"], named["wash"]}
	for _, pair := range [][2]string{{"ink", ""}, {"soft", ""}, {"blue", ""}, {"red", ""}, {"green", "#eaf6ee"}, {"amber", "#fff6df"}, {"amber", "#fffaf0"}, {"ink", "#e8ecf2"}, {"ink", "#e9f0fa"}, {"soft", "#fffaf0"}} {
		on := grounds
		if pair[1] != "" {
			on = []string{pair[1]}
		}
		for _, g := range on {
			a, b := luminance(t, named[pair[0]]), luminance(t, g)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s on %s: %.2f", pair[0], g, ratio)
			}
		}
	}
	for _, white := range []string{"red", "blue", "amber"} {
		if ratio := 1.05 / (luminance(t, named[white]) + 0.05); ratio < 4.5 {
			t.Errorf("white on %s: %.2f", white, ratio)
		}
	}
}

func BenchmarkHTMLPerson(b *testing.B) {
	h, body := assessed(b, "A", "zh", []record.Row{job(b, "1996-01", "2023-12", 6000), paid(b, "1996-01", "2020-12", "2021-01-10")})
	w, err := NewHTML(&bytes.Buffer{}, "zh", lang.Text)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(h.Lines)), "lines")
	for b.Loop() {
		if err := w.Person(h, body); err != nil {
			b.Fatal(err)
		}
	}
}
