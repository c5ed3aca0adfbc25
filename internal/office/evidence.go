package office

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/upload"
)

// HandIn adds a paper of a person or of an employer. That the original was
// seen is the office's to say.
func (o *Office) HandIn(ctx context.Context, q Request, in evidence.NewPiece) (evidence.Piece, error) {
	if err := access.May(q.Actor, "evidence.hand_in"); err != nil {
		return evidence.Piece{}, err
	}
	return Do(ctx, o, q, "evidence.hand_in", in, func(tx store.Tx) (evidence.Piece, error) {
		if err := o.whosePiece(ctx, tx, q, &in); err != nil {
			return evidence.Piece{}, err
		}
		file, err := fileOf(ctx, tx, in.File)
		if err != nil {
			return evidence.Piece{}, err
		}
		r, err := o.reader(tx)
		if err != nil {
			return evidence.Piece{}, err
		}
		p, err := evidence.HandIn(ctx, tx, r, in, file)
		if err != nil {
			return p, err
		}
		return p, auditedPiece(ctx, tx, "evidence.hand_in", p)
	})
}

// whosePiece asks whether the paper, and the case that it is for, are who asks's
// to hand in, and puts the person's own record in the place of a duplicate's.
func (o *Office) whosePiece(ctx context.Context, tx store.Tx, q Request, in *evidence.NewPiece) error {
	if q.Actor.Role == access.EmployerAgent || in.Person == "" {
		if err := access.Check(q.Actor, "evidence.hand_in", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
			return err
		}
	}
	if in.Person != "" {
		root, err := o.record(ctx, tx, q, "evidence.hand_in", in.Person, tx.Today())
		if err != nil {
			return err
		}
		in.Person = root
	}
	if in.Employer != "" {
		if _, err := tx.Employer(ctx, in.Employer, registry.When{AsOf: tx.Today()}); err != nil {
			return absent(err)
		}
	}
	if in.Case != "" { // one that there is, and that who asks may see
		if _, err := o.caseStep(ctx, tx, q, "case.read", in.Case); err != nil {
			return err
		}
	}
	if in.OriginalSeen && access.Check(q.Actor, "evidence.decide", access.Scope{Area: q.Area}) != nil {
		return fault.New(fault.Forbidden, "evidence.counter_sees", nil)
	}
	return nil
}

// fileOf finds an uploaded file by its bytes: who knows their digest has them.
func fileOf(ctx context.Context, tx store.Tx, hash string) (string, error) {
	if hash == "" {
		return "", nil
	}
	u, err := tx.UploadByHash(ctx, hash)
	if errors.Is(err, books.ErrNotFound) {
		return "", fault.Wrap(fault.Invalid, "upload.no_file", nil, err)
	}
	if err == nil && u.State == upload.Infected {
		err = infected(u)
	}
	return u.ID, err
}

func auditedPiece(ctx context.Context, tx store.Tx, action access.Action, p evidence.Piece) error {
	kind, object := "person", p.Person
	if object == "" {
		kind, object = "employer", p.Employer
	}
	return Audited(ctx, tx, action, kind, object, p.Reason, nil, map[string]any{"paper": p.ID, "kind": p.Kind, "case": p.Case, "state": p.State, "replaces": p.Replaces})
}

// PieceDecision is what the office says of a paper.
type PieceDecision struct {
	Accept       bool   `json:"accept"`
	OriginalSeen bool   `json:"original_seen,omitempty"`
	Reason       string `json:"reason,omitempty"`
}

// DecidePiece accepts or refuses a paper. A file that was not scanned yet is
// not accepted.
func (o *Office) DecidePiece(ctx context.Context, q Request, id string, in PieceDecision) (evidence.Piece, error) {
	if err := access.Check(q.Actor, "evidence.decide", access.Scope{Area: q.Area}); err != nil {
		return evidence.Piece{}, err
	}
	return Do(ctx, o, q, "evidence.decide "+id, in, func(tx store.Tx) (evidence.Piece, error) {
		p, err := evidence.Decide(ctx, tx, id, in.Accept, in.OriginalSeen, in.Reason)
		if err != nil {
			return p, err
		}
		if in.Accept && p.Upload != "" {
			u, err := tx.Upload(ctx, p.Upload)
			switch {
			case err != nil:
				return p, err
			case u.State == upload.Infected:
				return p, infected(u)
			case u.State == upload.Waiting:
				return p, fault.New(fault.Unavailable, "upload.not_scanned", nil)
			}
		}
		return p, auditedPiece(ctx, tx, "evidence.decide", p)
	})
}

