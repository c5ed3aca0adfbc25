package archtest_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// racesElsewhere are packages that run things at once and have no line of their
// own in `make race`, with the packages whose tests run them there.
var racesElsewhere = map[string]string{
	"internal/store/sqlstore":        "internal/store/postgres",
	"internal/store/storetest":       "internal/store/postgres", // its cases are
	"internal/store/postgres/pgtest": "internal/store/postgres",
	"internal/cli":                   "cmd/bujiao",
}

// TestRaceDetectorSeesWhoRunsAtOnce: each package that starts goroutines, or
// holds a lock against those of others, is named in `make race`. What is made
// once by sync.OnceValue is safe by itself.
func TestRaceDetectorSeesWhoRunsAtOnce(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "-race ") || strings.HasPrefix(line, "AT_ONCE") {
			for _, m := range regexp.MustCompile(`\./(\S+)`).FindAllStringSubmatch(line, -1) {
				listed = append(listed, m[1])
			}
		}
	}
	found := 0
	for name, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(name))
		how := atOnce(f)
		if how == "" {
			continue
		}
		found++
		if by := racesElsewhere[pkg]; !slices.Contains(listed, pkg) && (by == "" || !slices.Contains(listed, by)) {
			t.Errorf("%s has %s, and make race does not run %s", name, how, pkg)
		}
	}
	if found < 10 || len(listed) < 10 {
		t.Errorf("%d files and %d packages found: the walk is wrong", found, len(listed))
	}
}

// atOnce names what in a file runs at once with something else.
func atOnce(f *ast.File) (how string) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			how = "a go statement"
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") && !strings.HasPrefix(n.Sel.Name, "OnceValue") {
				how = x.Name + "." + n.Sel.Name
			}
		}
		return how == ""
	})
	return how
}
