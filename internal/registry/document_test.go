package registry_test

import (
	"errors"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
)

// keyOf is the key of a fault.
func keyOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plain is an index that hashes nothing, so that tests see what is hashed.
func plain(kind, value string) string { return kind + "|" + value }

// The numbers: R-ID-01's test number and its 15-digit form; the permit by hand:
// 81000019900101001 by the weights of R-ID-01 is 56+9+2+9+54+9+5+2 = 146, which
// is 3 mod 11, so its check character is 9.
func TestDocuments(t *testing.T) {
	today := date(t, "2026-03-02")
	for _, c := range []struct {
		kind, number, nation string
		want                 string // kind, hashed, birth, sex; or the key of the fault
	}{
		{"", "11010519491231002X", "", "citizen citizen|11010519491231002X 1949-12-31 F"},
		{"", " 11010519491231002x ", "", "citizen citizen|11010519491231002X 1949-12-31 F"},
		{"citizen", "110105491231002", "", "citizen citizen|11010519491231002X 1949-12-31 F"},
		{"", "810000199001010010", "", "identity.citizen_check"},
		{"", "810000199001010019", "", "hkmt_permit citizen|810000199001010019 1990-01-01 M"},
		{"hkmt_permit", "810000199001010019", "", "hkmt_permit citizen|810000199001010019 1990-01-01 M"},
		{"hkmt_permit", "11010519491231002X", "", "registry.not_hkmt"},
		{"", "110105194912310021", "", "identity.citizen_check"},
		{"", "", "", "identity.citizen_length"},
		{"passport", "c01x00t47", "deu", "passport passport|DEU|C01X00T47"},
		{"passport", "C01X00T47", "", "registry.no_nation"},
		{"passport", "C01", "DEU", "registry.bad_passport"},
		{"passport", "C01-X00", "DEU", "registry.bad_passport"},
		{"foreign_pr", "DEU110100000001", "", "foreign_pr foreign_pr|DEU110100000001"},
		{"foreign_pr", "11010519491231002X", "", "registry.bad_foreign_card"},
		{"licence", "1", "", "registry.unknown_document"},
	} {
		h, err := registry.Document{Kind: c.kind, Number: c.number, Nation: c.nation}.Read(today)
		got := keyOf(err)
		if err == nil {
			got = h.Kind + " " + h.Hash(plain)
			if h.Birth != 0 {
				got += " " + h.Birth.String() + " " + string(h.Sex)
			}
		} else if c.number != "" && strings.Contains(err.Error(), strings.TrimSpace(c.number)) {
			t.Errorf("%v: the error tells the number", c)
		}
		if got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
}

func TestMasks(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{registry.MaskName("张三"), "张*"},
		{registry.MaskName("欧阳修"), "欧**"},
		{registry.MaskName("𠮷田"), "𠮷*"},
		{registry.MaskName("张"), "*"},
		{registry.MaskName(""), ""},
		{registry.MaskName("Wolfgang Amadeus Mozart"), "W********"},
		{registry.MaskNumber("110105194912311234"), "1****************4"},
		{registry.MaskNumber("C01X00T47"), "C*******7"},
		{registry.MaskNumber("12345"), "*****"},
		{registry.MaskAccount("6222020200112230456"), "****0456"},
		{registry.MaskAccount("12345678"), "****"},
		{registry.MaskAccount(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	p := registry.Person{Number: "110105194912311234", Name: "张三", BankAccount: "6222020200112230456"}.Masked()
	if p.Number != "1****************4" || p.Name != "张*" || p.BankAccount != "****0456" {
		t.Errorf("masked: %+v", p)
	}
}

func TestNewPersonIsChecked(t *testing.T) {
	today := date(t, "2026-03-02")
	good := registry.NewPerson{Document: registry.Document{Number: "11010519491231002X"}, Name: "张三"}
	foreign := registry.NewPerson{Document: registry.Document{Kind: registry.Passport, Number: "C01X00T47", Nation: "DEU"}, Name: "Anna Schmidt", Birth: date(t, "1980-02-29"), Sex: insurance.Female}
	for _, c := range []struct {
		name string
		of   registry.NewPerson
		edit func(*registry.NewPerson)
		want string
	}{
		{"good", good, func(*registry.NewPerson) {}, ""},
		{"same birth and sex", good, func(p *registry.NewPerson) { p.Birth, p.Sex = date(t, "1949-12-31"), insurance.Female }, ""},
		{"another birth", good, func(p *registry.NewPerson) { p.Birth = date(t, "1949-12-30") }, "registry.birth_contradicts"},
		{"another sex", good, func(p *registry.NewPerson) { p.Sex = insurance.Male }, "registry.sex_contradicts"},
		{"no name", good, func(p *registry.NewPerson) { p.Name = " " }, "registry.bad_name"},
		{"a name with a control character", good, func(p *registry.NewPerson) { p.Name = "张\x00" }, "registry.bad_name"},
		{"a rare name", good, func(p *registry.NewPerson) { p.Name = "㐂䶮𠮷" }, ""},
		{"hukou", good, func(p *registry.NewPerson) { p.HukouArea, p.HukouKind = "110105", "rural" }, ""},
		{"hukou area", good, func(p *registry.NewPerson) { p.HukouArea = "1101" }, "registry.bad_hukou_area"},
		{"hukou kind", good, func(p *registry.NewPerson) { p.HukouKind = "sea" }, "registry.bad_hukou_kind"},
		{"category", good, func(p *registry.NewPerson) { p.Category = "boss" }, "registry.bad_category"},
		{"account without bank", good, func(p *registry.NewPerson) { p.BankAccount = "622202" }, "registry.bank_and_account"},
		{"account of letters", good, func(p *registry.NewPerson) { p.Bank, p.BankAccount = "icbc", "62220x" }, "registry.bad_account"},
		{"from before birth", good, func(p *registry.NewPerson) { p.From = date(t, "1949-12-30") }, "registry.bad_from"},
		{"from tomorrow", good, func(p *registry.NewPerson) { p.From = today + 1 }, "registry.bad_from"},
		{"foreigner", foreign, func(*registry.NewPerson) {}, ""},
		{"foreigner without birth", foreign, func(p *registry.NewPerson) { p.Birth = 0 }, "registry.bad_birth"},
		{"foreigner without sex", foreign, func(p *registry.NewPerson) { p.Sex = "" }, "registry.bad_sex"},
		{"foreigner born tomorrow", foreign, func(p *registry.NewPerson) { p.Birth = today + 1 }, "registry.bad_birth"},
	} {
		in := c.of
		c.edit(&in)
		p, err := in.Person(plain, today)
		if got := keyOf(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if err == nil && p.From != p.Birth {
			t.Errorf("%s: true from %s, want birth", c.name, p.From)
		}
	}
}
