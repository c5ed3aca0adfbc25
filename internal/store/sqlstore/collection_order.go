package sqlstore

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
)

func readOrder(v vals) collection.Order {
	return collection.Order{ID: v.str(1), Notice: v.str(2), Employer: v.str(3), Person: v.str(4), Month: v.month(5), Channel: v.str(6), Bank: v.str(7),
		Account: v.str(8), DueOn: v.date(9), EmployerFen: v.fen(10), PersonFen: v.fen(11), LateFee: v.fen(12), CreatedOn: v.date(13), At: v.instant(14)}
}

// AddOrder writes an order with what it is for.
func (t *Tx) AddOrder(ctx context.Context, o collection.Order, items []collection.Item) error {
	t.insert(ctx, tabPayOrder, t.area, o.ID, o.Notice, o.Employer, o.Person, monthText(o.Month), o.Channel, o.Bank, o.Account, dateText(o.DueOn),
		int64(o.EmployerFen), int64(o.PersonFen), int64(o.LateFee), dateText(o.CreatedOn), int64(t.At()))
	t.insert(ctx, tabOpenOrder, t.area, o.ID)
	for _, i := range items {
		t.insert(ctx, tabOrderCharge, t.area, o.ID, i.Charge, int64(i.EmployerFen), int64(i.PersonFen), int64(i.LateFee))
	}
	return t.fault
}

// Order reads one.
func (t *Tx) Order(ctx context.Context, id string) (collection.Order, error) {
	return get(ctx, t, readOrder, "SELECT "+tabPayOrder.names+" FROM pay_order WHERE area = ? AND id = ?", t.area, id)
}

// OrdersOf lists the orders of a payer.
func (t *Tx) OrdersOf(ctx context.Context, employer, person string, m calendar.Month) ([]collection.Order, error) {
	where, args := "employer = ? AND person = ''", []any{t.area, employer}
	if employer == "" {
		where, args = "person = ? AND employer = ''", []any{t.area, person}
	}
	if m != 0 {
		where, args = where+" AND month = ?", append(args, monthText(m))
	}
	return list(ctx, t, readOrder, "SELECT "+tabPayOrder.names+" FROM pay_order WHERE area = ? AND "+where+" ORDER BY id", args...)
}

// OrdersOfNotice lists the orders that were made for a notice.
func (t *Tx) OrdersOfNotice(ctx context.Context, notice string) ([]collection.Order, error) {
	return list(ctx, t, readOrder, "SELECT "+tabPayOrder.names+" FROM pay_order WHERE area = ? AND notice = ? ORDER BY id", t.area, notice)
}

// OrdersByID reads many.
func (t *Tx) OrdersByID(ctx context.Context, ids ...string) ([]collection.Order, error) {
	return listIn(ctx, t, readOrder, "SELECT "+tabPayOrder.names+" FROM pay_order WHERE area = ? AND id IN (?) ORDER BY id", []any{t.area}, ids)
}

