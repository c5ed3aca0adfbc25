package httpapi_test

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const openapiFile = "../../docs/openapi.json"

// TestDescriptionIsCurrent compares the committed description with what the
// program says of itself.
func TestDescriptionIsCurrent(t *testing.T) {
	got, err := door(t).Describe()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(openapiFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(openapiFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the program answers: make generate", openapiFile)
	}
}
