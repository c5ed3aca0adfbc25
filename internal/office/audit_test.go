package office_test

import (
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/office"
)

// TestAuditLines: what somebody did, and what was done to a thing; that the
// auditor looked is in the audit too, and nobody else looks.
func TestAuditLines(t *testing.T) {
	o := staffed(t)
	ctx, auditor := t.Context(), as(access.Actor{ID: "auditor", Role: access.Auditor, Areas: here})
	if _, err := o.ReadPerson(ctx, as(clerk), office.PersonQuery{Person: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ReadPerson(ctx, as(finance), office.PersonQuery{Person: "x"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		in   office.AuditQuery
		want []string // actors
	}{
		{"of the person", office.AuditQuery{Kind: "person", Object: "x"}, []string{"clerk", "finance"}},
		{"of one page", office.AuditQuery{Kind: "person", Object: "x", Page: books.Page{Limit: 1}}, []string{""}},
		{"by the clerk", office.AuditQuery{Actor: "clerk"}, []string{"clerk"}},
		{"by nobody", office.AuditQuery{Actor: "nobody"}, nil},
		{"by the auditor", office.AuditQuery{Actor: "auditor"}, []string{"auditor", "auditor", "auditor", "auditor"}},
	} {
		list, err := o.AuditLines(ctx, auditor, c.in)
		if err != nil || len(list) != len(c.want) {
			t.Errorf("%s: %+v, %v", c.name, list, err)
		}
		seen := map[string]int{}
		for _, l := range list {
			seen[l.Actor]++
		}
		for _, who := range c.want {
			if who != "" && seen[who] == 0 {
				t.Errorf("%s: no line by %s in %+v", c.name, who, list)
			}
		}
	}
	_, err := o.AuditLines(ctx, as(clerk), office.AuditQuery{})
	check(t, "a clerk", err, "access.forbidden")
	_, err = o.AuditLines(ctx, office.Request{Actor: auditor.Actor, Area: "310000"}, office.AuditQuery{})
	check(t, "of another area", err, "access.not_yours")
}

// TestApprovals: who asks and who decides see what waits, others do not.
func TestApprovals(t *testing.T) {
	o := staffed(t)
	_, err := o.ProposeJoining(t.Context(), as(clerk), office.Joining{Loser: "d", Winner: "x"}, "one person")
	check(t, "propose", err, "")
	for role, want := range map[access.Role]int{access.Clerk: 1, access.Reviewer: 1, access.Auditor: 1, access.Finance: 0} {
		q := as(access.Actor{ID: "another", Role: role, Areas: here})
		list, err := o.Approvals(t.Context(), q, access.Asked, books.Page{Limit: 1})
		if err != nil || len(list) != want {
			t.Errorf("%s: %+v, %v", role, list, err)
		}
	}
	_, err = o.Approvals(t.Context(), as(access.Actor{ID: "x", Role: access.Enforcement, Areas: here}), access.Asked, books.Page{})
	check(t, "enforcement", err, "access.forbidden")
}

// TestSealsAreRead by those who may read them, which is not who makes them.
func TestSealsAreRead(t *testing.T) {
	o := staffed(t)
	for role, want := range map[access.Role]string{access.Auditor: "", access.Reviewer: "", access.Finance: "", access.Clerk: "access.forbidden"} {
		_, err := office.Seals(t.Context(), o, as(access.Actor{ID: "x", Role: role, Areas: here}), calendar.Date(0))
		check(t, string(role), err, want)
	}
}
