package casework

import (
	"fmt"
	"strings"
)

// words of the help, in both languages.
var helpWords = map[string][2]string{
	"by": {"由谁办理", "who"}, "needs": {"不能办理的情形", "refused if"}, "gives": {"填写", "to be given"}, "may": {"可填", "may be given"},
	"papers": {"出具", "papers"}, "basis": {"依据", "basis"}, "leads": {"之后", "then"}, "term": {"期限", "term"}, "eyes": {"不得由同一人办理", "not by whoever did"},
	"opens": {"如何开始", "How it begins"}, "once": {"只能办理一次", "once only"}, "reason": {"须写明理由", "with a reason in words"}, "end": {"办理终结", "nothing more happens"},
	"back": {"原来的环节", "where it was"}, "comma": {"、", ", "}, "semi": {"；", "; "},
}

func say(lang, key string) string {
	if lang == "en" {
		return helpWords[key][1]
	}
	return helpWords[key][0]
}

// Help is the table as steps in words (Markdown), state by state, in the order
// of the table.
func (t *Table) Help(lang string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s: %s\n\n## %s\n", t.Name.In(lang), say(lang, "basis"), strings.Join(t.Rules, ", "), say(lang, "opens"))
	for _, m := range t.Openings() {
		t.step(&b, m, lang)
	}
	for i := range t.States {
		s := &t.States[i]
		fmt.Fprintf(&b, "\n## %s\n", s.Name.In(lang))
		if s.End != "" {
			fmt.Fprintf(&b, "\n%s\n", say(lang, "end"))
			continue
		}
		fmt.Fprintf(&b, "\n%s: %s\n", RoleName(s.Owner, lang), say(lang, "term")+" "+t.termWords(s, lang))
		for k := range t.Moves {
			m := &t.Moves[k]
			for _, from := range m.From {
				if from == s.ID {
					t.step(&b, m, lang)
				}
			}
		}
	}
	return b.String()
}

func (t *Table) termWords(s *State, lang string) string {
	c := t.Clock(s)
	what := strings.Join(t.duties(c), say(lang, "comma"))
	if c.Until != "" {
		what = t.Fact(c.Until).Text.In(lang)
	}
	if m := t.Move(c.Then); m != nil {
		return what + " → " + m.Name.In(lang)
	}
	return what + " → " + RoleName("reviewer", lang)
}

func (t *Table) step(b *strings.Builder, m *Move, lang string) {
	list := func(key string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(b, "  - %s: %s\n", say(lang, key), strings.Join(items, say(lang, "comma")))
		}
	}
	fmt.Fprintf(b, "\n- **%s** (`%s`)\n", m.Name.In(lang), m.ID)
	if !m.Help.Empty() {
		fmt.Fprintf(b, "  - %s\n", m.Help.In(lang))
	}
	var who []string
	for _, r := range m.By {
		who = append(who, RoleName(r, lang))
	}
	list("by", who)
	list("eyes", t.moveNames(m.OtherThan, lang))
	var needs []string
	for _, g := range m.Needs {
		needs = append(needs, strings.TrimRight(t.Guard(g).Text.In(lang), "。."))
	}
	if len(needs) > 0 {
		fmt.Fprintf(b, "  - %s: %s\n", say(lang, "needs"), strings.Join(needs, say(lang, "semi")))
	}
	list("gives", t.factNames(m.Fields, lang))
	list("may", t.factNames(m.Optional, lang))
	if m.Once {
		fmt.Fprintf(b, "  - %s\n", say(lang, "once"))
	}
	if m.Reason {
		fmt.Fprintf(b, "  - %s\n", say(lang, "reason"))
	}
	list("papers", m.Papers)
	list("basis", m.Basis)
	to := say(lang, "back")
	if m.To != Back {
		to = t.State(m.To).Name.In(lang)
	}
	list("leads", []string{to})
}

func (t *Table) moveNames(ids []string, lang string) (out []string) {
	for _, id := range ids {
		out = append(out, t.Move(id).Name.In(lang))
	}
	return out
}

func (t *Table) factNames(names []string, lang string) (out []string) {
	for _, n := range names {
		out = append(out, t.Fact(n).Text.In(lang))
	}
	return out
}
