package login_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/store/storetest"
)

// TestDoorAtOnce: browsers that come at the same moment to a door that has not
// reached its provider yet, ask who they are, guess a password and log out.
func TestDoorAtOnce(t *testing.T) {
	s, f, _ := forged(t)
	const password = "a password that is long enough"
	first := "the password of the first day"
	s.account(t, office.AccountInput{Kind: access.Local, Login: "li.si", Role: access.Clerk, Password: first})
	if _, _, err := s.office.LogIn(t.Context(), storetest.Area, "li.si", first, password); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var opened, guessed atomic.Int64
	for range 4 {
		all.Go(func() {
			w := httptest.NewRecorder()
			if err := s.door.Begin(w, httptest.NewRequest(http.MethodGet, "/login", nil)); err != nil || w.Code != http.StatusFound {
				t.Errorf("sent to the provider: %d, %v", w.Code, err)
			}
		})
		all.Go(func() {
			token, acc, err := s.office.LogIn(t.Context(), storetest.Area, "li.si", password, "")
			if err != nil {
				t.Error(err)
				return
			}
			opened.Add(1)
			r := httptest.NewRequest(http.MethodGet, "/me", nil)
			r.Header.Set("Authorization", "Bearer "+string(token))
			if a, err := s.door.Authenticate(r); err != nil || a.ID != acc.ID {
				t.Errorf("who: %+v, %v", a, err)
			}
			if err := s.door.Logout(httptest.NewRecorder(), r); err != nil {
				t.Error(err)
			}
			if _, err := s.door.Authenticate(r); keyOf(err) != "access.no_session" {
				t.Errorf("logged out: %v", err)
			}
		})
	}
	for range 8 { // of a login that nobody has
		all.Go(func() {
			switch _, _, err := s.office.LogIn(t.Context(), storetest.Area, "nobody", "wrong password", ""); keyOf(err) {
			case "access.wrong_login":
				guessed.Add(1)
			case "access.too_many_attempts":
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if opened.Load() != 4 || guessed.Load() != 5 {
		t.Errorf("%d logins of 4 and %d guesses of 5", opened.Load(), guessed.Load())
	}
	if n := f.asked.Load(); n != 1 {
		t.Errorf("the provider was asked for its addresses %d times", n)
	}
}

func keyOf(err error) string {
	if e := new(fault.Error); errors.As(err, &e) {
		return e.Key
	}
	return ""
}
