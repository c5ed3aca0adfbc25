package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/receipt"
)

func newVerify(a *app) *cobra.Command {
	cmd := a.command("verify", a.verify, flag{name: "key"}, flag{name: "qr"})
	cmd.Use = "verify RECEIPT.json | --qr TEXT [RECEIPT.json]"
	cmd.Args = func(cmd *cobra.Command, list []string) error {
		if cmd.Flags().Changed("qr") {
			return words(0, 1, "RECEIPT.json")(cmd, list)
		}
		return words(1, 1, "RECEIPT.json")(cmd, list)
	}
	return cmd
}

// verify checks a receipt, or the one inside a quote, and computes it again.
func (a *app) verify(x *args) error {
	if x.given("qr") {
		return a.verifyCode(x)
	}
	data, err := a.readInput(x.words[0], maxReceipt)
	if err != nil {
		return err
	}
	ring, err := a.keyring(x)
	if err != nil {
		return err
	}
	report, err := inquiry.Verify(data, ring, a.ownSigner())
	if err != nil {
		return err
	}
	if !report.Holds() || (x.given("key") && report.Signer != "known") {
		a.exit(exitInvalid)
	}
	return a.show(report, func(p *page) { p.report(report) })
}

// ownSigner is the signer of this machine, nil if there is none.
func (a *app) ownSigner() *inquiry.Signer {
	if a.keyDir() == "" {
		return nil
	}
	s, err := inquiry.LoadSigner(a.keys())
	if err != nil {
		return nil
	}
	return s
}

// keyring holds the key of --key alone, or all keys of the key directory.
func (a *app) keyring(x *args) (receipt.Keyring, error) {
	if x.given("key") {
		name := x.text("key")
		key, err := receipt.ParsePublicKey([]byte(name)) // the key itself, as it stands in a receipt
		if err != nil {
			data, readErr := a.readInput(name, maxReceipt)
			if readErr != nil {
				return nil, readErr
			}
			if key, err = receipt.ParsePublicKey(data); err != nil {
				return nil, err
			}
		}
		return receipt.Keyring{key}, nil
	}
	ring, err := a.keys().Keyring()
	return ring, keyFault(err)
}

// maxReceipt bounds a receipt with its rows, in bytes.
const maxReceipt = 256 << 20

func (p *page) report(r receipt.Report) {
	intact := p.a.text("cli.verify.intact", nil)
	if !r.Intact {
		intact = p.a.text("cli.verify.touched", nil)
	}
	rows := [][]string{
		{p.a.text("cli.verify.content", nil), intact},
		{p.a.text("cli.verify.signer", nil), p.a.name("signer", r.Signer) + " " + r.KeyID},
		{p.a.text("cli.verify.replay", nil), p.a.name("replay", string(r.Replay))},
	}
	p.table("ll", nil, rows)
	for _, x := range r.Problems {
		at := x.Pointer
		if x.Of != "" {
			at += " (" + x.Of + ")"
		}
		p.line("  - " + at + p.a.text("cli.word.colon", nil) + p.a.name("problem", string(x.What)))
	}
	for _, d := range r.Differs {
		p.line("  - " + p.a.text("cli.verify.differs", fault.Args{"path": d.Path, "recorded": compact(d.Recorded), "computed": compact(d.Computed)}))
	}
}

// compact shows a JSON value on one line; no value is a dash.
func compact(v json.RawMessage) string {
	if len(v) == 0 {
		return "-"
	}
	return string(v)
}
