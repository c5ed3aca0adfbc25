package carrier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bujiao/internal/notice"
	"bujiao/internal/webhook"
)

// SMS hands text messages to a gateway: one POST of JSON a letter. The address
// and the body are templates, in which {id}, {phone}, {text} and {lang} stand for
// what they say; a token goes along as a bearer, and with a secret the request
// is signed as webhooks are.
type SMS struct {
	URL     string
	Body    string      // JSON; empty: DefaultBody
	Headers http.Header // beside those of the request itself
	Token   string
	Secret  string
	Now     func() time.Time
	client  *http.Client
}

// DefaultBody is what is sent unless the settings say otherwise.
const DefaultBody = `{"id": "{id}", "to": "{phone}", "text": "{text}", "lang": "{lang}"}`

// NewSMS checks the templates.
func NewSMS(s SMS) (*SMS, error) {
	if s.Body == "" {
		s.Body = DefaultBody
	}
	if err := CheckBody(s.Body); err != nil {
		return nil, err
	}
	s.client = &http.Client{Timeout: attempt, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &s, nil
}

// CheckBody refuses a template that is no JSON or does not say what is sent and
// to whom.
func CheckBody(template string) error {
	var v any
	if err := json.Unmarshal([]byte(template), &v); err != nil {
		return fmt.Errorf("body of text messages: %w", err)
	}
	if !strings.Contains(template, "{text}") {
		return errors.New("body of text messages: {text} is missing")
	}
	return nil
}

// ParseHeaders reads "Name: value; Name: value".
func ParseHeaders(text string) (http.Header, error) {
	out := http.Header{}
	for part := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, value, ok := strings.Cut(part, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || strings.ContainsFunc(name+value, func(r rune) bool { return r < ' ' || r > '~' }) || strings.Contains(name, " ") {
			return nil, errors.New("headers are written Name: value; Name: value")
		}
		out.Add(name, value)
	}
	return out, nil
}

var _ notice.Carrier = (*SMS)(nil)

// Carry hands a letter over. A text message has no title: the body says it all.
func (s *SMS) Carry(ctx context.Context, l notice.Letter) notice.Outcome {
	values := [][2]string{{"{id}", l.ID}, {"{phone}", l.Address}, {"{text}", l.Body}, {"{lang}", l.Lang}}
	body, err := fill(s.Body, values)
	if err != nil {
		return notice.Outcome{Code: "bad_settings"}
	}
	where := s.URL
	for _, v := range values {
		where = strings.ReplaceAll(where, v[0], url.QueryEscape(v[1]))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, where, bytes.NewReader(body))
	if err != nil {
		return notice.Outcome{Code: "bad_settings"}
	}
	for name, list := range s.Headers {
		r.Header[name] = list
	}
	at := s.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "bujiao")
	r.Header.Set("Idempotency-Key", l.ID)
	if s.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token)
	}
	if s.Secret != "" {
		r.Header.Set(webhook.HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
		r.Header.Set(webhook.HeaderSignature, webhook.Sign(s.Secret, at, string(body)))
	}
	answer, err := s.client.Do(r)
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return notice.Outcome{Code: "timeout"}
	case err != nil:
		return notice.Outcome{Code: "no_connection"}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // so that the connection can be used again
	switch code := answer.StatusCode; {
	case code/100 == 2:
		return notice.Outcome{}
	case code == http.StatusBadRequest, code == http.StatusGone, code == http.StatusUnprocessableEntity: // the letter is at fault, not the way
		return notice.Outcome{Code: "http_" + strconv.Itoa(code), Final: true}
	default:
		return notice.Outcome{Code: "http_" + strconv.Itoa(code)}
	}
}

// fill puts values into the texts of a JSON template; whatever they hold, the
// template stays what it is.
func fill(template string, values [][2]string) ([]byte, error) {
	var v any
	d := json.NewDecoder(strings.NewReader(template))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var pairs []string
	for _, p := range values {
		pairs = append(pairs, p[0], p[1])
	}
	return json.Marshal(filled(v, strings.NewReplacer(pairs...)))
}

func filled(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return r.Replace(v)
	case []any:
		for i := range v {
			v[i] = filled(v[i], r)
		}
	case map[string]any:
		for k := range v {
			v[k] = filled(v[k], r)
		}
	}
	return v
}
