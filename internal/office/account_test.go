package office_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

const (
	first  = "first password"
	second = "second password"
)

// desk is an office on an empty file, with cheap passwords, an employer e, a
// person p who works there and a person q who does not.
func desk(t *testing.T) (*office.Office, *storetest.Clock) {
	t.Helper()
	db, clock := storetest.New(t, storetest.SQLite)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	o := &office.Office{Store: db, Laws: laws, Vault: db.Vault, Passwords: access.Argon2id{Memory: 64, Passes: 1, Threads: 1}}
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) error {
		day := storetest.Day(t, "2020-01-01")
		for _, id := range []string{"p", "q"} {
			if err := tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: "hash " + id, NumberKind: "citizen", Number: "11010519491231002X", Name: "张三丰",
				BankAccount: "6222020200112230456", From: day, KnownOn: day}); err != nil {
				return err
			}
		}
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", From: day, KnownOn: day})
	})
	return o, clock
}

// as is a request of somebody of the area without a key.
// as is a request of somebody; a clerk reads for service, a reviewer to review.
func as(a access.Actor) office.Request {
	purposes := map[access.Role]access.Purpose{access.Clerk: access.Service, access.Reviewer: access.Review}
	return office.Request{Actor: a, Area: storetest.Area, Purpose: purposes[a.Role]}
}

// why is the request with another purpose.
func why(q office.Request, p access.Purpose) office.Request {
	q.Purpose = p
	return q
}

// key is the key of a fault.
func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func check(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := key(err); got != want {
		t.Errorf("%s: got %q, want %q (%v)", what, got, want, err)
	}
}

// admin opens the first administrator.
func admin(t *testing.T, o *office.Office) access.Actor {
	t.Helper()
	a, err := o.FirstAdministrator(t.Context(), storetest.Area, "Admin", "password of the machine")
	if err == nil {
		_, a, err = o.LogIn(t.Context(), storetest.Area, "admin", "password of the machine", first)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a.Actor()
}

// open opens an account as the administrator.
func open(t *testing.T, o *office.Office, a access.Actor, in office.AccountInput) access.Account {
	t.Helper()
	in.Areas = []string{storetest.Area}
	acc, err := o.OpenAccount(t.Context(), as(a), in)
	if err != nil {
		t.Fatal(err)
	}
	return acc
}

func TestLogIn(t *testing.T) {
	o, clock := desk(t)
	_, err := o.FirstAdministrator(t.Context(), storetest.Area, "", first)
	check(t, "an administrator without a login", err, "access.no_login")
	root := admin(t, o)
	_, err = o.FirstAdministrator(t.Context(), storetest.Area, "other", first)
	check(t, "a second first administrator", err, "access.administrator_exists")

	clerk := open(t, o, root, office.AccountInput{Kind: access.Local, Login: " Li.Si ", Role: access.Clerk, Password: first})
	_, _, err = o.LogIn(t.Context(), storetest.Area, "li.si", first, "")
	check(t, "with the password of the administrator", err, "access.change_password")
	_, _, err = o.LogIn(t.Context(), storetest.Area, "li.si", first, first)
	check(t, "with the same again", err, "access.same_password")
	_, _, err = o.LogIn(t.Context(), storetest.Area, "li.si", first, "short")
	check(t, "with a short one", err, "access.weak_password")
	tok, acc, err := o.LogIn(t.Context(), storetest.Area, "LI.SI", first, second)
	if err != nil || acc.ID != clerk.ID || acc.State != access.Active {
		t.Fatalf("got %+v, %v", acc, err)
	}
	who, err := o.Who(t.Context(), tok)
	if err != nil || who.ID != clerk.ID || who.Role != access.Clerk || len(who.Areas) != 1 {
		t.Errorf("who: %+v, %v", who, err)
	}
	clock.Add(access.SessionLife)
	_, err = o.Who(t.Context(), tok)
	check(t, "the next day", err, "access.no_session")

	if tok, _, err = o.LogIn(t.Context(), storetest.Area, "li.si", second, ""); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(o.LogOut(t.Context(), tok), o.LogOut(t.Context(), tok)); err != nil {
		t.Fatal(err)
	}
	_, err = o.Who(t.Context(), tok)
	check(t, "logged out", err, "access.no_session")
	_, _, err = o.LogIn(t.Context(), "120000", "li.si", second, "")
	check(t, "in another area", err, "access.wrong_login")
	_, _, err = o.LogIn(t.Context(), storetest.Area, "nobody", second, "")
	check(t, "who is not there", err, "access.wrong_login")
}

// TestStrangersDoNotShutOut: whoever knows a login and guesses is stopped, and its
// owner is not, from another address; many addresses together are.
func TestStrangersDoNotShutOut(t *testing.T) {
	o, clock := desk(t)
	admin(t, o)
	from := func(address, password, want string) {
		t.Helper()
		_, _, err := o.LogIn(office.WithAddress(t.Context(), address), storetest.Area, "admin", password, "")
		check(t, "from "+address, err, want)
	}
	for range 5 {
		from("203.0.113.9", "wrong password", "access.wrong_login")
	}
	from("203.0.113.9", first, "access.too_many_attempts")
	from("192.0.2.1", "wrong password", "access.wrong_login")
	from("192.0.2.1", first, "")
	from("203.0.113.9", first, "access.too_many_attempts") // the owner's success gives the stranger nothing
	for n := range 9 {
		for range 5 {
			from(fmt.Sprint("198.51.100.", n), "wrong password", "access.wrong_login")
		}
	}
	from("192.0.2.1", first, "access.too_many_attempts")
	clock.Add(15 * time.Minute)
	from("192.0.2.1", first, "")
}

func TestWrongPasswordsAreCounted(t *testing.T) {
	o, clock := desk(t)
	admin(t, o)
	for _, login := range []string{"admin", "nobody"} {
		for range 5 {
			_, _, err := o.LogIn(t.Context(), storetest.Area, login, "wrong password", "")
			check(t, login, err, "access.wrong_login")
		}
		_, _, err := o.LogIn(t.Context(), storetest.Area, login, first, "")
		check(t, login+" a sixth time", err, "access.too_many_attempts")
	}
	clock.Add(15 * time.Minute)
	if _, _, err := o.LogIn(t.Context(), storetest.Area, "admin", first, ""); err != nil {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	for range 4 {
		_, _, err := o.LogIn(t.Context(), storetest.Area, "admin", "wrong password", "")
		check(t, "a success wipes the count", err, "access.wrong_login")
	}
	var tries, opens int
	storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditLines(ctx, books.Page{})
		for _, l := range lines {
			switch l.Action {
			case "session.try":
				tries++
			case "session.open":
				opens++
			}
			if strings.Contains(l.Before+l.After+l.Reason, "argon2") || strings.Contains(l.Before+l.After, "admin|") {
				t.Errorf("a line tells a login: %+v", l)
			}
		}
		return err
	})
	if tries != 11 || opens != 2 { // one of each when the administrator was opened
		t.Errorf("the audit has %d tries and %d logins, want 11 and 2", tries, opens)
	}
}

