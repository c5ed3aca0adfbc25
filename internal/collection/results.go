package collection

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// Taken is what became of a file that came in. Nothing in it is personal.
type Taken struct {
	File      File   `json:"file"`
	Duplicate bool   `json:"duplicate"` // the same file was taken before: nothing was done
	Notes     []Note `json:"notes"`     // lines that were not booked as payments, in the order of the file
	Paid      int    `json:"paid"`
	Failed    int    `json:"failed"`
	Arrived   int    `json:"arrived"`
	Unclaimed int    `json:"unclaimed"`
}

// Note says of a line why it was not booked as a payment. Key is of the
// catalogue, collection.note_*.
type Note struct {
	Line  int    `json:"line"`
	Key   string `json:"key"`
	Order string `json:"order,omitempty"`
}

// takeIn reads a file that came in: by the bank's layout, unless it is here
// already.
func takeIn(ctx context.Context, s Exchange, r *law.Reader, bank, direction, name string, data []byte) (t *Taken, c *Content, err error) {
	hash := hashOf(data)
	known, err := s.FileByHash(ctx, direction, hash)
	if err == nil {
		return &Taken{File: known, Duplicate: true, Notes: []Note{}}, nil, nil
	}
	if !errors.Is(err, books.ErrNotFound) {
		return nil, nil, err
	}
	layout, hole := r.BankLayout(bank, direction, s.Today())
	if hole != nil {
		return nil, nil, fault.New(fault.Missing, "collection.missing_law", fault.Args{"parameter": hole.Parameter})
	}
	if c, err = ParseFile(layout, data); err != nil {
		return nil, nil, err
	}
	if c.On > s.Today() {
		return nil, nil, fileFault("collection.file_field", 1, "date")
	}
	f := File{ID: s.NewID(), Bank: bank, Layout: layout.Name, Direction: direction, Hash: hash, Name: cleanName(name), Lines: len(c.Lines), Amount: c.Total, On: c.On,
		At: s.At(), Actor: s.Actor().ID}
	return &Taken{File: f, Notes: []Note{}}, c, nil
}

// cleanName keeps of a file's name what tells files apart and cannot be a
// person's name.
func cleanName(name string) string {
	out := []byte{}
	for i := range len(name) {
		if c := name[i]; c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') {
			out = append(out, c)
		}
	}
	return string(out[:min(len(out), 80)])
}

// TakeResults takes a bank's answers to a batch. All of it is booked, or, if a
// line does not belong to the batch, nothing.
func TakeResults(ctx context.Context, s Exchange, r *law.Reader, hash AccountHash, bank, name string, data []byte) (*Taken, error) {
	t, c, err := takeIn(ctx, s, r, bank, law.FileResult, name, data)
	if err != nil || t.Duplicate {
		return t, err
	}
	asked, err := batchOf(ctx, s, bank, c.Batch)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	orders := make([]string, len(c.Lines))
	for i, l := range c.Lines {
		a, ok := asked[l.Reference]
		at := fault.Args{"line": strconv.Itoa(l.Line)}
		switch {
		case !ok:
			return nil, fault.New(fault.Invalid, "collection.line_not_sent", at)
		case seen[l.Reference]:
			return nil, fault.New(fault.Invalid, "collection.line_twice", at)
		case l.Amount != a.Amount:
			return nil, fault.New(fault.Invalid, "collection.line_amount", at)
		case l.Account != "" && hash(l.Account) != a.AccountHash:
			return nil, fault.New(fault.Invalid, "collection.line_account", at)
		}
		seen[l.Reference], orders[i] = true, l.Reference
	}
	d, err := lock(ctx, s, orders...)
	if err != nil {
		return nil, err
	}
	return t, t.results(ctx, s, r, d, c)
}

// batchOf are the lines that were sent in a batch to a bank, by reference.
func batchOf(ctx context.Context, s Files, bank, id string) (map[string]BankLine, error) {
	f, err := s.File(ctx, id)
	if errors.Is(err, books.ErrNotFound) || (err == nil && (f.Direction != law.FileOut || f.Bank != bank)) {
		return nil, fault.New(fault.Invalid, "collection.batch_unknown", nil)
	}
	if err != nil {
		return nil, err
	}
	lines, err := s.FileLines(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make(map[string]BankLine, len(lines))
	for _, l := range lines {
		out[l.Reference] = l
	}
	return out, nil
}

func (t *Taken) results(ctx context.Context, s Exchange, r *law.Reader, d *docket, c *Content) error {
	lines := make([]BankLine, len(c.Lines))
	var paid []Receiving
	var failed []Event
	for i, l := range c.Lines {
		on := l.On
		if on == 0 {
			on = c.On
		}
		b := BankLine{ID: s.NewID(), File: t.File.ID, Seq: i + 1, Reference: l.Reference, Amount: l.Amount, On: on, Result: l.Result, Reason: l.Reason}
		lines[i] = b
		st := d.standing(l.Reference)
		late := l.Result == "ok" && st.AtBank == "" && st.Open >= l.Amount && d.givenUp(l.Reference, c.Batch)
		switch {
		case on > s.Today():
			return fileFault("collection.file_field", l.Line, "date")
		case st.AtBank != c.Batch && !late:
			t.Notes = append(t.Notes, Note{l.Line, d.answered(l, c.Batch), l.Reference})
		case l.Result == "failed":
			failed = append(failed, Event{ID: s.NewID(), Order: l.Reference, Kind: Failed, On: on, Amount: l.Amount, Reason: l.Reason, File: c.Batch, BankLine: b.ID})
		default:
			paid = append(paid, Receiving{Order: l.Reference, Source: "debit", Amount: l.Amount, PaidOn: on, BankLine: b.ID, Batch: c.Batch,
				Key: "debit:" + c.Batch + ":" + l.Reference, How: "by_result", Bank: t.File.Bank, Late: late})
		}
	}
	if err := s.AddFile(ctx, t.File, lines); err != nil {
		return atOnce(err)
	}
	for _, e := range failed {
		if err := s.AddOrderEvent(ctx, e); err != nil {
			return err
		}
	}
	t.Paid, t.Failed = len(paid), len(failed)
	payments, err := d.receive(ctx, s, r, paid)
	if err != nil {
		return err
	}
	return d.waiting(ctx, s, c.Batch, payments)
}

// givenUp reports whether the one answer of a batch for an order is that nobody
// waited for it any more.
func (d *docket) givenUp(order, batch string) bool {
	given := false
	for _, e := range d.events[order] {
		if e.File == batch && (e.Kind == Failed || e.Kind == PaidEvent) {
			if e.Reason != NoAnswer {
				return false
			}
			given = true
		}
	}
	return given
}

// answered says whether the answer that an order had before is the same.
func (d *docket) answered(l ContentLine, batch string) string {
	for _, e := range d.events[l.Reference] {
		failed := e.Kind == Failed && l.Result == "failed" && e.Reason == l.Reason
		if e.File == batch && (failed || (e.Kind == PaidEvent && l.Result == "ok")) {
			return "already_answered"
		}
	}
	return "answered_otherwise"
}

// atOnce says that another took the same file at the same moment.
func atOnce(err error) error {
	if books.Taken(err, "bank_file") || books.Taken(err, "bank_line") {
		return fault.Wrap(fault.Conflict, "collection.file_at_once", nil, err)
	}
	return fmt.Errorf("keep bank file: %w", err)
}