// LockOrders locks orders.
func (t *Tx) LockOrders(ctx context.Context, ids ...string) error {
	_, err := listIn(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT id FROM pay_order WHERE area = ? AND id IN (?) ORDER BY id"+t.db.Dialect.ForUpdate(false), []any{t.area}, ids)
	return err
}

// LockCharges locks charges.
func (t *Tx) LockCharges(ctx context.Context, ids ...string) error {
	_, err := listIn(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT id FROM charge WHERE area = ? AND id IN (?) ORDER BY id"+t.db.Dialect.ForUpdate(false), []any{t.area}, ids)
	return err
}

func readItem(v vals) collection.Item {
	return collection.Item{Order: v.str(1), Charge: v.str(2), EmployerFen: v.fen(3), PersonFen: v.fen(4), LateFee: v.fen(5)}
}

// OrderItems lists what orders are for.
func (t *Tx) OrderItems(ctx context.Context, orders ...string) ([]collection.Item, error) {
	return listIn(ctx, t, readItem, "SELECT "+tabOrderCharge.names+" FROM order_charge WHERE area = ? AND pay_order IN (?) ORDER BY pay_order, charge", []any{t.area}, orders)
}

// ItemsOfCharges lists the items of orders that ask for charges.
func (t *Tx) ItemsOfCharges(ctx context.Context, charges ...string) ([]collection.Item, error) {
	return listIn(ctx, t, readItem, "SELECT "+tabOrderCharge.names+" FROM order_charge WHERE area = ? AND charge IN (?) ORDER BY charge, pay_order", []any{t.area}, charges)
}

// ChargesOfOrders lists the charges that orders ask for.
func (t *Tx) ChargesOfOrders(ctx context.Context, orders ...string) ([]declaration.Charge, error) {
	return listIn(ctx, t, readCharge, "SELECT "+tabCharge.names+
		" FROM charge WHERE area = ? AND id IN (SELECT charge FROM order_charge WHERE area = ? AND pay_order IN (?)) ORDER BY id", []any{t.area, t.area}, orders)
}

// AddOrderEvent writes what happened.
func (t *Tx) AddOrderEvent(ctx context.Context, e collection.Event) error {
	t.insert(ctx, tabOrderEvent, t.area, e.Order, e.ID, e.Kind, dateText(e.On), int64(e.Amount), e.Reason, e.File, e.BankLine, e.Payment, int64(t.At()), t.actor.ID)
	return t.fault
}

// OrderEvents lists what happened to orders.
func (t *Tx) OrderEvents(ctx context.Context, orders ...string) ([]collection.Event, error) {
	return listIn(ctx, t, func(v vals) collection.Event {
		return collection.Event{Order: v.str(1), ID: v.str(2), Kind: v.str(3), On: v.date(4), Amount: v.fen(5), Reason: v.str(6), File: v.str(7),
			BankLine: v.str(8), Payment: v.str(9), At: v.instant(10), Actor: v.str(11)}
	}, "SELECT "+tabOrderEvent.names+" FROM order_event WHERE area = ? AND pay_order IN (?) ORDER BY pay_order, at, id", []any{t.area}, orders)
}

func readPayment(v vals) collection.Payment {
	return collection.Payment{ID: v.str(1), Order: v.str(2), Source: v.str(3), BankLine: v.str(4), Amount: v.fen(5), PaidOn: v.date(6), ArrivedOn: v.date(7),
		Reason: v.str(8), Key: v.str(9), At: v.instant(10), Actor: v.str(11)}
}

// AddPayment writes money received.
func (t *Tx) AddPayment(ctx context.Context, p collection.Payment) error {
	t.insert(ctx, tabPayment, t.area, p.ID, p.Order, p.Source, p.BankLine, int64(p.Amount), dateText(p.PaidOn), dateText(p.ArrivedOn), p.Reason, p.Key,
		int64(t.At()), t.actor.ID)
	return t.fault
}

// Payment reads one.
func (t *Tx) Payment(ctx context.Context, id string) (collection.Payment, error) {
	return get(ctx, t, readPayment, "SELECT "+tabPayment.names+" FROM payment WHERE area = ? AND id = ?", t.area, id)
}

// PaymentByKey finds one.
func (t *Tx) PaymentByKey(ctx context.Context, key string) (collection.Payment, error) {
	return get(ctx, t, readPayment, "SELECT "+tabPayment.names+" FROM payment WHERE area = ? AND key = ?", t.area, key)
}

// PaymentsOf lists the payments of orders.
func (t *Tx) PaymentsOf(ctx context.Context, orders ...string) ([]collection.Payment, error) {
	return listIn(ctx, t, readPayment, "SELECT "+tabPayment.names+" FROM payment WHERE area = ? AND pay_order IN (?) ORDER BY pay_order, at, id", []any{t.area}, orders)
}
