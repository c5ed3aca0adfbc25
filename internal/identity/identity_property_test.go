package identity

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
)

// withCheck appends the check digit to 17 digits.
func withCheck(s string) string { return s + string(checkDigit(s)) }

// usccWith appends the check character to 17 characters.
func usccWith(s string) string { return s + string(usccCheck(s)) }

// withOrgAndCheck appends both check characters to 16 characters.
func withOrgAndCheck(s string) string { return usccWith(s + string(orgCheck(s[8:]))) }

func randomCitizen(r *rand.Rand, asOf calendar.Date) string {
	known := []int{}
	for p, ok := range provinces {
		if ok {
			known = append(known, p)
		}
	}
	first := calendar.NewMonth(1900, 1).First()
	y, m, d := (first + calendar.Date(r.IntN(int(asOf-first)+1))).Civil()
	return withCheck(fmt.Sprintf("%02d%04d%04d%02d%02d%03d", known[r.IntN(len(known))], r.IntN(10000), y, m, d, r.IntN(1000)))
}

// randomUSCC makes codes with organisation codes of digits only (the old ones)
// or of the whole alphabet.
func randomUSCC(r *rand.Rand, heads []string, letters int) string {
	b := []byte(heads[r.IntN(len(heads))] + fmt.Sprintf("%02d%04d", 11+r.IntN(55), r.IntN(3000)))
	for len(b) < 16 {
		b = append(b, usccAlphabet[r.IntN(letters)])
	}
	return withOrgAndCheck(string(b))
}

// substitutions calls visit with every number that differs in one digit (and X
// as the last character).
func substitutions(s string, visit func(string)) {
	b := []byte(s)
	for i := range b {
		for _, c := range []byte("0123456789X") {
			if c == s[i] || c == 'X' && i != len(s)-1 {
				continue
			}
			b[i] = c
			visit(string(b))
		}
		b[i] = s[i]
	}
}

func TestEverySingleSlipIsSeen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	asOf := day(t, "2026-07-01")
	heads := []string{"11", "12", "13", "51", "52", "53", "91", "92", "93", "N2"}
	for n := 0; n < 10000; n++ {
		number := randomCitizen(r, asOf)
		if n%4 == 3 {
			number = randomUSCC(r, heads, []int{10, len(usccAlphabet)}[n/4%2])
		}
		got := Check(number, asOf)
		if n%4 != 3 && (!got.Valid || got.Kind != KindCitizen) {
			t.Fatalf("random citizen number %d is %s, %v", n, got.Kind, got.Fault)
		}
		if !got.Valid {
			continue // counted in TestCreditCodesLikeCitizens
		}
		substitutions(number, func(s string) {
			if x := Check(s, asOf); x.Valid {
				t.Fatalf("number %d (%s) is still valid, as %s, with one digit changed", n, got.Kind, x.Kind)
			}
		})
	}
}

// The price of seeing every slip: very few credit codes of digits only lie one
// slip beside a citizen number and are refused.
func TestCreditCodesLikeCitizens(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	asOf := day(t, "2026-07-01")
	count := func(heads []string, letters int) (refused int) {
		for n := 0; n < 20000; n++ {
			if x := Check(randomUSCC(r, heads, letters), asOf); !x.Valid {
				refused++
			}
		}
		return refused
	}
	if n := count([]string{"12", "13", "51", "52"}, 10); n > 100 {
		t.Errorf("%d of 20000 institutions refused, want at most 100", n)
	}
	if n := count([]string{"91", "92"}, 10); n > 20 {
		t.Errorf("%d of 20000 companies refused, want at most 20", n)
	}
	if n := count([]string{"91", "92"}, len(usccAlphabet)); n > 2 {
		t.Errorf("%d of 20000 new companies refused, want at most 2", n)
	}
}

func TestLegacyGivesTheSamePerson(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	asOf := day(t, "2026-07-01")
	for n := 0; n < 10000; n++ {
		number := randomCitizen(r, asOf)
		if number[6:8] != "19" {
			continue
		}
		old := number[:6] + number[8:17]
		if Canonical(old) != number {
			t.Fatalf("number %d: 15 digits do not lead back to 18", n)
		}
		a, b := Check(number, asOf), Check(old, asOf)
		if !b.Valid || a.Birth != b.Birth || a.Sex != b.Sex || a.Area != b.Area {
			t.Fatalf("number %d: old and new number give different people", n)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "11010519491231002x", "110105491231002", "91350100M000100Y43", "", "张三", "\xff\xfe",
		"911105198001010019", "000000000000000000", "XXXXXXXXXXXXXXXXXX"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		asOf := calendar.NewMonth(2026, 7).First()
		r := Check(s, asOf)
		if r.Valid != (r.Fault == nil) {
			t.Fatal("valid and fault disagree")
		}
		if again := Check(r.Number, asOf); again.Valid != r.Valid || again.Kind != r.Kind || again.Number != r.Number {
			t.Fatal("the normalised number is judged differently")
		}
		if _, _, err := Citizen(s, asOf); (err == nil) != (r.Valid && r.Kind != KindUSCC) {
			t.Fatal("Citizen and Check disagree")
		}
		if Canonical(Canonical(s)) != Canonical(s) {
			t.Fatal("the canonical form has a canonical form of its own")
		}
		if !r.Valid || r.Kind == KindCitizen15 {
			return
		}
		if n := r.Number; r.Kind == KindCitizen && withCheck(n[:17]) != n || r.Kind == KindUSCC && withOrgAndCheck(n[:16]) != n {
			t.Fatal("the check characters do not come out again")
		}
		substitutions(r.Number, func(x string) {
			if Check(x, asOf).Valid {
				t.Fatal("valid with one digit changed")
			}
		})
	})
}

// Every key of the package has a sentence in both languages with the same
// placeholders.
func TestTexts(t *testing.T) {
	data, err := os.ReadFile("../lang/texts/identity.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]struct{ Zh, En string }
	if err := yaml.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range []string{"identity.go", "citizen.go", "uscc.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range regexp.MustCompile(`"(identity\.[a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[key[1]] = true
		}
	}
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for key := range used {
		text, ok := texts[key]
		if !ok || text.Zh == "" || text.En == "" {
			t.Errorf("%s has no sentence in both languages", key)
		}
		if zh, en := holes.FindAllString(text.Zh, -1), holes.FindAllString(text.En, -1); strings.Join(zh, "") != strings.Join(en, "") {
			t.Errorf("%s has placeholders %v and %v", key, zh, en)
		}
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("%s is not used", key)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	asOf := calendar.NewMonth(2026, 7).First()
	for name, number := range map[string]string{"citizen": "11010519491231002X", "uscc": "91350100M000100Y43"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Check(number, asOf)
			}
		})
	}
}
