package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/httpapi"
	"bujiao/internal/store/storetest"
)

// open are the routes that everybody may use. A route without an action that
// is not here is a slip.
var open = []string{
	"ask-due", "ask-latefee", "ask-quote", "ask-plan", "ask-assess", "ask-assess-file", "ask-estimate", "ask-retire", "ask-wait", "ask-term", "ask-numbers", "ask-verify",
	"law-areas", "law-pack", "law-schemas", "law-schema", "law-version", "session-open", "session-close", "webhook-topics", "case-kinds", "case-kind",
}

func TestEveryRouteHasAnAction(t *testing.T) {
	known := access.Actions()
	seen := map[string]bool{}
	for _, r := range httpapi.Table() {
		switch {
		case seen[r.Name]:
			t.Errorf("two routes are called %s", r.Name)
		case r.May == "" && !slices.Contains(open, r.Name):
			t.Errorf("%s %s asks for no action and is not meant to be public", r.Method, r.Path)
		case r.May != "" && slices.Contains(open, r.Name):
			t.Errorf("%s is listed as public, but asks for %s", r.Name, r.May)
		case r.May != "" && r.May != httpapi.Anybody && !slices.Contains(known, r.May):
			t.Errorf("%s asks for %s, which the policy does not know", r.Name, r.May)
		}
		seen[r.Name] = true
	}
}

// thing is what a route is about when it is asked for N, 1 or 2: what {id} is,
// members of the body or the query, and whether it belongs to person pN, to
// employer eN or to account aN.
type thing struct {
	id                        string
	body, query               map[string]any
	person, employer, account bool
	also                      access.Action // that is enough as well
}

