package paper_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/paper"
	"bujiao/internal/receipt"
	"bujiao/packs"
)

// The rules of the payment rules' appendix (正确填写票据和结算凭证的基本规定), whose examples are 1409.50,
// 6007.14, 107000.53, 16409.02 and 325.04: a gap inside is one 零, a whole amount
// ends in 整, 零 stands before 分 where there is no 角. The others by hand.
func TestInWords(t *testing.T) {
	for text, want := range map[string]string{
		"123.45":           "人民币壹佰贰拾叁元肆角伍分",
		"0.00":             "人民币零元整",
		"0.05":             "人民币伍分",
		"0.50":             "人民币伍角整",
		"1.05":             "人民币壹元零伍分",
		"10.00":            "人民币壹拾元整",
		"107000.53":        "人民币壹拾万零柒仟元伍角叁分",
		"1409.50":          "人民币壹仟肆佰零玖元伍角整",
		"6007.14":          "人民币陆仟零柒元壹角肆分",
		"16409.02":         "人民币壹万陆仟肆佰零玖元零贰分",
		"325.04":           "人民币叁佰贰拾伍元零肆分",
		"100000001.00":     "人民币壹亿零壹元整",
		"100010000.00":     "人民币壹亿零壹万元整",
		"20000300400.00":   "人民币贰佰亿零叁拾万零肆佰元整",
		"1000000000000.00": "人民币壹万亿元整",
		"-7.10":            "人民币负柒元壹角整",
	} {
		f, err := money.ParseFen(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := paper.InWords(f); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestFigures(t *testing.T) {
	for f, want := range map[money.Fen]string{0: "0.00", 5: "0.05", 99_999: "999.99", 100_000: "1,000.00", 123_456_789: "1,234,567.89", -123_456: "-1,234.56"} {
		if got := paper.Figures(f); got != want {
			t.Errorf("%d: %s, want %s", f, got, want)
		}
	}
}

func key(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func public(n byte) ed25519.PublicKey {
	return ed25519.PublicKey(key(n)[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sealed is a body under its receipt and its code.
func sealed(t testing.TB) (paper.Body, receipt.Receipt, string) {
	t.Helper()
	total := money.Fen(123_45)
	b := paper.Body{Kind: paper.BodyKind, Number: "110000-XQ-2026-000012", Area: "110000", IssuedOn: day(t, "2026-11-25"), Template: "cn/templates/order_to_pay/1", Total: &total,
		Data: map[string]json.RawMessage{"facts": json.RawMessage(`"x"`)}}
	r, err := receipt.Seal(b, key(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	return b, r, paper.Code{Number: b.Number, Day: b.IssuedOn, Total: b.Total, Root: r.Root(), KeyID: receipt.KeyID(public(1))}.Sign(key(1))
}

func TestCode(t *testing.T) {
	_, r, text := sealed(t)
	if len(text) >= paper.MaxCode {
		t.Errorf("%d bytes", len(text))
	}
	ring := receipt.Keyring{public(2), public(1)}
	c, err := paper.ParseCode(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := paper.VerifyCode(c, nil, ring); !got.Holds() || got.Receipt != "none" || c.Number != "110000-XQ-2026-000012" || c.Total.String() != "123.45" {
		t.Errorf("%+v", got)
	}
	if got := paper.VerifyCode(c, &r, ring); !got.Holds() || got.Receipt != "same" {
		t.Errorf("with its receipt: %+v", got)
	}
	if got := paper.VerifyCode(c, &r, receipt.Keyring{public(2)}); got.Holds() || got.Signer != "unknown" {
		t.Errorf("by an unknown key: %+v", got)
	}
	_, other, _ := sealed(t) // another salt, another root
	if got := paper.VerifyCode(c, &other, ring); got.Holds() || !cmp.Equal(got.Differs, []string{"root"}) {
		t.Errorf("with another receipt: %+v", got)
	}
}

// TestEveryCharacterOfTheCode: whichever character is changed, the code does
// not hold.
func TestEveryCharacterOfTheCode(t *testing.T) {
	_, _, text := sealed(t)
	for i := range text {
		for _, by := range []byte{'0', '1', 'A', 'z'} {
			if text[i] == by || text[i] == ' ' {
				continue
			}
			c, err := paper.ParseCode(text[:i] + string(by) + text[i+1:])
			if err == nil && paper.VerifyCode(c, nil, receipt.Keyring{public(1)}).Holds() {
				t.Errorf("character %d changed to %c holds", i, by)
			}
		}
	}
}

// TestReceiptOfAnotherTotal: what the code says must be what the data says, even
// if both were signed by the office.
func TestReceiptOfAnotherTotal(t *testing.T) {
	b, _, text := sealed(t)
	more := *b.Total + 1
	b.Total, b.Number = &more, "110000-XQ-2026-000013"
	r, err := receipt.Seal(b, key(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := paper.ParseCode(text)
	if err != nil {
		t.Fatal(err)
	}
	got := paper.VerifyCode(c, &r, receipt.Keyring{public(1)})
	if got.Holds() || !cmp.Equal(got.Differs, []string{"number", "total", "root"}) {
		t.Errorf("%+v", got)
	}
}

func FuzzParseCode(f *testing.F) {
	total := money.Fen(123_45) // every fuzzing process has the same code: its root has no salt
	text := paper.Code{Number: "110000-XQ-2026-000012", Day: day(f, "2026-11-25"), Total: &total, Root: strings.Repeat("B", 43), KeyID: receipt.KeyID(public(1))}.Sign(key(1))
	f.Add(text)
	f.Add("bujiao1 110000-XQ-2026-000012 2026-11-25 - " + strings.Repeat("A", 43) + " 0123456789abcdef " + strings.Repeat("A", 86))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := paper.ParseCode(s)
		if err != nil {
			return
		}
		if got := paper.VerifyCode(c, nil, receipt.Keyring{public(1)}); got.Holds() && strings.Join(strings.Fields(s), " ") != text {
			t.Errorf("a code that nobody signed holds: %q", s)
		}
	})
}

func template(t testing.TB, name string) *law.Template {
	t.Helper()
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := lib.Book("310000")
	if err != nil {
		t.Fatal(err)
	}
	tpl := book.Read(0, false).Template(name, day(t, "2026-11-25"))
	if tpl == nil {
		t.Fatal("no template ", name)
	}
	return tpl
}

func demand() map[string]any {
	return map[string]any{"office": "某征收机构", "employer_name": "某公司", "credit_code": "91110000000000000A", "order_number": "110000-XQ-2026-000001", "served_on": calendar.Date(739_000),
		"pay_days": 10, "as_of": calendar.Date(739_010), "total": money.Fen(1_234_56)}
}

func TestReadNamesTheField(t *testing.T) {
	tpl := template(t, "demand_letter")
	for _, c := range []struct {
		change func(map[string]any)
		key    string
		field  string
	}{
		{func(map[string]any) {}, "", ""},
		{func(m map[string]any) { delete(m, "total") }, "paper.field_missing", "total"},
		{func(m map[string]any) { m["office"] = "" }, "paper.field_missing", "office"},
		{func(m map[string]any) { m["total"] = "twelve" }, "paper.bad_field", "total"},
		{func(m map[string]any) { m["served_on"] = "yesterday" }, "paper.bad_field", "served_on"},
		{func(m map[string]any) { m["pay_days"] = "ten" }, "paper.bad_field", "pay_days"},
		{func(m map[string]any) { m["notes"] = "one" }, "paper.bad_field", "notes"},
		{func(m map[string]any) { m["secret"] = "x" }, "paper.unknown_field", "secret"},
	} {
		data := demand()
		c.change(data)
		_, err := paper.Read(tpl, data)
		var f *fault.Error
		switch {
		case c.key == "" && err != nil:
			t.Error(err)
		case c.key != "" && (!errors.As(err, &f) || f.Key != c.key || f.Args["field"] != c.field):
			t.Errorf("want %s of %s, got %v", c.key, c.field, err)
		}
	}
}

// TestLay: what was not given leaves no trace, and the amount stands in words.
func TestLay(t *testing.T) {
	tpl := template(t, "demand_letter")
	data, err := paper.Read(tpl, demand())
	if err != nil {
		t.Fatal(err)
	}
	s := paper.Sheet{Template: tpl, Number: "310000-CG-2026-000001", IssuedOn: day(t, "2026-11-25"), Data: data}
	page, err := s.Lay("zh")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, b := range page.Blocks {
		text += b.Line + b.Text + b.Heading + strings.Join(b.Seals, "") + "\n"
	}
	for _, want := range []string{"1,234.56元（人民币壹仟贰佰叁拾肆元伍角陆分）", "310000-CG", "2026年11月25日", "自收到本催告书之日起10日内"} {
		if !strings.Contains(text+page.Number, want) {
			t.Errorf("lacks %s", want)
		}
	}
	for _, never := range []string{"说明事项", "三、方式", "{"} {
		if strings.Contains(text, never) {
			t.Errorf("has %s", never)
		}
	}
	if page.Copies != "一式两份" {
		t.Error(page.Copies)
	}
}

// TestMask: names and numbers of persons and accounts are hidden, and the
// receipt without them still proves the rest.
func TestMask(t *testing.T) {
	tpl := template(t, "certificate")
	data, err := paper.Read(tpl, map[string]any{"office": "某机构", "person_name": "𠮷野晴", "person_number": "11010519491231002X", "paid_on": calendar.Date(739_000),
		"lines": []any{map[string]any{"scheme": "pension", "from": "2025-01", "to": "2025-02", "months": 2}}})
	if err != nil {
		t.Fatal(err)
	}
	s := paper.Sheet{Template: tpl, Number: "110000-ZM-2026-000001", IssuedOn: day(t, "2026-11-25"), Data: data}
	r, err := receipt.Seal(paper.Body{Kind: paper.BodyKind, Number: s.Number, IssuedOn: s.IssuedOn, Data: data}, key(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := s.Redact(r)
	if err != nil {
		t.Fatal(err)
	}
	if rep := receipt.Verify(hidden, receipt.Keyring{public(1)}, nil); !rep.Intact || hidden.Root() != r.Root() {
		t.Errorf("%+v", rep)
	}
	masked, err := json.Marshal(s.Mask().Data)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(hidden)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"野晴", "11010519491231002X"} {
		if strings.Contains(string(masked), secret) || strings.Contains(string(shown), secret) {
			t.Errorf("%s shows", secret)
		}
	}
	if !strings.Contains(string(masked), "某机构") {
		t.Error("more is hidden than has to be")
	}
}
