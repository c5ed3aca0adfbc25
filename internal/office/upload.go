package office

import (
	"context"
	"errors"
	"fmt"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/upload"
)

// ScanJob scans a file that the scanner did not answer for when it was sent in.
const ScanJob = "upload.scan"

// Upload takes a file. The same file again is the one that is there. What the
// scanner refuses is refused and not kept.
func (o *Office) Upload(ctx context.Context, q Request, data []byte) (upload.Upload, error) {
	var none upload.Upload
	if err := access.Check(q.Actor, "evidence.hand_in", ownScope(q)); err != nil {
		return none, err
	}
	if o.Files == nil {
		return none, fault.New(fault.Unavailable, "upload.no_store", nil)
	}
	u, err := upload.New(data)
	if err != nil {
		return none, err
	}
	q.Key = "" // the bytes are the key
	there, err := o.known(ctx, q, u.Hash, &u.ID)
	if err != nil || there.ID != "" {
		return there, err
	}
	o.look(ctx, &u, data)
	var sealed []byte
	key := ""
	if u.State != upload.Infected {
		if sealed, key, err = upload.Seal(upload.Name(q.Area, u.ID), data); err != nil {
			return none, err
		}
		if err := o.Files.Put(ctx, upload.Name(q.Area, u.ID), sealed); err != nil {
			return none, fault.Wrap(fault.Unavailable, "upload.no_store", nil, err)
		}
	}
	kept, err := o.keepUpload(ctx, q, u, key)
	if books.Taken(err, "upload") { // another sent it at the same moment
		if err := o.Files.Delete(ctx, upload.Name(q.Area, u.ID)); err != nil {
			return none, err
		}
		return o.known(ctx, q, u.Hash, new(string))
	}
	if err == nil && kept.State == upload.Infected {
		return none, infected(kept)
	}
	return kept, err
}

// ownScope is what belongs to who asks.
func ownScope(q Request) access.Scope {
	return access.Scope{Area: q.Area, Person: q.Actor.Person, Employer: q.Actor.Employer}
}

func infected(u upload.Upload) error {
	return fault.New(fault.Invalid, "upload.infected", fault.Args{"found": u.Found})
}

// known finds a file by its bytes; of one that is not there it has no id. It
// makes an id for a new one.
func (o *Office) known(ctx context.Context, q Request, hash string, id *string) (upload.Upload, error) {
	return See(ctx, o, q, func(tx store.Tx) (upload.Upload, error) {
		*id = tx.NewID()
		u, err := tx.UploadByHash(ctx, hash)
		if errors.Is(err, books.ErrNotFound) {
			return upload.Upload{}, nil
		}
		if err == nil && u.State == upload.Infected {
			err = infected(u)
		}
		return u, err
	})
}

// look asks the scanner, if there is one.
func (o *Office) look(ctx context.Context, u *upload.Upload, data []byte) {
	if o.Scan == nil {
		u.State = upload.Unchecked
		return
	}
	found, err := o.Scan.Scan(ctx, data)
	switch {
	case err != nil: // it is asked again, and until then the file is not given out
		u.State = upload.Waiting
	case found != "":
		u.State, u.Found = upload.Infected, found
	default:
		u.State, u.Found = upload.Clean, ""
	}
}

func (o *Office) keepUpload(ctx context.Context, q Request, u upload.Upload, key string) (upload.Upload, error) {
	return Do(ctx, o, q, "evidence.hand_in file", u.Hash, func(tx store.Tx) (upload.Upload, error) {
		var err error
		if u.Box, err = tx.PutBox(ctx, "upload", u.ID, "key", key); err != nil {
			return u, err
		}
		u.At, u.Actor = tx.At(), tx.Actor().ID
		if u.State == upload.Clean || u.State == upload.Infected {
			u.ScannedAt = tx.At()
		}
		if u.State == upload.Waiting {
			if _, err := tx.Enqueue(ctx, ScanJob, u.ID, u.ID, tx.At()); err != nil {
				return u, err
			}
		}
		tx.AddUpload(ctx, u)
		return u, Audited(ctx, tx, "evidence.hand_in", "upload", u.ID, "", nil, map[string]any{"media": u.Media, "size": u.Size, "state": u.State})
	})
}

// ScanUpload scans a file that waits for it. It is safe to run twice.
func (o *Office) ScanUpload(ctx context.Context, area, id string) error {
	q := Request{Actor: access.Self, Area: area}
	f, err := See(ctx, o, q, func(tx store.Tx) (locked, error) { return lockedFile(ctx, tx, id) })
	if err != nil || f.State != upload.Waiting && f.State != upload.Unchecked {
		return err
	}
	_, err = o.unlock(ctx, q, f)
	if fault.KindOf(err) == fault.Invalid { // infected: that is known now
		return nil
	}
	return err
}

// locked is a file with its key.
type locked struct {
	upload.Upload
	key string
}

func lockedFile(ctx context.Context, tx store.Tx, id string) (locked, error) {
	u, err := tx.Upload(ctx, id)
	if err != nil {
		return locked{}, err
	}
	keys, err := tx.OpenBoxes(ctx, u.Box)
	if err != nil {
		return locked{}, err
	}
	return locked{u, keys[0]}, nil
}

