package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/httpapi"
	"bujiao/internal/store/storetest"
)

// FuzzBodies sends any bytes to each route that takes JSON: no panic, no
// internal error, and nothing of a number or a name in what comes back. The
// first input chooses the route.
func FuzzBodies(f *testing.F) {
	s := staffed(f)
	var routes []httpapi.Route
	bodies := readBodies(f)
	for _, r := range httpapi.Table() {
		if bodies[r.Name] != nil && r.Name != "session-open" { // which hashes passwords on purpose slowly
			routes = append(routes, r)
		}
	}
	slices.SortFunc(routes, func(a, b httpapi.Route) int { return strings.Compare(a.Name, b.Name) })
	for i, r := range routes {
		data, err := json.Marshal(bodies[r.Name])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), string(data))
	}
	f.Add(byte(0), `{"area":"110000","month":"2026-08","wage":"9000.00"`)
	f.Add(byte(1), `[[[[{"a":1e999}]]]]`)
	f.Add(byte(2), `{"name":"\ud800","id_number":"`+numberOne+`"}`)
	roles := map[access.Action]access.Actor{}
	for _, r := range routes {
		for _, role := range access.Roles {
			if access.Grants(r.May)[role] == access.Area {
				roles[r.May] = access.Actor{ID: "a1", Role: role, Areas: []string{storetest.Area}}
			}
		}
	}
	f.Fuzz(func(t *testing.T, which byte, body string) {
		r := routes[int(which)%len(routes)]
		path := strings.NewReplacer("{area}", storetest.Area, "{employer}", "e1", "{month}", "2026-01", "{id}", "none", "{bank}", "102").Replace(r.Path)
		var headers []string
		if r.May != "" {
			headers = as(t, roles[r.May])
		}
		resp, data := send(t, s, r.Method, path, body, headers...)
		if resp.StatusCode >= 500 && resp.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("%s: %d %s for %q", r.Name, resp.StatusCode, data, body)
		}
		if resp.StatusCode < 400 {
			return
		}
		problem(t, data)
		for _, secret := range longDigits(body) {
			if bytes.Contains(data, []byte(secret)) && !strings.Contains(path, secret) {
				t.Fatalf("%s repeats %q of %q in %s", r.Name, secret, body, data)
			}
		}
	})
}

// longDigits are runs of at least eight digits, as numbers of people have.
func longDigits(s string) []string {
	var out []string
	for _, run := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(run) >= 8 {
			out = append(out, run)
		}
	}
	return out
}
