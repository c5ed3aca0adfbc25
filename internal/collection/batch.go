package collection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Boxes keeps personal data: accounts and what payers write.
type Boxes interface {
	PutBox(ctx context.Context, kind, owner, field, text string) (string, error)
	OpenBoxes(ctx context.Context, ids ...string) ([]string, error)
}

// Exchange is what files to and from banks need of the store.
type Exchange interface {
	Books
	Files
	Boxes
	Desk
}

// AccountHash finds an account without keeping it.
type AccountHash func(account string) string

// SendBatch writes the file of orders to debit at a bank: all that have a
// mandate there, are not paid and not at the bank already. What failed before
// goes again, the same day too. The bytes are not kept: BatchContent makes them
// again.
func SendBatch(ctx context.Context, s Exchange, r *law.Reader, hash AccountHash, bank string) (File, []byte, error) {
	layout, hole := r.BankLayout(bank, law.FileOut, s.Today())
	if hole != nil {
		return File{}, nil, fault.New(fault.Missing, "collection.missing_law", fault.Args{"parameter": hole.Parameter})
	}
	orders, err := toSend(ctx, s, bank)
	if err != nil {
		return File{}, nil, err
	}
	f := File{ID: s.NewID(), Bank: bank, Layout: layout.Name, Direction: law.FileOut, Lines: len(orders), On: s.Today(), At: s.At(), Actor: s.Actor().ID}
	lines := make([]BankLine, len(orders))
	boxes := make([]string, len(orders))
	for i, o := range orders {
		lines[i] = BankLine{ID: s.NewID(), File: f.ID, Seq: i + 1, Reference: o.ID, Amount: o.open, On: f.On, At: f.At}
		boxes[i] = o.Account
		if f.Amount, err = f.Amount.Add(o.open); err != nil {
			return File{}, nil, err
		}
	}
	accounts, err := s.OpenBoxes(ctx, boxes...)
	if err != nil {
		return File{}, nil, err
	}
	for i := range lines {
		lines[i].AccountHash = hash(accounts[i])
	}
	data, err := RenderFile(layout, outgoing(f, lines, accounts))
	if err != nil {
		return File{}, nil, err
	}
	f.Hash, f.Name = hashOf(data), bank+"-"+f.ID+".txt"
	if err := s.AddFile(ctx, f, lines); err != nil {
		return File{}, nil, err
	}
	for _, l := range lines {
		if err := s.AddOrderEvent(ctx, Event{ID: s.NewID(), Order: l.Reference, Kind: Sent, On: f.On, Amount: l.Amount, File: f.ID, BankLine: l.ID}); err != nil {
			return File{}, nil, err
		}
	}
	return f, data, nil
}

type openOrder struct {
	Order
	open money.Fen
}

// toSend locks and lists the orders that can be debited at the bank.
func toSend(ctx context.Context, s Exchange, bank string) ([]openOrder, error) {
	open, err := s.OpenOrders(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, o := range open {
		if o.Channel == Mandate && o.Bank == bank {
			ids = append(ids, o.ID)
		}
	}
	d, err := lock(ctx, s, ids...)
	if err != nil {
		return nil, err
	}
	var out []openOrder
	for _, id := range ids {
		if st := d.standing(id); st.Open > 0 && st.AtBank == "" {
			out = append(out, openOrder{d.orders[id], st.Open})
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Conflict, "collection.nothing_to_send", fault.Args{"bank": bank})
	}
	return out, nil
}

func outgoing(f File, lines []BankLine, accounts []string) *Content {
	c := &Content{Bank: f.Bank, On: f.On, Batch: f.ID}
	for i, l := range lines {
		c.Lines = append(c.Lines, ContentLine{Reference: l.Reference, Amount: l.Amount, On: l.On, Account: accounts[i]})
	}
	return c
}

// BatchContent makes the bytes of an outgoing file again, and holds them
// against the hash in the books.
func BatchContent(ctx context.Context, s Exchange, r *law.Reader, id string) (File, []byte, error) {
	f, err := s.File(ctx, id)
	if errors.Is(err, books.ErrNotFound) || (err == nil && f.Direction != law.FileOut) {
		return f, nil, fault.New(fault.NotFound, "collection.no_file", fault.Args{"file": id})
	}
	if err != nil {
		return f, nil, err
	}
	layout, hole := r.BankLayoutNamed(f.Layout)
	if hole != nil {
		return f, nil, fault.New(fault.Missing, "collection.missing_law", fault.Args{"parameter": hole.Parameter})
	}
	lines, err := s.FileLines(ctx, id)
	if err != nil {
		return f, nil, err
	}
	orders, err := s.OrdersByID(ctx, references(lines)...)
	if err != nil {
		return f, nil, err
	}
	box := map[string]string{}
	for _, o := range orders {
		box[o.ID] = o.Account
	}
	boxes := make([]string, len(lines))
	for i, l := range lines {
		boxes[i] = box[l.Reference]
	}
	accounts, err := s.OpenBoxes(ctx, boxes...)
	if err != nil {
		return f, nil, err
	}
	data, err := RenderFile(layout, outgoing(f, lines, accounts))
	if err == nil && hashOf(data) != f.Hash {
		err = fault.New(fault.Internal, "collection.file_changed", fault.Args{"file": id})
	}
	return f, data, err
}

func references(lines []BankLine) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Reference
	}
	return out
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// NoAnswer is the reason of a debit whose answer nobody waited for any more.
const NoAnswer = "no_answer"

// CloseBatch ends the wait for answers that will not come, such as for a file
// that the bank refused: the orders count as failed for no_answer and can be
// sent again.
func CloseBatch(ctx context.Context, s Exchange, id string) (int, error) {
	f, err := s.File(ctx, id)
	if errors.Is(err, books.ErrNotFound) || (err == nil && f.Direction != law.FileOut) {
		return 0, fault.New(fault.NotFound, "collection.no_file", fault.Args{"file": id})
	}
	if err != nil {
		return 0, err
	}
	lines, err := s.FileLines(ctx, id)
	if err != nil {
		return 0, err
	}
	d, err := lock(ctx, s, references(lines)...)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, l := range lines {
		if d.standing(l.Reference).AtBank != id {
			continue
		}
		n++
		if err := s.AddOrderEvent(ctx, Event{ID: s.NewID(), Order: l.Reference, Kind: Failed, On: s.Today(), Amount: l.Amount, Reason: NoAnswer, File: id}); err != nil {
			return n, err
		}
	}
	return n, nil
}
