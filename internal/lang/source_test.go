package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var keyLike = regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+(\.[A-Za-z0-9_-]+)*$`)

// TestEveryKeyHasASentence walks the source: a literal that is handed to a
// function and looks like a key of a package with texts must be in the
// catalogue.
func TestEveryKeyHasASentence(t *testing.T) {
	families := map[string]bool{}
	for key := range built() {
		families[key[:strings.IndexByte(key, '.')]] = true
	}
	found := 0
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				for _, key := range keysIn(call) {
					isFault := strings.HasPrefix(nameOf(call), "fault.")
					if !isFault && !families[key[:strings.IndexByte(key, '.')]] {
						continue
					}
					found++
					if !Has(key) {
						t.Errorf("%s: no sentence for %q", files.Position(call.Pos()), key)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 50 {
		t.Errorf("only %d keys found: the walk does not see the source", found)
	}
}

// keysIn lists the arguments of a call that look like keys, file names aside.
func keysIn(call *ast.CallExpr) []string {
	var out []string
	for _, arg := range call.Args {
		lit, ok := arg.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		s, err := strconv.Unquote(lit.Value)
		if err == nil && keyLike.MatchString(s) && !strings.HasSuffix(s, ".yaml") && !strings.HasSuffix(s, ".json") && !strings.HasSuffix(s, ".key") {
			out = append(out, s)
		}
	}
	return out
}

func nameOf(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := sel.X.(*ast.Ident); ok {
		return x.Name + "." + sel.Sel.Name
	}
	return sel.Sel.Name
}
