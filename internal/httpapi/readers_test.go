package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	ground "bujiao/internal/books"
	"bujiao/internal/httpapi"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// readings are the routes that show something of person p1: as whom, of which
// thing, with what.
var readings = map[string]struct {
	as          access.Role
	id, account string
	query, body string
}{
	"person-find":             {as: access.Clerk, body: `{"number":"` + numberOne + `","purpose":"service"}`},
	"person-show":             {as: access.EmployerAgent, id: "p1"},
	"person-duplicate-months": {as: access.Finance, id: "p1"},
	"employer-roster":         {as: access.Clerk, query: "purpose=service"},
	"employment-show":         {as: access.Auditor, id: "j1"},
	"declaration-unconfirmed": {as: access.EmployerAgent},
	"declaration-show":        {as: access.EmployerAgent, id: "d1"},
	"declaration-notices":     {as: access.Finance, query: "person=p1"},
	"declaration-notice":      {as: access.Reviewer, id: "na1", query: "purpose=review"},
	"arrears-list":            {as: access.Enforcement, query: "employer=e1"},
	"arrears-assessment":      {as: access.Insured, id: "p1"},
	"statement-month":         {as: access.EmployerAgent, id: "p1"},
	"statement-year":          {as: access.Insured, id: "p1"},
	"statement-payment":       {as: access.Finance, id: "na1"},
	"statement-handovers":     {as: access.Auditor, query: "person=p1"},
	"evidence-list":           {as: access.Auditor, query: "person=p1"},
	"evidence-content":        {as: access.EmployerAgent, id: "u1"},
	"paper-list":              {as: access.Enforcement, query: "person=p1"},
	"paper-show":              {as: access.EmployerAgent, id: "x1"},
	"order-list":              {as: access.Finance, query: "person=p1"},
	"order-show":              {as: access.Insured, id: "oa1"},
	"refund-list":             {as: access.Insured},
	"booking-list":            {as: access.Finance},
	"booking-show":            {as: access.EmployerAgent, id: "b1"},
	"case-list":               {as: access.Clerk, query: "purpose=service"},
	"case-show":               {as: access.EmployerAgent, id: "k1"},
	"case-effects":            {as: access.EmployerAgent, id: "k1"},
	"case-makeup-file":        {as: access.EmployerAgent, id: "k1"},
	"case-missing-papers":     {as: access.EmployerAgent, id: "k1"},
	"ledger-entries":          {as: access.Finance, query: "ref_kind=interest&ref=1"},
	"ledger-entry":            {as: access.Auditor, id: "ENTRY"},
	"ledger-balances":         {as: access.Finance, account: "personal", query: "party=p1"},
	"approval-list":           {as: access.Reviewer, query: "purpose=review"},
}

// silent are routes that name persons and leave no line with them.
var silent = map[string]string{
	"account-list":   "whose an account is, of which nothing else is shown; the administrator has no business with records",
	"account-show":   "likewise",
	"audit-list":     "who did what; that it was read is a line of the area",
	"person-readers": "of the person alone",
	"session-show":   "who asks",

	"case-deferral-plan": "amounts of an employer; no person is named",
}

