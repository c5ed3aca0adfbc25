package collection

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// matching is one run over the new lines of a statement.
type matching struct {
	s       Exchange
	hash    AccountHash
	bank    string
	lines   []BankLine
	d       *docket
	batches map[string][]Payment // by batch: debits that have not arrived
	pays    []Receiving
	arrive  []Event
	open    map[string]money.Fen // what the orders still ask for, after this run
	loose   []loose              // money that no order claims
}

type loose struct {
	line   BankLine
	amount money.Fen
	reason string
	orders []string // that may be meant
}

// newMatching locks all orders that the lines may pay: those that they name,
// those of batches that they name, and the open ones that ask for as much.
func newMatching(ctx context.Context, s Exchange, hash AccountHash, bank string, lines []BankLine) (*matching, error) {
	m := &matching{s: s, hash: hash, bank: bank, lines: slices.Clone(lines), batches: map[string][]Payment{}, open: map[string]money.Fen{}}
	slices.SortFunc(m.lines, func(a, b BankLine) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.ID, b.ID)) })
	amounts := map[money.Fen]bool{}
	named := map[string]bool{}
	for _, l := range m.lines {
		amounts[l.Amount], named[l.Reference] = true, true
	}
	open, err := s.OpenOrders(ctx)
	if err != nil {
		return nil, err
	}
	var want []string
	for _, o := range open {
		want = append(want, o.ID)
	}
	files, err := s.FilesByID(ctx, refsOf(lines)...)
	if err != nil {
		return nil, err
	}
	batch := map[string]string{} // order to batch
	for _, f := range files {
		if f.Direction != law.FileOut || f.Bank != bank {
			continue
		}
		sent, err := s.FileLines(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		m.batches[f.ID] = nil
		for _, l := range sent {
			batch[l.Reference] = f.ID
			want = append(want, l.Reference)
		}
	}
	all, err := load(ctx, s, append(want, refsOf(lines)...)...)
	if err != nil {
		return nil, err
	}
	var touch []string
	for id := range all.orders {
		if st := all.standing(id); named[id] || batch[id] != "" || (amounts[st.Open] && st.Open > 0) {
			touch = append(touch, id)
		}
	}
	if m.d, err = lock(ctx, s, touch...); err != nil {
		return nil, err
	}
	for id := range m.d.orders {
		st := m.d.standing(id)
		m.open[id] = st.Open
		if st.AtBank != "" || st.State == "cancelled" {
			m.open[id] = 0
		}
	}
	return m, nil
}

func refsOf(lines []BankLine) []string {
	var out []string
	for _, l := range lines {
		if l.Reference != "" {
			out = append(out, l.Reference)
		}
	}
	return out
}

// run decides of every line, first of those that name something, then of the
// others, since a name goes before a likeness.
func (m *matching) run(ctx context.Context) error {
	var nameless []BankLine
	for _, l := range m.lines {
		_, isBatch := m.batches[l.Reference]
		o, isOrder := m.d.orders[l.Reference]
		switch {
		case isBatch:
			m.batchArrived(l)
		case isOrder:
			m.named(l, o)
		default:
			nameless = append(nameless, l)
		}
	}
	return m.alike(ctx, nameless)
}

// named decides of a line that names an order.
func (m *matching) named(l BankLine, o Order) {
	for _, p := range m.d.payments[o.ID] {
		if p.Source != "transfer" && p.Amount == l.Amount && !m.arrived(p) {
			m.arrive = append(m.arrive, m.arrival(p, l))
			return
		}
	}
	st := m.d.standing(o.ID)
	open := m.open[o.ID]
	switch {
	case st.AtBank != "":
		m.loose = append(m.loose, loose{l, l.Amount, "order_at_bank", []string{o.ID}})
	case st.State == "cancelled":
		m.loose = append(m.loose, loose{l, l.Amount, "order_cancelled", []string{o.ID}})
	case open <= 0:
		m.loose = append(m.loose, loose{l, l.Amount, "order_paid", []string{o.ID}})
	default:
		m.pay(l, o.ID, min(l.Amount, open), "by_reference")
		if l.Amount > open {
			m.loose = append(m.loose, loose{l, l.Amount - open, "more_than_open", []string{o.ID}})
		}
	}
}