func TestLogInsAtOnce(t *testing.T) {
	o, _ := desk(t)
	admin(t, o)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, _, err := o.LogIn(t.Context(), storetest.Area, "admin", first, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// meanwhile does something between the first and the second transaction.
type meanwhile struct {
	store.Store
	do func()
}

func (m *meanwhile) Update(ctx context.Context, area string, fn func(store.Tx) error) error {
	err := m.Store.Update(ctx, area, fn)
	if m.do != nil {
		do := m.do
		m.do = nil
		do()
	}
	return err
}

func TestDisabledWhileLoggingIn(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	behind := &office.Office{Store: o.Store, Laws: o.Laws, Vault: o.Vault}
	o.Store = &meanwhile{o.Store, func() {
		if _, err := behind.ChangeAccount(t.Context(), as(access.Self), root.ID, office.AccountChange{State: access.Disabled}); err != nil {
			t.Error(err)
		}
	}}
	_, _, err := o.LogIn(t.Context(), storetest.Area, "admin", first, "")
	check(t, "an account that was disabled while its password was looked at", err, "access.wrong_login")
}

func TestPasswordsAreMadeAnewAtAnotherCost(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	record := func() string {
		var a access.Account
		storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) (err error) { a, err = tx.Account(ctx, root.ID); return err })
		return a.Password
	}
	before := record()
	o.Passwords.Memory = 128
	tok, _, err := o.LogIn(t.Context(), storetest.Area, "admin", first, "")
	if err != nil {
		t.Fatal(err)
	}
	if after := record(); after == before || !strings.Contains(after, "m=128") {
		t.Errorf("record was %s and is %s", before, after)
	}
	if _, err := o.Who(t.Context(), tok); err != nil {
		t.Errorf("the session did not last: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	tok, _, err := o.LogIn(t.Context(), storetest.Area, "admin", first, "")
	if err != nil {
		t.Fatal(err)
	}
	check(t, "wrong", o.ChangePassword(t.Context(), as(root), "wrong password", second), "access.wrong_login")
	check(t, "none", o.ChangePassword(t.Context(), as(root), first, ""), "access.change_password")
	check(t, "right", o.ChangePassword(t.Context(), as(root), first, second), "")
	_, err = o.Who(t.Context(), tok)
	check(t, "sessions of the old password", err, "access.no_session")
	_, _, err = o.LogIn(t.Context(), storetest.Area, "admin", first, "")
	check(t, "the old password", err, "access.wrong_login")
	_, _, err = o.LogIn(t.Context(), storetest.Area, "admin", second, "")
	check(t, "the new password", err, "")
}

func TestAccounts(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	clerk := open(t, o, root, office.AccountInput{Kind: access.Local, Login: "clerk", Role: access.Clerk, Password: first})
	for _, c := range []struct {
		name string
		who  access.Actor
		in   office.AccountInput
		want string
	}{
		{"by a clerk", clerk.Actor(), office.AccountInput{Kind: access.OIDC, Login: "x", Role: access.Clerk}, "access.forbidden"},
		{"for a foreign area", root, office.AccountInput{Kind: access.OIDC, Login: "x", Role: access.Clerk, Areas: []string{storetest.Area, "310000"}}, "access.foreign_area"},
		{"twice", root, office.AccountInput{Kind: access.Local, Login: "CLERK", Role: access.Finance, Password: first}, "access.login_taken"},
		{"of nobody", root, office.AccountInput{Kind: access.OIDC, Login: "x", Role: access.Insured, Person: "nobody"}, "access.no_owner"},
		{"of no employer", root, office.AccountInput{Kind: access.Cert, Login: "x", Role: access.EmployerAgent, Employer: "nobody"}, "access.no_owner"},
		{"of nothing", root, office.AccountInput{Kind: access.OIDC, Login: "x", Role: access.Insured}, "access.owner"},
		{"of a person", root, office.AccountInput{Kind: access.OIDC, Login: "x", Role: access.Insured, Person: "p"}, ""},
		{"of an employer", root, office.AccountInput{Kind: access.Cert, Login: "y", Role: access.EmployerAgent, Employer: "e"}, ""},
	} {
		if c.in.Areas == nil {
			c.in.Areas = []string{storetest.Area}
		}
		_, err := o.OpenAccount(t.Context(), as(c.who), c.in)
		check(t, c.name, err, c.want)
	}
	list, err := o.Accounts(t.Context(), as(root), books.Page{})
	logins := map[access.Role]string{}
	for _, v := range list {
		logins[v.Role] = v.Login
	}
	want := map[access.Role]string{access.Administrator: "local|admin", access.Clerk: "local|clerk", access.Insured: "", access.EmployerAgent: "cert|y"}
	if err != nil || len(list) != 4 || !maps.Equal(logins, want) {
		t.Errorf("logins %v, %v, want %v", logins, err, want)
	}
	found, err := o.AccountOf(t.Context(), as(root), access.Local, "Clerk")
	if err != nil || found.ID != clerk.ID {
		t.Errorf("found %s, %v", found.ID, err)
	}
	_, err = o.AccountOf(t.Context(), as(root), access.OIDC, "clerk")
	check(t, "of another kind", err, "access.no_account")
	_, err = o.AccountOf(t.Context(), as(clerk.Actor()), access.Local, "clerk")
	check(t, "found by a clerk", err, "access.forbidden")
	_, err = o.Accounts(t.Context(), as(clerk.Actor()), books.Page{})
	check(t, "listed by a clerk", err, "access.forbidden")
}

func TestChangeAccount(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	clerk := open(t, o, root, office.AccountInput{Kind: access.Local, Login: "clerk", Role: access.Clerk, Password: first})
	wide := clerk // one whose areas the administrator has not
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		wide.ID, wide.LoginHash, wide.Kind, wide.Areas = "wide", "wide", access.OIDC, []string{storetest.Area, "310000"}
		tx.NewAccount(ctx, wide)
		return nil
	})
	logIn := func(password, next string) (access.Token, error) {
		tok, _, err := o.LogIn(t.Context(), storetest.Area, "clerk", password, next)
		return tok, err
	}
	change := func(who access.Actor, id string, in office.AccountChange) error {
		_, err := o.ChangeAccount(t.Context(), as(who), id, in)
		return err
	}
	tok, err := logIn(first, second)
	check(t, "first login", err, "")
	check(t, "by itself", change(clerk.Actor(), clerk.ID, office.AccountChange{State: access.Disabled}), "access.forbidden")
	check(t, "the own", change(root, root.ID, office.AccountChange{State: access.Disabled}), "access.own_account")
	check(t, "of wider areas", change(root, "wide", office.AccountChange{State: access.Disabled}), "access.foreign_area")
	check(t, "to a foreign area", change(root, clerk.ID, office.AccountChange{Areas: []string{storetest.Area, "310000"}}), "access.foreign_area")
	check(t, "away from home", change(access.Self, clerk.ID, office.AccountChange{Areas: []string{"310000"}}), "access.areas")
	check(t, "to a slot", change(root, clerk.ID, office.AccountChange{State: "attempt"}), "access.unknown_state")
	check(t, "nobody", change(root, "nobody", office.AccountChange{State: access.Disabled}), "access.no_account")

	check(t, "disable", change(root, clerk.ID, office.AccountChange{State: access.Disabled}), "")
	_, err = o.Who(t.Context(), tok)
	check(t, "sessions of a disabled account", err, "access.no_session")
	_, err = logIn(second, "")
	check(t, "login of a disabled account", err, "access.wrong_login")
	check(t, "enable", change(root, clerk.ID, office.AccountChange{State: access.Active}), "")
	tok, err = logIn(second, "")
	check(t, "login again", err, "")

	check(t, "new password", change(root, clerk.ID, office.AccountChange{Password: first}), "")
	_, err = o.Who(t.Context(), tok)
	check(t, "sessions of the old password", err, "access.no_session")
	check(t, "enabling does not make the password its owner's", change(root, clerk.ID, office.AccountChange{State: access.Active}), "")
	_, err = logIn(first, "")
	check(t, "the administrator's password", err, "access.change_password")
	if tok, err = logIn(first, second); err != nil {
		t.Fatal(err)
	}
	n, err := o.EndSessions(t.Context(), as(root), clerk.ID)
	if n != 1 || err != nil {
		t.Errorf("ended %d sessions, %v", n, err)
	}
	_, err = o.EndSessions(t.Context(), as(clerk.Actor()), root.ID)
	check(t, "sessions of another", err, "access.forbidden")
}