// unlock reads the bytes. What a scanner has not passed yet, it has to now;
// what it finds infected is removed.
func (o *Office) unlock(ctx context.Context, q Request, f locked) ([]byte, error) {
	if f.State == upload.Infected {
		return nil, infected(f.Upload)
	}
	if o.Files == nil {
		return nil, fault.New(fault.Unavailable, "upload.no_store", nil)
	}
	name := upload.Name(q.Area, f.ID)
	sealed, err := o.Files.Get(ctx, name)
	if errors.Is(err, books.ErrNotFound) {
		return nil, fault.Wrap(fault.Internal, "upload.damaged", nil, err)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "upload.no_store", nil, err)
	}
	data, err := f.Open(name, f.key, sealed)
	if err != nil {
		return nil, err
	}
	if o.Scan == nil && f.State == upload.Waiting {
		return nil, fault.New(fault.Unavailable, "upload.not_scanned", nil)
	}
	if o.Scan == nil || f.State == upload.Clean {
		return data, nil
	}
	found, err := o.Scan.Scan(ctx, data)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "upload.not_scanned", nil, err)
	}
	if err := o.judge(ctx, q, f.ID, found); err != nil {
		return nil, err
	}
	if found != "" {
		f.Found = found
		return nil, errors.Join(infected(f.Upload), o.Files.Delete(ctx, name))
	}
	return data, nil
}

// judge keeps what the scanner said.
func (o *Office) judge(ctx context.Context, q Request, id, found string) error {
	_, err := Do(ctx, o, q, "evidence.hand_in scan", id, func(tx store.Tx) (Ref, error) {
		u, err := tx.Upload(ctx, id)
		if err != nil || u.State == upload.Infected || u.State == upload.Clean {
			return Ref{id}, err
		}
		was := u.State
		if u.State, u.ScannedAt = upload.Clean, tx.At(); found != "" {
			u.State, u.Found = upload.Infected, found
		}
		if err := tx.SaveUpload(ctx, u); err != nil {
			return Ref{id}, fmt.Errorf("upload %s: %w", id, err)
		}
		return Ref{id}, Audited(ctx, tx, "evidence.hand_in", "upload", id, "", map[string]any{"state": was}, map[string]any{"state": u.State})
	})
	return err
}

// Uploads lists files: one's own, or all for who reads the papers of the area.
func (o *Office) Uploads(ctx context.Context, q Request, p books.Page) ([]upload.Upload, error) {
	if err := access.Check(q.Actor, "evidence.read", ownScope(q)); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]upload.Upload, error) {
		actor := q.Actor.ID
		if access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area}) == nil {
			actor = ""
		}
		return tx.Uploads(ctx, actor, p)
	})
}

// File is a file as it is given out.
type File struct {
	Media string
	Data  []byte
}

// OpenFile gives out a file, and leaves with each person whose paper it is a
// line. A person or an employer gets what it sent in, and files all of whose
// papers are its own: a ledger of many is not for one of them.
func (o *Office) OpenFile(ctx context.Context, q Request, id string) (File, error) {
	f, err := Show(ctx, o, q, "evidence.read", func(tx store.Tx) (locked, []string, error) {
		f, err := lockedFile(ctx, tx, id)
		if err != nil && !errors.Is(err, books.ErrNotFound) {
			return f, nil, err
		}
		persons, denied := o.mayOpen(ctx, tx, q, f.Upload)
		if denied != nil {
			return f, nil, denied
		}
		return f, persons, absent(err)
	})
	if err != nil {
		return File{}, err
	}
	data, err := o.unlock(ctx, q, f)
	return File{f.Media, data}, err
}

// mayOpen lists whose papers a file is, for who may have it.
func (o *Office) mayOpen(ctx context.Context, tx store.Tx, q Request, u upload.Upload) (persons []string, err error) {
	all := access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area}) == nil
	mine := u.ID != "" && u.Actor == q.Actor.ID
	if err := access.Check(q.Actor, "evidence.read", ownScope(q)); err != nil {
		return nil, err
	}
	if u.ID == "" {
		if all {
			return nil, nil
		}
		return nil, access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area})
	}
	papers, err := allPieces(ctx, tx, evidence.Filter{Upload: u.ID})
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		persons = append(persons, p.Person)
		if all || mine {
			continue
		}
		s := access.Scope{Area: q.Area, Employer: p.Employer}
		if p.Person != "" && q.Actor.Role == access.Insured {
			found, err := o.findPerson(ctx, tx, PersonQuery{Person: p.Person}, registry.When{AsOf: tx.Today()})
			if err != nil {
				return nil, absent(err)
			}
			s.Person = found.scope(q).Person
		}
		if err := access.Check(q.Actor, "evidence.read", s); err != nil {
			return nil, err
		}
	}
	if len(papers) == 0 && !all && !mine {
		return nil, access.Check(q.Actor, "evidence.read", access.Scope{Area: q.Area})
	}
	return persons, nil
}
