package office

import (
	"context"
	"errors"
	"io"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/intake"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// ImportFile is a file of many employers' declarations for a month, each
// employer's rows together.
type ImportFile struct {
	Name  string
	Data  io.Reader
	Size  int64 // bytes; below zero: not known
	Month calendar.Month
	Lang  string
	Mend  io.Writer // takes the rows of employers that are held back
}

// Imported counts what became of a file.
type Imported struct {
	Rows      int `json:"rows"`
	Employers int `json:"employers"`
	Billed    int `json:"billed"` // employers whose declaration was taken
	Charged   int `json:"charged"`
	Held      int `json:"held"` // rows in the mend file
}

// ImportDeclarations takes a file of many employers, each in a transaction of
// its own. One wrong row holds the employer's declaration back whole, and all
// its rows go to the mend file with what is wrong. Memory is that of the
// largest employer. With a key the file can be sent again after an error: what
// was taken is not taken twice.
func (o *Office) ImportDeclarations(ctx context.Context, q Request, in ImportFile) (out Imported, err error) {
	if err := access.Check(q.Actor, "declaration.submit", access.Scope{Area: q.Area}); err != nil {
		return out, err
	}
	today, err := See(ctx, o, q, func(tx store.Tx) (calendar.Date, error) { return tx.Today(), nil })
	if err != nil {
		return out, err
	}
	r, err := declaration.OpenSheet(in.Name, in.Data, in.Size, in.Month, today, o.DocumentHash)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if !r.OfMany() {
		return out, fault.New(fault.Invalid, "declaration.no_employer_column", fault.Args{"file": in.Name})
	}
	mend := r.Mend(in.Mend, func(f *fault.Error) string { return o.Words(in.Lang, f.Key, f.Args) })
	g := group{file: &in}
	for {
		l, row, err := r.Next()
		if err != nil && err != io.EOF {
			return out, err
		}
		if err == io.EOF || (g.code != l.CreditCode && len(g.lines) > 0) {
			if err := g.take(ctx, o, q, mend, &out); err != nil {
				return out, err
			}
		}
		if err == io.EOF {
			return out, mend.Flush()
		}
		out.Rows++
		g.add(l, row)
	}
}

// group is the rows of one employer.
type group struct {
	file  *ImportFile
	code  string
	lines []declaration.FilingLine
	raw   [][]string
	wrong map[int][]intake.Reject
}

func (g *group) add(l declaration.FilingLine, row *intake.FormRow) {
	g.code = l.CreditCode
	g.lines, g.raw = append(g.lines, l), append(g.raw, slices.Clone(row.Raw))
	if len(row.Rejects) > 0 {
		g.reject(l.Row, row.Rejects...)
	}
}

func (g *group) reject(row int, list ...intake.Reject) {
	if g.wrong == nil {
		g.wrong = map[int][]intake.Reject{}
	}
	g.wrong[row] = append(g.wrong[row], list...)
}

// take submits the group, or puts its rows into the mend file, and empties it.
func (g *group) take(ctx context.Context, o *Office, q Request, mend *intake.MendWriter, out *Imported) error {
	defer func() { g.lines, g.raw, g.wrong = g.lines[:0], g.raw[:0], nil }()
	out.Employers++
	if g.wrong == nil {
		b, err := g.submit(ctx, o, q)
		if err == nil {
			out.Billed++
			out.Charged += b.Charged
			return nil
		}
		if err := g.refused(err); err != nil {
			return err
		}
	}
	for i, l := range g.lines {
		list := g.wrong[l.Row]
		if len(list) == 0 {
			list = []intake.Reject{{File: g.file.Name, Row: l.Row, Reason: fault.New(fault.Invalid, "declaration.held_back", nil)}}
		}
		if err := mend.Write(g.raw[i], list); err != nil {
			return err
		}
		out.Held++
	}
	return nil
}

func (g *group) submit(ctx context.Context, o *Office, q Request) (declaration.Bill, error) {
	id, err := See(ctx, o, q, func(tx store.Tx) (string, error) {
		e, err := tx.EmployerByCode(ctx, g.code, registry.When{AsOf: max(tx.Today(), g.file.Month.Last())})
		return e.ID, absent(err)
	})
	if err != nil {
		return declaration.Bill{}, err
	}
	if q.Key != "" {
		q.Key += ":" + id
	}
	return o.submit(ctx, q, declaration.Filing{Employer: id, Month: g.file.Month, Channel: "file", Lines: g.lines}, "")
}

// refused turns what stopped the employer into problems of rows; what is not
// of the employer's making is returned.
func (g *group) refused(err error) error {
	findings := declaration.FindingsOf(err)
	for _, x := range findings {
		if x.Blocks {
			g.reject(x.Row, intake.Reject{File: g.file.Name, Row: x.Row, Reason: fault.New(fault.Invalid, "declaration.finding_"+x.Code, nil)})
		}
	}
	var f *fault.Error
	switch {
	case findings != nil:
		return nil
	case errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable:
		row := g.lines[0].Row
		g.reject(row, intake.Reject{File: g.file.Name, Row: row, Reason: f})
		return nil
	}
	return err
}
