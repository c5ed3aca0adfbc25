package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bujiao/internal/httpapi"
	"bujiao/internal/inquiry"
	"bujiao/internal/law"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// door is a server without an office on a fixed day: the calculators.
func door(t testing.TB, change ...func(*httpapi.Config)) *httpapi.Server {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := inquiry.PassingSigner()
	if err != nil {
		t.Fatal(err)
	}
	c := httpapi.Config{Laws: laws, Sign: sign, Clock: storetest.NewClock().Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test"}
	for _, f := range change {
		f(&c)
	}
	s, err := httpapi.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send asks in English and returns the answer with its body read.
func send(t testing.TB, s http.Handler, method, path, body string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result(), w.Body.Bytes()
}

func problem(t testing.TB, data []byte) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return p
}

// TestCalculators asks each calculator what the contract gives the answer to.
func TestCalculators(t *testing.T) {
	s := door(t)
	for _, tt := range []struct{ name, path, body, want string }{
		// Beijing 2026-08: medical 9.8 % and 2 % (contract): 9000 x 0.098 = 882.00, 9000 x 0.02 = 180.00
		{"due", "/v1/due", `{"area":"110000","month":"2026-08","wage":"9000.00","schemes":["medical"]}`, `"employer":"882.00","person":"180.00"`},
		// plain counting: 100 x 0.0005 x 31 days = 1.55
		{"latefee", "/v1/latefee", `{"principal":"100.00","from":"2026-01-01","to":"2026-01-31"}`, `"late_fee":"1.55"`},
		{"estimate", "/v1/estimate", `{"last_month_paid":"1000.00"}`, `"provisional":"1100.00"`},
		{"term", "/v1/term", `{"from":"2026-03-02","working_days":5}`, `"ends":"2026-03-09"`},
		{"wait", "/v1/wait", `{"area":"110000","missed":[2025],"enrolled":"2026-03-15","central":false}`, `"fixed_months":3`},
		{"retire", "/v1/retire", `{"born":"1965-01","sex":"M"}`, `"retire_month":"2025-02"`},
		{"numbers", "/v1/numbers/check", `{"numbers":["11010519491231002x"]}`, `"valid":true`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, data := send(t, s, "POST", tt.path, tt.body)
			if r.StatusCode != http.StatusOK || !bytes.Contains(data, []byte(tt.want)) {
				t.Errorf("%s: %d %s, want %s", tt.path, r.StatusCode, data, tt.want)
			}
		})
	}
}

const quoteBody = `{"as_of":"2026-08-31","area":"110000","payer":"employee","person":{"birth":"1990-01-01","sex":"M"},
 "gaps":[{"schemes":["pension"],"from":"2026-01","to":"2026-02","wage":"9000.00","cause":"not_declared"}]}`

// TestQuoteVerifies: the receipt that a quote carries holds at this server.
func TestQuoteVerifies(t *testing.T) {
	s := door(t)
	r, data := send(t, s, "POST", "/v1/quote", quoteBody)
	if r.StatusCode != http.StatusOK {
		t.Fatalf("quote: %d %s", r.StatusCode, data)
	}
	_, report := send(t, s, "POST", "/v1/receipts/verify", string(data))
	if !bytes.Contains(report, []byte(`"intact":true`)) || !bytes.Contains(report, []byte(`"signer":"known"`)) || !bytes.Contains(report, []byte(`"replay":"same"`)) {
		t.Errorf("verify: %s", report)
	}
	touched := bytes.Replace(data, []byte(`"cause":"not_declared"`), []byte(`"cause":"debit_failed"`), 1)
	if bytes.Equal(touched, data) {
		touched = bytes.Replace(data, []byte(`"scheme":"pension"`), []byte(`"scheme":"medical"`), 1)
	}
	if _, report = send(t, s, "POST", "/v1/receipts/verify", string(touched)); !bytes.Contains(report, []byte(`"intact":false`)) {
		t.Errorf("a changed answer verifies: %s", report)
	}
}

