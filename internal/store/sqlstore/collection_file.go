package sqlstore

import (
	"context"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/collection"
)

func readFile(v vals) collection.File {
	return collection.File{ID: v.str(1), Bank: v.str(2), Layout: v.str(3), Direction: v.str(4), Hash: v.str(5), Name: v.str(6), Lines: int(v.int(7)),
		Amount: v.fen(8), On: v.date(9), At: v.instant(10), Actor: v.str(11)}
}

func readBankLine(v vals) collection.BankLine {
	return collection.BankLine{ID: v.str(1), File: v.str(2), Seq: int(v.int(3)), Reference: v.str(4), Amount: v.fen(5), On: v.date(6), AccountHash: v.str(7),
		Memo: v.str(8), Result: v.str(9), Reason: v.str(10), At: v.instant(11)}
}

// AddFile writes a file and its lines; that it is there already shows at once.
func (t *Tx) AddFile(ctx context.Context, f collection.File, lines []collection.BankLine) error {
	t.insert(ctx, tabBankFile, t.area, f.ID, f.Bank, f.Layout, f.Direction, f.Hash, f.Name, int64(f.Lines), int64(f.Amount), dateText(f.On), int64(t.At()), t.actor.ID)
	for _, l := range lines {
		t.insert(ctx, tabBankLine, t.area, l.ID, f.ID, int64(l.Seq), l.Reference, int64(l.Amount), dateText(l.On), l.AccountHash, l.Memo, l.Result, l.Reason, int64(t.At()))
	}
	return t.Flush(ctx)
}

// File reads one.
func (t *Tx) File(ctx context.Context, id string) (collection.File, error) {
	return get(ctx, t, readFile, "SELECT "+tabBankFile.names+" FROM bank_file WHERE area = ? AND id = ?", t.area, id)
}

// FilesByID reads many.
func (t *Tx) FilesByID(ctx context.Context, ids ...string) ([]collection.File, error) {
	return listIn(ctx, t, readFile, "SELECT "+tabBankFile.names+" FROM bank_file WHERE area = ? AND id IN (?) ORDER BY id", []any{t.area}, ids)
}

// FileByHash finds a file by what is in it.
func (t *Tx) FileByHash(ctx context.Context, direction, hash string) (collection.File, error) {
	return get(ctx, t, readFile, "SELECT "+tabBankFile.names+" FROM bank_file WHERE area = ? AND direction = ? AND file_hash = ?", t.area, direction, hash)
}

// Files lists files.
func (t *Tx) Files(ctx context.Context, p books.Page) ([]collection.File, error) {
	return list(ctx, t, readFile, "SELECT "+tabBankFile.names+" FROM bank_file WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// FileLines lists the lines of a file as they stand in it.
func (t *Tx) FileLines(ctx context.Context, file string) ([]collection.BankLine, error) {
	return list(ctx, t, readBankLine, "SELECT "+tabBankLine.names+" FROM bank_line WHERE area = ? AND file = ? ORDER BY seq", t.area, file)
}

// BankLine reads one.
func (t *Tx) BankLine(ctx context.Context, id string) (collection.BankLine, error) {
	return get(ctx, t, readBankLine, "SELECT "+tabBankLine.names+" FROM bank_line WHERE area = ? AND id = ?", t.area, id)
}

// BankLinesByID reads many.
func (t *Tx) BankLinesByID(ctx context.Context, ids ...string) ([]collection.BankLine, error) {
	return listIn(ctx, t, readBankLine, "SELECT "+tabBankLine.names+" FROM bank_line WHERE area = ? AND id IN (?) ORDER BY id", []any{t.area}, ids)
}

// OpenOrders lists what is neither paid in full nor cancelled.
func (t *Tx) OpenOrders(ctx context.Context) ([]collection.Order, error) {
	return list(ctx, t, readOrder, "SELECT "+tabPayOrder.as("o")+" FROM open_order x JOIN pay_order o ON o.area = x.area AND o.id = x.pay_order "+
		"WHERE x.area = ? AND o.area = ? ORDER BY o.created_on, o.id", t.area, t.area)
}

// CloseOrders takes orders off the list of open ones; those that are not on it
// are left alone.
func (t *Tx) CloseOrders(ctx context.Context, ids ...string) error {
	open, err := listIn(ctx, t, func(v vals) []any { return append([]any{}, v...) }, "SELECT "+tabOpenOrder.names+" FROM open_order WHERE area = ? AND pay_order IN (?)", []any{t.area}, ids)
	for i := 0; err == nil && i < len(open); i++ {
		err = t.remove(ctx, tabOpenOrder, open[i])
	}
	return err
}

// ReopenOrders puts orders on the list of open ones; those that are on it are
// left alone.
func (t *Tx) ReopenOrders(ctx context.Context, ids ...string) error {
	open, err := listIn(ctx, t, func(v vals) string { return v.str(1) }, "SELECT "+tabOpenOrder.names+" FROM open_order WHERE area = ? AND pay_order IN (?)", []any{t.area}, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.Contains(open, id) {
			t.insert(ctx, tabOpenOrder, t.area, id)
		}
	}
	return t.fault
}
