package town

import (
	"bytes"
	"context"
	"fmt"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

// bank is a bank of an area: it debits, and tells what came in.
type bank struct {
	area, class string
	credits     []collection.ContentLine // transfers it has not told yet
	serial      int
	strays      map[money.Fen]string // orders that somebody else paid
}

func (t *Town) bank(area, class string) *bank {
	key := area + "/" + class
	if t.banks[key] == nil {
		t.banks[key] = &bank{area: area, class: class, strays: map[money.Fen]string{}}
	}
	return t.banks[key]
}

// transfer plans that a firm pays an order by transfer: mostly as it should,
// sometimes without the reference, and sometimes in two parts.
func (t *Town) transfer(f *firm, o collection.Order) {
	t.on(t.clock.Today()+calendar.Date(1+t.draw.IntN(8)), func(context.Context) error {
		b := t.bank(f.area, f.bank)
		line := collection.ContentLine{Reference: o.ID, Amount: o.Total(), Account: f.account, Memo: "社保费"}
		switch {
		case t.chance(40):
			line.Reference = ""
			t.Count["no_reference"]++
		case t.chance(25): // somebody else pays: only the payer can say what for
			line.Reference, line.Account = "", "6299"+f.account[4:]
			b.strays[line.Amount] = o.ID
			t.Count["by_another"]++
		}
		if t.chance(15) && line.Amount > 2 {
			part := line
			part.Amount = line.Amount / 2
			line.Amount -= part.Amount
			b.credit(part, t.clock.Today())
			t.Count["two_parts"]++
		}
		b.credit(line, t.clock.Today())
		if f.careful < 2 && t.chance(40) {
			b.credit(line, t.clock.Today()) // twice by mistake
			t.Count["paid_twice"]++
		}
		return nil
	})
}

func (b *bank) credit(l collection.ContentLine, on calendar.Date) {
	b.serial++
	l.On, l.Serial = on, fmt.Sprintf("%s%s%08d", b.area, b.class, b.serial)
	b.credits = append(b.credits, l)
}

// collect sends the batches of an area to its banks and takes what comes back:
// results the next day, and the statement of transfers.
func (t *Town) collect(ctx context.Context, area string) error {
	for _, class := range []string{"102", "105"} {
		b := t.bank(area, class)
		file, data, err := t.office.SendBatch(ctx, t.as(access.Finance, area), class)
		if err := ignore(err, "collection.nothing_to_send"); err != nil {
			return err
		}
		if err == nil && len(data) > 0 {
			t.Count["batches"]++
			t.on(t.clock.Today()+1, func(ctx context.Context) error { return t.answer(ctx, b, file, data) })
		}
		if err := t.statement(ctx, b); err != nil {
			return err
		}
	}
	return t.desk(ctx, area)
}

// layout is the layout of a bank's files today.
func (t *Town) layout(area, class, direction string) (*law.BankLayout, error) {
	book, err := t.office.Laws.Book(area)
	if err != nil {
		return nil, err
	}
	x, hole := book.Read(0, false).BankLayout(class, direction, t.clock.Today())
	if hole != nil {
		return nil, fmt.Errorf("no layout %s of bank %s", direction, class)
	}
	return x, nil
}

// answer is the bank's: it debits what it can and says what it could not.
func (t *Town) answer(ctx context.Context, b *bank, file collection.File, data []byte) error {
	out, err := t.layout(b.area, b.class, "out")
	if err != nil {
		return err
	}
	asked, err := collection.ParseFile(out, data)
	if err != nil {
		return err
	}
	back := &collection.Content{Bank: b.class, On: t.clock.Today(), Batch: asked.Batch}
	for _, l := range asked.Lines {
		l.On, l.Result = back.On, "ok"
		if t.chance(40) || t.broke(l.Account) {
			l.Result, l.Reason = "failed", "insufficient_funds"
		}
		back.Lines = append(back.Lines, l)
		back.Total += l.Amount
	}
	result, err := t.layout(b.area, b.class, "result")
	if err != nil {
		return err
	}
	reply, err := collection.RenderFile(result, back)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("result-%s-%s", b.class, back.On)
	if t.chance(20) { // cut short on the way: nothing is taken
		if _, err := t.office.TakeResults(ctx, t.as(access.Finance, b.area), office.FileInput{Bank: b.class, Name: name, Data: bytes.Clone(reply[:len(reply)*2/3])}); err == nil {
			return fmt.Errorf("a result cut short was taken")
		}
		t.Count["cut_short"]++
	}
	taken, err := t.office.TakeResults(ctx, t.as(access.Finance, b.area), office.FileInput{Bank: b.class, Name: name, Data: reply})
	if err != nil {
		return err
	}
	t.Count["debited"] += taken.Paid
	t.Count["debit_failed"] += taken.Failed
	if t.chance(50) { // the same file again
		again, err := t.office.TakeResults(ctx, t.as(access.Finance, b.area), office.FileInput{Bank: b.class, Name: name, Data: reply})
		if err != nil || !again.Duplicate {
			return fmt.Errorf("a result taken twice: %w", err)
		}
		t.Count["file_twice"]++
	}
	return nil
}

// broke reports whether an account is empty: that of the first firm of each
// area with a mandate, in the last months, so that a town always ends with a
// debit that failed.
func (t *Town) broke(account string) bool {
	seen := map[string]bool{}
	for _, f := range t.firms {
		if f.mandate && !seen[f.area] {
			seen[f.area] = true
			if f.account == account {
				return t.clock.Today() > t.last-90
			}
		}
	}
	return false
}

// statement hands over what was credited since the last one.
func (t *Town) statement(ctx context.Context, b *bank) error {
	if len(b.credits) == 0 {
		return nil
	}
	x, err := t.layout(b.area, b.class, "statement")
	if err != nil {
		return err
	}
	c := &collection.Content{Bank: b.class, On: t.clock.Today(), Lines: b.credits}
	for _, l := range b.credits {
		c.Total += l.Amount
	}
	b.credits = nil
	data, err := collection.RenderFile(x, c)
	if err != nil {
		return err
	}
	taken, err := t.office.TakeStatement(ctx, t.as(access.Finance, b.area), office.FileInput{Bank: b.class, Name: fmt.Sprintf("statement-%s-%s", b.class, c.On), Data: data})
	t.Count["transferred"] += taken.Paid
	t.Count["unclaimed"] += taken.Unclaimed
	return err
}

// desk looks after money that no order claims. What has a proposed order, or one
// that the payer names when asked, is claimed for it; what was paid twice goes
// back after another pair of eyes.
func (t *Town) desk(ctx context.Context, area string) error {
	items, err := t.office.SuspenseItems(ctx, t.as(access.Finance, area), "open", books.Page{Limit: 200})
	if err != nil {
		return err
	}
	for _, s := range items {
		age := t.clock.Today() - s.OpenedOn
		if age < 10 {
			continue
		}
		order := s.ProposedOrder
		for _, class := range []string{"102", "105"} {
			if o := t.bank(area, class).strays[s.Amount]; order == "" && o != "" {
				order = o
				delete(t.bank(area, class).strays, s.Amount)
			}
		}
		switch {
		case order != "":
			err = t.claim(ctx, area, s.Suspense, order)
		case age >= 40:
			err = t.giveBack(ctx, area, s.Suspense)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *Town) claim(ctx context.Context, area string, s collection.Suspense, order string) error {
	_, err := t.office.ClaimSuspense(ctx, t.as(access.Finance, area), office.ClaimInput{Item: s.ID, Parts: []collection.Part{{Order: order, Amount: s.Amount}}, Reason: "the payer was asked"})
	if err == nil {
		t.Count["claimed"]++
	}
	return ignore(err, "collection.") // paid meanwhile: it goes back later
}

func (t *Town) giveBack(ctx context.Context, area string, s collection.Suspense) error {
	c, err := t.office.RequestRefund(ctx, t.as(access.Finance, area), collection.RefundCase{Kind: collection.OfSuspense, Payment: s.ID, EmployerFen: s.Amount, Reason: "paid twice"})
	if err != nil {
		return ignore(err, "collection.")
	}
	if _, err := t.office.DecideRefund(ctx, t.as(access.Reviewer, area), office.RefundDecision{Refund: c.ID, Approve: true, Reason: "bank statement seen"}); err != nil {
		return err
	}
	t.Count["given_back"]++
	_, err = t.office.PayRefund(ctx, t.as(access.Finance, area), office.RefundPaid{Refund: c.ID, Bank: "102", On: t.clock.Today()})
	return err
}
