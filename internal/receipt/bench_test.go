package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

type benchLine struct {
	Scheme   string         `json:"scheme"`
	Month    string         `json:"month"`
	Base     string         `json:"base"`
	Employer string         `json:"employer"`
	Person   string         `json:"person"`
	LateDays int            `json:"late_days"`
	LateFee  string         `json:"late_fee"`
	Interest *string        `json:"interest"`
	Basis    []string       `json:"basis"`
	Segments []benchSegment `json:"segments"`
	Rows     []benchRow     `json:"rows"`
}

type benchSegment struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Days   int    `json:"days"`
	Rate   string `json:"rate"`
	Amount string `json:"amount"`
}

type benchRow struct {
	ID     string `json:"id"`
	From   string `json:"from"`
	Value  string `json:"value"`
	Basis  string `json:"basis"`
	Status string `json:"status"`
	Shown  bool   `json:"shown"`
}

// benchBody is the body of a quote of 60 lines with about 3,000 leaves.
func benchBody() any {
	lines := make([]benchLine, 60)
	for i := range lines {
		l := benchLine{Scheme: "pension", Month: fmt.Sprintf("20%02d-%02d", 10+i/12, i%12+1), Base: "6821.00", Employer: "1091.36", Person: "545.68",
			LateDays: 100 + i, LateFee: "818.52", Basis: []string{"社会保险法第八十六条", "京人社养发〔2011〕123号"}}
		for k := range 3 {
			l.Segments = append(l.Segments, benchSegment{"2011-07-01", "2011-12-31", 184 + k, "0.0005", "150.6256"})
		}
		for k := range 4 {
			l.Rows = append(l.Rows, benchRow{fmt.Sprintf("cn-110000/base/%d", k), "2019-07-01", "0.16", "《北京市基本养老保险规定》第十二条 & 其他", "verified", true})
		}
		lines[i] = l
	}
	return map[string]any{"engine": "0.1.0", "as_of": "2026-07-01", "lines": lines}
}

func benchKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// bare is the least that any signed answer costs: one SHA-256 over the bytes,
// and one Ed25519.
func bare(key ed25519.PrivateKey, data []byte) []byte {
	sum := sha256.Sum256(data)
	return ed25519.Sign(key, sum[:])
}

func BenchmarkSeal(b *testing.B) {
	body, key := benchBody(), benchKey()
	r, err := Seal(body, key, nil)
	if err != nil {
		b.Fatal(err)
	}
	canonical := []byte(r.Body())
	for b.Loop() {
		if _, err := Seal(body, key, nil); err != nil {
			b.Fatal(err)
		}
	}
	reportRatio(b, func() { bare(key, canonical) })
	b.ReportMetric(float64(len(r.hashes)), "leaves")
}

func BenchmarkVerify(b *testing.B) {
	key := benchKey()
	r, err := Seal(benchBody(), key, nil)
	if err != nil {
		b.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	ring := Keyring{key.Public().(ed25519.PublicKey)}
	for b.Loop() {
		got, err := Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		if rep := Verify(got, ring, nil); !rep.Intact {
			b.Fatal(rep.Problems)
		}
	}
	canonical := []byte(r.Body())
	signature := bare(key, canonical)
	reportRatio(b, func() {
		sum := sha256.Sum256(canonical)
		ed25519.Verify(ring[0], sum[:], signature)
	})
}

func BenchmarkMarshal(b *testing.B) {
	r, err := Seal(benchBody(), benchKey(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.MarshalJSON(); err != nil {
			b.Fatal(err)
		}
	}
}

// reportRatio times the bare work in the same run and reports the costs as a
// multiple of it.
func reportRatio(b *testing.B, work func()) {
	perOp := b.Elapsed() / time.Duration(b.N)
	const runs = 200
	start := time.Now()
	for range runs {
		work()
	}
	least := time.Since(start) / runs
	b.ReportMetric(float64(perOp)/float64(least), "x-bare")
	b.ReportMetric(float64(least.Nanoseconds()), "bare-ns")
}