func (m *matching) pay(l BankLine, order string, amount money.Fen, how string) {
	m.open[order] -= amount
	m.pays = append(m.pays, Receiving{Order: order, Source: "transfer", Amount: amount, PaidOn: l.On, ArrivedOn: l.On, BankLine: l.ID, Key: "line:" + l.ID, How: how, Bank: m.bank})
}

// arrived reports whether a payment is on the office's account, by the books or
// by this run.
func (m *matching) arrived(p Payment) bool {
	return m.d.arrived(p) || slices.ContainsFunc(m.arrive, func(e Event) bool { return e.Payment == p.ID })
}

func (m *matching) arrival(p Payment, l BankLine) Event {
	return Event{ID: m.s.NewID(), Order: p.Order, Kind: Arrived, On: l.On, Amount: p.Amount, BankLine: l.ID, Payment: p.ID}
}

// batchArrived decides of a line that names a batch: it brings what its debits
// paid, in one sum.
func (m *matching) batchArrived(l BankLine) {
	var total money.Fen
	var list []Payment
	for _, id := range slices.Sorted(maps.Keys(m.d.orders)) {
		for _, p := range m.d.payments[id] {
			if p.Source == "debit" && strings.HasPrefix(p.Key, "debit:"+l.Reference+":") && !m.arrived(p) {
				total += p.Amount
				list = append(list, p)
			}
		}
	}
	if total != l.Amount {
		m.loose = append(m.loose, loose{l, l.Amount, "batch_differs", nil})
		return
	}
	for _, p := range list {
		m.arrive = append(m.arrive, m.arrival(p, l))
	}
}

// alike decides of lines that name nothing we know: the payer's account and the
// amount must fit one open order only, and no other line may fit it too.
func (m *matching) alike(ctx context.Context, lines []BankLine) error {
	fits, err := m.fitting(ctx)
	if err != nil {
		return err
	}
	count := map[likeness]int{}
	for _, l := range lines {
		count[likeness{l.AccountHash, l.Amount}]++
	}
	for _, l := range lines {
		key := likeness{l.AccountHash, l.Amount}
		orders := fits[key]
		switch {
		case l.AccountHash != "" && len(orders) == 1 && count[key] == 1:
			m.pay(l, orders[0], l.Amount, "by_account_and_amount")
		case l.AccountHash != "" && len(orders) > 0:
			m.loose = append(m.loose, loose{l, l.Amount, "tie", orders})
		case l.Reference != "":
			m.loose = append(m.loose, loose{l, l.Amount, "unknown_reference", nil})
		default:
			m.loose = append(m.loose, loose{l, l.Amount, "nothing_fits", nil})
		}
	}
	return nil
}

type likeness struct {
	account string
	amount  money.Fen
}

// fitting lists the orders that are still open by account and amount.
func (m *matching) fitting(ctx context.Context) (map[likeness][]string, error) {
	var open, boxes []string
	for _, id := range slices.Sorted(maps.Keys(m.d.orders)) {
		if o := m.d.orders[id]; m.open[id] > 0 && o.Account != "" {
			open, boxes = append(open, id), append(boxes, o.Account)
		}
	}
	accounts, err := m.s.OpenBoxes(ctx, boxes...)
	if err != nil {
		return nil, err
	}
	out := map[likeness][]string{}
	for i, id := range open {
		key := likeness{m.hash(accounts[i]), m.open[id]}
		out[key] = append(out[key], id)
	}
	return out, nil
}

// book writes what was decided.
func (m *matching) book(ctx context.Context, s Exchange, desk Desk, r *law.Reader, t *Taken) error {
	for _, e := range m.arrive {
		if err := s.AddOrderEvent(ctx, e); err != nil {
			return err
		}
	}
	if _, err := m.d.receive(ctx, s, r, m.pays); err != nil {
		return err
	}
	var entries []ledger.Entry
	for _, x := range m.loose {
		e, err := suspend(ctx, s, desk, m.bank, x)
		if err != nil {
			return err
		}
		entries = append(entries, e)
		order := ""
		if len(x.orders) == 1 {
			order = x.orders[0]
		}
		t.Notes = append(t.Notes, Note{x.line.Seq, x.reason, order})
	}
	slices.SortFunc(t.Notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	t.Paid, t.Arrived, t.Unclaimed = len(m.pays), len(m.arrive), len(m.loose)
	_, err := ledger.PostAll(ctx, s, entries)
	return err
}
