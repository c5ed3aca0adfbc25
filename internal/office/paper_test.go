package office_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/office"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/receipt"
	"bujiao/internal/statement"
	"bujiao/internal/store/storetest"
)

// TestStatementAsAPaper issues a notice of a month as a paper: numbered in its
// series, given once a key, read masked and plainly by whose it is and by nobody
// else, printed to the same bytes, proved by its code, and served.
func TestStatementAsAPaper(t *testing.T) {
	d := newDebtors(t)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	self, clerk := d.as(access.Insured, "", "x"), d.as(access.Clerk, "", "")
	clerk.Purpose = access.Service
	in := office.StatementPaper{Kind: statement.Monthly, Person: "x", Month: d.monthOf("2022-08")}
	_, err := d.IssueStatement(t.Context(), self, in)
	check(t, "without a key", err, "paper.no_key")
	d.Signing = key
	keyed := clerk
	keyed.Key = "k"
	p, err := d.IssueStatement(t.Context(), keyed, in)
	if err != nil || !strings.HasSuffix(p.Number, "-000001") || p.Kind != "monthly_notice" {
		t.Fatalf("%+v, %v", p, err)
	}
	if again, err := d.IssueStatement(t.Context(), keyed, in); err != nil || again.ID != p.ID {
		t.Errorf("the same key: %+v, %v", again, err)
	}
	if second, err := d.IssueStatement(t.Context(), self, in); err != nil || !strings.HasSuffix(second.Number, "-000002") {
		t.Errorf("the second: %+v, %v", second, err)
	}

	told, err := d.MyMessages(t.Context(), self, office.MessageQuery{Lang: "en"})
	if err != nil || len(told) != 2 || told[0].Topic != "statement.month" || told[0].Args["month"] != "2022-08" { // one a paper
		t.Errorf("the person was told %+v, %v", told, err)
	}

	masked, err := d.ReadPaper(t.Context(), self, office.PaperInput{ID: p.ID})
	if err != nil || !masked.Masked {
		t.Fatalf("%+v, %v", masked, err)
	}
	plain, err := d.ReadPaper(t.Context(), self, office.PaperInput{ID: p.ID, Plain: true})
	if err != nil || plain.Data["person_number"] == masked.Data["person_number"] || !strings.Contains(masked.Data["person_number"].(string), "*") {
		t.Errorf("%v, %v", plain.Data, err)
	}
	if strings.Contains(string(masked.Receipt), plain.Data["person_name"].(string)) {
		t.Error("the masked receipt tells the name")
	}
	code, err := paper.ParseCode(p.Code)
	if err != nil {
		t.Fatal(err)
	}
	ring := receipt.Keyring{key.Public().(ed25519.PublicKey)}
	for _, data := range []json.RawMessage{masked.Receipt, plain.Receipt} {
		r, err := receipt.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		if got := paper.VerifyCode(code, &r, ring); !got.Holds() {
			t.Errorf("%+v", got)
		}
	}
	_, err = d.ReadPaper(t.Context(), d.as(access.Insured, "", "q"), office.PaperInput{ID: p.ID})
	check(t, "another person", err, "access.not_yours")
	_, err = d.ReadPaper(t.Context(), d.as(access.Finance, "", ""), office.PaperInput{ID: p.ID, Plain: true})
	check(t, "finance, plainly", err, "access.forbidden")

	_, err = d.PrintPaper(t.Context(), self, office.PaperInput{ID: p.ID})
	check(t, "without a font", err, "paper.no_font")
	d.Font = func() (*pdf.Font, error) { return pdf.Load("") }
	one, err := d.PrintPaper(t.Context(), self, office.PaperInput{ID: p.ID, Lang: "zh"})
	two, err2 := d.PrintPaper(t.Context(), self, office.PaperInput{ID: p.ID, Lang: "zh"})
	if err != nil || err2 != nil || !bytes.Equal(one.PDF, two.PDF) || one.Name != p.Number+".pdf" {
		t.Errorf("%s: %v, %v", one.Name, err, err2)
	}

	_, err = d.ServePaper(t.Context(), self, p.ID, office.ServeInput{Method: "direct"})
	check(t, "by the person", err, "access.forbidden")
	_, err = d.ServePaper(t.Context(), clerk, p.ID, office.ServeInput{Method: "pigeon"})
	check(t, "by no method", err, "paper.bad_method")
	_, err = d.ServePaper(t.Context(), clerk, p.ID, office.ServeInput{Method: "mail", ServedOn: p.IssuedOn - 1})
	check(t, "before it was issued", err, "paper.served_before")
	_, err = d.ServePaper(t.Context(), clerk, p.ID, office.ServeInput{Method: "mail", ServedOn: storetest.Day(t, "2099-01-01")})
	check(t, "on a day to come", err, "paper.not_yet")
	_, err = d.ServePaper(t.Context(), clerk, p.ID, office.ServeInput{Method: "mail", Proof: strings.Repeat("R", 201)})
	check(t, "with more than a mark", err, "paper.bad_proof")
	if _, err := d.ServePaper(t.Context(), clerk, p.ID, office.ServeInput{Method: "mail", Proof: "R1"}); err != nil {
		t.Fatal(err)
	}
	served, err := d.ReadPaper(t.Context(), self, office.PaperInput{ID: p.ID})
	if err != nil || len(served.Services) != 1 || served.Services[0].Method != "mail" {
		t.Errorf("%+v, %v", served.Services, err)
	}
	list, err := d.Papers(t.Context(), self, office.PaperQuery{})
	if err != nil || len(list) != 2 {
		t.Errorf("%d papers, %v", len(list), err)
	}
}
