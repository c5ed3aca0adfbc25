package office

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/notice"
	"bujiao/internal/store"
)

// What the back-payment by an employer and its parts do in the books.
var makeupEffects = map[string]caseEffect{
	"judge_makeup":   judgeMakeup,
	"keep_makeup":    keepMakeup,
	"open_parts":     openParts,
	"withdraw_parts": withdrawParts,
	"cancel_orders":  cancelOrders,
	"undo_bills":     undoBills,
	"say_reasons":    sayReasons,
	"bill_makeup":    billMakeup,
	"tell_makeup":    tellMakeup,
}

// judgeMakeup states the months anew with verdict, way and price.
func judgeMakeup(ctx context.Context, s *caseStep) error {
	r, err := s.rule(ctx)
	if err != nil {
		return err
	}
	s.months, s.anew = r.months, true
	return nil
}

// keepMakeup leaves the months as they were accepted: the file was only compared
// with them.
func keepMakeup(_ context.Context, s *caseStep) error {
	s.anew = false
	return nil
}

// openParts opens a part for each way of the months that may be made up.
func openParts(ctx context.Context, s *caseStep) error {
	t, err := CaseKindOf("makeup_part")
	if err != nil {
		return err
	}
	by := map[string][]casework.Month{}
	for _, m := range s.months {
		if m.Verdict != "refused" {
			by[s.stageOf(m)] = append(by[s.stageOf(m)], m)
		}
	}
	for _, stage := range stages {
		if len(by[stage]) == 0 {
			continue
		}
		c := casework.Case{ID: s.tx.NewID(), Kind: t.Kind, Employer: s.c.Employer, Parent: s.c.ID, OpenedOn: s.applied()}
		if _, err := s.o.openIn(ctx, s.tx, s.q, t, c, casework.Input{Event: "open_" + stage}, by[stage]); err != nil {
			return err
		}
	}
	return nil
}

// withdrawParts withdraws the parts that are still under way.
func withdrawParts(ctx context.Context, s *caseStep) error {
	parts, err := s.parts(ctx)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.ClosedOn != 0 {
			continue
		}
		if _, err := s.o.moveIn(ctx, s.tx, s.q.plain(), p.ID, casework.Input{Event: "withdraw", Reason: s.in.Reason}, nil); err != nil {
			return err
		}
	}
	return nil
}

// plain is a request without what the asker said of the version it saw.
func (q Request) plain() Request {
	return Request{Actor: q.Actor, Area: q.Area, Purpose: q.Purpose}
}

// sayReasons writes down why months may not be made up, and what is open
// instead; the papers of a refusal are made of it.
func sayReasons(ctx context.Context, s *caseStep) error {
	r, err := s.rule(ctx)
	if err != nil {
		return err
	}
	if text := lines(r.reasons); text != "" {
		s.e.Data["reasons"] = text
	}
	var instead []string
	for _, n := range s.law.NormsFor(law.InsteadOfMakeUp, s.payer(), s.tx.Today()) {
		instead = append(instead, n.Text.In("zh")+"（"+n.Cite()+"）")
	}
	if text := lines(instead); text != "" {
		s.e.Data["alternatives"] = text
	}
	return nil
}

// maxLines bounds what is kept of reasons in a case, in bytes.
const maxLines = 1900

// lines joins sentences, one a line, as many as there is room for.
func lines(list []string) string {
	var b strings.Builder
	for _, x := range list {
		if b.Len()+len(x)+1 > maxLines {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(x)
	}
	return b.String()
}

// billMakeup bills the months of the finished parts together, at the prices of
// the day, and makes the payment orders, also of what was billed for the months
// before and never ordered.
func billMakeup(ctx context.Context, s *caseStep) error {
	months, err := s.finishedMonths(ctx, true)
	if err != nil {
		return err
	}
	billed, err := arrears.BillMonths(ctx, s.tx, s.o.Laws, arrears.BillInput{Employer: s.c.Employer, Channel: "case", Reason: "case:" + s.c.ID}, monthsOf(months), s.o.Words)
	if err != nil {
		return err
	}
	var notices []string
	bills := strings.Fields(s.c.Facts["bills"])
	for _, b := range billed.Bills {
		bills, notices = append(bills, b.Declaration.ID), append(notices, b.Notice)
	}
	before, err := s.noticesBefore(ctx, months, notices)
	if err != nil {
		return err
	}
	if err := s.order(ctx, append(notices, before...)); err != nil {
		return err
	}
	if len(bills) > 0 {
		s.e.Data["bills"] = strings.Join(bills, " ")
	}
	return s.asBilled(ctx, months)
}

// asBilled states what was billed for months, to the fen: what the papers say is
// what the ledger has.
func (s *caseStep) asBilled(ctx context.Context, months []casework.Month) error {
	v, err := s.view(ctx)
	if err != nil {
		return err
	}
	charges, err := s.chargesOf(ctx, v.persons)
	if err != nil {
		return err
	}
	type sums struct{ employer, own, fee money.Fen }
	billed := map[arrears.Month]sums{}
	for _, m := range months {
		billed[keyOf(m)] = sums{}
	}
	v.billed = map[arrears.Month]bool{}
	for k := range billed {
		v.billed[k] = true
	}
	for _, c := range charges {
		k := arrears.Month{Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth}
		if x, ok := billed[k]; ok && c.Employer == s.c.Employer {
			billed[k] = sums{x.employer + c.EmployerFen, x.own + c.PersonFen, x.fee + c.LateFee}
		}
	}
	s.months, s.anew = slices.Clone(s.months), true
	for i := range s.months {
		if x, ok := billed[keyOf(s.months[i])]; ok {
			s.months[i].Employer, s.months[i].Own, s.months[i].LateFee = &x.employer, &x.own, &x.fee
		}
	}
	return nil
}

// noticesBefore finds the notices that asked for the months before this bill.
func (s *caseStep) noticesBefore(ctx context.Context, months []casework.Month, but []string) (out []string, err error) {
	mine := map[arrears.Month]bool{}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		mine[keyOf(m)] = true
	}
	charges, err := s.chargesOf(ctx, v.persons)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range but {
		seen[id] = true
	}
	filed := map[string]calendar.Month{} // declaration -> month of its notice
	for _, c := range charges {
		if c.Employer == s.c.Employer && mine[arrears.Month{Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth}] {
			d, err := s.tx.Declaration(ctx, c.Declaration)
			if err != nil {
				return nil, err
			}
			filed[d.ID] = d.Month
		}
	}
	posted := slices.Sorted(maps.Values(filed))
	for _, m := range slices.Compact(posted) {
		list, err := s.tx.NoticesOf(ctx, s.c.Employer, "", m)
		if err != nil {
			return nil, err
		}
		for _, n := range list {
			if _, ok := filed[n.Declaration]; ok && !seen[n.ID] {
				seen[n.ID], out = true, append(out, n.ID)
			}
		}
	}
	return out, nil
}

