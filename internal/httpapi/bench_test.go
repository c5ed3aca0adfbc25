package httpapi_test

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bujiao/internal/assess"
	"bujiao/internal/httpapi"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/receipt"
	"bujiao/packs"
)

// sixty is a quote of five schemes and twelve months.
const sixty = `{"as_of":"2026-08-31","area":"110000","payer":"employee","person":{"birth":"1990-01-01","sex":"M","hukou_area":"110000","hukou_kind":"urban"},
 "employer":{"injury_class":1},"gaps":[{"schemes":["pension","unemployment","medical","injury","large_medical"],"from":"2025-01","to":"2025-12","wage":"9000.00","cause":"not_declared"}]}`

// BenchmarkQuote compares POST /v1/quote with a handler that makes and signs a
// document of the same size and nothing else: at least 0.5 of it. What the
// kernel, its trace and the seal take is reported apart, in milliseconds, and of
// the seal the document as JSON, its canonical form and the signature; what is
// left of it are the hashes of the leaves.
func BenchmarkQuote(b *testing.B) {
	s := door(b, func(c *httpapi.Config) { c.Limit.PerSecond = -1 })
	_, answer := send(b, s, "POST", "/v1/quote", sixty)
	var doc struct {
		Lines   []any `json:"lines"`
		Receipt struct {
			Body json.RawMessage `json:"body"`
		} `json:"receipt"`
	}
	if err := json.Unmarshal(answer, &doc); err != nil || len(doc.Lines) != 60 {
		b.Fatalf("%d lines: %v %.300s", len(doc.Lines), err, answer)
	}
	var body any
	if err := json.Unmarshal(doc.Receipt.Body, &body); err != nil {
		b.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			b.Error(err)
		}
		sealed, err := receipt.Seal(body, key, nil)
		if err != nil {
			b.Error(err)
		}
		data, err := json.Marshal(sealed)
		if err != nil {
			b.Error(err)
		}
		_, _ = w.Write(data)
	})
	ask := func(h http.Handler) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/v1/quote", strings.NewReader(sixty)))
		if w.Code != http.StatusOK {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	laws, err := law.Open(packs.FS)
	if err != nil {
		b.Fatal(err)
	}
	var q assess.QuoteRequest
	if err := json.Unmarshal([]byte(sixty), &q); err != nil {
		b.Fatal(err)
	}
	q.KnownAt, q.Lang = q.AsOf, lang.Chinese
	from := assess.NewLaws(laws.Book)
	var took [8]time.Duration
	var quote *assess.Quote
	var traced *assess.Body
	var sealed receipt.Receipt
	steps := []func(){
		func() { ask(s) },
		func() { ask(bare) },
		func() {
			from = assess.NewLaws(laws.Book)
			quote, err = assess.NewQuote(from, q, lang.Text)
		},
		func() { traced, err = quote.Body(from, q) },
		func() { sealed, err = receipt.Seal(traced, key, nil) },
		func() { _, err = json.Marshal(traced) },
		func() { sealed.Body() }, // writes the canonical form
		func() { ed25519.Sign(key, make([]byte, 64)) },
	}
	for _, step := range steps { // warm
		step()
	}
	for b.Loop() {
		for i, step := range steps {
			start := time.Now()
			step()
			took[i] += time.Since(start)
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	for i, name := range []string{"quote", "bare", "kernel", "trace", "seal", "json", "canonical", "signature"} {
		b.ReportMetric(float64(took[i].Microseconds())/1000/float64(b.N), name+"-ms/op")
	}
	ratio := float64(took[1]) / float64(took[0])
	b.ReportMetric(ratio, "of-bare")
	b.ReportMetric(float64(len(doc.Receipt.Body)), "body-bytes")
	b.ReportMetric(0, "ns/op")
	if ratio < 0.5 {
		b.Errorf("POST /v1/quote is %.2f of a handler that seals a document of the same size, want 0.5", ratio)
	}
}