// TestProblems: status, media type, language, and no value of the request.
func TestProblems(t *testing.T) {
	const secret = "110105194912310023"
	s := door(t)
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		key                      string
	}{
		{"not JSON", "POST", "/v1/due", `{"area":"` + secret, 400, "strictjson.syntax"},
		{"unknown member", "POST", "/v1/due", `{"area":"110000","` + secret + `":"x"}`, 422, "httpapi.invalid"},
		{"wrong form", "POST", "/v1/due", `{"area":"110000","month":"` + secret + `"}`, 422, "httpapi.invalid"},
		{"wrong type", "POST", "/v1/due", `{"area":` + secret + `}`, 422, "httpapi.invalid"},
		{"what is needed", "POST", "/v1/due", `{"area":"110000"}`, 400, "inquiry.field_missing"},
		{"unknown area", "POST", "/v1/due", `{"area":"` + secret + `","month":"2026-08","wage":"1.00"}`, 422, "law.unknown_area"},
		{"bad citizen number", "POST", "/v1/quote", strings.Replace(quoteBody, `"birth":"1990-01-01"`, `"id_number":"`+secret+`"`, 1), 422, "inquiry.bad_id_number"},
		{"no body", "POST", "/v1/due", ``, 400, "httpapi.no_body"},
		{"wrong path value", "GET", "/v1/packs/" + secret, ``, 422, "httpapi.invalid"},
		{"unknown query", "GET", "/v1/packs/110000?x=" + secret, ``, 422, "httpapi.invalid"},
		{"no such address", "GET", "/v1/" + secret, ``, 404, "httpapi.no_route"},
		{"no such method", "DELETE", "/v1/due", ``, 405, "httpapi.no_method"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, data := send(t, s, tt.method, tt.path, tt.body)
			p := problem(t, data)
			if r.StatusCode != tt.status || p.Status != tt.status || p.Key != tt.key {
				t.Errorf("got %d %s, want %d %s: %s", r.StatusCode, p.Key, tt.status, tt.key, data)
			}
			if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %q", got)
			}
			if bytes.Contains(data, []byte(secret[6:14])) {
				t.Errorf("the value is repeated: %s", data)
			}
			zh, _ := send(t, s, tt.method, tt.path, tt.body, "Accept-Language", "zh-CN,en;q=0.5")
			if zh.StatusCode != tt.status {
				t.Errorf("another status in Chinese: %d", zh.StatusCode)
			}
		})
	}
	_, en := send(t, s, "POST", "/v1/due", `{"area":"110000"}`)
	_, zh := send(t, s, "POST", "/v1/due?lang=zh", `{"area":"110000"}`)
	if p, q := problem(t, en), problem(t, zh); !strings.HasPrefix(p.Detail, "Missing") || !strings.HasPrefix(q.Detail, "缺少") {
		t.Errorf("languages: %q, %q", p.Detail, q.Detail)
	}
}

// TestWrongMembersAreNamed: what is wrong with a value is said beside the member
// that has it, all at once, in both languages.
func TestWrongMembersAreNamed(t *testing.T) {
	s := door(t, func(c *httpapi.Config) { c.Limit.PerSecond = -1 })
	quote := strings.NewReplacer(`"as_of":"2026-08-31"`, `"as_of":"2026-02-30"`, `"from":"2026-01"`, `"from":"9999-01"`, `"9000.00"`, `"99999999999999999.00"`).Replace(quoteBody)
	for _, tt := range []struct {
		name, method, path, body string
		at, en, zh               []string
	}{
		{"values in a body", "POST", "/v1/quote", quote,
			[]string{"body.as_of", "body.gaps[0].from", "body.gaps[0].wage"}, []string{"not a day", "out of range", "not an amount"}, []string{"不是日期", "超出可用的年份", "不是可用的金额"}},
		{"a year that is not supported", "POST", "/v1/term", `{"from":"9999-12-31","working_days":5}`,
			[]string{"body.from"}, []string{"years from 1900 to 2199"}, []string{"1900 至 2199"}},
		{"a parameter that is missing", "POST", "/v1/assess/file", "x",
			[]string{"query.as_of"}, []string{"as_of is missing"}, []string{"缺少 as_of"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for l, want := range map[string][]string{"en": tt.en, "zh": tt.zh} {
				media := "application/json"
				if tt.body == "x" {
					media = "application/octet-stream"
				}
				r, data := send(t, s, tt.method, tt.path, tt.body, "Accept-Language", l, "Content-Type", media)
				p := problem(t, data)
				if r.StatusCode != http.StatusUnprocessableEntity || p.Key != "httpapi.invalid" || len(p.Errors) != len(want) {
					t.Fatalf("%d %s", r.StatusCode, data)
				}
				for i, e := range p.Errors {
					if e.Location != tt.at[i] || !strings.Contains(e.Message, want[i]) {
						t.Errorf("%s: got %+v, want %s: %s", l, e, tt.at[i], want[i])
					}
				}
			}
		})
	}
	_, data := send(t, s, "GET", "/v1/packs/110000?on=9999-12-31", "")
	if p := problem(t, data); p.Key != "strictjson.range" || !strings.HasPrefix(p.Detail, "on is out of range") {
		t.Errorf("in a query: %s", data)
	}
}

