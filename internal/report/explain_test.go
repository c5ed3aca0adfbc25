package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// request is a quote over a limit, a fixed amount and a late fee.
const request = `{"as_of":"2019-10-10","area":"110000","payer":"employee","lang":"LANG","person":{"birth":"1985-05-05","sex":"M","hukou_area":"110105"},
"employer":{"unit_type":"large_and_other"},"gaps":[{"schemes":["pension","medical"],"from":"2019-07","to":"2019-07","wage":"3000.00","cause":"not_declared"}]}`

func requestIn(textLang string) string { return strings.Replace(request, "LANG", textLang, 1) }

func explained(t *testing.T, body json.RawMessage, textLang, format string) []byte {
	t.Helper()
	out, err := Explain(body, textLang, format, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// asText reads the JSON explanation.
func asText(t *testing.T, body json.RawMessage, textLang string) *Explanation {
	t.Helper()
	var e Explanation
	if err := json.Unmarshal(explained(t, body, textLang, "json"), &e); err != nil {
		t.Fatal(err)
	}
	return &e
}

// frozenBody is a body as the kernel made it in Chinese, cut to the rows that
// it cites: the packs may change, a receipt does not.
func frozenBody(t *testing.T) json.RawMessage {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "body.json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestExplainText(t *testing.T) {
	for _, l := range []string{"zh", "en"} {
		t.Run(l, func(t *testing.T) {
			golden(t, "explain."+l+".txt", explained(t, frozenBody(t), l, "text"))
		})
	}
}

var amountPattern = regexp.MustCompile(`\d[\d,]*\.\d\d+`)

// TestExplanationComputesNothing looks up every amount of an explanation in
// the body: one that is not there was made up.
func TestExplanationComputesNothing(t *testing.T) {
	_, history := assessed(t, "A", "zh", gapRows(t))
	for name, body := range map[string]json.RawMessage{"quote": quoted(t, requestIn("zh")), "history": history} {
		t.Run(name, func(t *testing.T) {
			known := map[string]bool{"0.00": true}
			for _, a := range regexp.MustCompile(`\d+\.\d\d+`).FindAllString(string(body), -1) {
				known[a] = true
			}
			text := string(explained(t, body, "zh", "text"))
			found := amountPattern.FindAllString(text, -1)
			if len(found) < 20 {
				t.Fatalf("only %d amounts", len(found))
			}
			for _, a := range found {
				rate := strings.Contains(text, a+" %")
				if !known[strings.ReplaceAll(a, ",", "")] && !rate {
					t.Errorf("the amount %s is not in the body", a)
				}
			}
		})
	}
}

// TestExplainInTheOtherLanguage: a receipt made in one language explains itself
// in the other, word for word as if it had been made in it.
func TestExplainInTheOtherLanguage(t *testing.T) {
	rows := append(gapRows(t), job(t, "2003-01", "2003-06", 2000))
	for i := range rows {
		rows[i].Birth, rows[i].Sex = 0, "" // verdicts that depend on facts
	}
	_, fromZH := assessed(t, "A", "zh", rows)
	_, fromEN := assessed(t, "A", "en", rows)
	for _, l := range []string{"zh", "en"} {
		if d := cmp.Diff(asText(t, fromEN, l), asText(t, fromZH, l), cmp.AllowUnexported(ReasonText{})); d != "" {
			t.Errorf("in %s (-from an English body +from a Chinese body):\n%s", l, d)
		}
	}
	for _, v := range asText(t, fromZH, "en").Verdicts {
		for _, r := range v.Reasons {
			if strings.IndexFunc(r.Text, func(x rune) bool { return unicode.Is(unicode.Han, x) }) >= 0 {
				t.Errorf("not in English: %s", r.Text)
			}
		}
	}
}

func TestDependsNamesFactsInWords(t *testing.T) {
	rows := gapRows(t)
	for i := range rows {
		rows[i].Birth, rows[i].Sex = 0, ""
	}
	_, body := assessed(t, "A", "zh", rows)
	text := string(explained(t, body, "zh", "text"))
	if !strings.Contains(text, "是否已过法定退休年龄") || strings.Contains(text, "（person.past_retirement）") {
		t.Error("a fact stands there by its code")
	}
}

func TestExplainEveryLineAndFigure(t *testing.T) {
	h, body := assessed(t, "A", "zh", gapRows(t))
	e := asText(t, body, "zh")
	if len(e.Lines) != len(h.Lines) {
		t.Fatalf("%d lines are explained, want %d", len(e.Lines), len(h.Lines))
	}
	for i, l := range e.Lines {
		var figures []string
		for _, s := range l.Steps {
			figures = append(figures, s.Figure)
			if s.Text == "" {
				t.Errorf("%s: %s has no words", l.Title, s.Figure)
			}
		}
		want := []string{"base", "employer", "person", "late_fee", "interest"}
		if h.Lines[i].Estimate != nil {
			want = append(want, "provisional")
		}
		if d := cmp.Diff(want, figures); d != "" {
			t.Errorf("%s: %s", l.Title, d)
		}
	}
}

// TestEveryCitedRowIsASource: all rows of a line's basis stand in the list of
// sources, each number once.
func TestEveryCitedRowIsASource(t *testing.T) {
	h, body := assessed(t, "A", "zh", gapRows(t))
	e := asText(t, body, "zh")
	ids := map[string]bool{}
	for i, s := range e.Sources {
		if s.Number != i+1 || ids[s.ID] {
			t.Errorf("source %d: number %d, id %s", i, s.Number, s.ID)
		}
		ids[s.ID] = true
		if s.Status == "" || s.Text == "" {
			t.Errorf("%s: no status or words", s.ID)
		}
		if s.Basis == "" && len(s.Docs) == 0 {
			t.Errorf("%s names neither basis nor document", s.ID)
		}
	}
	for _, l := range h.Lines {
		for _, b := range l.Basis {
			id, _, _ := strings.Cut(b, ": ")
			if !ids[id] {
				t.Errorf("%s %v rests on %s, which is no source", l.Scheme, l.Month, id)
			}
		}
	}
	for _, l := range e.Lines {
		for _, s := range l.Steps {
			if !slices.IsSorted(s.Sources) {
				t.Errorf("%s %s: %v", l.Title, s.Figure, s.Sources)
			}
			for _, n := range s.Sources {
				if n < 1 || n > len(e.Sources) {
					t.Errorf("%s cites [%d] of %d sources", l.Title, n, len(e.Sources))
				}
			}
		}
	}
}

func TestTotalsSayWhyTheyAreUnknown(t *testing.T) {
	m := month(t, "2003-06")
	a := &answer{
		Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: m, Area: "110000", Base: fen(10), Employer: fen(2), Person: fen(1)}},
		Missing: []assess.Missing{
			{Scheme: "pension", Month: m, Parameter: "late_fee_rules.start", Area: "110000"},
			{Scheme: "pension", Month: m, Parameter: "interest_rules", Area: "110000"},
		},
		Totals: assess.QuoteTotals{Employer: fen(2), Person: fen(1)},
	}
	e, err := explain(zh, a)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range e.Totals {
		got = append(got, s.Text)
	}
	want := []string{"单位应缴 = 2.00", "个人应缴 = 1.00", "滞纳金（单位承担） = 未知，等待：滞纳金起算日", "利息 = 未知，等待：补缴利息的算法", "合计 = 未知，等待：滞纳金起算日、补缴利息的算法"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := e.Lines[0].Steps[4].Text; got != "利息：未知，缺少：补缴利息的算法。" {
		t.Errorf("interest: %s", got)
	}
}

func TestUnknownWithoutAReasonPointsOn(t *testing.T) {
	e, err := explain(zh, &answer{Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: month(t, "2003-06")}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Totals[0].Text; got != "单位应缴 = 未知，等待：原因见“还缺什么”" {
		t.Errorf("total: %s", got)
	}
}

func TestSources(t *testing.T) {
	e := &explainer{speech: zh, a: &answer{}, out: &Explanation{}, cited: map[string]int{}, areas: map[string]law.Text{"110000": {ZH: "北京", EN: "Beijing"}},
		cards: map[string]rowCard{
			"span": {ID: "span", Basis: "甲", Area: "110000", Status: law.Verified, From: law.Since(day(t, "2019-07-01")), To: law.Until(day(t, "2020-06-30")), Published: law.Until(day(t, "2019-06-25"))},
			"open": {ID: "open", Docs: []string{"乙"}, Area: "000000", Status: law.Verified, Boundary: law.Recalled, From: law.Since(day(t, "2019-07-01"))},
			"past": {ID: "past", Area: "110000", Status: law.Seed, To: law.Until(day(t, "2011-06-30"))},
		}}
	if d := cmp.Diff([]int{1, 2, 3}, e.cite("span: 甲", "open", "", "past", "span")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{1, 4}, e.cite("elsewhere: 丙", "span")); d != "" {
		t.Error(d)
	}
	want := []SourceText{
		{Number: 1, ID: "span", Basis: "甲", Status: "verified", Text: "已核对来源；北京 110000；适用 2019-07-01 至 2020-06-30；2019-06-25 公布"},
		{Number: 2, ID: "open", Docs: []string{"乙"}, Status: "recalled", Text: "凭记忆，未见原文；000000；自 2019-07-01 起适用"},
		{Number: 3, ID: "past", Status: "seed", Text: "仅见于项目底稿；北京 110000；适用至 2011-06-30"},
		{Number: 4, ID: "elsewhere", Basis: "丙"},
	}
	if d := cmp.Diff(want, e.out.Sources); d != "" {
		t.Error(d)
	}
}

func TestExplainErrors(t *testing.T) {
	good := quoted(t, requestIn("zh"))
	for _, c := range []struct {
		name, body, format, key string
	}{
		{"no JSON", "{", "text", "report.no_body"},
		{"no body", "{}", "text", "report.no_body"},
		{"a list", "[]", "text", "report.no_body"},
		{"another kind", `{"engine":"x","kind":"bill","input":{},"result":{}}`, "text", "report.no_body"},
		{"no result", `{"engine":"x","kind":"quote","input":{}}`, "text", "report.no_body"},
		{"a result of another shape", `{"engine":"x","kind":"quote","input":{},"result":{"lines":7}}`, "json", "report.no_body"},
		{"a row of another shape", `{"engine":"x","kind":"quote","input":{},"result":{},"laws":[{"area":"1","rows":[{"kind":"bases","row":[]}]}]}`, "json", "report.no_body"},
		{"an unknown format", string(good), "pdf", "report.format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Explain(json.RawMessage(c.body), "zh", c.format, lang.Text)
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != c.key {
				t.Errorf("err = %v, want %s", err, c.key)
			}
		})
	}
}

func TestExplainTakesAReceipt(t *testing.T) {
	body := quoted(t, requestIn("zh"))
	sealed, err := json.Marshal(map[string]json.RawMessage{"body": body, "root": json.RawMessage(`"x"`)})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(explained(t, body, "zh", "text"), explained(t, sealed, "zh", "text")) {
		t.Error("a receipt explains itself differently from its body")
	}
}

// redacted replaces the value at a path of keys by the marker of a receipt.
func redacted(t *testing.T, body json.RawMessage, path ...any) json.RawMessage {
	t.Helper()
	var tree any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	at := tree
	marker := map[string]any{"hash": "abc", "redacted": true}
	for i, p := range path {
		last := i == len(path)-1
		switch k := p.(type) {
		case string:
			if last {
				at.(map[string]any)[k] = marker
			}
			at = at.(map[string]any)[k]
		case int:
			if last {
				at.([]any)[k] = marker
			}
			at = at.([]any)[k]
		}
	}
	out, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestExplainARedactedReceipt(t *testing.T) {
	_, body := assessed(t, "A", "zh", gapRows(t))
	for _, path := range [][]any{{"input", "person"}, {"input", "rows", 0, "wage"}, {"result", "person"}} {
		if _, err := Explain(redacted(t, body, path...), "zh", "text", lang.Text); err != nil {
			t.Errorf("without %v: %v", path, err)
		}
	}
	for pointer, path := range map[string][]any{"/result/lines/0/employer": {"result", "lines", 0, "employer"}, "/trace/1/wage": {"trace", 1, "wage"}} {
		_, err := Explain(redacted(t, body, path...), "zh", "text", lang.Text)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "report.redacted" || f.Args["pointer"] != pointer {
			t.Errorf("without %s: %v", pointer, err)
		}
	}
}

func TestExplainWithoutWords(t *testing.T) {
	if _, err := Explain(quoted(t, requestIn("zh")), "zh", "text", nil); err != nil {
		t.Error(err)
	}
}

func FuzzExplain(f *testing.F) {
	f.Add([]byte(`{"engine":"x","kind":"history","input":{"as_of":"2024-03-15"},"result":{"lines":[{"scheme":"pension","month":"2019-10"}],"marks":[{"path":"/lines/9/x","status":"seed","basis":"a: b"}]},"trace":[{"path":"","wage":"1.00"}]}`))
	f.Add([]byte(`{"kind":"quote","result":{"verdicts":[{"scheme":"pension","from":"2019-10","to":"2019-01"}],"waiting":[{"day":"2024-01-01","total":"1.00","late_fee":"2.00"},{"day":"2025-01-01","total":"9.00","late_fee":"-2.00"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, format := range []string{"text", "json", "html"} {
			_, err := Explain(body, "en", format, lang.Text)
			var fe *fault.Error
			if err != nil && !errors.As(err, &fe) {
				t.Errorf("%s: %v is no fault", format, err)
			}
		}
	})
}
