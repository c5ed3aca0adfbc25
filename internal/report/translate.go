package report

import (
	"encoding/json"
	"regexp"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/law"
)

// translator turns the texts of an answer into the language of the reader. It
// invents nothing: rows carry both languages, and sentences of the kernel are
// found in the catalogue by their words and said again.
type translator struct {
	speech
	from     string
	texts    map[string]string
	patterns []pattern
}

// pattern finds a sentence of the kernel and its arguments.
type pattern struct {
	key   string
	match *regexp.Regexp
	args  []string
}

// kernelKeys are the sentences that the kernel composes.
var kernelKeys = []string{"assess.unknown", "assess.no_route", "assess.depends", "assess.no_continuity", "assess.no_medical"}

var kernelArgs = []string{"office", "hotline", "facts", "rule"}

func newTranslator(s speech, a *answer) *translator {
	t := &translator{speech: s, from: a.lang, texts: map[string]string{}}
	if s.words == nil {
		return t
	}
	for _, l := range a.laws {
		for _, r := range l.Rows {
			t.learn(r.Row)
		}
	}
	for _, key := range kernelKeys {
		if p, ok := t.patternOf(key); ok {
			t.patterns = append(t.patterns, p)
		}
	}
	return t
}

// learn takes the sentences of a row in both languages.
func (t *translator) learn(row json.RawMessage) {
	var tree any
	if json.Unmarshal(row, &tree) != nil {
		return
	}
	var walk func(any)
	walk = func(v any) {
		switch x := v.(type) {
		case []any:
			for _, y := range x {
				walk(y)
			}
		case map[string]any:
			zh, ok := x["zh"].(string)
			en, both := x["en"].(string)
			if ok && both {
				both := law.Text{ZH: zh, EN: en}
				t.texts[both.In(t.from)] = both.In(t.lang)
				return
			}
			for _, y := range x {
				walk(y)
			}
		}
	}
	walk(tree)
}

func (t *translator) patternOf(key string) (pattern, bool) {
	holes := args{}
	for _, name := range kernelArgs {
		holes[name] = "\ue000" + name + "\ue000"
	}
	said := t.words(t.from, key, holes)
	if said == key {
		return pattern{}, false
	}
	p := pattern{key: key}
	var re strings.Builder
	re.WriteString(`(?s)^`)
	for i, part := range strings.Split(said, "\ue000") {
		if i%2 == 1 {
			p.args = append(p.args, part)
			re.WriteString(`(.*)`)
			continue
		}
		re.WriteString(regexp.QuoteMeta(part))
	}
	re.WriteString(`$`)
	var err error
	p.match, err = regexp.Compile(re.String())
	return p, err == nil
}

// text says a text of the answer in the reader's language.
func (t *translator) text(s string) string {
	if other, ok := t.texts[s]; ok && other != "" {
		return other
	}
	for _, p := range t.patterns {
		found := p.match.FindStringSubmatch(s)
		if found == nil {
			continue
		}
		a := args{}
		for i, name := range p.args {
			a[name] = t.argument(name, found[i+1])
		}
		return t.say(p.key, a)
	}
	return s
}

func (t *translator) argument(name, value string) string {
	if name != "facts" {
		return t.text(value)
	}
	facts := strings.Split(value, ", ")
	for i := range facts {
		facts[i] = t.parameter(facts[i])
	}
	return t.list(facts)
}

// answer translates every text of an answer, in place.
func (t *translator) answer(a *answer) {
	for i := range a.Missing {
		a.Missing[i].Text = t.text(a.Missing[i].Text)
	}
	for i := range a.Verdicts {
		t.verdict(&a.Verdicts[i])
	}
	if a.Effects != nil {
		t.effects(a.Effects)
	}
}

func (t *translator) verdict(v *assess.Verdict) {
	for i := range v.Conditions {
		v.Conditions[i] = t.text(v.Conditions[i])
	}
	for i := range v.Reasons {
		v.Reasons[i].Text = t.text(v.Reasons[i].Text)
	}
	if v.Route != nil {
		v.Route.Text = t.text(v.Route.Text)
		for i := range v.Route.Steps {
			s := &v.Route.Steps[i]
			s.Office, s.Action = t.text(s.Office), t.text(s.Action)
		}
	}
	for i := range v.Papers {
		v.Papers[i].Text = t.text(v.Papers[i].Text)
	}
}

func (t *translator) effects(e *assess.Effects) {
	for i := range e.Continuity {
		e.Continuity[i].Text = t.text(e.Continuity[i].Text)
	}
	for i := range e.Medical {
		e.Medical[i].Text = t.text(e.Medical[i].Text)
	}
	for i := range e.Account {
		e.Account[i].Text = t.text(e.Account[i].Text)
	}
	for i := range e.Benefits {
		e.Benefits[i].Text = t.text(e.Benefits[i].Text)
	}
	if e.Limitation != nil {
		e.Limitation.Text = t.text(e.Limitation.Text)
	}
}
