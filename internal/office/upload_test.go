package office_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/upload"
	"bujiao/packs"
)

// shelf is a store of files in memory.
type shelf map[string][]byte

func (s shelf) Put(_ context.Context, name string, data []byte) error {
	s[name] = bytes.Clone(data)
	return nil
}

func (s shelf) Get(_ context.Context, name string) ([]byte, error) {
	if s[name] == nil {
		return nil, books.ErrNotFound
	}
	return bytes.Clone(s[name]), nil
}

func (s shelf) Delete(_ context.Context, name string) error { delete(s, name); return nil }

// dog finds its word, or does not answer.
type dog struct{ asleep bool }

func (d *dog) Scan(_ context.Context, data []byte) (string, error) {
	if d.asleep {
		return "", errors.New("no answer")
	}
	if bytes.Contains(data, []byte("EVIL")) {
		return "Evil.Test", nil
	}
	return "", nil
}

// papersOffice is an office with two employers that have a person each.
func papersOffice(t *testing.T) (*office.Office, shelf, *dog) {
	t.Helper()
	return papersOfficeOn(t, storetest.SQLite)
}

func papersOfficeOn(t *testing.T, e storetest.Engine) (*office.Office, shelf, *dog) {
	t.Helper()
	db, _ := storetest.New(t, e)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		from := storetest.Day(t, "2015-01-05")
		for _, n := range []string{"1", "2"} {
			err = errors.Join(err,
				tx.NewPerson(ctx, registry.Person{ID: "p" + n, NumberHash: "h" + n, NumberKind: "citizen", Number: "11010519491231002X", Name: "张三", Birth: storetest.Day(t, "1980-01-01"), Sex: insurance.Male, From: from, KnownOn: from}),
				tx.NewEmployer(ctx, registry.Employer{ID: "e" + n, CreditCode: "91350100M000100Y4" + n, Name: "厂", Status: "active", FormedOn: from, From: from, KnownOn: from}),
				tx.AddEmployment(ctx, registry.Employment{ID: "j" + n, Person: "p" + n, Employer: "e" + n, From: from, KnownOn: from, RegisteredOn: storetest.Day(t, "2026-03-01")}))
		}
		return err
	})
	files, scan := shelf{}, &dog{}
	return &office.Office{Store: db, Vault: db.Vault, Laws: laws, Files: files, Scan: scan}, files, scan
}

func by(role access.Role, n string) office.Request {
	a := access.Actor{ID: string(role) + n, Role: role, Areas: []string{storetest.Area}}
	switch role {
	case access.Insured:
		a.Person = "p" + n
	case access.EmployerAgent:
		a.Employer = "e" + n
	}
	q := office.Request{Actor: a, Area: storetest.Area}
	if role == access.Clerk {
		q.Purpose = access.Service
	}
	return q
}

