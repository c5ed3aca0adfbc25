// Package archtest_test walks the tree and holds what no compiler holds:
// the direction of imports, a doc comment for every package, no clock and no
// float where money is.
package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// layer orders the packages: a package imports only those of a smaller number,
// or of its own where it stands alone. The reason stands beside it.
var layer = map[string]int{
	"internal/fault":     0, // errors know nothing
	"internal/money":     0, // values
	"internal/calendar":  0, // values
	"internal/insurance": 0, // values
	"packs":              0,
	"internal/archtest":  0,
	"internal/oracle":    0,

	"internal/identity":         1, // numbers of people and units
	"internal/lang":             1, // words for faults
	"internal/config":           1, // settings
	"internal/vault":            1, // keys outside the database
	"internal/books":            1, // the frame of a transaction
	"internal/store/migrations": 1, // the schema
	"internal/strictjson":       1, // documents that are handed in
	"internal/receipt":          2, // proof of any document; knows no kernel
	"internal/law":              2, // packs
	"internal/audit":            2, // who did what
	"internal/job":              2, // work to do
	"internal/access":           2, // who may
	"internal/clamd":            2, // asks a virus scanner
	"internal/blobs":            2, // files in a folder or an object store
	"internal/upload":           3, // files that were sent in
	"internal/evidence":         4, // what papers prove
	"internal/record":           3, // facts; is told prices, never looks them up
	"internal/plan":             3, // calculators over law
	"internal/webhook":          3, // tells others what happened
	"internal/registry":         3, // who is who
	"internal/counter":          3, // appointments and offices
	"internal/card":             3, // batches of cards
	"internal/seal":             3, // signed roots of what was booked
	"internal/ledger":           3, // the journal
	"internal/notice":           4, // tells people what happened
	"internal/paper":            4, // papers that go out
	"internal/paper/pdf":        5, // draws them
	"internal/casework":         3, // what may happen to a case
	"internal/intake":           4, // files into rows
	"internal/assess":           4, // the kernel
	"internal/bulk":             5, // the kernel over columns
	"internal/report":           5, // views of answers
	"internal/planner":          5, // ways to a number of months
	"internal/carrier":          5, // takes letters out of the office
	"internal/roster":           5, // who works where, as files
	"internal/declaration":      5, // what is declared and billed, priced by the kernel
	"internal/collection":       6, // how money comes in, for what was billed
	"internal/history":          7, // a person's facts as the kernel reads them
	"internal/arrears":          8, // debts found in histories
	"internal/statement":        8, // views of histories for people
	"internal/schema":           8, // shapes of answers
	"internal/inquiry":          9, // what anybody may ask, for every door

	"internal/store":                 9,  // what a transaction can do
	"internal/store/sqlstore":        10, // the shared SQL
	"internal/store/sqlite":          11, // engines
	"internal/store/postgres":        11,
	"internal/store/postgres/pgtest": 11,
	"internal/store/storetest":       12, // conformance of engines
	"internal/store/backup":          11, // all books in one file
	"internal/office":                10, // operations over the store
	"internal/login":                 11, // who comes in
	"internal/proof":                 11, // recomputes the books
	"internal/worker":                12, // runs jobs
	"internal/town":                  13, // plays an office through its operations
	"internal/apiclient":             0,  // generated; knows nobody
	"internal/httpapi":               13, // a door
	"internal/cli":                   14, // a door
	"cmd/bujiao":                     15,
}

// files parses the program's sources, without tests.
func files(t *testing.T) map[string]*ast.File {
	t.Helper()
	set := token.NewFileSet()
	out := map[string]*ast.File{}
	for _, top := range []string{"internal", "cmd", "packs"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(set, p, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, p)
			out[filepath.ToSlash(rel)] = f
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the walk is wrong", len(out))
	}
	return out
}

func TestImportsPointOneWay(t *testing.T) {
	for name, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(name))
		mine, ok := layer[pkg]
		if !ok {
			t.Errorf("%s: package %s has no place in the order of layers", name, pkg)
			continue
		}
		for _, imp := range f.Imports {
			path, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "bujiao/")
			if !ours {
				continue
			}
			if theirs, ok := layer[path]; !ok || theirs > mine || (theirs == mine && path != pkg && mine > 0) {
				t.Errorf("%s imports %s, which does not lie below it", name, path)
			}
		}
	}
}

func TestEveryPackageSaysWhatItPromises(t *testing.T) {
	docs := map[string]string{}
	for name, f := range files(t) {
		pkg := filepath.Dir(name)
		docs[pkg] += f.Doc.Text()
	}
	for pkg, doc := range docs {
		if len(doc) < 80 {
			t.Errorf("package %s has no doc comment that says what it promises and refuses", pkg)
		}
	}
}

func TestNoClockBelowTheDoor(t *testing.T) {
	for name, f := range files(t) {
		if strings.HasPrefix(name, "cmd/") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
					t.Errorf("%s reads the clock; a day is passed in", name)
				}
			}
			return true
		})
	}
}

func TestNoFloatNearMoney(t *testing.T) {
	near := []string{"internal/ledger", "internal/collection", "internal/declaration", "internal/store/sqlstore", "internal/money", "internal/law", "internal/record", "internal/assess", "internal/plan", "internal/bulk", "internal/receipt"}
	for name, f := range files(t) {
		if !slices.Contains(near, filepath.ToSlash(filepath.Dir(name))) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if x, ok := n.(*ast.Ident); ok && (x.Name == "float64" || x.Name == "float32") {
				t.Errorf("%s uses %s", name, x.Name)
			}
			return true
		})
	}
}

// TestKernelReadsThroughTheDoor: assess and plan may not open packs or hold a
// Book's rows; what they know of the law comes from a Reader, which records it.
func TestKernelReadsThroughTheDoor(t *testing.T) {
	for name, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(name))
		if pkg != "internal/assess" && pkg != "internal/plan" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "law" && slices.Contains([]string{"Open", "Library", "Set"}, s.Sel.Name) {
					t.Errorf("%s goes round the Reader: law.%s", name, s.Sel.Name)
				}
			}
			return true
		})
		for _, imp := range f.Imports {
			if p := strings.Trim(imp.Path.Value, `"`); p == "os" || p == "net/http" || p == "math/rand" {
				t.Errorf("%s imports %s: the kernel is pure", name, p)
			}
		}
	}
}

func TestNothingNamesTheWorkshop(t *testing.T) {
	banned := []string{"/wo" + "rk/", "proxy." + "golang", "npm" + "js", "../" + "shared"}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "build") {
			return filepath.SkipDir
		}
		if d.IsDir() || d.Name() == ".git" || filepath.Ext(p) == ".sum" || filepath.Ext(p) == ".xlsx" { // .git is a file in a worktree
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, b := range banned {
			if strings.Contains(string(data), b) {
				t.Errorf("%s names %s", p, b)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
