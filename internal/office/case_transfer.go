package office

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// What a transfer between areas (关系转移接续) reads and does.
var (
	transferFacts = map[string]caseFact{
		"this_area": func(_ context.Context, s *caseStep) (any, error) { return s.tx.Area(), nil },
		"lump_line": func(context.Context, *caseStep) (any, error) { return int64(record.LumpMonths), nil },
		"paid_here": func(ctx context.Context, s *caseStep) (any, error) {
			h, err := s.paidHere(ctx)
			return int64(len(h.months)), err
		},
		"lump_here": func(ctx context.Context, s *caseStep) (any, error) {
			h, err := s.paidHere(ctx)
			return int64(h.lump), err
		},
		"lump_paid_here": func(ctx context.Context, s *caseStep) (any, error) {
			h, err := s.paidHere(ctx)
			if err != nil || h.lumpOn == 0 {
				return nil, err
			}
			return h.lumpOn.String(), nil
		},
		"stated_months": func(_ context.Context, s *caseStep) (any, error) { return int64(len(s.months)), nil },
		"stray_months": func(_ context.Context, s *caseStep) (any, error) {
			n := int64(0)
			for _, m := range s.months {
				if m.Scheme != s.moving() || m.FeeMonth >= s.tx.Today().Month() {
					n++
				}
			}
			return n, nil
		},
		"account_arrived": accountArrived,
		"others_in": others(func(s *caseStep, x casework.Case) bool {
			return x.Counts["apply_in"] > 0 && x.Facts["other_area"] == s.fact("other_area")
		}),
		"others_out":  others(func(_ *caseStep, x casework.Case) bool { return x.Counts["apply_out"] > 0 }),
		"letter_from": letterFrom,
		"outside":     func(ctx context.Context, s *caseStep) (any, error) { return s.outside(ctx, s.fact("other_area")) },
		"gap_open_months": func(ctx context.Context, s *caseStep) (any, error) {
			open, _, err := s.gapPaid(ctx)
			return open, err
		},
	}
	transferEffects = map[string]caseEffect{
		"join_months":  joinMonths,
		"bill_gap":     billGap,
		"cover_gap":    coverGap,
		"settle_gap":   func(_ context.Context, s *caseStep) error { s.e.Data["gap_settled"] = "true"; return nil },
		"drop_gap":     dropGap,
		"state_record": stateRecord,
		"move_account": moveAccount,
		"book_account": bookAccount,
	}
	transferPapers = map[string]sheetField{
		"from_office": func(_ context.Context, s *caseStep) (any, error) { return s.fact("other_office"), nil },
		"answer_days": func(_ context.Context, s *caseStep) (any, error) {
			if d, _ := s.law.Duty("transfer_relation", "", s.tx.Today()); d != nil {
				return d.Days, nil
			}
			return nil, nil
		},
		"lump_months": func(ctx context.Context, s *caseStep) (any, error) {
			h, err := s.paidHere(ctx)
			if err != nil || h.lump < record.LumpMonths {
				return nil, err
			}
			return h.lump, nil
		},
	}
)

// moving is the insurance that is transferred.
func (s *caseStep) moving() insurance.Scheme {
	if s.fact("scheme") == "medical" {
		return insurance.Medical
	}
	return insurance.Pension
}

// letterFrom is the first day that a letter may bear: the office writes to the other area when it was asked to, and again
// after it wrote before.
func letterFrom(_ context.Context, s *caseStep) (any, error) {
	from := s.openedOn()
	if last, err := calendar.ParseDate(s.c.Facts["letter_on"]); err == nil {
		from = max(from, last)
	}
	return from.String(), nil
}

// paidHere is what of the insurance these books hold as paid.
type paidHere struct {
	months  map[calendar.Month]*record.Cell // but those that went to another area
	insured []calendar.Month                // in which somebody owes it here, paid or not
	lump    int                             // months that were paid at once, three years and more
	lumpOn  calendar.Date                   // the first day on which that happened
}

func (s *caseStep) paidHere(ctx context.Context) (paidHere, error) {
	h := paidHere{months: map[calendar.Month]*record.Cell{}}
	g, err := s.grid(ctx)
	if err != nil || g == nil {
		return h, err
	}
	gone, err := s.gone(ctx)
	if err != nil {
		return h, err
	}
	cells := g.Cells
	for i := range cells {
		c := &cells[i]
		if gone[monthKey{c.Scheme, c.Month}] {
			continue
		}
		if c.Scheme == s.moving() && c.Category != record.Exempt {
			h.insured = append(h.insured, c.Month)
		}
		if c.Scheme != s.moving() || (c.Category != record.Normal && c.Category != record.Backpay) || c.Month > s.tx.Today().Month() {
			continue
		}
		h.months[c.Month] = c
		if c.Kind == record.KindLumpSum {
			h.lump++
			if h.lumpOn == 0 || c.PaidOn < h.lumpOn {
				h.lumpOn = c.PaidOn
			}
		}
	}
	return h, nil
}

