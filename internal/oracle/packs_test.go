package oracle

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

const packsDir = "../../packs"

// row is an entry of a pack file, as text.
type row struct {
	id, from, to, published string // from and to: YYYY-MM or YYYY-MM-DD
	population, tier        string
	schemes                 []string
	level                   string // area code of the pack
	v                       map[string]any
}

func (r *row) text(key string) string { s, _ := r.v[key].(string); return s }

func (r *row) has(key string) bool { return r.v[key] != nil }

func (r *row) number(key string) *num {
	s, ok := r.v[key].(string)
	if !ok {
		return nil
	}
	x := number(s)
	return &x
}

func (r *row) list(key string) []string { return texts(r.v[key]) }

func (r *row) table(key string) map[string]any { m, _ := r.v[key].(map[string]any); return m }

func texts(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, x := range list {
		out = append(out, x.(string))
	}
	return out
}

// inForce in a YYYY-MM month; both ends belong to the range.
func (r *row) inForce(month string) bool {
	return (r.from == "" || r.from[:7] <= month) && (r.to == "" || month <= r.to[:7])
}

// known on a day: from the publication, or from the start where that is not
// given; a month of publication counts from its last day.
func (r *row) known(on string) bool {
	since := r.published
	if len(since) == 7 {
		since = lastDay(since)
	}
	if since == "" {
		since = r.from
		if len(since) == 7 {
			since += "-01"
		}
	}
	return on == "" || since <= on
}

// land is the law of one area: its own rows, those it adopts, and the rules
// (not the amounts) of the levels above.
type land struct {
	area string
	rows map[string][]*row
}

var amountLists = []string{"bases", "rates", "injury", "fixed", "relief", "flexible", "resident_medical", "resident_pension", "rounding", "late_fee_rates", "examples"}

var ruleLists = []string{"late_fee_rules", "fee_exemptions", "populations", "workdays"}

type pack struct {
	card map[string]any
	rows map[string][]*row
}

var lands = sync.OnceValue(func() map[string]*land {
	packs := map[string]*pack{}
	entries, err := os.ReadDir(packsDir)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			p := readPack(filepath.Join(packsDir, e.Name()))
			packs[p.card["area"].(string)] = p
		}
	}
	out := map[string]*land{}
	for area := range packs {
		out[area] = landOf(area, packs)
	}
	return out
})

func landOf(area string, packs map[string]*pack) *land {
	l := &land{area, map[string][]*row{}}
	adopted := texts(packs[area].card["adopt"])
	for code := area; code != ""; {
		p := packs[code]
		for _, list := range amountLists {
			for _, r := range p.rows[list] {
				if (code == area && !r.has("shown")) || (code != area && r.id != "" && slices.Contains(adopted, r.id)) {
					l.rows[list] = append(l.rows[list], r)
				}
			}
		}
		for _, list := range ruleLists {
			l.rows[list] = append(l.rows[list], p.rows[list]...)
		}
		code, _ = p.card["parent"].(string)
	}
	return l
}

func readPack(dir string) *pack {
	p := &pack{rows: map[string][]*row{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			panic(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			panic(f + ": " + err.Error())
		}
		if len(doc.Content) == 0 {
			continue
		}
		for list, v := range tree(doc.Content[0]).(map[string]any) {
			if list == "pack" {
				p.card = v.(map[string]any)
			}
			rows, _ := v.([]any)
			for _, x := range rows {
				p.rows[list] = append(p.rows[list], newRow(x.(map[string]any)))
			}
		}
	}
	for _, rows := range p.rows {
		for _, r := range rows {
			r.level = p.card["area"].(string)
		}
	}
	return p
}

func newRow(v map[string]any) *row {
	r := &row{v: v}
	r.id, r.from, r.to, r.published = r.text("id"), r.text("from"), r.text("to"), r.text("published")
	r.population, r.tier, r.schemes = r.text("population"), r.text("tier"), r.list("schemes")
	for i, s := range r.schemes {
		if name := schemeNames[s]; name != "" {
			r.schemes[i] = name
		}
	}
	return r
}

// tree keeps every scalar as the text that stands in the file.
func tree(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			if v := tree(n.Content[i+1]); v != nil {
				m[n.Content[i].Value] = v
			}
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i] = tree(c)
		}
		return list
	}
	if n.Tag == "!!null" {
		return nil
	}
	return n.Value
}

var schemeNames = map[string]string{
	"110": "pension", "210": "unemployment", "310": "medical", "410": "injury", "510": "maternity", "330": "large_medical",
	"170": "resident_pension", "390": "resident_medical",
}

// speaking are the rows of a list about a scheme, in force in the month and
// known on the day. A row without schemes speaks of all.
func (l *land) speaking(list, scheme, month, on string) (out []*row) {
	for _, r := range l.rows[list] {
		if r.inForce(month) && r.known(on) && (scheme == "" || len(r.schemes) == 0 || slices.Contains(r.schemes, scheme)) {
			out = append(out, r)
		}
	}
	return out
}

func TestEveryAdoptedAmountIsRead(t *testing.T) {
	if len(lands()) != 13 {
		t.Fatalf("%d areas", len(lands()))
	}
	for area, l := range lands() {
		if n := len(l.rows["bases"]) + len(l.rows["rates"]); (n == 0) != (area == "000000") {
			t.Errorf("%s: %d rows of bases and rates", area, n)
		}
		found := slices.ContainsFunc(l.rows["rounding"], func(r *row) bool { return r.text("target") == "late_fee" })
		if area != "000000" && !found {
			t.Errorf("%s: no rounding of the late fee", area)
		}
	}
}

// named reports whether a list of words is empty or holds the word.
func named(list []string, word string) bool { return len(list) == 0 || slices.Contains(list, word) }

func hasWord(list, word string) bool { return slices.Contains(strings.Split(list, ","), word) }
