package office

import (
	"context"
	"errors"
	"io"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/intake"
	"bujiao/internal/registry"
	"bujiao/internal/roster"
	"bujiao/internal/store"
)

// RosterFile is a roster as a file: of one employer, or of many where each row
// names its own.
type RosterFile struct {
	Name     string
	Data     io.Reader
	Size     int64 // bytes; below zero: not known
	Employer string
	Lang     string
	Mend     io.Writer // takes the rows that were refused; nil: nobody does
}

// RosterImported counts what became of a roster.
type RosterImported struct {
	Rows int `json:"rows"`
	registry.Entered
	Rejects []intake.Reject `json:"rejects,omitempty"` // the first of them
}

// Bounds of a roster import.
const (
	rosterPart  = 2000 // rows that are entered in one transaction
	rosterShown = 1000 // rejects in the answer; the mend file has all
)

// ImportRoster enters a roster, a part of 2,000 rows in a transaction of its
// own. A row that is wrong is refused and the others stand. What is there
// already is left as it is, so the same file again adds nothing, and after an
// error the file is sent once more. Memory is that of a part.
func (o *Office) ImportRoster(ctx context.Context, q Request, in RosterFile) (out RosterImported, err error) {
	if err := access.Check(q.Actor, "roster.write", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return out, err
	}
	today, err := See(ctx, o, q, func(tx store.Tx) (calendar.Date, error) { return tx.Today(), nil })
	if err != nil {
		return out, err
	}
	r, err := roster.Open(in.Name, in.Data, in.Size, today, o.Vault.Index)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	switch {
	case in.Employer == "" && !r.Has("employer"):
		return out, fault.New(fault.Invalid, "registry.no_employer_column", fault.Args{"file": in.Name})
	case q.Actor.Role == access.EmployerAgent && r.Has("registered_on"):
		return out, fault.New(fault.Forbidden, "registry.registered_on_by_office", fault.Args{"file": in.Name})
	}
	p := part{office: o, request: q, file: &in, out: &out}
	if in.Mend != nil {
		p.mend = r.Mend(in.Mend, func(f *fault.Error) string { return o.Words(in.Lang, f.Key, f.Args) })
	}
	for {
		n, row, err := r.Next()
		if err != nil && err != io.EOF {
			return out, err
		}
		if err == io.EOF || len(p.entries) == rosterPart {
			if err := p.enter(ctx); err != nil {
				return out, err
			}
		}
		if err == io.EOF {
			return out, p.close()
		}
		out.Rows++
		if err := p.add(n, row); err != nil {
			return out, err
		}
	}
}

// part is the rows of a roster that are entered together.
type part struct {
	office  *Office
	request Request
	file    *RosterFile
	mend    *intake.MendWriter
	out     *RosterImported
	entries []registry.RosterEntry
	lines   []int
	raw     [][]string
}

func (p *part) add(n registry.RosterEntry, row *intake.FormRow) error {
	if len(row.Rejects) > 0 {
		p.out.Refused++
		return p.refuse(row.Raw, row.Rejects)
	}
	p.entries, p.lines = append(p.entries, n), append(p.lines, row.Line)
	if p.mend != nil {
		p.raw = append(p.raw, slices.Clone(row.Raw))
	}
	return nil
}

func (p *part) refuse(raw []string, list []intake.Reject) error {
	if room := rosterShown - len(p.out.Rejects); room > 0 {
		p.out.Rejects = append(p.out.Rejects, list[:min(room, len(list))]...)
	}
	if p.mend == nil {
		return nil
	}
	return p.mend.Write(raw, list)
}

// enter enters the part in a transaction and empties it.
func (p *part) enter(ctx context.Context) error {
	if len(p.entries) == 0 {
		return nil
	}
	q := p.request
	q.Key = "" // entering again adds nothing; a kept result would not say so
	done, err := Do(ctx, p.office, q, "roster.import", struct{}{}, func(tx store.Tx) (registry.Entered, error) {
		r, err := p.office.reader(tx)
		if err != nil {
			return registry.Entered{}, err
		}
		done, err := registry.EnterRoster(ctx, tx, r, p.file.Employer, p.entries)
		if err != nil || done.Persons+done.Employments+done.Ended == 0 {
			return done, err
		}
		return done, Audited(ctx, tx, "roster.write", "employer", p.file.Employer, "roster", nil, done)
	})
	if err != nil {
		return err
	}
	p.out.Add(done)
	for i, n := range p.entries {
		if n.Refused == nil {
			continue
		}
		var raw []string
		if p.mend != nil {
			raw = p.raw[i]
		}
		if err := p.refuse(raw, []intake.Reject{{File: p.file.Name, Row: p.lines[i], Column: roster.Column(n.Refused.Key), Reason: n.Refused}}); err != nil {
			return err
		}
	}
	p.entries, p.lines, p.raw = p.entries[:0], p.lines[:0], p.raw[:0]
	return nil
}

func (p *part) close() error {
	if p.mend == nil {
		return nil
	}
	return p.mend.Flush()
}
