package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/fault"
)

// TestPolicyTable prints who may do what and holds what must be true of every
// line of it.
func TestPolicyTable(t *testing.T) {
	mark := map[Reach]string{None: "-", Own: "own", Area: "area"}
	head := fmt.Sprintf("%-22s", "action")
	for _, r := range Roles {
		head += fmt.Sprintf(" %-13s", r)
	}
	t.Log(head)
	for _, a := range Actions() {
		grants := Grants(a)
		line := fmt.Sprintf("%-22s", a)
		for _, r := range Roles {
			line += fmt.Sprintf(" %-13s", mark[grants[r]])
		}
		made, decides := Decides(a)
		if decides {
			line += " after another's " + string(made)
		}
		t.Log(line)
		if len(grants) == 0 {
			t.Errorf("%s: nobody may", a)
		}
		for r, reach := range grants {
			switch {
			case !slices.Contains(Roles, r):
				t.Errorf("%s: %s is no role of an account", a, r)
			case reach != Own && reach != Area:
				t.Errorf("%s: %s is named without a reach", a, r)
			case !(Account{Role: r}).Staff() && reach != Own:
				t.Errorf("%s: %s reaches what is not its own", a, r)
			case (Account{Role: r}).Staff() && reach == Own && a != "account.own":
				t.Errorf("%s: staff own nothing, so %s can never", a, r)
			}
		}
		if decides && len(Grants(made)) == 0 {
			t.Errorf("%s decides on %s, which nobody may do", a, made)
		}
	}
}

// TestPowersAreParted holds what the office parts: who runs the system sees no
// books, who looks after the books changes nothing, and who takes money decides
// on nothing.
func TestPowersAreParted(t *testing.T) {
	for _, a := range Actions() {
		noun, verb, _ := strings.Cut(string(a), ".")
		reads := strings.HasPrefix(verb, "read") || a == "proof.run" || a == "account.own"
		g := Grants(a)
		if g[Auditor] != None && !reads {
			t.Errorf("the auditor changes something: %s", a)
		}
		if g[Administrator] != None && !slices.Contains([]string{"account", "job", "webhook", "clock", "pack", "hall"}, noun) {
			t.Errorf("the administrator reaches the books: %s", a)
		}
		if _, decides := Decides(a); decides && g[Finance]+g[Clerk]+g[EmployerAgent]+g[Insured] != None {
			t.Errorf("%s is decided by who works on it", a)
		}
	}
	if g := Grants("person.read_plain"); len(g) != 3 {
		t.Errorf("numbers and names are plain to %v", g)
	}
}

