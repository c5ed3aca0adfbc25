package cli

import (
	"strings"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/paper"
	"bujiao/internal/receipt"
)

// verifyCode checks the code of a paper, and its receipt if one is given: the
// receipt itself, or the paper as data with its receipt inside. Nothing is
// proved by a key that is not known.
func (a *app) verifyCode(x *args) error {
	code, err := paper.ParseCode(strings.TrimSpace(x.text("qr")))
	if err != nil {
		return err
	}
	ring, err := a.keyring(x)
	if err != nil {
		return err
	}
	var sealed *receipt.Receipt
	if len(x.words) > 0 {
		data, err := a.readInput(x.words[0], maxReceipt)
		if err != nil {
			return err
		}
		r, err := inquiry.ReadReceipt(data)
		if err != nil {
			return err
		}
		sealed = &r
	}
	report := paper.VerifyCode(code, sealed, ring)
	if !report.Holds() {
		a.exit(exitInvalid)
	}
	return a.show(report, func(p *page) { p.codeReport(report) })
}

func (p *page) codeReport(r paper.CodeReport) {
	t := func(key string) string { return p.a.text("cli.verify."+key, nil) }
	held, data, total := t("touched"), t("data_none"), "-"
	switch {
	case r.Signer != "known":
		held = t("unproved")
	case r.Signed:
		held = t("intact")
	}
	switch r.Receipt {
	case "same":
		data = t("data_same")
	case "differs":
		data = p.a.text("cli.verify.data_differs", fault.Args{"list": strings.Join(r.Differs, ", ")})
	}
	if r.Total != nil {
		total = r.Total.String()
	}
	p.table("ll", nil, [][]string{
		{t("number"), r.Number}, {t("day"), r.Day.String()}, {t("total"), total}, {t("code"), held}, {t("signer"), p.a.name("signer", r.Signer) + " " + r.KeyID}, {t("data"), data},
	})
}
