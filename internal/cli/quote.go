package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/report"
	"bujiao/internal/strictjson"
)

// maxRequest bounds the bytes of a request: a history of a lifetime is far
// smaller.
const maxRequest = 16 << 20

func newQuote(a *app) *cobra.Command {
	cmd := a.command("quote", a.quote, flag{name: "file", short: "f"})
	cmd.Annotations = map[string]string{"formats": "table,json,html"}
	return cmd
}

// request reads what --file holds.
func request[T any](a *app, x *args) (q T, err error) {
	x.need("file")
	if x.err != nil {
		return q, x.err
	}
	data, err := a.readInput(x.text("file"), maxRequest)
	if err != nil {
		return q, err
	}
	return q, strictjson.Decode(data, &q)
}

// quote prices and judges the gaps of a request and seals the answer.
func (a *app) quote(x *args) error {
	q, err := request[assess.QuoteRequest](a, x)
	if err != nil {
		return err
	}
	desk, err := a.signingDesk()
	if err != nil {
		return err
	}
	answer, err := desk.Quote(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	if a.format == "json" {
		return a.show(answer, nil)
	}
	format := "text"
	if a.format == "html" {
		format = "html"
	}
	raw, err := json.Marshal(answer.Body)
	if err != nil {
		return err
	}
	text, err := report.Explain(raw, a.lang, format, lang.Text)
	if err != nil {
		return err
	}
	return a.write(bytes.NewBuffer(text))
}

// readInput reads a file, or standard input for "-", up to a limit.
func (a *app) readInput(name string, limit int64) ([]byte, error) {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "cli.cannot_read", fault.Args{"file": name}, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "cli.cannot_read", fault.Args{"file": name}, err)
	}
	if int64(len(data)) > limit {
		return nil, fault.New(fault.Invalid, "cli.file_too_big", fault.Args{"file": name, "max": strconv.FormatInt(limit>>20, 10)})
	}
	return data, nil
}