func TestCheck(t *testing.T) {
	here := []string{"110000"}
	person := Actor{ID: "1", Role: Insured, Areas: here, Person: "p"}
	agent := Actor{ID: "2", Role: EmployerAgent, Areas: here, Employer: "e"}
	reviewer := Actor{ID: "3", Role: Reviewer, Areas: here}
	admin := Actor{ID: "4", Role: Administrator, Areas: here}
	for _, c := range []struct {
		name   string
		who    Actor
		action Action
		scope  Scope
		want   string // key of the fault
	}{
		{"own record", person, "person.read", Scope{Area: "110000", Person: "p"}, ""},
		{"another's record is not there", person, "person.read", Scope{Area: "110000", Person: "q"}, "access.not_yours"},
		{"a record of nobody is nobody's", Actor{Role: Insured, Areas: here}, "person.read", Scope{Area: "110000"}, "access.not_yours"},
		{"another area is not there", person, "person.read", Scope{Area: "120000", Person: "p"}, "access.not_yours"},
		{"own staff", agent, "person.read", Scope{Area: "110000", Employer: "e", Person: "p"}, ""},
		{"another employer's staff", agent, "person.read", Scope{Area: "110000", Employer: "f", Person: "p"}, "access.not_yours"},
		{"an agent is not the person", Actor{ID: "2", Role: EmployerAgent, Areas: here, Employer: "e", Person: "p"}, "person.read", Scope{Area: "110000", Person: "p"}, "access.not_yours"},
		{"not plainly", agent, "person.read_plain", Scope{Area: "110000", Employer: "e"}, "access.forbidden"},
		{"another's request", reviewer, "refund.decide", Scope{Area: "110000", Maker: "9"}, ""},
		{"the own request", reviewer, "refund.decide", Scope{Area: "110000", Maker: "3"}, "access.another_pair_of_eyes"},
		{"a request of nobody", reviewer, "refund.decide", Scope{Area: "110000"}, "access.another_pair_of_eyes"},
		{"no such action", reviewer, "refund.burn", Scope{Area: "110000"}, "access.forbidden"},
		{"no role", Actor{Areas: here}, "person.read", Scope{Area: "110000"}, "access.forbidden"},
		{"the own account", admin, "account.own", Scope{Area: "110000", Account: "4"}, ""},
		{"another's account", person, "account.own", Scope{Area: "110000", Account: "4"}, "access.not_yours"},
		{"the program itself", Self, "person.read", Scope{Area: "110000"}, ""},
	} {
		err := Check(c.who, c.action, c.scope)
		var got string
		if f, ok := err.(*fault.Error); ok {
			got = f.Key
		}
		if got != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestAccountCheck(t *testing.T) {
	local := func(a Account) Account { a.Kind, a.Password = Local, "record"; return a }
	for _, c := range []struct {
		name string
		a    Account
		want string
	}{
		{"clerk", local(Account{Role: Clerk, Areas: []string{"110000", "120000"}}), ""},
		{"person", local(Account{Role: Insured, Person: "p", Areas: []string{"110000"}}), ""},
		{"agent by certificate", Account{Kind: Cert, Role: EmployerAgent, Employer: "e", Areas: []string{"110000"}}, ""},
		{"no role", local(Account{Role: "king", Areas: []string{"110000"}}), "access.unknown_role"},
		{"the program's role", local(Account{Role: System, Areas: []string{"110000"}}), "access.unknown_role"},
		{"no kind", Account{Role: Clerk, Areas: []string{"110000"}}, "access.unknown_kind"},
		{"a slot", Account{Kind: attempt, Role: Clerk, Areas: []string{"110000"}}, "access.unknown_kind"},
		{"local without password", Account{Kind: Local, Role: Clerk, Areas: []string{"110000"}}, "access.password_of_local"},
		{"password for a provider's", Account{Kind: OIDC, Password: "record", Role: Clerk, Areas: []string{"110000"}}, "access.password_of_local"},
		{"clerk by certificate", Account{Kind: Cert, Role: Clerk, Areas: []string{"110000"}}, "access.cert_of_employer"},
		{"clerk with an employer", local(Account{Role: Clerk, Employer: "e", Areas: []string{"110000"}}), "access.owner"},
		{"agent of nobody", local(Account{Role: EmployerAgent, Areas: []string{"110000"}}), "access.owner"},
		{"person with an employer", local(Account{Role: Insured, Person: "p", Employer: "e", Areas: []string{"110000"}}), "access.owner"},
		{"person of two areas", local(Account{Role: Insured, Person: "p", Areas: []string{"110000", "120000"}}), "access.areas"},
		{"an area that is none", local(Account{Role: Clerk, Areas: []string{"110000", "office"}}), "access.bad_area"},
		{"not of the home area", local(Account{Role: Clerk, Areas: []string{"120000"}}), "access.areas"},
	} {
		err := c.a.Check("110000")
		var got string
		if f, ok := err.(*fault.Error); ok {
			got = f.Key
		}
		if got != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	tok := NewToken("110000")
	if area, err := tok.Area(); area != "110000" || err != nil {
		t.Errorf("area %q, %v", area, err)
	}
	if again := NewToken("110000"); again == tok || again.Hash() == tok.Hash() {
		t.Error("two tokens are the same")
	}
	for _, bad := range []Token{"", ".", "110000", "110000.", "110000.abc", tok + "A", "1234567890123." + tok[7:], tok[6:]} {
		if _, err := bad.Area(); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
