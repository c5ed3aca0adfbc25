package report

import (
	"fmt"
	"strconv"
	"strings"
)

// page is plain text in the making; indent is by two spaces a level.
type page struct {
	speech
	strings.Builder
}

func (p *page) put(level int, text string) {
	if text != "" {
		p.WriteString(strings.Repeat("  ", level) + text + "\n")
	}
}

func (p *page) head(key string) { p.WriteString("\n" + p.t(key) + "\n") }

// refs writes source numbers: " [1, 3]".
func refs(list []int) string {
	if len(list) == 0 {
		return ""
	}
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return " [" + strings.Join(words, ", ") + "]"
}

// text writes an explanation for a terminal or a mail.
func (s *speech) text(e *Explanation) string {
	p := &page{speech: *s}
	p.put(0, p.say("report.title_of", args{"of": p.subject(e), "day": e.AsOf.String()}))
	if e.KnownAt != e.AsOf {
		p.put(0, p.say("report.known_at", args{"day": e.KnownAt.String()}))
	}
	p.head("head.totals")
	for _, x := range e.Totals {
		p.put(1, x.Text)
		if x.Amount != nil { // why a sum is not known stands in its text
			for _, d := range x.Detail {
				p.put(2, d)
			}
		}
	}
	p.put(1, p.t("fee.borne"))
	p.notes(e)
	if len(e.Verdicts) > 0 {
		p.head("head.verdicts")
		for _, v := range e.Verdicts {
			p.ruling(&v)
		}
	}
	if len(e.Papers) > 0 {
		p.head("html.papers")
		for _, x := range e.Papers {
			p.put(1, "[ ] "+x.Text+p.say("report.in_brackets", args{"text": p.list([]string{x.Detail, x.Need})}))
			p.put(3, p.t("html.concerns")+p.list(x.For))
		}
	}
	if len(e.Lines) > 0 {
		p.head("head.lines")
		for _, l := range e.Lines {
			p.put(1, l.Title)
			for _, x := range l.Steps {
				p.put(2, x.Text+refs(x.Sources))
				for _, d := range x.Detail {
					p.put(3, d)
				}
			}
		}
	}
	if len(e.Waiting) > 0 && len(e.Lines) > 0 {
		p.head("head.waiting")
		for _, w := range e.Waiting {
			p.put(1, w)
		}
	}
	p.consequences(e)
	p.sources(e)
	return p.String()
}

func (s *speech) subject(e *Explanation) string {
	of := s.list(e.Areas)
	if e.Kind == "history" && e.Person != "" {
		of = e.Person + s.say("report.in_brackets", args{"text": of})
	}
	return of
}

// notes says what is missing, doubtful or read in two ways.
func (p *page) notes(e *Explanation) {
	if len(e.Missing) > 0 {
		p.head("head.missing")
		for _, m := range e.Missing {
			p.put(1, "- "+m)
		}
	}
	if len(e.Doubts) > 0 {
		p.head("head.doubts")
		for _, d := range e.Doubts {
			p.put(1, "- "+p.list(d.Figures)+p.t("colon")+d.Word+p.t("stop")+d.Text+refs(d.Sources))
		}
	}
	if len(e.Readings) > 0 {
		p.head("head.readings")
		for _, r := range e.Readings {
			p.put(1, r.Switch+p.t("colon")+r.Reading)
			for _, x := range r.Items {
				p.put(2, p.say("report.other", args{"figure": x.Figure, "taken": p.amount(x.Taken), "other": p.amount(x.Other)}))
			}
		}
	}
}

func (p *page) ruling(v *VerdictText) {
	p.put(1, sign(v.Verdict)+" "+v.Word+p.t("colon")+p.list(v.Of))
	for _, condition := range []bool{true, false} {
		for _, r := range v.Reasons {
			if r.Condition != condition {
				continue
			}
			word := p.t("reason")
			if condition {
				word = p.t("condition")
			}
			p.put(2, word+r.Text+refs(r.Sources))
			if len(r.For) > 0 {
				p.put(3, p.t("html.concerns")+p.list(r.For))
			}
		}
	}
	if r := v.Route; r != nil {
		p.put(2, p.t("route")+r.Text+refs(r.Sources))
		for i, x := range r.Steps {
			term := ""
			if x.Term != "" {
				term = p.say("report.in_brackets", args{"text": p.list([]string{x.Term, x.Ends})})
			}
			p.put(3, fmt.Sprintf("%d. %s%s%s%s", i+1, x.Office, p.t("colon"), x.Action, term))
		}
	}
}

func (p *page) consequences(e *Explanation) {
	if len(e.Effects) == 0 {
		return
	}
	p.head("head.effects")
	for _, x := range e.Effects {
		var words []string
		if x.Before != "" {
			words = append(words, p.say("report.change", args{"before": x.Before, "after": x.After}))
		} else if x.After != "" {
			words = append(words, x.After)
		}
		if x.Need != "" {
			words = append(words, p.say("report.need", args{"months": x.Need}))
		}
		if x.Word != "" {
			words = append(words, x.Word)
		}
		line := x.Title
		if len(words) > 0 {
			line += p.t("colon") + p.list(words)
		}
		p.put(1, line+refs(x.Sources))
		p.put(2, x.Text)
	}
}

func (p *page) sources(e *Explanation) {
	if len(e.Sources) == 0 {
		return
	}
	p.head("head.sources")
	for _, x := range e.Sources {
		line := fmt.Sprintf("[%d] %s", x.Number, x.ID)
		if x.Basis != "" {
			line += p.t("colon") + x.Basis
		}
		p.put(1, line)
		p.put(2, x.Text)
		for _, d := range x.Docs {
			p.put(2, p.t("document")+d)
		}
	}
	for _, x := range e.Policy {
		p.put(1, p.say("report.policy", args{"pack": x.Pack, "digest": x.Digest}))
	}
}

// sign marks a verdict where there is no colour.
func sign(verdict string) string {
	switch verdict {
	case "allowed":
		return "✓"
	case "conditional":
		return "△"
	case "refused":
		return "✕"
	case noGap:
		return "·"
	}
	return "?"
}