// order makes payment orders of notices; one that has its order already, or asks
// for nothing more, needs none.
func (s *caseStep) order(ctx context.Context, notices []string) error {
	channel := s.e.Data["channel"]
	if channel == "" {
		channel = collection.Counter
	}
	ids := strings.Fields(s.c.Facts["orders"])
	var total money.Fen
	for _, n := range notices {
		way, err := wayOf(ctx, s.tx, s.debtor(), OrderInput{Notice: n, Channel: channel})
		if err != nil {
			return err
		}
		o, err := collection.CreateOrder(ctx, s.tx, n, way)
		var f *fault.Error
		if errors.As(err, &f) && (f.Key == "collection.order_exists" || f.Key == "collection.nothing_to_pay") {
			continue
		}
		if err != nil {
			return err
		}
		if total, err = total.Add(o.Total()); err != nil {
			return err
		}
		ids = append(ids, o.ID)
	}
	s.e.Data["total"] = total.String()
	if len(ids) > 0 {
		s.e.Data["orders"] = strings.Join(ids, " ")
	}
	return nil
}

// cancelOrders cancels the payment orders of the case. What was billed to an
// employer stands: it is owed, whether its application goes on or not. An order
// that is at the bank or paid in part refuses it.
func cancelOrders(ctx context.Context, s *caseStep) error {
	reason := "case:" + s.c.ID
	for _, id := range strings.Fields(s.fact("orders")) {
		if err := collection.CancelOrder(ctx, s.tx, id, reason); err != nil {
			return err
		}
		if err := Audited(ctx, s.tx, "order.cancel", "order", id, reason, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// undoBills takes back what was billed and not paid of insurance that nobody has
// to have.
func undoBills(ctx context.Context, s *caseStep) error {
	if err := cancelOrders(ctx, s); err != nil {
		return err
	}
	for _, id := range strings.Fields(s.fact("bills")) {
		charges, err := s.tx.ChargesIn(ctx, id)
		if err != nil {
			return err
		}
		for _, c := range charges {
			if _, err := declaration.GiveBack(ctx, s.tx, c, c.EmployerFen, c.PersonFen, c.LateFee, "case:"+s.c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellMakeup tells each person of the months that were made up (SIL 60).
func tellMakeup(ctx context.Context, s *caseStep) error {
	months, err := s.finishedMonths(ctx, false)
	if err != nil {
		return err
	}
	if err := s.asBilled(ctx, months); err != nil {
		return err
	}
	return tellMadeUp(ctx, s.tx, months, s.c.ID)
}

func tellMadeUp(ctx context.Context, tx store.Tx, months []casework.Month, caseID string) error {
	type span struct{ from, to calendar.Month }
	spans := map[string]span{}
	var persons []string
	for _, m := range months {
		x, ok := spans[m.Person]
		if !ok {
			x, persons = span{m.FeeMonth, m.FeeMonth}, append(persons, m.Person)
		}
		spans[m.Person] = span{min(x.from, m.FeeMonth), max(x.to, m.FeeMonth)}
	}
	for _, p := range persons {
		args := map[string]string{"from": spans[p].from.String(), "to": spans[p].to.String()}
		if err := notice.Tell(ctx, tx, notice.To{Person: p}, "case.made_up", args, caseID); err != nil {
			return err
		}
	}
	return nil
}