// TestReadersGrow asks each route that shows something of a person, and looks
// whether the person can see it. A route that answers with the id of a person
// and is in neither list is a slip.
func TestReadersGrow(t *testing.T) {
	s, o := staffedOffice(t)
	entry := ""
	for _, r := range httpapi.Table() {
		reads := r.Method == http.MethodGet || r.Name == "person-find"
		if !reads || r.May == "" {
			continue
		}
		x, listed := readings[r.Name]
		if listed {
			t.Run(r.Name, func(t *testing.T) {
				if x.id == "ENTRY" {
					x.id = entry
				}
				before := readersOf(t, o)
				data := read(t, s, r, x.as, x.id, x.account, x.query, x.body)
				after := readersOf(t, o)
				if !strings.Contains(string(data), `"p1"`) && r.Name != "person-duplicate-months" && r.Name != "case-makeup-file" { // which names people by their numbers
					t.Errorf("the test's request shows nothing of the person: %.300s", data)
				}
				grown := slices.DeleteFunc(after, func(l audit.Line) bool { return slices.Contains(before, l) })
				if len(grown) != 1 || grown[0].Role != string(x.as) || access.Purpose(grown[0].Reason) != purposes[x.as] {
					t.Errorf("the person's readers grew by %+v", grown)
				}
				if r.Name == "ledger-entries" {
					_, rest, _ := strings.Cut(string(data), `"id":"`)
					entry, _, _ = strings.Cut(rest, `"`)
				}
			})
			continue
		}
		if silent[r.Name] != "" {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			for role := range access.Grants(r.May) {
				what := things[r.Name]
				id := strings.ReplaceAll(what.id, "N", "1")
				query := url.Values{}
				for name, v := range what.query {
					query.Set(name, strings.ReplaceAll(fmt.Sprint(v), "N", "1"))
				}
				if why := purposes[role]; why != "" && takes(t, r, "purpose") {
					query.Set("purpose", string(why))
				}
				if data := read(t, s, r, role, id, "fund", query.Encode(), ""); strings.Contains(string(data), `"p1"`) {
					t.Errorf("as %s it shows something of a person, and is not among the readings: %.300s", role, data)
				}
			}
		})
	}
}

// read asks for what is p1's or e1's, and returns the answer, which must be
// one unless there is no such thing.
func read(t *testing.T, s http.Handler, r httpapi.Route, role access.Role, id, account, query, body string) []byte {
	t.Helper()
	a := access.Actor{ID: "a1", Role: role, Areas: []string{storetest.Area}}
	switch role {
	case access.Insured:
		a.Person = "p1"
	case access.EmployerAgent:
		a.Employer = "e1"
	}
	path := strings.NewReplacer("{area}", storetest.Area, "{employer}", "e1", "{month}", "2026-01", "{year}", "2026", "{bank}", "102", "{account}", account, "{id}", or(id, "none")).Replace(r.Path)
	resp, data := send(t, s, r.Method, path+"?"+query, body, as(t, a)...)
	if resp.StatusCode >= 400 && resp.StatusCode != http.StatusNotFound {
		t.Fatalf("%s as %s: %d %s", path, role, resp.StatusCode, data)
	}
	return data
}

func readersOf(t *testing.T, o *office.Office) (out []audit.Line) {
	t.Helper()
	err := o.Store.View(t.Context(), storetest.Area, func(tx store.Tx) (err error) {
		out, err = tx.AuditOf(t.Context(), "person", "p1", ground.Page{Limit: 1000})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(out, func(l audit.Line) bool { return !strings.Contains(l.Action, ".read") })
}

// TestAssessmentVerifies: what a person is shown of the own record holds at this
// server, and does not once a figure beside the receipt is another.
func TestAssessmentVerifies(t *testing.T) {
	s := staffed(t)
	r := httpapi.Route{Method: http.MethodGet, Path: "/v1/areas/{area}/persons/{id}/assessment"}
	var got struct {
		Assessment json.RawMessage `json:"assessment"`
	}
	if err := json.Unmarshal(read(t, s, r, access.Insured, "p1", "", "", ""), &got); err != nil {
		t.Fatal(err)
	}
	_, report := send(t, s, http.MethodPost, "/v1/receipts/verify", string(got.Assessment))
	if !strings.Contains(string(report), `"intact":true`) || !strings.Contains(string(report), `"replay":"same"`) {
		t.Errorf("verify: %s", report)
	}
	touched := strings.Replace(string(got.Assessment), `"person":"p1"`, `"person":"p2"`, 1)
	if _, report = send(t, s, http.MethodPost, "/v1/receipts/verify", touched); !strings.Contains(string(report), `"intact":false`) {
		t.Errorf("another person's name on it: %s", report)
	}
	if err := json.Unmarshal(read(t, s, r, access.EmployerAgent, "p1", "", "", ""), &got); err != nil || strings.Contains(string(got.Assessment), `"receipt"`) {
		t.Errorf("an employer gets the receipt of the whole record: %v", err)
	}
}