// PieceQuery asks for papers.
type PieceQuery struct {
	Case     string     `json:"case,omitempty"`
	Person   string     `json:"person,omitempty"`
	Employer string     `json:"employer,omitempty"`
	Page     books.Page `json:"page"`
}

// Pieces lists papers of a person, an employer or a case: one's own, or those
// of the area. To an employer they are those of its own relations.
func (o *Office) Pieces(ctx context.Context, q Request, in PieceQuery) ([]evidence.Piece, error) {
	if in.Employer == "" {
		in.Employer = q.Actor.Employer
	}
	if in.Person == "" {
		in.Person = q.Actor.Person
	}
	if err := access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area, Employer: in.Employer, Person: in.Person}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "evidence.read", func(tx store.Tx) ([]evidence.Piece, []string, error) {
		f := evidence.Filter{Case: in.Case, Person: in.Person, Employer: in.Employer}
		if f.Person == "" {
			list, err := tx.Pieces(ctx, f, tx.Today(), in.Page)
			return list, personsOf(list, func(p evidence.Piece) string { return p.Person }), err
		}
		found, err := o.findPerson(ctx, tx, PersonQuery{Person: f.Person}, registry.When{AsOf: tx.Today()})
		if err != nil {
			return nil, nil, absent(err)
		}
		list, err := tx.PiecesOf(ctx, found.same, tx.Today())
		list = slices.DeleteFunc(list, func(p evidence.Piece) bool {
			return p.ID <= in.Page.After || in.Case != "" && p.Case != in.Case || in.Employer != "" && p.Employer != in.Employer
		})
		slices.SortFunc(list, func(a, b evidence.Piece) int { return strings.Compare(a.ID, b.ID) })
		return list[:min(len(list), in.Page.Size())], []string{found.root}, err
	})
}

// allPieces lists all papers of a filter.
func allPieces(ctx context.Context, tx store.Tx, f evidence.Filter) (out []evidence.Piece, err error) {
	for page := (books.Page{Limit: 1000}); ; page.After = out[len(out)-1].ID {
		list, err := tx.Pieces(ctx, f, tx.Today(), page)
		out = append(out, list...)
		if err != nil || len(list) < page.Size() {
			return out, err
		}
	}
}

// MissingPapers says what a request needs and what is missing, all at once. It
// tells of each person whose request it is, whose record is looked into.
func (o *Office) MissingPapers(ctx context.Context, q Request, in evidence.Request) (evidence.Answer, error) {
	if err := access.May(q.Actor, "evidence.read"); err != nil {
		return evidence.Answer{}, err
	}
	return Show(ctx, o, q, "evidence.read", func(tx store.Tx) (evidence.Answer, []string, error) {
		roots := map[string]string{}
		lines := slices.Clone(in.Lines)
		for i, l := range lines {
			root, done := roots[l.Person]
			if !done {
				var err error
				if root, err = o.record(ctx, tx, q, "evidence.read", l.Person, tx.Today()); err != nil {
					return evidence.Answer{}, nil, err
				}
				roots[l.Person] = root
			}
			if q.Actor.Role == access.EmployerAgent {
				if err := access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area, Employer: l.Employer}); err != nil {
					return evidence.Answer{}, nil, err
				}
			}
			lines[i].Person = root
		}
		r, err := o.reader(tx)
		if err != nil {
			return evidence.Answer{}, nil, err
		}
		in.Lines = lines
		a, err := evidence.Missing(ctx, tx, r, in)
		return a, personsOf(lines, func(l evidence.Line) string { return l.Person }), err
	})
}
