package office_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

const rosterHead = "证件号码,姓名,用工日期,离职日期,工资\n"

// importRoster sends a roster of employer e.
func (c *counter) importRoster(q office.Request, text string) (office.RosterImported, string, error) {
	var mend bytes.Buffer
	out, err := c.ImportRoster(c.t.Context(), q, office.RosterFile{Name: "r.csv", Data: strings.NewReader(text), Size: -1, Employer: "e", Lang: "en", Mend: &mend})
	return out, strings.TrimPrefix(mend.String(), "\uFEFF"), err
}

func withWords(c *counter) *counter {
	c.Words = func(_, key string, _ map[string]string) string { return key }
	return c
}

func TestImportRoster(t *testing.T) {
	c := withWords(newCounter(t))
	a, b, d := number("110105", "1990-01-01", 1), number("110105", "1990-01-01", 3), number("110105", "1990-01-01", 5)
	file := rosterHead +
		a + ",王小明,2026-01-30,,8000\n" + // in time: the term ends on 2026-03-02 (TestDutyToRegister)
		b + ",李小红,2026-01-29,,9000\n" + // a day late
		d[:17] + "0,赵小刚,2026-02-02,,1\n" +
		d + ",赵小刚,2026-02-30,,1\n" +
		d + ",赵小刚,2026-03-03,,1\n" +
		a + ",王小明,2026-02-10,,8000\n" // overlaps the first
	out, mend, err := c.importRoster(c.agent, file)
	check(t, "import", err, "")
	want := registry.Entered{Persons: 2, Employments: 2, Late: 1, Refused: 4}
	if out.Rows != 6 || out.Entered != want {
		t.Errorf("imported %+v, want %+v", out, want)
	}
	problems := ""
	for _, j := range out.Rejects {
		problems += fmt.Sprintf("%s:%d %s %s; ", j.File, j.Row, j.Column, j.Reason.Key)
	}
	// rows whose form is wrong come first, those that the books refuse with their part
	if wantProblems := "r.csv:4 id_number identity.citizen_check; r.csv:5 from intake.bad_date; r.csv:6 from registry.bad_from; r.csv:7 from registry.employed_already; "; problems != wantProblems {
		t.Errorf("problems %s", problems)
	}
	if lines := strings.Split(strings.TrimSpace(mend), "\n"); len(lines) != 5 || !strings.HasPrefix(lines[4], "7,用工日期,registry.employed_already,"+a) {
		t.Errorf("mend file:\n%s", mend)
	}
	overdue, err := c.OverdueDuties(t.Context(), c.clerk, books.Page{})
	if check(t, "overdue", err, ""); len(overdue) != 0 {
		t.Errorf("overdue: %+v", overdue)
	}

	again, _, err := c.importRoster(c.agent, file)
	check(t, "again", err, "")
	if want := (registry.Entered{Unchanged: 2, Refused: 4}); again.Entered != want {
		t.Errorf("again: %+v, want %+v", again.Entered, want)
	}
	c.clock.Add(24 * time.Hour)
	ended, _, err := c.importRoster(c.agent, rosterHead+a+",王小明,2026-01-30,2026-02-27,8000\n"+b+",王小明,2026-01-29,,9000\n")
	check(t, "ended", err, "")
	if want := (registry.Entered{Ended: 1, Refused: 1}); ended.Entered != want || ended.Rejects[0].Reason.Key != "registry.name_differs" {
		t.Errorf("ended: %+v", ended)
	}
	list, err := c.Roster(t.Context(), c.agent, office.RosterQuery{Employer: "e", Month: c.day("2026-03-01").Month()})
	if check(t, "roster", err, ""); len(list) != 1 || list[0].Name != "李**" || *list[0].Wage != 9000_00 || list[0].RegisteredOn != c.day("2026-03-02") {
		t.Errorf("roster: %+v", list)
	}
	storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		ids, err := tx.PersonsByHash(ctx, []string{c.DocumentHash(office.Document{Number: a})}, tx.Today())
		if err != nil {
			return err
		}
		insured, err := tx.EnrolmentsOf(ctx, []string{ids[c.DocumentHash(office.Document{Number: a})]}, tx.Today())
		if len(insured) != 1 || insured[0].From != c.day("2026-01-01").Month() || insured[0].To != c.day("2026-02-01").Month() {
			t.Errorf("insured: %+v", insured)
		}
		lines, err := tx.AuditLines(ctx, books.Page{Limit: 1000})
		if s := fmt.Sprint(lines); strings.Contains(s, "王") || strings.Contains(s, a) {
			t.Error("the audit has a name or number")
		}
		return err
	})
}