func faulted(t *testing.T, what string, err error, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// TestUpload: a file stands encrypted, the same file twice is one, and what the
// scanner did not pass is not given out.
func TestUpload(t *testing.T) {
	o, files, scan := papersOffice(t)
	agent, data := by(access.EmployerAgent, "1"), []byte("%PDF-1.7 ledger of 张三")
	one, err := o.Upload(t.Context(), agent, data)
	if err != nil || one.State != upload.Clean || len(files) != 1 {
		t.Fatalf("%+v, %d files: %v", one, len(files), err)
	}
	for name, sealed := range files {
		if bytes.Contains(sealed, []byte("ledger")) || name != upload.Name(storetest.Area, one.ID) {
			t.Errorf("%s holds %q", name, sealed)
		}
	}
	again, err := o.Upload(t.Context(), by(access.Clerk, ""), data)
	if err != nil || again.ID != one.ID || len(files) != 1 {
		t.Errorf("the same file again: %+v, %d files: %v", again, len(files), err)
	}
	if f, err := o.OpenFile(t.Context(), agent, one.ID); err != nil || !bytes.Equal(f.Data, data) || f.Media != upload.PDF {
		t.Errorf("given out: %+v %v", f, err)
	}
	for range 2 {
		_, err = o.Upload(t.Context(), agent, []byte("%PDF- EVIL"))
		faulted(t, "an infected file", err, "upload.infected")
	}
	if len(files) != 1 {
		t.Error("an infected file is kept")
	}
	scan.asleep = true
	late, err := o.Upload(t.Context(), agent, []byte("%PDF- late"))
	if err != nil || late.State != upload.Waiting {
		t.Fatalf("while the scanner sleeps: %+v %v", late, err)
	}
	bad, err := o.Upload(t.Context(), agent, []byte("%PDF- late EVIL"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.OpenFile(t.Context(), agent, late.ID)
	faulted(t, "not scanned", err, "upload.not_scanned")
	if err := o.ScanUpload(t.Context(), storetest.Area, late.ID); err == nil {
		t.Error("the job is done and the scanner slept")
	}
	scan.asleep = false
	for range 2 { // safe to run twice
		for _, u := range []upload.Upload{late, bad} {
			if err := o.ScanUpload(t.Context(), storetest.Area, u.ID); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err = o.OpenFile(t.Context(), agent, late.ID); err != nil {
		t.Errorf("scanned now: %v", err)
	}
	_, err = o.OpenFile(t.Context(), agent, bad.ID)
	faulted(t, "found infected later", err, "upload.infected")
	if len(files) != 2 {
		t.Errorf("%d files are kept, want 2", len(files))
	}
	files[upload.Name(storetest.Area, one.ID)][20] ^= 1
	_, err = o.OpenFile(t.Context(), agent, one.ID)
	faulted(t, "a file that was changed", err, "upload.damaged")
}

// TestWhoseFile: a paper's file is for whom all its papers are, for who sent it
// in, and for the office; the person sees who read it.
func TestWhoseFile(t *testing.T) {
	o, _, _ := papersOffice(t)
	clerk := by(access.Clerk, "")
	put := func(text string, persons ...string) string {
		u, err := o.Upload(t.Context(), clerk, []byte("%PDF- "+text))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range persons {
			in := evidence.NewPiece{Person: "p" + n, Employer: "e" + n, Kind: "payroll_ledger", From: calendar.NewMonth(2015, 1), To: calendar.NewMonth(2015, 12), File: u.Hash}
			if _, err := o.HandIn(t.Context(), clerk, in); err != nil {
				t.Fatal(err)
			}
		}
		return u.ID
	}
	own, both, loose := put("one", "1"), put("two", "1", "2"), put("none")
	for _, c := range []struct {
		q    office.Request
		id   string
		want bool
	}{
		{clerk, own, true}, {clerk, both, true}, {clerk, loose, true}, {by(access.Auditor, ""), both, true},
		{by(access.Insured, "1"), own, true}, {by(access.Insured, "2"), own, false}, {by(access.Insured, "1"), both, false}, {by(access.Insured, "1"), loose, false},
		{by(access.EmployerAgent, "1"), own, true}, {by(access.EmployerAgent, "2"), own, false}, {by(access.EmployerAgent, "1"), both, false},
		{by(access.Insured, "1"), "none", false},
	} {
		_, err := o.OpenFile(t.Context(), c.q, c.id)
		if c.want && err != nil {
			t.Errorf("%s, %s: %v", c.q.Actor.ID, c.id, err)
		} else if !c.want {
			faulted(t, fmt.Sprint(c.q.Actor.ID, " ", c.id), err, "access.not_yours")
		}
	}
	readers, err := o.MyReaders(t.Context(), by(access.Insured, "2"), books.Page{})
	if err != nil || !slices.ContainsFunc(readers, func(r office.Reader) bool { return r.Action == "evidence.read" && r.Role == "auditor" }) {
		t.Errorf("the person does not see who read: %+v %v", readers, err)
	}
	_, err = o.HandIn(t.Context(), by(access.EmployerAgent, "1"), evidence.NewPiece{Person: "p1", Employer: "e1", Kind: "id_document", OriginalSeen: true})
	faulted(t, "an employer says that the original was seen", err, "evidence.counter_sees")
	_, err = o.HandIn(t.Context(), by(access.EmployerAgent, "1"), evidence.NewPiece{Person: "p2", Employer: "e1", Kind: "id_document"})
	faulted(t, "of another's staff", err, "access.not_yours")
	_, err = o.HandIn(t.Context(), clerk, evidence.NewPiece{Person: "p1", Kind: "id_document", File: "00"})
	faulted(t, "a file that is not there", err, "upload.no_file")
	o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	m, err := o.OpenCase(t.Context(), by(access.Insured, "2"), office.CaseOpening{Kind: "complaint", Data: casework.Values{"subject": "x"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"no case", m.Case.ID} {
		_, err = o.HandIn(t.Context(), by(access.Insured, "1"), evidence.NewPiece{Person: "p1", Kind: "id_document", Case: c})
		faulted(t, "for a case that is not one's own: "+c, err, "access.not_yours")
	}
	if _, err = o.HandIn(t.Context(), by(access.Insured, "2"), evidence.NewPiece{Person: "p2", Kind: "id_document", Case: m.Case.ID}); err != nil {
		t.Errorf("for one's own case: %v", err)
	}
}

// TestMissingPapers: what was handed in and accepted is not asked for again.
func TestMissingPapers(t *testing.T) {
	o, _, _ := papersOffice(t)
	clerk, agent := by(access.Clerk, ""), by(access.EmployerAgent, "1")
	ask := evidence.Request{Lines: []evidence.Line{{Person: "p1", Employer: "e1", Payer: insurance.Employee, Scheme: insurance.Unemployment, Cause: insurance.UnderDeclared,
		From: calendar.NewMonth(2025, 1), To: calendar.NewMonth(2025, 3)}}}
	kinds := func() (out []string) {
		a, err := o.MissingPapers(t.Context(), agent, ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range a.Missing {
			out = append(out, x.Kind)
		}
		return out
	}
	before := kinds()
	if !slices.Contains(before, "payroll_ledger") {
		t.Fatalf("asked for at first: %v", before)
	}
	p, err := o.HandIn(t.Context(), agent, evidence.NewPiece{Person: "p1", Employer: "e1", Kind: "payroll_ledger", From: calendar.NewMonth(2025, 1), To: calendar.NewMonth(2025, 12)})
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds(); !slices.Equal(got, before) {
		t.Errorf("what nobody looked at does: %v", got)
	}
	_, err = o.DecidePiece(t.Context(), agent, p.ID, office.PieceDecision{Accept: true})
	faulted(t, "an employer accepts", err, "access.forbidden")
	if _, err := o.DecidePiece(t.Context(), clerk, p.ID, office.PieceDecision{Accept: true, OriginalSeen: true}); err != nil {
		t.Fatal(err)
	}
	if got := kinds(); slices.Contains(got, "payroll_ledger") || len(got) != len(before)-1 {
		t.Errorf("after the ledger was accepted: %v, before %v", got, before)
	}
	list, err := o.Pieces(t.Context(), by(access.Insured, "1"), office.PieceQuery{})
	if err != nil || len(list) != 1 || list[0].State != evidence.Accepted || list[0].Proves != evidence.Relation|evidence.Wage {
		t.Errorf("the person's papers: %+v %v", list, err)
	}
	ask.Lines[0].Person, ask.Lines[0].Employer = "p2", "e2"
	_, err = o.MissingPapers(t.Context(), agent, ask)
	faulted(t, "of another's staff", err, "access.not_yours")
}
