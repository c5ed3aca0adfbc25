package demo_test

import (
	"strings"
	"testing"

	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// lives is what the label of a drawn person promises of pension: the one cause
// of a gap, and the kind of back-pay. Empty: there is none.
var lives = map[string]struct {
	cause insurance.Cause
	kind  string
}{
	"按时缴费":    {},
	"换工作":     {},
	"换工作空档":   {},
	"离职停保":    {},
	"漏报短期":    {cause: insurance.NotDeclared},
	"入职迟登记":   {cause: insurance.NotDeclared},
	"少报基数":    {cause: insurance.UnderDeclared},
	"申报未缴":    {cause: insurance.DeclaredUnpaid},
	"前单位未参保":  {cause: insurance.NeverRegistered},
	"迟缴":      {kind: record.KindInterruption},
	"扣款失败后补扣": {kind: record.KindBankRetry},
}

func TestOrdinaryLives(t *testing.T) {
	told := map[string]bool{}
	for _, w := range situations {
		told[w.person] = true
	}
	people, _ := read(t, sample...)
	seen := map[string]int{}
	for name, rows := range people {
		if told[name] {
			continue
		}
		_, life, _ := strings.Cut(name, " ")
		want, ok := lives[life]
		if !ok {
			t.Errorf("%s: nothing is known of this life", name)
			continue
		}
		seen[life]++
		h := history(t, name, today, rows)
		var cause insurance.Cause
		kinds := map[string]bool{}
		for _, c := range h.Grid {
			if c.Scheme == insurance.Pension && c.Category == record.Arrears {
				cause = c.Cause
			}
			if c.Scheme == insurance.Pension && c.Category == record.Backpay {
				kinds[c.Kind] = true
			}
		}
		if got := strings.Join(sorted(kinds), " "); cause != want.cause || got != want.kind {
			t.Errorf("%s: cause %q, kind %q; want %q, %q", name, cause, got, want.cause, want.kind)
		}
	}
	for life := range lives {
		if seen[life] < 3 {
			t.Errorf("%d persons have the life %s, want three or more", seen[life], life)
		}
	}
}

// TestEmployersAreFictional: codes have right check characters and say FAKE,
// all others are plain labels.
func TestEmployersAreFictional(t *testing.T) {
	people, _ := read(t, sample...)
	codes, labels := 0, 0
	for name, rows := range people {
		for _, r := range rows {
			switch {
			case r.Employer == "":
			case len(r.Employer) == 18 && strings.HasPrefix(r.Employer, "91"):
				codes++
				if x := identity.Check(r.Employer, day(t, today)); !x.Valid || !strings.Contains(r.Employer, "FAKE") {
					t.Errorf("%s: %s is not a valid code of a fictional employer", name, r.Employer)
				}
			default:
				labels++
			}
			if r.IDNumber != "" && r.IDNumber[14:16] != "99" {
				t.Errorf("%s has a number with a sequence that an office may have given", name)
			}
		}
	}
	if codes == 0 || labels == 0 {
		t.Errorf("%d employers by code, %d by label; want both", codes, labels)
	}
}