func TestRostersThatAreRefusedWhole(t *testing.T) {
	c := withWords(newCounter(t))
	row := number("110105", "1990-01-01", 1) + ",王小明,2026-02-02"
	other := c.agent
	other.Actor.Employer = "f"
	_, _, err := c.importRoster(other, rosterHead+row+",,\n")
	check(t, "another's agent", err, "access.not_yours")
	_, _, err = c.importRoster(c.agent, "证件号码,姓名,用工日期,登记日期\n"+row+",2026-02-03\n")
	check(t, "an agent says when it was registered", err, "registry.registered_on_by_office")
	_, _, err = c.importRoster(c.agent, "证件号码,姓名\n")
	check(t, "a column is missing", err, "intake.missing_columns")
	_, err = c.ImportRoster(t.Context(), c.clerk, office.RosterFile{Name: "r", Data: strings.NewReader(rosterHead + row + ",,\n"), Size: -1})
	check(t, "of nobody", err, "registry.no_employer_column")
	_, err = c.ImportRoster(t.Context(), c.agent, office.RosterFile{Name: "r", Data: strings.NewReader(rosterHead + row + ",,\n"), Size: -1})
	check(t, "an agent for all", err, "access.not_yours")
	out, err := c.ImportRoster(t.Context(), c.clerk, office.RosterFile{Name: "r", Size: -1,
		Data: strings.NewReader("证件号码,姓名,用工日期,登记日期,信用代码\n" + row + ",2026-02-03,91350100m000100y43\n" + row + ",2026-02-03,91350100M000100Y44\n")})
	check(t, "of many", err, "")
	if want := (registry.Entered{Persons: 1, Employments: 1, Refused: 1}); out.Entered != want || out.Rejects[0].Reason.Key != "registry.no_employer" || out.Rejects[0].Column != "employer" {
		t.Errorf("of many: %+v", out)
	}
	out, _, err = c.importRoster(c.clerk, "证件号码,姓名,用工日期,信用代码\n"+row+",91350100M000100Y44\n")
	if check(t, "of another employer", err, ""); out.Refused != 1 || out.Rejects[0].Reason.Key != "registry.other_employer" {
		t.Errorf("of another employer: %+v", out)
	}
}

// An import crosses the bounds of a part, and a person named twice in a part is
// registered once.
func TestLargeRoster(t *testing.T) {
	c := withWords(newCounter(t))
	var b strings.Builder
	b.WriteString(rosterHead)
	const n = 2050
	for i := range n {
		day := c.day("1980-01-01") + 2
		fmt.Fprintf(&b, "%s,王小明,2026-01-05,2026-01-20,8000\n", number("110105", (day+calendar.Date(i/499)).String(), 2*(i%499)+1))
	}
	for i := range 2 { // come again
		fmt.Fprintf(&b, "%s,王小明,2026-02-0%d,2026-02-0%d,8000\n", number("110105", "1980-01-03", 1), i+2, i+2)
	}
	out, _, err := c.importRoster(c.clerk, b.String())
	check(t, "import", err, "")
	if want := (registry.Entered{Persons: n, Employments: n + 2, Late: n}); out.Entered != want {
		t.Errorf("imported %+v, want %+v (%v)", out.Entered, want, out.Rejects)
	}
	again, _, err := c.importRoster(c.clerk, b.String())
	check(t, "again", err, "")
	if want := (registry.Entered{Unchanged: n + 2}); again.Entered != want {
		t.Errorf("again %+v, want %+v", again.Entered, want)
	}
}
