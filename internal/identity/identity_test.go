package identity

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
)

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// faultText is the key and the arguments of a fault, "" for none.
func faultText(f *fault.Error) string {
	if f == nil {
		return ""
	}
	return f.Error()
}

func TestCheckValid(t *testing.T) {
	asOf := day(t, "2026-07-01")
	born := day(t, "1949-12-31")
	for name, tc := range map[string]struct {
		number string
		want   Result
	}{
		"citizen of GB 11643": {"11010519491231002X",
			Result{Number: "11010519491231002X", Kind: KindCitizen, Birth: born, Sex: insurance.Female, Area: "110105"}},
		"lower-case x": {"11010519491231002x",
			Result{Number: "11010519491231002X", Kind: KindCitizen, Birth: born, Sex: insurance.Female, Area: "110105", Remark: fault.New(fault.Invalid, "identity.lower_case", nil)}},
		"blanks around": {" 11010519491231002X\n",
			Result{Number: "11010519491231002X", Kind: KindCitizen, Birth: born, Sex: insurance.Female, Area: "110105"}},
		"15 digits": {"110105491231001",
			Result{Number: "110105491231001", Kind: KindCitizen15, Birth: born, Sex: insurance.Male, Area: "110105"}},
		"abolished area": {withCheck("11010319491231002"),
			Result{Number: withCheck("11010319491231002"), Kind: KindCitizen, Birth: born, Sex: insurance.Female, Area: "110103"}},
		"residence permit of Macao": {withCheck("82000019491231001"),
			Result{Number: withCheck("82000019491231001"), Kind: KindCitizen, Birth: born, Sex: insurance.Male, Area: "820000"}},
		"born on a leap day": {withCheck("11010520000229001"),
			Result{Number: withCheck("11010520000229001"), Kind: KindCitizen, Birth: day(t, "2000-02-29"), Sex: insurance.Male, Area: "110105"}},
		"born on the day of the question": {withCheck("11010520260701001"),
			Result{Number: withCheck("11010520260701001"), Kind: KindCitizen, Birth: asOf, Sex: insurance.Male, Area: "110105"}},
		"credit code of GB 32100": {"91350100M000100Y43",
			Result{Number: "91350100M000100Y43", Kind: KindUSCC, Area: "350100"}},
		"credit code in lower case": {"91350100m000100y43",
			Result{Number: "91350100M000100Y43", Kind: KindUSCC, Area: "350100", Remark: fault.New(fault.Invalid, "identity.lower_case", nil)}},
		"credit code of the Xinjiang Corps": {withOrgAndCheck("1299000045760139"),
			Result{Number: withOrgAndCheck("1299000045760139"), Kind: KindUSCC, Area: "990000"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Valid = true
			if diff := cmp.Diff(tc.want, Check(tc.number, asOf)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckInvalid(t *testing.T) {
	asOf := day(t, "2026-07-01")
	for name, tc := range map[string]struct {
		number string
		kind   Kind
		fault  string
	}{
		"empty":                          {"", KindUSCC, `identity.uscc_length got="0"`},
		"one character":                  {"1", KindUSCC, `identity.uscc_length got="1"`},
		"a word":                         {"张三", KindUSCC, `identity.uscc_length got="2"`},
		"five wide characters":           {"一二三四五", KindCitizen15, `identity.citizen_character position="1"`},
		"wrong check digit":              {"110105194912310021", KindCitizen, "identity.citizen_check"},
		"one character short":            {"11010519491231002", KindCitizen, `identity.citizen_length got="17"`},
		"one character too many":         {"11010519491231002X0", KindCitizen, `identity.citizen_length got="19"`},
		"letter in the sequence":         {"1101051949123100OX", KindCitizen, `identity.citizen_character position="17"`},
		"letter as check digit":          {"11010519491231002Y", KindCitizen, `identity.citizen_character position="18"`},
		"X in 15 digits":                 {"11010549123100X", KindCitizen15, `identity.citizen_character position="15"`},
		"no such province":               {withCheck("16010519491231002"), KindCitizen, "identity.province"},
		"no such province, 15 digits":    {"160105491231001", KindCitizen15, "identity.province"},
		"no such day":                    {withCheck("11010520230229001"), KindCitizen, "identity.birth"},
		"no such month":                  {withCheck("11010519491331001"), KindCitizen, "identity.birth"},
		"no such century":                {withCheck("11010529491231001"), KindCitizen, "identity.birth"},
		"no such day, 15 digits":         {"110105491232001", KindCitizen15, "identity.birth"},
		"born tomorrow":                  {withCheck("11010520260702001"), KindCitizen, `identity.birth_later day="2026-07-01"`},
		"born later, 15 digits":          {"110105991231001", KindCitizen15, ""},
		"foreign permanent resident":     {withCheck("91110519800101001"), KindCitizen, "identity.foreign_card"},
		"wrong credit check":             {"91350100M000100Y44", KindUSCC, "identity.uscc_check"},
		"wrong organisation check":       {usccWith("91350100M000100Y5"), KindUSCC, "identity.org_check"},
		"letter that no credit code has": {"91350100M0OO100Y43", KindUSCC, `identity.uscc_character position="11"`},
		"letter in the area":             {"9135A100M000100Y43", KindUSCC, `identity.uscc_area position="5"`},
		"credit code one short":          {"91350100M000100Y4", KindUSCC, `identity.uscc_length got="17"`},
		"neither":                        {"123456789012345679", KindUSCC, "identity.uscc_check"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Check(tc.number, asOf)
			if got.Kind != tc.kind || faultText(got.Fault) != tc.fault || got.Valid != (tc.fault == "") {
				t.Errorf("got %s %q valid=%v, want %s %q", got.Kind, faultText(got.Fault), got.Valid, tc.kind, tc.fault)
			}
			if !got.Valid && (got.Birth != 0 || got.Sex != "" || got.Area != "") {
				t.Errorf("parts of an invalid number were given: %+v", got)
			}
			if f := faultText(got.Fault); len(tc.number) > 3 && strings.Contains(f, tc.number) {
				t.Errorf("the reason %q repeats the number", f)
			}
		})
	}
}

// Without a day nobody can be born after it.
func TestCheckWithoutDay(t *testing.T) {
	if r := Check(withCheck("11010521990101001"), 0); !r.Valid {
		t.Errorf("got %v, want valid", r.Fault)
	}
}

func TestSayAndJSON(t *testing.T) {
	say := func(f *fault.Error) string { return "<" + f.Key + ">" }
	for name, tc := range map[string]struct{ number, want string }{
		"valid":   {"11010519491231002X", `{"number":"11010519491231002X","kind":"citizen","valid":true,"birth":"1949-12-31","sex":"F","area":"110105"}`},
		"note":    {"11010519491231002x", `{"number":"11010519491231002X","kind":"citizen","valid":true,"birth":"1949-12-31","sex":"F","area":"110105","note":"\u003cidentity.lower_case\u003e"}`},
		"invalid": {"110105194912310021", `{"number":"110105194912310021","kind":"citizen","valid":false,"reason":"\u003cidentity.citizen_check\u003e"}`},
		"uscc":    {"91350100M000100Y43", `{"number":"91350100M000100Y43","kind":"uscc","valid":true,"area":"350100"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(Check(tc.number, day(t, "2026-07-01")).Say(say))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCitizen(t *testing.T) {
	asOf := day(t, "2026-07-01")
	for _, number := range []string{"11010519491231002x", "110105491231002"} {
		birth, sex, err := Citizen(number, asOf)
		if err != nil || birth != day(t, "1949-12-31") || sex != insurance.Female {
			t.Errorf("got %v %v %v", birth, sex, err)
		}
	}
	for number, key := range map[string]string{
		"91350100M000100Y43": `identity.citizen_character position="9"`,
		"":                   `identity.citizen_length got="0"`,
		"110105194912310021": "identity.citizen_check",
	} {
		birth, sex, err := Citizen(number, asOf)
		if err == nil || err.Error() != key || fault.KindOf(err) != fault.Invalid || birth != 0 || sex != "" {
			t.Errorf("got %v %q %v, want %s", birth, sex, err, key)
		}
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"11010519491231002X":  "11010519491231002X",
		" 11010519491231002x": "11010519491231002X",
		"110105491231002":     "11010519491231002X",
		"11010549123100x":     "11010549123100X",
		"passport e123":       "PASSPORT E123",
		"":                    "",
	} {
		if got := Canonical(in); got != want {
			t.Errorf("Canonical gives %q, want %q", got, want)
		}
	}
}

func TestOrganisationCode(t *testing.T) {
	for eight, want := range map[string]byte{"D2143569": 'X', "M000100Y": '4', "00000000": '0'} {
		if got := orgCheck(eight); got != want {
			t.Errorf("check of %s is %c, want %c", eight, got, want)
		}
	}
}
