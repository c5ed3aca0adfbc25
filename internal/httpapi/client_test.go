package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"bujiao/internal/apiclient"
)

// dial serves the handler on a socket and returns the generated client of it.
func dial(t testing.TB, s http.Handler, headers ...string) *apiclient.ClientWithResponses {
	t.Helper()
	hs := httptest.NewServer(s)
	t.Cleanup(hs.Close)
	c, err := apiclient.NewClientWithResponses(hs.URL, apiclient.WithHTTPClient(doer{hs.Client(), headers}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// doer sends headers with each request.
type doer struct {
	c       *http.Client
	headers []string
}

func (d doer) Do(r *http.Request) (*http.Response, error) {
	for i := 0; i+1 < len(d.headers); i += 2 {
		r.Header.Set(d.headers[i], d.headers[i+1])
	}
	return d.c.Do(r)
}

// TestClient: what the description promises is what a program that believes it
// gets.
func TestClient(t *testing.T) {
	c := dial(t, door(t), "Accept-Language", "en")
	month, wage := "2026-08", "9000.00"
	r, err := c.AskDueWithResponse(t.Context(), nil, apiclient.DueRequest{Area: "110000", Month: &month, Wage: &wage})
	if err != nil {
		t.Fatal(err)
	}
	if r.JSON200 == nil || len(r.JSON200.Lines) < 4 || *r.JSON200.Totals.Person != "948.00" { // 720 + 45 + 180 + 3
		t.Fatalf("due: %s", r.Body)
	}
	bad, err := c.AskDueWithResponse(t.Context(), nil, apiclient.DueRequest{Area: "110000"})
	if err != nil {
		t.Fatal(err)
	}
	if p := bad.ApplicationproblemJSONDefault; p == nil || p.Key != "inquiry.field_missing" || p.Status != http.StatusBadRequest {
		t.Fatalf("problem: %s", bad.Body)
	}
	areas, err := c.LawAreasWithResponse(t.Context(), nil)
	if err != nil || areas.JSON200 == nil || len(areas.JSON200.Areas) < 5 {
		t.Fatalf("areas: %v", err)
	}
}