// things of the routes whose owner does not show in the path. N is put in.
var things = map[string]thing{
	"session-password":        {account: true},
	"account-open":            {body: map[string]any{"areas": []string{storetest.Area}}},
	"account-change":          {id: "a2"}, // nobody changes the own one
	"account-show":            {id: "a2"},
	"account-end-sessions":    {id: "aN", account: true, also: "account.write"},
	"person-find":             {body: map[string]any{"number": "NUMBER-N"}, person: true, employer: true},
	"person-show":             {id: "pN", person: true, employer: true},
	"person-change":           {id: "pN"},
	"person-document":         {id: "pN"},
	"person-duplicate-months": {id: "pN", person: true},
	"person-readers":          {person: true},
	"employer-list":           {employer: true},
	"employment-start":        {body: map[string]any{"person": "pN", "employer": "eN"}, employer: true},
	"employment-import":       {query: map[string]any{"employer": "eN"}, employer: true},
	"employment-show":         {id: "jN", employer: true},
	"employment-correct":      {id: "jN", employer: true},
	"employment-end":          {id: "jN", employer: true},
	"enrolment-start":         {body: map[string]any{"person": "pN"}, person: true},
	"enrolment-end":           {id: "iN", person: true},
	"declaration-confirm":     {body: map[string]any{"person": "pN"}, person: true, employer: true},
	"declaration-show":        {id: "dN", employer: true},
	"declaration-notices":     {query: map[string]any{"employer": "eN"}, employer: true},
	"declaration-notice":      {id: "nN", employer: true},
	"arrears-list":            {query: map[string]any{"employer": "eN", "person": "pN"}, person: true, employer: true},
	"arrears-bill":            {body: map[string]any{"employer": "eN"}},
	"arrears-assessment":      {id: "pN", person: true, employer: true},
	"statement-month":         {id: "pN", person: true, employer: true},
	"statement-year":          {id: "pN", person: true, employer: true},
	"statement-payment":       {id: "nN", employer: true},
	"statement-hand-over":     {body: map[string]any{"kind": "monthly", "person": "pN", "month": "2026-01", "method": "paper"}, employer: true},
	"statement-handovers":     {query: map[string]any{"employer": "eN", "person": "pN"}, person: true, employer: true},
	"paper-list":              {query: map[string]any{"employer": "eN", "person": "pN"}, person: true, employer: true},
	"paper-show":              {id: "xN", person: true, employer: true},
	"paper-print":             {id: "xN", person: true, employer: true},
	"paper-serve":             {id: "xN"},
	"paper-statement":         {body: map[string]any{"kind": "monthly", "person": "pN", "month": "2026-01"}, person: true, employer: true},
	"order-list":              {query: map[string]any{"employer": "eN"}, employer: true},
	"order-show":              {id: "oN", employer: true},
	"order-create":            {body: map[string]any{"notice": "nN"}, employer: true},
	"order-cancel":            {id: "oN", employer: true},
	"order-receive":           {id: "oN"},
	"refund-decide":           {id: "rN"},
	"refund-pay":              {id: "rN"},
	"refund-request":          {body: map[string]any{"kind": "overpaid", "charge": "cN"}, employer: true},
	"refund-list":             {person: true, employer: true},
	"suspense-show":           {id: "sN"},
	"suspense-assign":         {id: "sN"},
	"message-list":            {account: true},
	"message-read":            {id: "mN", account: true},
	"message-send":            {id: "xN"},
	"contact-mine":            {account: true},
	"contact-set-mine":        {account: true, body: map[string]any{"channel": "email", "address": "z@example.org"}},
	"contact-list":            {query: map[string]any{"person": "pN"}},
	"contact-set":             {body: map[string]any{"person": "pN", "channel": "email", "address": "z@example.org"}},
	"counter-list":            {person: true, employer: true},
	"counter-show":            {id: "on1", person: true, employer: true},
	"counter-change":          {id: "on1"},
	"counter-open-window":     {id: "on1"},
	"counter-open-hours":      {id: "on1"},
	"counter-end-window":      {id: "vn1"},
	"counter-end-hours":       {id: "hn1"},
	"counter-slots":           {id: "on1", query: map[string]any{"service": "counter"}, person: true, employer: true},
	"counter-competent":       {query: map[string]any{"service": "counter", "person": "pN"}, person: true, employer: true},
	"booking-list":            {person: true, employer: true},
	"booking-book":            {body: map[string]any{"office": "on1", "service": "counter", "person": "pN"}, person: true, employer: true},
	"booking-wait":            {body: map[string]any{"office": "on1", "service": "counter", "person": "pN"}, person: true, employer: true},
	"booking-show":            {id: "bN", person: true, employer: true},
	"booking-move":            {id: "bN", person: true, employer: true},
	"booking-cancel":          {id: "bN", person: true, employer: true},
	"booking-accept":          {id: "bN", person: true, employer: true},
	"booking-mark":            {id: "bN"},
	"evidence-upload":         {person: true, employer: true},
	"evidence-uploads":        {person: true, employer: true},
	"evidence-content":        {id: "uN", person: true, employer: true},
	"evidence-hand-in":        {body: map[string]any{"person": "pN", "employer": "eN", "kind": "labour_contract"}, person: true, employer: true},
	"evidence-list":           {query: map[string]any{"person": "pN", "employer": "eN"}, person: true, employer: true},
	"evidence-decide":         {id: "none"},
	"evidence-missing":        {body: map[string]any{"lines": []any{map[string]any{"person": "pN", "employer": "eN", "payer": "employee", "scheme": "pension", "from": "2025-01", "to": "2025-02"}}}, person: true, employer: true},
	"webhook-show":            {id: "wN"},
	"case-open":               {body: map[string]any{"kind": "deferral", "employer": "eN"}, employer: true},
	"case-list":               {query: map[string]any{"employer": "eN", "person": "pN"}, person: true, employer: true},
	"case-show":               {id: "kN", employer: true},
	"case-event":              {id: "kN", employer: true},
	"case-effects":            {id: "kN", employer: true},
	"case-makeup-file":        {id: "kN", employer: true},
	"case-read-makeup-file":   {employer: true},
	"case-missing-papers":     {id: "kN", employer: true},
	"case-dossier":            {id: "kN"},
	"case-card-batch":         {id: "B1"},
	"case-deferral-plan":      {query: map[string]any{"until": "2099-01-01"}},
	"webhook-change":          {id: "wN"},
	"webhook-deliveries":      {id: "wN"},
}

// mine are routes that are about who asks: there is no other's to ask for.
var mine = []string{"session-password", "person-readers", "employer-list", "refund-list", "session-show", "counter-list", "counter-show", "counter-slots", "booking-list", "message-list", "contact-mine", "contact-set-mine", "evidence-upload", "evidence-uploads", "case-read-makeup-file"}

var purposes = map[access.Role]access.Purpose{
	access.Insured: access.OwnRecord, access.EmployerAgent: access.OwnStaff, access.Clerk: access.Service, access.Reviewer: access.Review, access.Finance: access.Collecting,
	access.Enforcement: access.Enforcing, access.Auditor: access.Inspection,
}

