package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/evidence"
	"bujiao/internal/upload"
)

var (
	_ evidence.Books = (*Tx)(nil)
	_ upload.Store   = (*Tx)(nil)
)

// AddPiece writes a paper that was handed in.
func (t *Tx) AddPiece(ctx context.Context, p evidence.Piece) error {
	seen := int64(0)
	if p.OriginalSeen {
		seen = 1
	}
	t.insert(ctx, tabHandedIn, t.area, p.ID, p.Case, p.Person, p.Employer, p.Kind, monthText(p.From), monthText(p.To), int64(p.Proves), dateText(p.FormedOn), int64(p.Copies), seen,
		p.Upload, string(p.State), p.Reason, t.knownOn(p.KnownOn), int64(p.At), p.Actor, p.Replaces)
	return t.fault
}

func readPiece(v vals) evidence.Piece {
	return evidence.Piece{ID: v.str(1), Case: v.str(2), Person: v.str(3), Employer: v.str(4), Kind: v.str(5), From: v.month(6), To: v.month(7), Proves: evidence.Proofs(v.int(8)),
		FormedOn: v.date(9), Copies: int(v.int(10)), OriginalSeen: v.int(11) != 0, Upload: v.str(12), State: evidence.State(v.str(13)), Reason: v.str(14), KnownOn: v.date(15),
		At: v.instant(16), Actor: v.str(17), Replaces: v.str(18)}
}

// unreplaced is the condition on papers that are known on a day and not
// replaced by one that is; its arguments are day, area, day.
const unreplaced = " AND known_on <= ? AND NOT EXISTS (SELECT 1 FROM handed_in r WHERE r.area = ? AND r.replaces = handed_in.id AND r.replaces <> '' AND r.known_on <= ?)"

// Piece reads one.
func (t *Tx) Piece(ctx context.Context, id string) (evidence.Piece, error) {
	return get(ctx, t, readPiece, "SELECT "+tabHandedIn.names+" FROM handed_in WHERE area = ? AND id = ?", t.area, id)
}

// ReplacedPiece looks for what replaces one.
func (t *Tx) ReplacedPiece(ctx context.Context, id string) (bool, error) {
	found := false
	err := t.query(ctx, func(vals) error { found = true; return nil }, "SELECT id FROM handed_in WHERE area = ? AND replaces = ? AND replaces <> '' LIMIT 1", t.area, id)
	return found, err
}

// Pieces lists those of a filter.
func (t *Tx) Pieces(ctx context.Context, f evidence.Filter, knownAt calendar.Date, p books.Page) ([]evidence.Piece, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"case_id", f.Case}, {"person", f.Person}, {"employer", f.Employer}, {"upload", f.Upload}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readPiece, "SELECT "+tabHandedIn.names+" FROM handed_in "+where+" AND id > ?"+unreplaced+" ORDER BY id LIMIT ?",
		append(t.heldBy(knownAt, append(args, p.After)...), int64(p.Size()))...)
}

// PiecesOf lists those of persons.
func (t *Tx) PiecesOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]evidence.Piece, error) {
	return listIn(ctx, t, readPiece, "SELECT "+tabHandedIn.names+" FROM handed_in WHERE area = ?"+unreplaced+" AND person IN (?) ORDER BY person, id", t.heldBy(knownAt, t.area), persons)
}

func uploadRow(area string, u upload.Upload) []any {
	return []any{area, u.ID, u.Hash, u.Media, u.Size, u.Box, string(u.State), u.Found, int64(u.At), u.Actor, int64(u.ScannedAt)}
}

func readUpload(v vals) upload.Upload {
	return upload.Upload{ID: v.str(1), Hash: v.str(2), Media: v.str(3), Size: v.int(4), Box: v.str(5), State: upload.State(v.str(6)), Found: v.str(7), At: v.instant(8), Actor: v.str(9),
		ScannedAt: v.instant(10), Stored: append([]any{}, v...)}
}

// AddUpload writes that a file was sent in.
func (t *Tx) AddUpload(ctx context.Context, u upload.Upload) {
	t.insert(ctx, tabUpload, uploadRow(t.area, u)...)
}

// SaveUpload writes a changed one back.
func (t *Tx) SaveUpload(ctx context.Context, u upload.Upload) error {
	return t.update(ctx, tabUpload, u.Stored, uploadRow(t.area, u))
}

// Upload reads one.
func (t *Tx) Upload(ctx context.Context, id string) (upload.Upload, error) {
	return get(ctx, t, readUpload, "SELECT "+tabUpload.names+" FROM upload WHERE area = ? AND id = ?", t.area, id)
}

// UploadByHash finds a file by its bytes.
func (t *Tx) UploadByHash(ctx context.Context, hash string) (upload.Upload, error) {
	return get(ctx, t, readUpload, "SELECT "+tabUpload.names+" FROM upload WHERE area = ? AND hash = ?", t.area, hash)
}

// Uploads lists those of an actor.
func (t *Tx) Uploads(ctx context.Context, actor string, p books.Page) ([]upload.Upload, error) {
	where, args := "WHERE area = ?", []any{t.area}
	if actor != "" {
		where, args = where+" AND actor = ?", append(args, actor)
	}
	return list(ctx, t, readUpload, "SELECT "+tabUpload.names+" FROM upload "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}
