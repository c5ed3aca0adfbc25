package cli

import (
	"bytes"
	"encoding/json"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/report"
)

func newExplain(a *app) *cobra.Command {
	cmd := a.command("explain", a.explain)
	cmd.Use = "explain RECEIPT.json"
	cmd.Args = words(1, 1, "RECEIPT.json")
	cmd.Annotations = map[string]string{"formats": "table,json,html"}
	return cmd
}

// explain renders the explanation that a receipt holds. It proves nothing:
// that is verify's work.
func (a *app) explain(x *args) error {
	data, err := a.readInput(x.words[0], maxRequest)
	if err != nil {
		return err
	}
	body, err := bodyOf(data)
	if err != nil {
		return err
	}
	format := map[string]string{"table": "text", "json": "json", "html": "html"}[a.format]
	out, err := report.Explain(body, a.lang, format, lang.Text)
	if err != nil {
		return fault.Wrap(fault.Invalid, "cli.no_receipt", nil, err)
	}
	return a.write(bytes.NewBuffer(out))
}

// bodyOf finds the body of a receipt, or of an answer that carries one.
func bodyOf(data []byte) (json.RawMessage, error) {
	var doc struct {
		Body    json.RawMessage `json:"body"`
		Receipt *struct {
			Body json.RawMessage `json:"body"`
		} `json:"receipt"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fault.Wrap(fault.Invalid, "cli.no_receipt", nil, err)
	}
	if doc.Receipt != nil {
		doc.Body = doc.Receipt.Body
	}
	if len(doc.Body) == 0 {
		return nil, fault.New(fault.Invalid, "cli.no_receipt", nil)
	}
	return doc.Body, nil
}
