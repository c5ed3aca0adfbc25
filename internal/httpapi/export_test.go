package httpapi

import "bujiao/internal/access"

// Route is a line of the table for tests.
type Route struct {
	Method, Path, Name string
	May                access.Action
}

// Table is the table.
func Table() []Route {
	var out []Route
	for _, r := range table {
		out = append(out, Route{r.method, r.path, r.name, r.may})
	}
	return out
}

// Examples are the bodies that the page begins with.
var Examples = examples

// Anybody is the action of routes for everybody who is logged in.
const Anybody = anybody