// gone are the months that went with earlier transfers: they count where they
// went, and here only if they come back.
func (s *caseStep) gone(ctx context.Context) (map[monthKey]bool, error) {
	list, err := s.casesOf(ctx, casework.Filter{Kind: "transfer", State: "gone"})
	if err != nil {
		return nil, err
	}
	out := map[monthKey]bool{}
	for _, c := range list {
		months, err := s.tx.CaseMonths(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range months {
			out[monthKey{m.Scheme, m.FeeMonth}] = true
		}
	}
	return out, nil
}

// joinMonths counts the months of both areas, each once (R-BACKPAY-13), and
// measures the break in medical cover between them (R-MED-02).
func joinMonths(ctx context.Context, s *caseStep) error {
	h, err := s.paidHere(ctx)
	if err != nil {
		return err
	}
	var last calendar.Month
	var twice []string
	there := map[calendar.Month]bool{}
	for _, m := range s.months {
		there[m.FeeMonth], last = true, max(last, m.FeeMonth)
	}
	for _, m := range slices.Sorted(maps.Keys(there)) {
		if h.months[m] != nil {
			twice = append(twice, m.String())
		}
	}
	d := s.e.Data
	d["months_there"], d["months_here"], d["duplicates"] = strconv.Itoa(len(there)), strconv.Itoa(len(h.months)), strconv.Itoa(len(twice))
	d["months_together"] = strconv.Itoa(len(there) + len(h.months) - len(twice))
	if len(twice) > 0 {
		d["duplicate_list"] = strings.Join(twice, "、")
	}
	first := s.tx.Today().Month() // that is insured here again
	for _, m := range h.insured {
		if m > last {
			first = min(first, m)
		}
	}
	d["line"], d["gap_settled"] = "none", "true"
	gap := int(first - last - 1)
	if s.moving() != insurance.Medical || gap <= 0 {
		return nil
	}
	d["line"], d["gap_months"], d["gap_from"], d["gap_to"] = "beyond", strconv.Itoa(gap), (last + 1).String(), (first - 1).String()
	d["last_covered"] = last.Last().String()
	if r := s.law.MedicalGap(insurance.Employee, gap, s.tx.Today()); r != nil && r.Retroactive == "yes" {
		d["line"], d["gap_settled"] = "within", "false"
	}
	return nil
}

// gap are the months of the break.
func (s *caseStep) gap() (out []calendar.Month, err error) {
	from, err := calendar.ParseMonth(s.fact("gap_from"))
	if err != nil {
		return nil, err
	}
	to, err := calendar.ParseMonth(s.fact("gap_to"))
	for m := from; m <= to; m++ {
		out = append(out, m)
	}
	return out, err
}

func (s *caseStep) gapReason() string { return "case:" + s.c.ID + ":gap" }

// billGap insures the person for each month of the break, who pays alone, and
// bills it.
func billGap(ctx context.Context, s *caseStep) error {
	months, err := s.gap()
	if err != nil {
		return err
	}
	base, err := s.chosenBase()
	if err != nil {
		return err
	}
	for _, m := range months {
		n, err := registry.Enrol(ctx, s.tx, registry.NewEnrolment{Person: s.c.Person, Payer: insurance.Flexible, Scheme: insurance.Medical, Population: "flexible",
			Base: base, From: m, To: m, Reason: s.gapReason()})
		if err != nil {
			return err
		}
		if err := Audited(ctx, s.tx, "enrolment.write", "person", n.Person, n.Reason, nil, n); err != nil {
			return err
		}
		if err := s.billMonth(ctx, n.Person, m); err != nil {
			return err
		}
	}
	return nil
}

// gapPaid counts the months of the break that are not paid, and finds the day on
// which the last of the others was.
func (s *caseStep) gapPaid(ctx context.Context) (open int64, on calendar.Date, err error) {
	months, err := s.gap()
	if err != nil {
		return 0, 0, err
	}
	h, err := s.paidHere(ctx)
	for _, m := range months {
		c := h.months[m]
		if c == nil {
			open++
			continue
		}
		on = max(on, c.PaidOn)
	}
	return open, on, err
}

// coverGap: cover from the month of payment, and for the break too (R-MED-02).
func coverGap(ctx context.Context, s *caseStep) error {
	_, on, err := s.gapPaid(ctx)
	if err != nil {
		return err
	}
	day := on.Month().First().String()
	s.e.Data["resumed_on"], s.e.Data["cover_from"], s.e.Data["break_made_up"] = day, day, "true"
	return nil
}

// dropGap takes back the insurance of the months of the break that are not paid,
// with their bills. A month that is paid stays.
func dropGap(ctx context.Context, s *caseStep) error {
	h, err := s.paidHere(ctx)
	if err != nil {
		return err
	}
	return s.undoEnrolled(ctx, s.gapReason(), func(x registry.Enrolment) bool { return h.months[x.From] != nil })
}

// stateRecord states the months paid here, with what was paid of each.
func stateRecord(ctx context.Context, s *caseStep) error {
	h, err := s.paidHere(ctx)
	if err != nil {
		return err
	}
	s.months, s.anew = nil, true
	for _, m := range slices.Sorted(maps.Keys(h.months)) {
		c, none := h.months[m], money.Fen(0)
		s.months = append(s.months, casework.Month{Person: s.c.Person, Scheme: c.Scheme, FeeMonth: m, Base: c.Base, Employer: &c.EmployerPaid, Own: &c.PersonPaid, LateFee: &none})
	}
	return nil
}
