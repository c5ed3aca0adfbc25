package httpapi

import (
	"context"
	"net/http"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// browser is a login that keeps sessions of browsers and sends them to an OIDC
// provider; package login has it.
type browser interface {
	Keep(http.ResponseWriter, access.Token)
	Logout(http.ResponseWriter, *http.Request) error
	Begin(http.ResponseWriter, *http.Request) error
	Callback(http.ResponseWriter, *http.Request) error
}

// LoginRequest opens a session of a local account.
type LoginRequest struct {
	Area        string `json:"area"`
	Login       string `json:"login"`
	Password    string `json:"password"`
	NewPassword string `json:"new_password,omitempty"` // where the password has to be changed
	Cookie      bool   `json:"cookie,omitempty"`       // keep the session in a cookie too
}

// fromAddress is the context of what looks at a password.
func (c *call) fromAddress() context.Context {
	return office.WithAddress(c.ctx, subscriber(c.address()).String())
}

// LoginAnswer has the token, which is shown this once, and whose it is.
type LoginAnswer struct {
	Token   access.Token   `json:"token"`
	Account access.Account `json:"account"`
}

type loginIn struct{ Doc[LoginRequest] }

func logIn(c *call, in *loginIn) (*LoginAnswer, error) {
	v := in.value
	if c.s.c.Office == nil {
		return nil, fault.New(fault.NotFound, "httpapi.no_office", nil)
	}
	token, account, err := c.office().LogIn(c.fromAddress(), v.Area, v.Login, v.Password, v.NewPassword)
	if err != nil {
		return nil, err
	}
	c.actor = account.Actor()
	if b, ok := c.s.c.Login.(browser); ok && v.Cookie {
		b.Keep(c.w, token)
	}
	return &LoginAnswer{token, account}, nil
}

func logOut(c *call, _ *struct{}) (none, error) {
	b, ok := c.s.c.Login.(browser)
	if !ok {
		return none{}, fault.New(fault.NotFound, "httpapi.no_route", nil)
	}
	return none{}, b.Logout(c.w, c.req)
}

func whoAmI(c *call, _ *struct{}) (*access.Actor, error) { return &c.actor, nil }

// PasswordRequest changes the own password; all sessions end.
type PasswordRequest struct {
	Password    string `json:"password"`
	NewPassword string `json:"new_password"`
}

type passwordIn struct {
	InArea
	Doc[PasswordRequest]
}

func changePassword(c *call, in *passwordIn) (none, error) {
	return none{}, c.office().ChangePassword(c.fromAddress(), c.ask(in.Area, ""), in.value.Password, in.value.NewPassword)
}

type accountsIn struct {
	InArea
	Paged
}

func listAccounts(c *call, in *accountsIn) (*Page[office.AccountView], error) {
	list, err := c.office().Accounts(c.ctx, c.ask(in.Area, ""), in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(a office.AccountView) string { return a.ID }), nil
}

type openAccountIn struct {
	Keyed
	Doc[office.AccountInput]
}

func openAccount(c *call, in *openAccountIn) (*access.Account, error) {
	a, err := c.office().OpenAccount(c.ctx, c.ask(in.Area, in.Key), in.value)
	return &a, err
}

func showAccount(c *call, in *byIDIn) (office.AccountView, error) {
	return c.office().Account(c.ctx, c.ask(in.Area, ""), in.ID)
}

type changeAccountIn struct {
	Edit
	OfID
	Doc[office.AccountChange]
}

func changeAccount(c *call, in *changeAccountIn) (*access.Account, error) {
	a, err := c.office().ChangeAccount(c.ctx, in.ask(c), in.ID, in.value)
	return &a, err
}

type endSessionsIn struct {
	Keyed
	OfID
}

// Ended says how many sessions ended.
type Ended struct {
	Sessions int `json:"sessions"`
}

func endSessions(c *call, in *endSessionsIn) (*Ended, error) {
	n, err := c.office().EndSessions(c.ctx, c.ask(in.Area, in.Key), in.ID)
	return &Ended{n}, err
}
