package access

import (
	"context"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// Kind of login.
type Kind string

// The kinds.
const (
	Local Kind = "local" // login name and password
	OIDC  Kind = "oidc"  // a provider's issuer and subject
	Cert  Kind = "cert"  // SHA-256 of the public key of a client certificate
)

// State of an account.
type State string

// The states.
const (
	New      State = "new"    // the password is one that somebody else gave: the first login changes it
	Active   State = "active" // may log in
	Disabled State = "disabled"
)

// Account is who can log in, in its home area. It holds no name: the login is
// in a box and is found by its hash.
type Account struct {
	ID        string        `json:"id"`
	LoginHash string        `json:"-"`
	Kind      Kind          `json:"kind"`
	Subject   string        `json:"-"` // box of the login name, the issuer and subject, or the key's hash
	Role      Role          `json:"role"`
	Employer  string        `json:"employer,omitempty"` // of an employer agent
	Person    string        `json:"person,omitempty"`   // of an insured person
	Areas     []string      `json:"areas"`              // where a clerk works; of others the home area
	Password  string        `json:"-"`                  // argon2id record of a local account
	State     State         `json:"state"`
	CreatedAt books.Instant `json:"created_at"`
	ChangedAt books.Instant `json:"changed_at"`
	Stored    []any         `json:"-"` // as read; what SaveAccount compares
}

// Login writes what is hashed and boxed of a login: login names differ in more
// than case and surrounding blanks.
func Login(kind Kind, subject string) string {
	if kind == Local {
		subject = strings.ToLower(strings.TrimSpace(subject))
	}
	return string(kind) + "|" + subject
}

// Actor is the account as one who asks.
func (a Account) Actor() Actor {
	return Actor{ID: a.ID, Role: a.Role, Areas: slices.Clone(a.Areas), Employer: a.Employer, Person: a.Person}
}

// Check holds what ties an account to its owner: an insured person to one
// person and an employer agent to one employer, both of the home area; staff to
// neither, and to at least one area.
func (a Account) Check(home string) error {
	bad := func(key string) error {
		return fault.New(fault.Invalid, key, fault.Args{"role": string(a.Role)})
	}
	for _, area := range a.Areas { // before the role is known: no sentence may name it
		if len(area) != 6 || strings.Trim(area, "0123456789") != "" {
			return fault.New(fault.Invalid, "access.bad_area", nil)
		}
	}
	switch {
	case !slices.Contains(Roles, a.Role):
		return fault.New(fault.Invalid, "access.unknown_role", fault.Args{"roles": roleNames()})
	case a.Kind != Local && a.Kind != OIDC && a.Kind != Cert:
		return fault.New(fault.Invalid, "access.unknown_kind", nil)
	case (a.Kind == Local) != (a.Password != ""):
		return bad("access.password_of_local")
	case a.Kind == Cert && a.Role != EmployerAgent:
		return bad("access.cert_of_employer")
	case (a.Role == Insured) != (a.Person != ""), (a.Role == EmployerAgent) != (a.Employer != ""):
		return bad("access.owner")
	case !slices.Contains(a.Areas, home), !a.Staff() && len(a.Areas) != 1:
		return bad("access.areas")
	}
	return nil
}

// Staff reports whether the account is one of the office.
func (a Account) Staff() bool { return a.Role != Insured && a.Role != EmployerAgent }

// Accounts keeps accounts of an area. None is books.ErrNotFound.
type Accounts interface {
	books.Frame
	Account(ctx context.Context, id string) (Account, error)
	AccountByLogin(ctx context.Context, loginHash string) (Account, error)
	AccountList(ctx context.Context, p books.Page) ([]Account, error)
	// NewAccount adds one; a login that is there shows as TakenError of account.
	NewAccount(ctx context.Context, a Account)
	SaveAccount(ctx context.Context, a Account) error
}

// Store is all that access keeps.
type Store interface {
	Accounts
	Sessions
}
