package collection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// TakeStatement takes a bank's list of credits: each new one is told to be an
// order's, or what a payment brought, or is suspense money. A movement that
// came before, in whatever file, is known by the bank's serial and does
// nothing. What is done does not depend on the order of the lines.
func TakeStatement(ctx context.Context, s Exchange, desk Desk, r *law.Reader, hash AccountHash, bank, name string, data []byte) (*Taken, error) {
	t, c, err := takeIn(ctx, s, r, bank, law.FileStatement, name, data)
	if err != nil || t.Duplicate {
		return t, err
	}
	lines, err := t.credits(ctx, s, hash, c)
	if err != nil {
		return nil, err
	}
	if err := s.AddFile(ctx, t.File, lines); err != nil {
		return nil, atOnce(err)
	}
	m, err := newMatching(ctx, s, hash, bank, lines)
	if err != nil {
		return nil, err
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	return t, m.book(ctx, s, desk, r, t)
}

// credits are the lines that are new, in an order of their own. A serial that
// came before with something else refuses the file.
func (t *Taken) credits(ctx context.Context, s Exchange, hash AccountHash, c *Content) ([]BankLine, error) {
	all := make([]BankLine, len(c.Lines))
	line := map[string]int{}
	keys := make([]string, len(c.Lines))
	for i, l := range c.Lines {
		if l.On > s.Today() {
			return nil, fileFault("collection.file_field", l.Line, "date")
		}
		b := BankLine{ID: movement(t.File.Bank, l.Serial), File: t.File.ID, Reference: l.Reference, Amount: l.Amount, On: l.On}
		if l.Account != "" {
			b.AccountHash = hash(l.Account)
		}
		if line[b.ID] != 0 {
			return nil, fault.New(fault.Invalid, "collection.line_twice", fault.Args{"line": strconv.Itoa(l.Line)})
		}
		line[b.ID], all[i], keys[i] = l.Line, b, b.ID
	}
	known, err := s.BankLinesByID(ctx, keys...)
	if err != nil {
		return nil, err
	}
	before := map[string]BankLine{}
	for _, b := range known {
		before[b.ID] = b
	}
	t.File.Lines, t.File.Amount = 0, 0
	var fresh []BankLine
	for i, b := range all {
		k, ok := before[b.ID]
		if !ok {
			if b.Memo, err = s.PutBox(ctx, "bank_line", b.ID, "memo", c.Lines[i].Memo); err != nil {
				return nil, err
			}
			b.Seq = line[b.ID]
			t.File.Lines, t.File.Amount = t.File.Lines+1, t.File.Amount+b.Amount
			fresh = append(fresh, b)
			continue
		}
		if k.Amount != b.Amount || k.On != b.On || k.Reference != b.Reference || k.AccountHash != b.AccountHash {
			return nil, fault.New(fault.Invalid, "collection.line_serial", fault.Args{"line": strconv.Itoa(line[b.ID])})
		}
		t.Notes = append(t.Notes, Note{line[b.ID], "already_taken", ""})
	}
	return fresh, nil
}

// movement is the id of a movement on the office's account, from the bank's
// own number of it.
func movement(bank, serial string) string {
	sum := sha256.Sum256([]byte(bank + "\x00" + serial))
	return "m" + hex.EncodeToString(sum[:])[:23]
}
