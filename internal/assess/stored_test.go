package assess_test

import (
	"encoding/json"
	"os"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/receipt"
)

// TestStoredBodyReplays holds the promise that an old receipt computes to the
// same: the body in testdata was made once and is not made again. If a change
// of arithmetic or wording breaks it, the name of assess.Engine must change, so
// that old receipts are answered with engine_unknown and not with "differs";
// then make a new body with BUJIAO_STORE_BODY=1.
func TestStoredBodyReplays(t *testing.T) {
	const file = "testdata/body-kernel-1.json"
	if os.Getenv("BUJIAO_STORE_BODY") != "" {
		storeBody(t, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := assess.Replay(data, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	diffs, err := receipt.Diff(recorded, computed)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Errorf("%s: recorded %s, computed %s", d.Path, d.Recorded, d.Computed)
	}
}

func storeBody(t *testing.T, file string) {
	t.Helper()
	var q assess.QuoteRequest
	if err := json.Unmarshal([]byte(`{"as_of":"2026-11-23","known_at":"2026-11-23","area":"110000","payer":"employee","lang":"zh",
		"person":{"birth":"1985-03-12","sex":"F"},"employer":{"injury_class":2,"unit_type":"large_and_other"},
		"gaps":[{"schemes":["pension","medical","injury","unemployment"],"from":"2011-05","to":"2011-08","wage":"3000","cause":"never_registered"},
		        {"schemes":["pension","medical"],"from":"2020-01","to":"2020-03","wage":"12000","cause":"debit_failed"},
		        {"schemes":["pension"],"from":"2024-02","to":"2024-03","wage":"50000","cause":"not_declared"}]}`), &q); err != nil {
		t.Fatal(err)
	}
	lib, err := law.Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	laws := assess.NewLaws(lib.Book)
	out, err := assess.NewQuote(laws, q, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	body, err := out.Body(laws, q)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
