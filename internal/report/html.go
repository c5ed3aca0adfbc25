package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"strconv"
	"strings"
	"sync"

	"bujiao/internal/assess"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

//go:embed templates/*.tmpl templates/style.css
var templateFiles embed.FS

// styleSheet is compiled in; that it is there is checked by the build.
var styleSheet = sync.OnceValues(func() (string, error) {
	b, err := templateFiles.ReadFile("templates/style.css")
	return string(b), err
})

// htmlWriter writes one self-contained page. Persons and the list of persons
// wait on disk, since totals and counts stand before them.
type htmlWriter struct {
	speech
	out     io.Writer
	pages   *template.Template
	list    *spool
	persons *spool
	tally   *tally
}

// NewHTML returns a Writer of a page that loads nothing and runs no script.
func NewHTML(w io.Writer, lang string, words assess.Say) (Writer, error) {
	h := &htmlWriter{speech: speech{lang, words}, out: w, tally: newTally()}
	var err error
	if h.pages, err = h.templates(); err != nil {
		return nil, err
	}
	if h.list, err = newSpool(); err != nil {
		return nil, err
	}
	if h.persons, err = newSpool(); err != nil {
		h.list.close()
		return nil, err
	}
	return h, nil
}

// templates parses the page with the words of a language.
func (s *speech) templates() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"t":       s.t,
		"amount":  s.amount,
		"list":    s.list,
		"sign":    sign,
		"verdict": func(code string) string { return s.name("verdict", code) },
		"inc":     func(i int) int { return i + 1 },
	}).ParseFS(templateFiles, "templates/*.tmpl")
}

// pageView is what the page shows around the persons.
type pageView struct {
	Lang     string // BCP 47
	Title    string
	Lead     string
	Style    template.CSS
	Policy   string // content security policy
	AsOf     string
	KnownAt  string // empty if it is the day itself
	Persons  int
	Totals   []totalView
	Verdicts []filterView
	Causes   []causeView
	Missing  []string
	Rejected []Rejected
	Hidden   int // rejected rows that are not listed
	Refused  int // rejected rows in all
	Packs    []law.Policy
	Single   bool // a page of one answer: no list, no filters
}

// totalView is a sum, or why it is not known.
type totalView struct {
	Figure, Name string
	Amount       *money.Fen
	Why          string
}

// filterView is a verdict with its number of persons.
type filterView struct {
	Code, Word, Sign string
	Count            int
}

type causeView struct {
	Word, Text string
	Count      int
}

func (s *speech) pageView(title, lead string) (*pageView, error) {
	css, err := styleSheet()
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(css))
	v := &pageView{Lang: "zh-CN", Title: title, Lead: lead, Style: template.CSS(css),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'"}
	if s.lang == english {
		v.Lang = "en"
	}
	return v, nil
}

// Person implements Writer.
func (h *htmlWriter) Person(p *assess.History, receipt json.RawMessage) error {
	h.tally.add(p)
	a := answerOf(p)
	if len(receipt) > 0 {
		var err error
		if a, err = readBody(receipt); err != nil {
			return err
		}
		// the receipt holds neither the name nor the grid, which is most of the bytes
		a.Person, a.Grid = p.Person, p.Grid
	}
	e, err := explain(h.speech, a)
	if err != nil {
		return err
	}
	v, err := h.person("p"+strconv.Itoa(h.tally.persons), a, e)
	if err != nil {
		return err
	}
	v.Explained = len(receipt) > 0
	v.Heading = true
	if err := h.pages.ExecuteTemplate(h.list, "row", v); err != nil {
		return err
	}
	return h.pages.ExecuteTemplate(h.persons, "person", v)
}

// Close implements Writer.
func (h *htmlWriter) Close(s Summary) error {
	v, err := h.pageView(h.t("html.title"), h.t("html.lead"))
	if err != nil {
		return err
	}
	v.AsOf, v.Persons = s.AsOf.String(), h.tally.persons
	if s.KnownAt != s.AsOf && s.KnownAt != 0 {
		v.KnownAt = s.KnownAt.String()
	}
	e := &explainer{speech: h.speech, a: &answer{Totals: s.Totals}}
	v.Totals = sums(e.totals())
	for i, known := range []*money.Fen{s.Known.Employer, s.Known.Person, s.Known.LateFee, s.Known.Interest, s.Known.Total} {
		v.Totals[i].Why = ""
		if v.Totals[i].Amount == nil && known != nil {
			v.Totals[i].Why = h.say("report.known_so_far", args{"amount": h.amount(known)})
		}
	}
	v.Missing = h.missing(s.Missing)
	v.Rejected = s.Rejected[:min(len(s.Rejected), shownRejected)]
	v.Refused = len(s.Rejected) + s.More
	v.Hidden = v.Refused - len(v.Rejected)
	for _, c := range verdictOrder {
		if n := h.tally.verdicts[c]; n > 0 {
			v.Verdicts = append(v.Verdicts, filterView{c, h.name("verdict", c), sign(c), n})
		}
	}
	for _, c := range causeOrder(h.tally.causes) {
		v.Causes = append(v.Causes, causeView{h.name("cause", c), h.name("cause_text", c), h.tally.causes[c]})
	}
	if s.Policy.Pack != "" {
		v.Packs = []law.Policy{s.Policy}
	}
	if err := h.pages.ExecuteTemplate(h.out, "head", v); err != nil {
		return err
	}
	if err := h.list.copyTo(h.out); err != nil {
		return err
	}
	if err := h.pages.ExecuteTemplate(h.out, "between", v); err != nil {
		return err
	}
	if err := h.persons.copyTo(h.out); err != nil {
		return err
	}
	return h.pages.ExecuteTemplate(h.out, "tail", v)
}

// sums lists who owes what. Why a sum of a person is not known stands beside
// it; for all persons together the list of what is missing says it.
func sums(steps []Step) []totalView {
	var out []totalView
	for _, x := range steps {
		out = append(out, totalView{Figure: x.Figure, Name: x.Name, Amount: x.Amount, Why: strings.Join(x.Detail, " ")})
	}
	return out
}

// explainPage is the page of one receipt.
func explainPage(s speech, a *answer, e *Explanation) ([]byte, error) {
	pages, err := s.templates()
	if err != nil {
		return nil, err
	}
	title := s.say("report.title_of", args{"of": s.subject(e), "day": e.AsOf.String()})
	v, err := s.pageView(title, s.t("html.lead_one"))
	if err != nil {
		return nil, err
	}
	v.Single, v.AsOf, v.Packs = true, a.AsOf.String(), e.Policy
	if a.KnownAt != a.AsOf {
		v.KnownAt = a.KnownAt.String()
	}
	p, err := s.person("p1", a, e)
	if err != nil {
		return nil, err
	}
	p.Explained = true
	var b bytes.Buffer
	for _, part := range []struct {
		name string
		view any
	}{{"head", v}, {"person", p}, {"tail", v}} {
		if err := pages.ExecuteTemplate(&b, part.name, part.view); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