// TestEveryRouteAsEveryRole asks each route as each role for its own, another's
// and another area's thing, and compares with what the policy says.
func TestEveryRouteAsEveryRole(t *testing.T) {
	shared, bodies := staffed(t), readBodies(t)
	for _, r := range httpapi.Table() {
		if r.May == "" {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			s := shared
			if r.Method != http.MethodGet { // what is changed is another thing afterwards
				s = staffed(t)
			}
			for _, role := range append(slices.Clone(access.Roles), "") {
				for _, try := range []struct{ name, area, n string }{{"own", storetest.Area, "1"}, {"other's", storetest.Area, "2"}, {"another area's", "120000", "1"}} {
					if try.n == "2" && slices.Contains(mine, r.Name) {
						continue
					}
					status, key := ask(t, s, r, role, try.area, try.n, bodies[r.Name])
					want := wanted(r, role, try.name)
					got := "allowed"
					switch {
					case status == http.StatusUnauthorized && key != "access.wrong_login": // a password was looked at
						got = "unknown"
					case status == http.StatusForbidden && strings.HasPrefix(key, "access."):
						got = "forbidden"
					case status == http.StatusNotFound && key == "access.not_yours":
						got = "hidden"
					case status >= 500:
						got = "failed"
					}
					if got != want {
						t.Errorf("%s %s as %q, %s: %s (%d %s), want %s", r.Method, r.Path, role, try.name, got, status, key, want)
					}
				}
			}
		})
	}
}

// wanted is what the policy says of it.
func wanted(r httpapi.Route, role access.Role, try string) string {
	if role == "" {
		return "unknown"
	}
	if r.May == httpapi.Anybody {
		return "allowed"
	}
	what := things[r.Name]
	reach := access.Grants(r.May)[role]
	if reach == access.None {
		return "forbidden"
	}
	if what.also != "" && try != "own" && access.Grants(what.also)[role] == access.None {
		return "forbidden" // what is enough as well is refused in its own words
	}
	if try == "another area's" {
		return "hidden"
	}
	if reach == access.Area || (what.also != "" && access.Grants(what.also)[role] == access.Area) {
		return "allowed"
	}
	if try != "own" {
		return "hidden"
	}
	employers := what.employer || strings.Contains(r.Path, "{employer}")
	switch {
	case what.account, role == access.Insured && what.person, role == access.EmployerAgent && employers:
		return "allowed"
	}
	return "hidden"
}

func ask(t *testing.T, s http.Handler, r httpapi.Route, role access.Role, area, n string, body map[string]any) (int, string) {
	t.Helper()
	what := things[r.Name]
	fill := strings.NewReplacer("{area}", area, "{employer}", "e"+n, "{month}", "2026-01", "{bank}", "102", "{account}", "fund", "{year}", "2026", "{id}", strings.ReplaceAll(or(what.id, "none"), "N", n))
	path := fill.Replace(r.Path) + "?x="
	query := map[string]any{}
	for k, v := range what.query {
		query[k] = v
	}
	if why := purposes[role]; why != "" && takes(t, r, "purpose") {
		query["purpose"] = string(why)
	}
	if file(r) && r.Name != "evidence-upload" { // whose name is not taken
		query["name"] = "file.csv"
	}
	path = strings.TrimSuffix(path, "?x=")
	sep := "?"
	for k, v := range query {
		path += sep + k + "=" + strings.ReplaceAll(v.(string), "N", n)
		sep = "&"
	}
	text := ""
	if file(r) {
		text = "no file of any kind"
	}
	if body != nil {
		full := map[string]any{}
		for k, v := range body {
			full[k] = v
		}
		for k, v := range what.body {
			full[k] = v
		}
		if r.Name == "person-find" {
			full["purpose"] = purposes[role]
		}
		data, err := json.Marshal(full)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.NewReplacer("NUMBER-N", map[string]string{"1": numberOne, "2": numberTwo}[n], `"pN"`, `"p`+n+`"`, `"eN"`, `"e`+n+`"`, `"nN"`, `"n`+n+`"`, `"cN"`, `"c`+n+`"`).Replace(string(data))
	}
	var headers []string
	if role != "" {
		a := access.Actor{ID: "a1", Role: role, Areas: []string{storetest.Area}}
		switch role {
		case access.Insured:
			a.Person = "p1"
		case access.EmployerAgent:
			a.Employer = "e1"
		}
		headers = as(t, a)
		if r.Method == http.MethodPut {
			headers = append(headers, "If-Match", "*")
		}
	}
	resp, data := send(t, s, r.Method, path, text, headers...)
	if resp.StatusCode < 400 {
		return resp.StatusCode, ""
	}
	p := problem(t, data)
	if p.Key == "httpapi.invalid" || p.Key == "httpapi.no_body" {
		t.Errorf("%s: the test's request is wrong: %s", r.Name, data)
	}
	return resp.StatusCode, p.Key
}

