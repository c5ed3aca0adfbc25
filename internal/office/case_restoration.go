package office

import (
	"context"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// What restoration (续保) reads and does.
var (
	restorationFacts = map[string]caseFact{
		"this_month": func(_ context.Context, s *caseStep) (any, error) { return s.tx.Today().Month().String(), nil },
		"employed":   isEmployed,
		"insured_before": func(ctx context.Context, s *caseStep) (any, error) {
			b, err := s.readBreak(ctx)
			return b.paid > 0, err
		},
		"resumed_paid": func(ctx context.Context, s *caseStep) (any, error) {
			b, err := s.readBreak(ctx)
			return b.resumed != 0, err
		},
		"wait_known": waitKnown,
		"wait_limit": waitLimit,
	}
	restorationEffects = map[string]caseEffect{
		"measure_break":   measureBreak,
		"renew_insurance": renewInsurance,
		"date_cover":      dateCover,
		"undo_renewal":    undoRenewal,
	}
)

// renewed are the insurances of a restoration.
func (s *caseStep) renewed() []insurance.Scheme {
	switch s.fact("scheme") {
	case "pension":
		return []insurance.Scheme{insurance.Pension}
	case "medical":
		return []insurance.Scheme{insurance.Medical}
	}
	return []insurance.Scheme{insurance.Pension, insurance.Medical}
}

func (s *caseStep) renewsMedical() bool { return slices.Contains(s.renewed(), insurance.Medical) }

func (s *caseStep) renewedPayer() insurance.Payer {
	if s.fact("way") == "individual" {
		return insurance.Flexible
	}
	return insurance.Employee
}

// interruption is a break in what a person paid for.
type interruption struct {
	paid    int            // months before, each counted once
	last    calendar.Month // that was paid before the break
	months  int            // of the break
	madeUp  bool           // each of them is paid by now
	resumed calendar.Date  // on which the first month after it was paid in full, in every insurance
}

// readBreak finds the break before the month from which a restoration goes on.
func (s *caseStep) readBreak(ctx context.Context) (b interruption, err error) {
	from, err := calendar.ParseMonth(s.fact("from"))
	if err != nil {
		return b, nil // not given yet
	}
	g, err := s.grid(ctx)
	if err != nil {
		return b, err
	}
	schemes := s.renewed()
	lead := schemes[len(schemes)-1] // the medical insurance, if it is among them
	paid, again := map[calendar.Month]record.Category{}, map[insurance.Scheme]calendar.Date{}
	if g != nil {
		for i := range g.Cells {
			c := &g.Cells[i]
			if c.Category != record.Normal && c.Category != record.Backpay {
				continue
			}
			if c.Scheme == lead && c.Month < from {
				paid[c.Month] = c.Category
			}
			if slices.Contains(schemes, c.Scheme) && c.Month == from {
				again[c.Scheme] = c.PaidOn
			}
		}
	}
	b.count(paid, from, s.fact("last_covered"))
	for _, x := range schemes {
		if again[x] == 0 {
			return b, nil
		}
		b.resumed = max(b.resumed, again[x])
	}
	return b, nil
}

// count finds the last month before the break. Once it was measured it stays:
// months that are made up later close the break and do not move it.
func (b *interruption) count(paid map[calendar.Month]record.Category, from calendar.Month, measured string) {
	for m := range paid {
		b.last = max(b.last, m)
	}
	if d, err := calendar.ParseDate(measured); err == nil {
		b.last = d.Month()
	}
	b.paid = len(paid)
	if b.last == 0 {
		return
	}
	b.months = int(from - b.last - 1)
	b.madeUp = b.months > 0
	for m := b.last + 1; m < from; m++ {
		b.madeUp = b.madeUp && paid[m] != ""
	}
}

// gapRule is the area's rule for the break; nil without a break.
func (s *caseStep) gapRule(months int) *law.MedicalGapRule {
	if months <= 0 {
		return nil
	}
	return s.law.MedicalGap(s.renewedPayer(), months, s.tx.Today())
}

// measureBreak keeps how long the break is, on which side of the three-month
// line, and the months that stay.
func measureBreak(ctx context.Context, s *caseStep) error {
	b, err := s.readBreak(ctx)
	if err != nil {
		return err
	}
	s.e.Data["last_covered"], s.e.Data["gap_months"] = b.last.Last().String(), strconv.Itoa(max(0, b.months))
	s.e.Data["months_before"] = strconv.Itoa(b.paid)
	switch r := s.gapRule(b.months); {
	case b.months <= 0:
		s.e.Data["line"] = "none"
	case !s.renewsMedical(): // the line is that of the medical insurance
	case r != nil && r.Retroactive != "yes" && r.Retroactive != "within_order":
		s.e.Data["line"] = "beyond"
	case r != nil:
		s.e.Data["line"] = "within"
	}
	return nil
}

func waitKnown(ctx context.Context, s *caseStep) (any, error) {
	b, err := s.readBreak(ctx)
	if err != nil || b.months <= 0 {
		return true, err
	}
	r := s.gapRule(b.months)
	return r != nil && r.WaitMonths != nil, nil
}

func waitLimit(ctx context.Context, s *caseStep) (any, error) {
	b, err := s.readBreak(ctx)
	if r := s.gapRule(b.months); r != nil && r.WaitAtMost > 0 {
		return int64(r.WaitAtMost), err
	}
	return nil, err
}

// isEmployed reports whether an employer has reported the person as of today.
func isEmployed(ctx context.Context, s *caseStep) (any, error) {
	same, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := s.tx.EmploymentsOf(ctx, same, s.tx.Today())
	return slices.ContainsFunc(jobs, func(e registry.Employment) bool {
		return e.From <= s.tx.Today() && (e.To == 0 || e.To >= s.tx.Today())
	}), err
}

// renewInsurance enrols an individual from the month on and bills that month;
// what an employer reported stands already.
func renewInsurance(ctx context.Context, s *caseStep) error {
	if s.fact("way") != "individual" {
		return nil
	}
	from, err := calendar.ParseMonth(s.fact("from"))
	if err != nil {
		return err
	}
	base, err := s.chosenBase()
	if err != nil {
		return err
	}
	for _, x := range s.renewed() {
		in := registry.NewEnrolment{Person: s.c.Person, Payer: insurance.Flexible, Scheme: x, Population: "flexible", Base: base, From: from, Reason: "restoration " + s.c.ID}
		n, err := registry.Enrol(ctx, s.tx, in)
		if err != nil {
			return err
		}
		if err := Audited(ctx, s.tx, "enrolment.write", "person", n.Person, in.Reason, nil, n); err != nil {
			return err
		}
	}
	return s.billMonth(ctx, s.c.Person, from)
}

// billMonth bills a month to a record that is enrolled, of a person who pays alone;
// one that was billed already is settled to what is due now.
func (s *caseStep) billMonth(ctx context.Context, person string, m calendar.Month) error {
	b, err := declaration.ChargePerson(ctx, s.tx, s.o.Pricer(), person, m)
	if err == nil && b.Charged == 0 {
		return s.settleMonth(ctx, person, m)
	}
	return s.billedMonth(ctx, b, err)
}

// settleMonth settles a month that was billed to what is due now.
func (s *caseStep) settleMonth(ctx context.Context, person string, m calendar.Month) error {
	b, err := declaration.SettlePerson(ctx, s.tx, s.o.Pricer(), person, m)
	return s.billedMonth(ctx, b, err)
}

func (s *caseStep) billedMonth(ctx context.Context, b declaration.Bill, err error) error {
	if err != nil || b.Charged == 0 {
		return err
	}
	return Audited(ctx, s.tx, "settlement.run", "person", b.Declaration.Person, "", nil, b.Declaration)
}

// undoRenewal ends what the case enrolled, before it is paid, and takes its bill
// back.
func undoRenewal(ctx context.Context, s *caseStep) error {
	return s.undoEnrolled(ctx, "restoration "+s.c.ID, func(x registry.Enrolment) bool { return x.To != 0 })
}

// dateCover says from when it is paid again, and from which day medical cover
// runs, if it is renewed: full months are counted from the month of payment
// (R-MED-04).
func dateCover(ctx context.Context, s *caseStep) error {
	b, err := s.readBreak(ctx)
	if err != nil {
		return err
	}
	wait := 0
	r := s.gapRule(b.months)
	switch told := s.fact("wait_told"); {
	case !s.renewsMedical() || b.months <= 0:
	case r != nil && r.WaitMonths != nil:
		wait = *r.WaitMonths
	case told != "":
		if wait, err = strconv.Atoi(told); err != nil {
			return err
		}
	default:
		return fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": "wait", "state": "waiting"})
	}
	from, err := calendar.ParseMonth(s.fact("from"))
	if err != nil {
		return err
	}
	first := max(b.resumed.Month(), from)
	cover := (first + calendar.Month(wait)).First()
	s.e.Data["resumed_on"], s.e.Data["wait_ends"] = first.First().String(), (cover - 1).String()
	if !s.renewsMedical() {
		return nil
	}
	s.e.Data["cover_from"] = cover.String()
	s.e.Data["break_made_up"] = strconv.FormatBool(b.madeUp && r != nil && r.Retroactive == "yes")
	return nil
}

// chosenBase is the base that the person chose; nil where none was told. A
// tariff that is fixed does not look at it.
func (s *caseStep) chosenBase() (*money.Fen, error) {
	v := s.fact("base")
	if v == "" {
		return nil, nil
	}
	base, err := money.ParseFen(v)
	return &base, err
}
