// Package access says who may do what (谁可以做什么): roles, actions and the one
// policy table that ties them, with the scope in which it holds and where a
// second pair of eyes is needed. It decides; it reads no database and renders
// nothing.
//
// Whoever is not allowed gets fault Forbidden, or NotFound where even knowing
// that a thing exists is not for them (another employer's staff, R-PRIV-05).
package access

import (
	"maps"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// Role of an account.
type Role string

// The roles.
const (
	Insured       Role = "insured"       // 参保人
	EmployerAgent Role = "employer"      // 单位经办人
	Clerk         Role = "clerk"         // 经办
	Reviewer      Role = "reviewer"      // 复核
	Finance       Role = "finance"       // 财务
	Enforcement   Role = "enforcement"   // 强制征缴
	Auditor       Role = "auditor"       // 稽核
	Administrator Role = "administrator" // 系统管理
	System        Role = "system"        // the program: jobs and the command line on the machine itself
)

// Roles lists the roles that an account can have.
var Roles = []Role{Insured, EmployerAgent, Clerk, Reviewer, Finance, Enforcement, Auditor, Administrator}

func roleNames() string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// Actor is who asks: an account with its scope.
type Actor struct {
	ID       string   `json:"id"`
	Role     Role     `json:"role"`
	Areas    []string `json:"areas"` // pooling areas of its office, or of its records
	Employer string   `json:"employer,omitempty"`
	Person   string   `json:"person,omitempty"`
}

// Books is the actor as transactions know it.
func (a Actor) Books() books.Actor { return books.Actor{ID: a.ID, Role: string(a.Role)} }

// Self is the program itself.
var Self = Actor{ID: "system", Role: System}

// Scope is what a thing belongs to.
type Scope struct {
	Area     string
	Employer string // whose employer's it is, if any
	Person   string // whose person's it is, if any
	Account  string // whose account it is, if any
	Maker    string // who proposed what is now to be decided
}

// Reach says how far a grant goes.
type Reach int

// The reaches.
const (
	None Reach = iota
	Own        // of the own person, employer or account
	Area       // of the own areas
)

// Action is something that can be done, such as "declaration.submit".
type Action string

// rule of an action: how far each role reaches and, where four eyes are wanted,
// the action whose maker may not be the one who does this.
type rule struct {
	reach  map[Role]Reach
	decide Action
}

// Actions lists all actions.
func Actions() []Action { return slices.Sorted(maps.Keys(policy)) }

// Grants tells how far each role reaches with an action; who is not named may
// not.
func Grants(a Action) map[Role]Reach { return maps.Clone(policy[a].reach) }

// Decides names the action that an action decides on with another pair of
// eyes, if it does.
func Decides(a Action) (Action, bool) {
	made := policy[a].decide
	return made, made != ""
}

// Check decides. What wants four eyes is refused where its maker is not known:
// whoever asks before the thing is read asks for Grants. The error never says more than the asker may know.
func Check(a Actor, action Action, s Scope) error {
	if a.Role == System {
		return nil
	}
	r, ok := policy[action]
	if !ok {
		return fault.New(fault.Forbidden, "access.forbidden", fault.Args{"action": string(action)})
	}
	switch reach := r.reach[a.Role]; {
	case reach == None:
		return fault.New(fault.Forbidden, "access.forbidden", fault.Args{"action": string(action)})
	case !slices.Contains(a.Areas, s.Area):
		return fault.New(fault.NotFound, "access.not_yours", nil)
	case reach == Own && !a.owns(s):
		return fault.New(fault.NotFound, "access.not_yours", nil)
	}
	if r.decide != "" && (s.Maker == a.ID || s.Maker == "") {
		return fault.New(fault.Forbidden, "access.another_pair_of_eyes", fault.Args{"action": string(action)})
	}
	return nil
}

// owns reports whether the thing is the actor's own: the own account, a
// person's own record, an employer's own staff.
func (a Actor) owns(s Scope) bool {
	if s.Account != "" {
		return s.Account == a.ID
	}
	switch a.Role {
	case Insured:
		return a.Person != "" && a.Person == s.Person
	case EmployerAgent:
		return a.Employer != "" && a.Employer == s.Employer
	}
	return false
}

// May refuses a role that may do the action nowhere. Whose thing it is, Check
// decides.
func May(a Actor, action Action) error {
	if a.Role == System || policy[action].reach[a.Role] != None {
		return nil
	}
	return fault.New(fault.Forbidden, "access.forbidden", fault.Args{"action": string(action)})
}