func TestLogInAs(t *testing.T) {
	o, clock := desk(t)
	root := admin(t, o)
	agent := open(t, o, root, office.AccountInput{Kind: access.Cert, Login: "f00d", Role: access.EmployerAgent, Employer: "e"})
	staff := open(t, o, root, office.AccountInput{Kind: access.OIDC, Login: "https://idp.example|42", Role: access.Auditor})
	who, err := o.WhoIs(t.Context(), storetest.Area, access.Cert, "f00d")
	if err != nil || who.ID != agent.ID || who.Employer != "e" {
		t.Errorf("got %+v, %v", who, err)
	}
	tok, _, err := o.LogInAs(t.Context(), storetest.Area, access.OIDC, "https://idp.example|42")
	if err != nil {
		t.Fatal(err)
	}
	if who, err = o.Who(t.Context(), tok); err != nil || who.ID != staff.ID {
		t.Errorf("got %+v, %v", who, err)
	}
	for name, c := range map[string]struct {
		kind    access.Kind
		subject string
	}{"another subject": {access.OIDC, "https://idp.example|43"}, "another kind": {access.Cert, "https://idp.example|42"}, "a local login": {access.Local, "admin"}} {
		_, _, err := o.LogInAs(t.Context(), storetest.Area, c.kind, c.subject)
		check(t, name, err, "access.wrong_login")
	}
	if _, err := o.ChangeAccount(t.Context(), as(root), staff.ID, office.AccountChange{State: access.Disabled}); err != nil {
		t.Fatal(err)
	}
	_, _, err = o.LogInAs(t.Context(), storetest.Area, access.OIDC, "https://idp.example|42")
	check(t, "disabled", err, "access.wrong_login")
	clock.Add(access.SessionLife)
	if n, err := o.PurgeSessions(t.Context(), storetest.Area, 10); n != 1 || err != nil {
		t.Errorf("purged %d, %v, want the administrator's alone: the other's were ended", n, err)
	}
}

// TestOpenAccountAgain: the same key gives the same account, and neither login
// nor password is kept, not even as a hash that can be guessed at.
func TestOpenAccountAgain(t *testing.T) {
	o, _ := desk(t)
	root := admin(t, o)
	q := as(root)
	q.Key = "k"
	in := office.AccountInput{Kind: access.Local, Login: "clerk", Role: access.Clerk, Areas: []string{storetest.Area}, Password: first}
	one, err1 := o.OpenAccount(t.Context(), q, in)
	two, err2 := o.OpenAccount(t.Context(), q, in)
	if err := errors.Join(err1, err2); err != nil || one.ID != two.ID {
		t.Fatalf("got %s and %s, %v", one.ID, two.ID, err)
	}
	in.Password = second
	_, err := o.OpenAccount(t.Context(), q, in)
	check(t, "another password under the same key", err, "office.key_reused")
}
