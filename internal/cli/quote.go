package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/lang"
	"bujiao/internal/report"
)

// maxRequest bounds the bytes of a request: a history of a lifetime is far
// smaller.
const maxRequest = 16 << 20

func newQuote(a *app) *cobra.Command {
	cmd := a.command("quote", a.quote, flag{name: "file", short: "f"})
	cmd.Annotations = map[string]string{"formats": "table,json,html"}
	return cmd
}

// QuoteAnswer is a quote with its receipt.
type QuoteAnswer struct {
	*assess.Quote
	Receipt json.RawMessage `json:"receipt"`
}

// quote prices and judges the gaps of a request and seals the answer.
func (a *app) quote(x *args) error {
	x.need("file")
	if x.err != nil {
		return x.err
	}
	data, err := a.readInput(x.text("file"), maxRequest)
	if err != nil {
		return err
	}
	var q assess.QuoteRequest
	if err := decodeStrict(data, &q); err != nil {
		return err
	}
	answer, body, err := a.quoteAnswer(&q)
	if err != nil {
		return tooLarge(err)
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
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	text, err := report.Explain(raw, a.lang, format, lang.Text)
	if err != nil {
		return err
	}
	return a.write(bytes.NewBuffer(text))
}

func (a *app) quoteAnswer(q *assess.QuoteRequest) (*QuoteAnswer, *assess.Body, error) {
	if q.Lang == "" {
		q.Lang = a.lang
	}
	s, err := a.signer()
	if err != nil {
		return nil, nil, err
	}
	if err := takeID(q, s); err != nil {
		return nil, nil, err
	}
	lib, err := a.library()
	if err != nil {
		return nil, nil, err
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	q.History = s.hideRows(q.History)
	laws := assess.NewLaws(lib.Book)
	out, err := assess.NewQuote(laws, *q, lang.Text)
	if err != nil {
		return nil, nil, err
	}
	body, err := out.Body(laws, *q)
	if err != nil {
		return nil, nil, err
	}
	sealed, err := s.seal(body)
	return &QuoteAnswer{out, sealed}, body, err
}

// takeID turns a citizen number into birth and sex and keeps its hash only.
func takeID(q *assess.QuoteRequest, s *signer) error {
	p := &q.Person
	if p.IDNumber == "" {
		return nil
	}
	birth, sex, err := identity.Citizen(p.IDNumber, q.AsOf)
	if err != nil {
		return fault.Wrap(fault.Invalid, "cli.bad_id_number", fault.Args{"field": "person.id_number"}, err)
	}
	if (p.Birth != 0 && p.Birth != birth) || (p.Sex != "" && p.Sex != sex) {
		return fault.New(fault.Invalid, "cli.id_contradicts", fault.Args{"field": "person.id_number"})
	}
	p.Birth, p.Sex, p.IDHash, p.IDNumber = birth, sex, s.hide(p.IDNumber), ""
	return nil
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

// decodeStrict reads one JSON document; unknown fields are errors. What is
// wrong is named by field or byte, never by its value.
func decodeStrict(data []byte, into any) error {
	if err := checkNames(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			return fault.New(fault.Invalid, "cli.json_trailing", fault.Args{"byte": strconv.FormatInt(dec.InputOffset(), 10)})
		}
		return nil
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := strconv.FormatInt(dec.InputOffset(), 10)
	switch {
	case errors.As(err, &syntax):
		return fault.Wrap(fault.Invalid, "cli.json_syntax", fault.Args{"byte": strconv.FormatInt(syntax.Offset, 10)}, err)
	case errors.As(err, &kind):
		return fault.Wrap(fault.Invalid, "cli.json_type", fault.Args{"field": kind.Field, "byte": strconv.FormatInt(kind.Offset, 10)}, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, "cli.json_syntax", fault.Args{"byte": strconv.Itoa(len(data))}, err)
	}
	if name, ok := unknownField(err); ok {
		return fault.Wrap(fault.Invalid, "cli.json_unknown", fault.Args{"field": clip(name), "byte": at}, err)
	}
	for cause, key := range map[error]string{calendar.ErrMonth: "cli.json_month", calendar.ErrDate: "cli.json_date"} {
		if errors.Is(err, cause) {
			return fault.Wrap(fault.Invalid, key, fault.Args{"byte": at}, err)
		}
	}
	// a type of ours refused the value; its message names the kind of mistake
	// and never repeats the value
	return fault.Wrap(fault.Invalid, "cli.json_value", fault.Args{"byte": at, "what": reasonOf(err)}, err)
}

// unknownField takes the name out of the decoder's message, the only place
// that has it.
func unknownField(err error) (string, bool) {
	const prefix = "json: unknown field "
	s := err.Error()
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	name, uerr := strconv.Unquote(s[len(prefix):])
	return name, uerr == nil
}

// reasonOf is the innermost message.
func reasonOf(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
