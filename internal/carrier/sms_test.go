package carrier_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"testing"
	"time"

	"bujiao/internal/carrier"
	"bujiao/internal/notice"
	"bujiao/internal/webhook"
)

func now() time.Time { return time.Unix(1772413200, 0) }

var letter = notice.Letter{ID: "d1", Address: "+85251234567", Lang: "zh", Text: notice.Text{Title: "缴费", Body: `3703.00 元 "due" {phone}`}}

// TestSMS: the gateway gets what the template says, with token and signature,
// and a text cannot break out of the JSON that it stands in.
func TestSMS(t *testing.T) {
	var got map[string]any
	var path string
	answer := http.StatusAccepted
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		seconds, err2 := strconv.ParseInt(r.Header.Get(webhook.HeaderTimestamp), 10, 64)
		if err != nil || err2 != nil || r.Header.Get(webhook.HeaderSignature) != webhook.Sign("secret", time.Unix(seconds, 0), string(body)) {
			t.Errorf("signature %q does not hold", r.Header.Get(webhook.HeaderSignature))
		}
		if r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer token" || r.Header.Get("X-App") != "bujiao" || r.Header.Get("Idempotency-Key") != "d1" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		got, path = nil, r.URL.RequestURI()
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Location", "http://127.0.0.1:1/")
		w.WriteHeader(answer)
	}))
	defer hs.Close()
	headers, err := carrier.ParseHeaders("X-App: bujiao; X-Other: a:b")
	if err != nil || headers.Get("X-Other") != "a:b" {
		t.Fatal(headers, err)
	}
	s, err := carrier.NewSMS(carrier.SMS{URL: hs.URL + "/send/{id}?to={phone}", Headers: headers, Token: "token", Secret: "secret", Now: now,
		Body: `{"messages": [{"destinations": [{"to": "{phone}"}], "text": "社保：{text}", "n": 12345678901234567890}]}`})
	if err != nil {
		t.Fatal(err)
	}
	if o := s.Carry(t.Context(), letter); o != (notice.Outcome{}) {
		t.Errorf("got %+v", o)
	}
	want := map[string]any{"messages": []any{map[string]any{"destinations": []any{map[string]any{"to": letter.Address}}, "text": `社保：3703.00 元 "due" {phone}`, "n": 12345678901234567890.0}}}
	if !reflect.DeepEqual(got, want) || path != "/send/d1?to=%2B85251234567" {
		t.Errorf("at %s got %v, want %v", path, got, want)
	}
	for status, want := range map[int]notice.Outcome{
		200: {}, 503: {Code: "http_503"}, 401: {Code: "http_401"}, 302: {Code: "http_302"}, 400: {Code: "http_400", Final: true}, 422: {Code: "http_422", Final: true},
	} {
		answer = status
		if o := s.Carry(t.Context(), letter); o != want {
			t.Errorf("%d: %+v, want %+v", status, o, want)
		}
	}
	hs.Close()
	if o := s.Carry(t.Context(), letter); o.Code != "no_connection" || o.Final {
		t.Errorf("nobody is there: %+v", o)
	}
}

func TestSettingsOfTheGateway(t *testing.T) {
	for _, body := range []string{`{`, `{"to": "{phone}"}`, `text {text}`} {
		if _, err := carrier.NewSMS(carrier.SMS{URL: "https://x", Body: body}); err == nil {
			t.Errorf("taken: %s", body)
		}
	}
	for _, h := range []string{"X", ": v", "X Y: v", "X: a\r\nY: b", "X: 社"} {
		if got, err := carrier.ParseHeaders(h); err == nil {
			t.Errorf("taken: %q as %v", h, got)
		}
	}
}