// file reports whether a route takes a file.
func file(r httpapi.Route) bool {
	return slices.Contains([]string{"bank-results", "bank-statement", "employment-import", "declaration-file", "declaration-import", "evidence-upload", "case-read-makeup-file"}, r.Name)
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// described reads the committed description, once.
var described = sync.OnceValues(func() (doc description, err error) {
	data, err := os.ReadFile(openapiFile)
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	return doc, err
})

func readDescription(t testing.TB) description {
	t.Helper()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// takes reports whether a route takes a parameter.
func takes(t testing.TB, r httpapi.Route, name string) bool {
	t.Helper()
	op := readDescription(t).Paths[r.Path][strings.ToLower(r.Method)]
	return slices.ContainsFunc(op.Parameters, func(p struct{ Name string }) bool { return p.Name == name })
}

// readBodies makes a body for each operation from the committed description.
func readBodies(t testing.TB) map[string]map[string]any {
	t.Helper()
	doc := readDescription(t)
	out := map[string]map[string]any{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			if c, ok := op.RequestBody.Content["application/json"]; ok {
				out[op.ID], _ = doc.example(c.Schema, 0).(map[string]any)
			}
		}
	}
	return out
}

// description is as much of an OpenAPI document as the tests need.
type description struct {
	Paths map[string]map[string]struct {
		ID          string                  `json:"operationId"`
		Parameters  []struct{ Name string } `json:"parameters"`
		RequestBody struct {
			Content map[string]struct {
				Schema shape `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]shape `json:"schemas"`
	} `json:"components"`
}

type shape struct {
	Ref        string           `json:"$ref"`
	Type       any              `json:"type"`
	Pattern    string           `json:"pattern"`
	Enum       []string         `json:"enum"`
	AnyOf      []shape          `json:"anyOf"`
	Items      *shape           `json:"items"`
	Properties map[string]shape `json:"properties"`
	Required   []string         `json:"required"`
}

// example is a value that has the form of a shape, with what is required only.
func (d *description) example(s shape, depth int) any {
	if s.Ref != "" {
		return d.example(d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")], depth+1)
	}
	if len(s.AnyOf) > 0 {
		return d.example(s.AnyOf[0], depth+1)
	}
	for _, word := range s.Enum {
		if word != "" {
			return word
		}
	}
	kind, ok := s.Type.(string)
	if list, many := s.Type.([]any); many && !ok {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "object":
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = d.example(s.Properties[name], depth+1)
		}
		return out
	case "array":
		if s.Items == nil || depth > 8 {
			return []any{}
		}
		return []any{d.example(*s.Items, depth+1)}
	case "integer":
		return 1
	case "boolean":
		return true
	case "string":
		switch s.Pattern {
		case `^-?\d+\.\d{2}$`:
			return "100.00"
		case `^-?\d+(\.\d+)?$`:
			return "0.002"
		case `^\d{4}-\d{2}-\d{2}$`, `^(\d{4}-\d{2}-\d{2})?$`:
			return "2026-01-15"
		case `^\d{4}-(0[1-9]|1[0-2])$`:
			return "2026-01"
		}
		return "x"
	}
	return nil
}

// TestWrongPasswordsCountByAddress: what a stranger guesses does not shut the
// owner of a login out; addresses of one IPv6 subscriber are one.
func TestWrongPasswordsCountByAddress(t *testing.T) {
	s := staffed(t)
	guess := func(address string) int {
		r := httptest.NewRequest("POST", "/v1/session", strings.NewReader(`{"area":"110000","login":"nobody","password":"a wrong password"}`))
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	for _, stranger := range []string{"203.0.113.9:1", "[2001:db8::1]:1"} {
		for n := range 5 {
			if got := guess(stranger); got != http.StatusUnauthorized {
				t.Fatalf("%s, guess %d: %d", stranger, n+1, got)
			}
		}
	}
	for address, want := range map[string]int{"203.0.113.9:2": 429, "[2001:db8::2]:1": 429, "203.0.113.10:1": 401, "[2001:db8:0:1::1]:1": 401} {
		if got := guess(address); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
}
