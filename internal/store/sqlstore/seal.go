package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/seal"
)

// Leaf is what a sealed line says, hashed: its rows without their MACs.
type Leaf struct {
	h   hash.Hash
	buf []byte
}

// NewLeaf begins a leaf.
func NewLeaf() *Leaf { return &Leaf{h: sha256.New()} }

// Add adds a row: an entry, then its legs in order; or a line.
func (l *Leaf) Add(tab *Table, row []any) error {
	var err error
	if l.buf, err = tab.Encode(l.buf[:0], row[:len(tab.Cols)]); err == nil {
		l.h.Write(l.buf)
	}
	return err
}

// Sum is the leaf in hexadecimal; the next one can begin.
func (l *Leaf) Sum() string {
	var b [sha256.Size]byte
	out := hex.EncodeToString(l.h.Sum(b[:0]))
	l.h.Reset()
	return out
}

func readSeal(v vals) seal.Seal {
	return seal.Seal{Area: v.str(0), Day: v.date(1), First: v.int(2), Size: v.int(3), Root: v.str(4), Prev: v.str(5), KeyID: v.str(6), Signature: v.str(7), At: v.instant(8)}
}

// LastSeal is the newest seal.
func (t *Tx) LastSeal(ctx context.Context) (seal.Seal, error) {
	return get(ctx, t, readSeal, "SELECT "+tabSeal.names+" FROM seal WHERE area = ? ORDER BY day DESC LIMIT 1", t.area)
}

// SealsFrom lists seals.
func (t *Tx) SealsFrom(ctx context.Context, from calendar.Date, limit int) ([]seal.Seal, error) {
	return list(ctx, t, readSeal, "SELECT "+tabSeal.names+" FROM seal WHERE area = ? AND day >= ? ORDER BY day LIMIT ?", t.area, dateText(from), int64(limit))
}

// AddSeal writes a seal.
func (t *Tx) AddSeal(ctx context.Context, s seal.Seal) error {
	t.insert(ctx, tabSeal, t.area, dateText(s.Day), s.First, s.Size, s.Root, s.Prev, s.KeyID, s.Signature, int64(s.At))
	return t.fault
}

// AddPlaces writes places.
func (t *Tx) AddPlaces(ctx context.Context, places []seal.Place) error {
	for _, p := range places {
		t.insert(ctx, tabSealed, t.area, p.Position, dateText(p.Day), p.Kind, p.Ref, p.Leaf)
	}
	return t.fault
}

// IDFrom is an id below those of a moment, if they are made as RandomID does.
func (t *Tx) IDFrom(at books.Instant) string {
	return crockford.EncodeToString(idOf(at.Time()))
}

// Placed compares what the lanes count with what has a place, of the lines that
// are not above the id; one statement sees one state of both.
func (t *Tx) Placed(ctx context.Context, id string, places int64) (bool, error) {
	var lines, above, placed int64
	known := true
	err := t.query(ctx, func(v vals) error {
		n := len(tabLane.Cols) + 1
		sums, err := ParseSums(v.bytes(3))
		if err != nil || !(&Inspector{t}).Fits(tabLane, v[:n]) {
			known = false // prove says more
			return nil
		}
		lines += sums.Count(tabEntry) + sums.Count(tabAudit)
		above, placed = v.int(n)+v.int(n+1), v.int(n+2)
		return nil
	}, "SELECT "+tabLane.names+`, (SELECT COUNT(*) FROM entry WHERE area = ? AND id > ?), (SELECT COUNT(*) FROM audit WHERE area = ? AND id > ?),
(SELECT COUNT(*) FROM sealed WHERE area = ? AND kind IN ('audit', 'entry') AND ref > ?) FROM lane WHERE area = ?`,
		t.area, id, t.area, id, t.area, id, t.area)
	return known && lines-above == places-placed, err
}

// Unsealed lists lines without a place.
func (t *Tx) Unsealed(ctx context.Context, kind, after string, n int) ([]seal.Place, error) {
	tab := map[string]*Table{seal.Entry: tabEntry, seal.Audit: tabAudit}[kind]
	if tab == nil {
		return nil, fmt.Errorf("nothing of kind %q is sealed", kind)
	}
	rows, err := list(ctx, t, func(v vals) []any { return append([]any{}, v...) }, "SELECT "+tab.names+" FROM "+tab.Name+
		" x WHERE x.area = ? AND x.id > ? AND NOT EXISTS (SELECT 1 FROM sealed s WHERE s.area = ? AND s.kind = ? AND s.ref = x.id) ORDER BY x.id LIMIT ?",
		t.area, after, t.area, kind, int64(n))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	legs := map[string][][]any{}
	if kind == seal.Entry {
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = vals(row).str(1)
		}
		if legs, err = t.legRows(ctx, ids); err != nil {
			return nil, err
		}
	}
	leaf := NewLeaf()
	out := make([]seal.Place, len(rows))
	for i, row := range rows {
		id := vals(row).str(1)
		if err := t.addTo(leaf, tab, row); err != nil {
			return nil, err
		}
		for _, leg := range legs[id] {
			if err := t.addTo(leaf, tabPosting, leg); err != nil {
				return nil, err
			}
		}
		out[i] = seal.Place{Kind: kind, Ref: id, Leaf: leaf.Sum()}
	}
	return out, nil
}

// addTo adds a row whose MAC fits: what was changed is not sealed.
func (t *Tx) addTo(leaf *Leaf, tab *Table, row []any) error {
	if !(&Inspector{t}).Fits(tab, row) {
		return fault.New(fault.Internal, "store.tampered", fault.Args{"table": tab.Name, "row": tab.Ref(row)})
	}
	return leaf.Add(tab, row)
}

// legRows reads legs as they stand, by entry and in order.
func (t *Tx) legRows(ctx context.Context, entries []string) (map[string][][]any, error) {
	out := map[string][][]any{}
	_, err := listIn(ctx, t, func(v vals) struct{} {
		out[v.str(1)] = append(out[v.str(1)], append([]any{}, v...))
		return struct{}{}
	}, "SELECT "+tabPosting.names+" FROM posting WHERE area = ? AND entry IN (?) ORDER BY entry, seq", []any{t.area}, entries)
	return out, err
}
