package storetest

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/evidence"
	"bujiao/internal/store"
	"bujiao/internal/upload"
)

// papers: what was handed in is read as written, by filter, as known on a day
// without what was replaced by then; a paper is replaced once.
func pieces(t *testing.T, e Engine) {
	db, _ := New(t, e)
	whole := evidence.Piece{ID: "a", Case: "c1", Person: "p", Employer: "e", Kind: "labour_contract", From: calendar.NewMonth(2015, 1), To: calendar.NewMonth(2016, 12),
		Proves: evidence.Relation | evidence.Wage, FormedOn: day(t, "2014-12-30"), Copies: 2, OriginalSeen: true, Upload: "u1", State: evidence.Handed, Reason: "r",
		KnownOn: day(t, "2026-03-01"), At: 3, Actor: "x"}
	bare := evidence.Piece{ID: "b", Employer: "e", Kind: "written_application", Copies: 1, State: evidence.Accepted, KnownOn: day(t, "2026-03-01"), At: 4, Actor: "x"}
	again := whole
	again.ID, again.Replaces, again.State, again.KnownOn = "d", "a", evidence.Refused, day(t, "2026-03-02")
	other := whole
	other.ID, other.Person, other.Case, other.Upload = "f", "q", "c2", ""
	Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		for _, p := range []evidence.Piece{again, bare, other, whole} {
			err = errors.Join(err, tx.AddPiece(ctx, p))
		}
		return err
	})
	early, now := day(t, "2026-03-01"), day(t, "2026-03-02")
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for id, want := range map[string]evidence.Piece{"a": whole, "b": bare, "d": again} {
			got, err := tx.Piece(ctx, id)
			if err != nil {
				return err
			}
			equal(t, id, got, want)
		}
		if _, err := tx.Piece(ctx, "z"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("a paper that is not there: %v", err)
		}
		for id, want := range map[string]bool{"a": true, "d": false, "": false} {
			if got, err := tx.ReplacedPiece(ctx, id); got != want || err != nil {
				t.Errorf("%q is replaced: %v %v", id, got, err)
			}
		}
		for _, c := range []struct {
			name string
			f    evidence.Filter
			on   calendar.Date
			p    books.Page
			want string
		}{
			{"all now", evidence.Filter{}, now, books.Page{}, "bdf"},
			{"all before it was replaced", evidence.Filter{}, early, books.Page{}, "abf"},
			{"before anything", evidence.Filter{}, day(t, "2026-02-28"), books.Page{}, ""},
			{"of a person", evidence.Filter{Person: "p"}, now, books.Page{}, "d"},
			{"of an employer, a page", evidence.Filter{Employer: "e"}, now, books.Page{After: "b", Limit: 1}, "d"},
			{"of a case", evidence.Filter{Case: "c2"}, now, books.Page{}, "f"},
			{"of a file", evidence.Filter{Upload: "u1", Person: "p", Employer: "e", Case: "c1"}, now, books.Page{}, "d"},
		} {
			list, err := tx.Pieces(ctx, c.f, c.on, c.p)
			if got := pieceIDs(list); err != nil || got != c.want {
				t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
			}
		}
		list, err := tx.PiecesOf(ctx, []string{"q", "p", "p", "nobody"}, now)
		if got := pieceIDs(list); got != "df" {
			t.Errorf("of persons: %q", got)
		}
		return err
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error {
		list, err := tx.Pieces(t.Context(), evidence.Filter{}, now, books.Page{})
		some, err2 := tx.PiecesOf(t.Context(), []string{"p"}, now)
		if len(list)+len(some) > 0 {
			t.Errorf("another area reads %d", len(list)+len(some))
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
	twice := again
	twice.ID = "g"
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddPiece(t.Context(), twice) })
	if !books.Taken(err, "handed_in") {
		t.Errorf("replaced twice: %v", err)
	}
}

func pieceIDs(list []evidence.Piece) (out string) {
	for _, p := range list {
		out += p.ID
	}
	return out
}

// uploads: a file is known by its bytes once, and changes only as it was read.
func uploads(t *testing.T, e Engine) {
	db, _ := New(t, e)
	one := upload.Upload{ID: "a", Hash: "h1", Media: upload.PDF, Size: 12, Box: "b", State: upload.Waiting, At: 3, Actor: "x"}
	two := upload.Upload{ID: "c", Hash: "h2", Media: upload.PNG, Size: 1, State: upload.Infected, Found: "Test", At: 4, Actor: "y", ScannedAt: 5}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		tx.AddUpload(ctx, two)
		tx.AddUpload(ctx, one)
		return nil
	})
	var read upload.Upload
	View(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		if read, err = tx.Upload(ctx, "a"); err != nil {
			return err
		}
		bare := read
		bare.Stored = nil
		equal(t, "by id", bare, one)
		got, err := tx.UploadByHash(ctx, "h2")
		got.Stored = nil
		equal(t, "by hash", got, two)
		if _, err := tx.UploadByHash(ctx, "h3"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("a file that is not there: %v", err)
		}
		for actor, want := range map[string]int{"": 2, "x": 1, "z": 0} {
			if list, err := tx.Uploads(ctx, actor, books.Page{}); err != nil || len(list) != want {
				t.Errorf("%q has %d uploads, want %d: %v", actor, len(list), want, err)
			}
		}
		return err
	})
	clean := read
	clean.State, clean.ScannedAt = upload.Clean, 9
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.SaveUpload(ctx, clean) })
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveUpload(t.Context(), clean) })
	if !errors.Is(err, books.ErrStale) {
		t.Errorf("saved from what was read before: %v", err)
	}
	err = db.Update(t.Context(), Area, func(tx store.Tx) error {
		tx.AddUpload(t.Context(), upload.Upload{ID: "d", Hash: "h1", Media: upload.PDF, State: upload.Clean})
		return nil
	})
	if !books.Taken(err, "upload") {
		t.Errorf("the same file twice: %v", err)
	}
}
