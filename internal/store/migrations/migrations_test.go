package migrations

import (
	"io/fs"
	"testing"
)

// TestNumbersAreConsecutive: each engine sees 1, 2, 3, ... with no number twice.
func TestNumbersAreConsecutive(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := For(engine)
		if err != nil {
			t.Fatal(err)
		}
		names, err := fs.Glob(files, "*.sql")
		if err != nil || len(names) < 2 {
			t.Fatalf("%s: %v %v", engine, names, err)
		}
		for i, name := range names {
			n := 0
			for _, c := range name[:4] {
				n = n*10 + int(c-'0')
			}
			if n != i+1 {
				t.Errorf("%s: file %d is %s", engine, i+1, name)
			}
			if data, err := fs.ReadFile(files, name); err != nil || len(data) == 0 {
				t.Errorf("%s: %s: %v", engine, name, err)
			}
		}
	}
	if _, err := For("oracle"); err == nil {
		t.Error("an engine without files was found")
	}
}
