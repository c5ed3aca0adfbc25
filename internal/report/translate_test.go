package report

import (
	"encoding/json"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

func translatorTo(to, from string) *translator {
	a := &answer{lang: from, laws: []assess.BodyLaw{{Rows: []law.Embedded{
		{Kind: "verdicts", Row: json.RawMessage(`{"id":"x","text":{"zh":"可以补缴。","en":"It can be made up."}}`)},
		{Kind: "routes", Row: json.RawMessage(`{"id":"y","steps":[{"office":{"zh":"税务部门","en":"tax office"}}]}`)},
		{Kind: "odd", Row: json.RawMessage(`not JSON`)},
	}}}}
	return newTranslator(speech{to, lang.Text}, a)
}

func TestTranslate(t *testing.T) {
	for _, c := range []struct {
		name, from, to, in, want string
	}{
		{"a row's text", "zh", "en", "可以补缴。", "It can be made up."},
		{"a text deep in a row", "en", "zh", "tax office", "税务部门"},
		{"the same language", "zh", "zh", "可以补缴。", "可以补缴。"},
		{"unknown words stay", "zh", "en", "别的话", "别的话"},
		{"nothing", "zh", "en", "", ""},
		{"a sentence of the kernel", "zh", "en", lang.Text("zh", "assess.no_medical", nil), lang.Text("en", "assess.no_medical", nil)},
		{"a sentence with an office", "zh", "en", lang.Text("zh", "assess.no_route", args{"office": "税务部门", "hotline": "12366"}), lang.Text("en", "assess.no_route", args{"office": "tax office", "hotline": "12366"})},
		{"a rule that waits for facts", "en", "zh", lang.Text("en", "assess.depends", args{"facts": "person.hukou, person.sex", "rule": "It can be made up."}),
			lang.Text("zh", "assess.depends", args{"facts": "户籍所在地、性别", "rule": "可以补缴。"})},
	} {
		if got := translatorTo(c.to, c.from).text(c.in); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestTranslateEveryText(t *testing.T) {
	const in, want = "可以补缴。", "It can be made up."
	a := &answer{
		Missing: []assess.Missing{{Text: in}},
		Verdicts: []assess.Verdict{{Conditions: []string{in}, Reasons: []assess.Reason{{Text: in}}, Papers: []assess.PaperAnswer{{Text: in}},
			Route: &assess.RouteAnswer{Text: in, Steps: []assess.StepAnswer{{Office: in, Action: in}}}}},
		Effects: &assess.Effects{Continuity: []assess.ContinuityEffect{{Text: in}}, Medical: []assess.MedicalEffect{{Text: in}}, Account: []assess.AccountEffect{{Text: in}},
			Benefits: []assess.BenefitEffect{{Text: in}}, Limitation: &assess.LimitationEffect{Text: in}},
	}
	translatorTo("en", "zh").answer(a)
	v := a.Verdicts[0]
	for name, got := range map[string]string{
		"missing": a.Missing[0].Text, "condition": v.Conditions[0], "reason": v.Reasons[0].Text, "paper": v.Papers[0].Text, "route": v.Route.Text,
		"office": v.Route.Steps[0].Office, "action": v.Route.Steps[0].Action, "continuity": a.Effects.Continuity[0].Text, "medical": a.Effects.Medical[0].Text,
		"account": a.Effects.Account[0].Text, "benefit": a.Effects.Benefits[0].Text, "limitation": a.Effects.Limitation.Text,
	} {
		if got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestKernelSentencesAreInTheCatalogue: a renamed key would silently leave its
// sentence in the other language.
func TestKernelSentencesAreInTheCatalogue(t *testing.T) {
	for _, key := range kernelKeys {
		if !lang.Has(key) {
			t.Errorf("the catalogue has no %s", key)
		}
	}
	if got := len(translatorTo("en", "zh").patterns); got != len(kernelKeys) {
		t.Errorf("%d patterns of %d keys", got, len(kernelKeys))
	}
}
