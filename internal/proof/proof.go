// Package proof recomputes the books of an area and names every difference:
// whether each row is as the program wrote it, whether none is missing, added
// or put back, whether the sealed roots still hold, and whether what was
// declared, billed, ordered, received and booked is the same money
// (R-REC-04, R-SEC-03).
//
// It reads one state of an area row by row and holds only a page of each table,
// so its memory does not grow with the books. It takes nothing in the database
// on trust: what it rests on are the keys outside of it and, where they are
// given, the roots kept on paper. It changes nothing. A difference names rows,
// persons and months by their ids, never by name or number.
//
// What no database can show by itself is that a whole state of it, lanes and
// all, was put back: that is what the kept roots are for.
package proof

import (
	"context"
	"fmt"

	"bujiao/internal/law"
	"bujiao/internal/receipt"
	"bujiao/internal/seal"
	"bujiao/internal/store/sqlstore"
)

// Kinds of differences.
const (
	Changed  = "changed"  // a row is not as the program wrote it, or was not written by it
	Missing  = "missing"  // a row that was written is not there; of a table: the lanes count it
	Added    = "added"    // a row that was removed is there again
	Old      = "old"      // an earlier state of a row was put back
	Lane     = "lane"     // a lane counts less than stands in the tables: it was removed or put back
	Schema   = "schema"   // the versions of the schema are not those of the program
	Orphan   = "orphan"   // a row refers to one that is not there
	Unsealed = "unsealed" // a sealed line is not there, or an old one was never sealed
	Root     = "root"     // a sealed root is not that of its lines, not signed, or not the kept one
	Balance  = "balance"  // an entry does not sum to zero, or an account is not what it should be
	Amount   = "amount"   // two records of the same money differ
	Astray   = "astray"   // a case does not stand where its events lead
	Law      = "law"      // what was charged differs from the law as it is known now of that day: a settlement is due
)

// Difference is one thing that does not agree.
type Difference struct {
	Kind     string `json:"kind"`
	Area     string `json:"area"`
	Table    string `json:"table"`
	Row      string `json:"row,omitempty"`  // its key behind the area; "#..." is the hash of a key; empty: more than one, or which cannot be told
	Rows     int64  `json:"rows,omitempty"` // how many the table has more than all lanes count, or less
	Person   string `json:"person,omitempty"`
	Scheme   string `json:"scheme,omitempty"`
	Month    string `json:"month,omitempty"`
	Recorded string `json:"recorded,omitempty"`
	Computed string `json:"computed,omitempty"`
}

// Report is the outcome of a proof.
type Report struct {
	Areas       []string     `json:"areas"`
	Rows        int64        `json:"rows"`          // whose MACs were checked
	Months      int64        `json:"person_months"` // persons' months that were declared
	Seals       int64        `json:"seals"`
	Differences []Difference `json:"differences"`
	More        int64        `json:"more,omitempty"` // differences beyond those that are listed
}

// Sound reports whether everything agrees.
func (r *Report) Sound() bool { return len(r.Differences) == 0 && r.More == 0 }

// maxDifferences bounds what a report holds.
const maxDifferences = 10_000

func (r *Report) add(d Difference) {
	if len(r.Differences) == maxDifferences {
		r.More++
		return
	}
	r.Differences = append(r.Differences, d)
}

// Prover proves books.
type Prover struct {
	DB    *sqlstore.DB
	Laws  *law.Library
	Keys  receipt.Keyring // that sign seals
	Roots []seal.Seal     // kept elsewhere; nil: none are given
}

// Prove proves areas; none are all that have rows, and that roots were kept of.
func (p *Prover) Prove(ctx context.Context, areas ...string) (*Report, error) {
	out := &Report{Areas: areas, Differences: []Difference{}}
	if len(areas) == 0 {
		var err error
		if out.Areas, err = p.areas(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.schema(ctx, out); err != nil {
		return nil, err
	}
	for _, name := range out.Areas {
		var part *Report
		var proved bool
		err := p.DB.Inspect(ctx, name, func(i *sqlstore.Inspector) error {
			part = &Report{Differences: []Difference{}} // begun again if the connection was lost
			a := newArea(p, i, part)
			err := a.prove(ctx)
			proved = err == nil
			return err
		})
		if err != nil && !proved { // a read that failed on what was changed, and is named, also fails the end of a transaction that wrote nothing
			return nil, fmt.Errorf("prove %s: %w", name, err)
		}
		out.Rows, out.Months, out.Seals, out.More = out.Rows+part.Rows, out.Months+part.Months, out.Seals+part.Seals, out.More+part.More
		for _, d := range part.Differences {
			out.add(d)
		}
	}
	return out, nil
}

func (p *Prover) areas(ctx context.Context) ([]string, error) {
	found, err := p.DB.AllAreas(ctx)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, a := range found {
		there[a] = true
	}
	for _, s := range p.Roots {
		if !there[s.Area] {
			there[s.Area] = true
			found = append(found, s.Area)
		}
	}
	return found, nil
}

// schema checks what the migrator wrote: the versions of the program, each
// once, in order. Its moments say nothing about the books.
func (p *Prover) schema(ctx context.Context, out *Report) error {
	have, want, err := sqlstore.Applied(ctx, p.DB)
	if err != nil {
		return err
	}
	if fmt.Sprint(have) != fmt.Sprint(want) {
		out.add(Difference{Kind: Schema, Table: sqlstore.VersionTable, Recorded: fmt.Sprint(have), Computed: fmt.Sprint(want)})
	}
	return nil
}