// TestNamesAreNotRepeated: the name of a file, the heading of a column and what
// stands where an area should may name a person.
func TestNamesAreNotRepeated(t *testing.T) {
	s := door(t)
	const name = "王小明"
	query := "?as_of=2026-08-31&name=" + url.QueryEscape(name+".csv")
	for _, tt := range []struct{ name, path, body, media, key string }{
		{"of a file", "/v1/assess/file" + query, "\n", "application/octet-stream", "intake.empty_file"},
		{"a heading", "/v1/assess/file" + query, "record,person,area,payer,from,to," + name + "\n", "application/octet-stream", "intake.unknown_column"},
		{"an area", "/v1/due", `{"area":"` + name + `","month":"2026-08","wage":"1.00"}`, "application/json", "law.unknown_area"},
	} {
		for _, l := range []string{"zh", "en"} {
			_, data := send(t, s, "POST", tt.path, tt.body, "Accept-Language", l, "Content-Type", tt.media)
			if p := problem(t, data); p.Key != tt.key || strings.Contains(string(data), name[:6]) {
				t.Errorf("%s: %s", tt.name, data)
			}
		}
	}
}

func TestBrowserOfAnotherSiteIsRefused(t *testing.T) {
	r, data := send(t, door(t), "POST", "/v1/due", `{}`, "Sec-Fetch-Site", "cross-site")
	if p := problem(t, data); r.StatusCode != http.StatusForbidden || p.Key != "httpapi.cross_origin" {
		t.Errorf("got %d %s", r.StatusCode, p.Key)
	}
}

func TestLimit(t *testing.T) {
	clock := storetest.NewClock()
	s := door(t, func(c *httpapi.Config) {
		c.Clock, c.Limit = clock.Now, httpapi.Limit{PerSecond: 1, Burst: 2, Addresses: 2}
	})
	ask := func(addr string) int {
		r := httptest.NewRequest("GET", "/v1/version", nil)
		r.RemoteAddr = addr + ":1"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
		return w.Code
	}
	got := []int{ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")}
	clock.Add(time.Second)
	got = append(got, ask("192.0.2.1"), ask("192.0.2.1"))
	for i, want := range []int{200, 200, 429, 200, 200, 429} {
		if got[i] != want {
			t.Fatalf("got %v", got)
		}
	}
}

func TestMachineRoutes(t *testing.T) {
	s := door(t)
	send(t, s, "GET", "/v1/version", "")
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "bujiao_http_requests_total", "/openapi.json": `"openapi": "3.1.0"`, "/": "<title>bujiao API</title>"} {
		r, data := send(t, s, "GET", path, "")
		if r.StatusCode != http.StatusOK || !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s: %d, no %q in it", path, r.StatusCode, want)
		}
		if r.Header.Get("Content-Security-Policy") == "" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, r.Header)
		}
	}
}

// TestExamples: whoever sends what the page begins with gets an answer.
func TestExamples(t *testing.T) {
	s := door(t, func(c *httpapi.Config) { c.Limit.PerSecond = -1 })
	paths := map[string]string{}
	for _, r := range httpapi.Table() {
		paths[r.Name] = r.Path
	}
	for name, body := range httpapi.Examples {
		if name == "session-open" { // whose password nobody knows
			continue
		}
		r, data := send(t, s, "POST", paths[name], string(body))
		if r.StatusCode != http.StatusOK || bytes.Contains(data, []byte(`"rejected":[{`)) {
			t.Errorf("%s: %d %.400s", name, r.StatusCode, data)
		}
	}
}
