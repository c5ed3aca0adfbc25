package office

import (
	"context"
	"errors"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// AccountInput is what an account is opened with.
type AccountInput struct {
	Kind     access.Kind `json:"kind"`
	Login    string      `json:"login"` // login name; issuer|subject; hash of a certificate's key
	Role     access.Role `json:"role"`
	Employer string      `json:"employer,omitempty"`
	Person   string      `json:"person,omitempty"`
	Areas    []string    `json:"areas"`
	Password string      `json:"password,omitempty"` // of a local account; its owner changes it at the first login
}

// AccountView is an account as the administrator sees it. The login of an
// insured person may be a number of a person, and is not shown.
type AccountView struct {
	access.Account
	Login string `json:"login,omitempty"`
}

// OpenAccount opens an account. An administrator gives no area that is not its
// own.
func (o *Office) OpenAccount(ctx context.Context, q Request, in AccountInput) (access.Account, error) {
	scope := access.Scope{Area: q.Area}
	if err := access.Check(q.Actor, "account.write", scope); err != nil {
		return access.Account{}, err
	}
	if err := within(q.Actor, in.Areas); err != nil {
		return access.Account{}, err
	}
	state := access.Active
	if in.Kind == access.Local {
		state = access.New
	}
	return o.openAccount(ctx, q, in, state)
}

// FirstAdministrator opens the account that opens all others. It is for the
// program itself, on the machine, and for an area without an administrator. The
// password is changed at the first login.
func (o *Office) FirstAdministrator(ctx context.Context, area, login, password string) (access.Account, error) {
	err := o.Store.View(ctx, area, func(tx store.Tx) error {
		return eachAccount(ctx, tx, func(a access.Account) error {
			if a.Role == access.Administrator && a.State != access.Disabled {
				return fault.New(fault.Conflict, "access.administrator_exists", nil)
			}
			return nil
		})
	})
	if err != nil {
		return access.Account{}, err
	}
	return o.openAccount(ctx, Request{Actor: access.Self, Area: area},
		AccountInput{Kind: access.Local, Login: login, Role: access.Administrator, Areas: []string{area}, Password: password}, access.New)
}

// within holds that an administrator gives no area that is not its own.
func within(a access.Actor, areas []string) error {
	for _, area := range areas {
		if a.Role != access.System && !slices.Contains(a.Areas, area) {
			return fault.New(fault.Forbidden, "access.foreign_area", nil)
		}
	}
	return nil
}

func (o *Office) openAccount(ctx context.Context, q Request, in AccountInput, state access.State) (access.Account, error) {
	login := access.Login(in.Kind, in.Login)
	record, err := "", error(nil)
	if in.Kind == access.Local {
		if record, err = o.Passwords.Hash(in.Password); err != nil {
			return access.Account{}, err
		}
	}
	hashed := in // what is kept of the input tells neither login nor password, not even to who guesses
	hashed.Login, hashed.Password = o.Vault.Index("login", login), o.Vault.Index("password", in.Password)
	out, err := Do(ctx, o, q, "account.open", hashed, func(tx store.Tx) (access.Account, error) {
		a := access.Account{ID: tx.NewID(), LoginHash: hashed.Login, Kind: in.Kind, Role: in.Role, Employer: in.Employer, Person: in.Person,
			Areas: in.Areas, Password: record, State: state, CreatedAt: tx.At(), ChangedAt: tx.At()}
		if err := a.Check(q.Area); err != nil {
			return a, err
		}
		if login == access.Login(in.Kind, "") {
			return a, fault.New(fault.Invalid, "access.no_login", nil)
		}
		if err := ownerExists(ctx, tx, a); err != nil {
			return a, err
		}
		if a.Subject, err = tx.PutBox(ctx, "account", a.ID, "login", login); err != nil {
			return a, err
		}
		tx.NewAccount(ctx, a)
		return a, Audited(ctx, tx, "account.write", "account", a.ID, "", nil, a)
	})
	if books.Taken(err, "account") {
		err = fault.Wrap(fault.Conflict, "access.login_taken", nil, err)
	}
	return out, err
}

// ownerExists holds that the person or employer of an account is in the
// registry.
func ownerExists(ctx context.Context, tx store.Tx, a access.Account) error {
	w := registry.When{AsOf: tx.Today()}
	var err error
	if a.Person != "" {
		_, err = tx.Person(ctx, a.Person, w)
	}
	if a.Employer != "" {
		_, err = tx.Employer(ctx, a.Employer, w)
	}
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, "access.no_owner", nil, err)
	}
	return err
}

// AccountChange is what changes of an account; what is empty stays.
type AccountChange struct {
	State    access.State `json:"state,omitempty"` // active or disabled
	Areas    []string     `json:"areas,omitempty"`
	Password string       `json:"password,omitempty"` // a new one, which its owner changes at the next login
	Reason   string       `json:"reason"`             // goes into the audit: no personal data
}

