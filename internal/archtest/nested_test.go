package archtest_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// opens are the calls that open a transaction and run a function in it.
var opens = []string{"Update", "View", "Inspect", "Do", "See"}

// TestNoTransactionInsideAnother: a function that runs in a transaction opens
// no other one, which would wait for itself.
func TestNoTransactionInsideAnother(t *testing.T) {
	found := 0
	for name, f := range files(t) {
		if strings.HasPrefix(name, "internal/store/storetest/") {
			continue // tries what happens then
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !transaction(call) {
				return true
			}
			found++
			for _, arg := range call.Args {
				ast.Inspect(arg, func(n ast.Node) bool {
					if inner, ok := n.(*ast.CallExpr); ok && transaction(inner) {
						t.Errorf("%s: %s inside %s", name, called(inner), called(call))
					}
					return true
				})
			}
			return true
		})
	}
	if found < 3 {
		t.Errorf("only %d transactions found: the walk is wrong", found)
	}
}

// transaction tells by the name and by the function that is passed last.
func transaction(call *ast.CallExpr) bool {
	if len(call.Args) < 2 || !slices.Contains(opens, called(call)) {
		return false
	}
	_, ok := call.Args[len(call.Args)-1].(*ast.FuncLit)
	return ok
}

func called(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.Ident:
		return fun.Name
	}
	return ""
}
