package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

// sourceText is the text of the package's code and templates.
func sourceText(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !(strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".tmpl")) {
			return err
		}
		data, err := os.ReadFile(path)
		b.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestEveryKeyHasWords finds the keys that code and templates say.
func TestEveryKeyHasWords(t *testing.T) {
	text := sourceText(t)
	n := 0
	for _, re := range []struct{ pattern, prefix string }{
		{`"(report\.[a-z_.]*[a-z_])"`, ""},
		{`\.t\("([a-z_.]*[a-z_])"\)`, "report."},
		{`\.head\("([a-z_.]+)"\)`, "report."},
		{`\{\{t "([a-z_.]+)"`, "report."},
		{`\{key: "([a-z_]+)"`, "report.column."},
	} {
		for _, m := range regexp.MustCompile(re.pattern).FindAllStringSubmatch(text, -1) {
			n++
			if !lang.Has(re.prefix + m[1]) {
				t.Errorf("no words for %s%s", re.prefix, m[1])
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d keys were found; the patterns miss the code", n)
	}
}

// TestEveryCodeHasAWord covers the families that are said by code.
func TestEveryCodeHasAWord(t *testing.T) {
	var schemes, causes []string
	for _, s := range insurance.Schemes {
		schemes = append(schemes, s.String())
	}
	for _, c := range insurance.Causes {
		causes = append(causes, string(c))
	}
	var statuses []string
	for _, s := range []law.Status{law.Verified, law.Recalled, law.Disputed, law.Conflicting, law.Seed, law.Assumed} {
		statuses = append(statuses, string(s))
	}
	groups := []string{"months", "continuity", "medical", "account", "benefits", "retirement", "limitation"}
	for family, codes := range map[string][]string{
		"scheme": schemes, "short": schemes, "cause": causes, "cause_text": causes, "verdict": verdictOrder, "status": statuses, "sheet": sheetOrder,
		"group": groups, "group_lead": groups, "total": {"employer", "person", "late_fee", "interest", "total"},
		"figure":      {"base", "employer", "person", "late_fee", "interest", "provisional", "verdict"},
		"purpose":     {"house", "car_plate", "hukou", "school", "retirement"},
		"benefit":     {"unemployment", "maternity"},
		"retroactive": {"yes", "no", "within_order", "unknown"},
		"seal":        {"official", "finance", "employee_signature"},
		"state":       {"gained", "met", "unmet", "unknown"},
		"unit":        {"0.01", "0.10", "1.00"},
		"category":    {"normal", "backpay", "arrears", "deferred", "exempt", "not_due"},
		"legend":      {"normal", "backpay", "arrears", "deferred", "exempt", "not_due"},
		"switch":      {"cap_mode", "end_rule", "deadline_roll", "limitation"},
		"reading":     {"half_up", "half_even", "up", "down", "none", "principal", "next_working_day", "LSR20_bar", "no_bar"},
		"row":         {"rounding", "bases", "rates", "flexible"},
	} {
		for _, s := range []speech{zh, en} {
			for _, c := range codes {
				if got := s.name(family, c); got == "" || (got == c && s.lang == "zh") {
					t.Errorf("%s.%s has no word in %s", family, c, s.lang)
				}
			}
		}
	}
}

// TestShortNamesFitThePicture: the names of schemes beside the cells do not
// run into them (six units a letter, twelve a Chinese character).
func TestShortNamesFitThePicture(t *testing.T) {
	for _, s := range []speech{zh, en} {
		for _, x := range insurance.Schemes {
			name := s.name("short", x.String())
			if wide := Width(name) * 65 / 10; wide > cellLabel {
				t.Errorf("%s: %d units, room for %d", name, wide, cellLabel)
			}
		}
	}
}