// ChangeAccount changes an account of somebody else and ends its sessions.
// Role and owner never change: another role is another account.
func (o *Office) ChangeAccount(ctx context.Context, q Request, id string, in AccountChange) (access.Account, error) {
	if err := access.Check(q.Actor, "account.write", access.Scope{Area: q.Area}); err != nil {
		return access.Account{}, err
	}
	if id == q.Actor.ID {
		return access.Account{}, fault.New(fault.Forbidden, "access.own_account", nil)
	}
	if err := within(q.Actor, in.Areas); err != nil {
		return access.Account{}, err
	}
	if in.State != "" && in.State != access.Active && in.State != access.Disabled {
		return access.Account{}, fault.New(fault.Invalid, "access.unknown_state", nil)
	}
	record, err := "", error(nil)
	if in.Password != "" {
		if record, err = o.Passwords.Hash(in.Password); err != nil {
			return access.Account{}, err
		}
	}
	hashed := in
	hashed.Password = o.Vault.Index("password", in.Password)
	return Do(ctx, o, q, "account.change "+id, hashed, func(tx store.Tx) (access.Account, error) {
		a, err := accountOf(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if err := within(q.Actor, a.Areas); err != nil { // whoever sets its password has what it has
			return a, err
		}
		if err := o.saw(q, a); err != nil {
			return a, err
		}
		before := a
		// An enabled account whose password was never its owner's still has to change it.
		if in.State != "" && (in.State != access.Active || a.State == access.Disabled) {
			a.State = in.State
		}
		if in.Areas != nil {
			a.Areas = in.Areas
		}
		if record != "" {
			a.Password, a.State = record, access.New
		}
		a.ChangedAt = tx.At()
		if err := a.Check(q.Area); err != nil {
			return a, err
		}
		if _, err := access.Revoke(ctx, tx, a.ID); err != nil {
			return a, err
		}
		if _, err := access.Revoke(ctx, tx, a.LoginHash); err != nil { // attempts
			return a, err
		}
		if err := tx.SaveAccount(ctx, a); err != nil {
			return a, err
		}
		return a, Audited(ctx, tx, "account.write", "account", a.ID, in.Reason, before, a)
	})
}

// accountOf reads an account that must be there.
func accountOf(ctx context.Context, tx access.Accounts, id string) (access.Account, error) {
	a, err := tx.Account(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "access.no_account", nil, err)
	}
	return a, err
}

// AccountOf finds an account by its login.
func (o *Office) AccountOf(ctx context.Context, q Request, kind access.Kind, login string) (access.Account, error) {
	if err := access.Check(q.Actor, "account.read", access.Scope{Area: q.Area}); err != nil {
		return access.Account{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (access.Account, error) {
		a, err := tx.AccountByLogin(ctx, o.Vault.Index("login", access.Login(kind, login)))
		if errors.Is(err, books.ErrNotFound) {
			err = fault.Wrap(fault.NotFound, "access.no_account", nil, err)
		}
		return a, err
	})
}

// Account reads an account of the area.
func (o *Office) Account(ctx context.Context, q Request, id string) (AccountView, error) {
	if err := access.Check(q.Actor, "account.read", access.Scope{Area: q.Area}); err != nil {
		return AccountView{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (AccountView, error) {
		a, err := accountOf(ctx, tx, id)
		if err != nil {
			return AccountView{}, err
		}
		views, err := accountViews(ctx, tx, []access.Account{a})
		if err != nil {
			return AccountView{}, err
		}
		return views[0], o.saw(q, a)
	})
}

// Accounts lists accounts of the area.
func (o *Office) Accounts(ctx context.Context, q Request, p books.Page) ([]AccountView, error) {
	if err := access.Check(q.Actor, "account.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]AccountView, error) {
		list, err := tx.AccountList(ctx, p)
		if err != nil {
			return nil, err
		}
		return accountViews(ctx, tx, list)
	})
}

// accountViews adds the logins that may be shown.
func accountViews(ctx context.Context, tx store.Tx, list []access.Account) ([]AccountView, error) {
	out := make([]AccountView, len(list))
	boxes := make([]string, len(list))
	for i, a := range list {
		out[i].Account = a
		if a.Role != access.Insured {
			boxes[i] = a.Subject
		}
	}
	logins, err := tx.OpenBoxes(ctx, boxes...)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Login = logins[i]
	}
	return out, nil
}

// eachAccount visits all accounts of the area.
func eachAccount(ctx context.Context, tx access.Accounts, visit func(access.Account) error) error {
	for after := ""; ; {
		list, err := tx.AccountList(ctx, books.Page{After: after, Limit: 1000})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			if err := visit(a); err != nil {
				return err
			}
		}
		after = list[len(list)-1].ID
	}
}

// OpenForPerson opens the account of an insured person at the first login with
// a provider that vouches for the citizen number. Where there is an account of
// the subject, or nobody with the number in the registry, nothing happens.
func (o *Office) OpenForPerson(ctx context.Context, area, subject, number string) error {
	login := o.Vault.Index("login", access.Login(access.OIDC, subject))
	person := ""
	err := o.Store.View(ctx, area, func(tx store.Tx) error {
		_, err := tx.AccountByLogin(ctx, login)
		if err == nil || !errors.Is(err, books.ErrNotFound) {
			return err
		}
		p, err := tx.PersonByHash(ctx, o.Vault.Index("citizen", identity.Canonical(number)), registry.When{AsOf: tx.Today()})
		person = p.ID
		return err
	})
	if errors.Is(err, books.ErrNotFound) || (err == nil && person == "") {
		return nil
	}
	if err == nil {
		in := AccountInput{Kind: access.OIDC, Login: subject, Role: access.Insured, Person: person, Areas: []string{area}}
		_, err = o.openAccount(ctx, Request{Actor: access.Self, Area: area}, in, access.Active)
	}
	if f := new(fault.Error); errors.As(err, &f) && f.Key == "access.login_taken" {
		return nil // by the same login, a moment ago
	}
	return err
}
