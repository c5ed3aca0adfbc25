package office

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/registry"
)

// unenrol withdraws what a case enrolled under a reason, but what is to be kept,
// and returns the first month of each.
func (s *caseStep) unenrol(ctx context.Context, reason string, keep func(registry.Enrolment) bool) (months []calendar.Month, err error) {
	same, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.tx.EnrolmentsOf(ctx, same, s.tx.Today())
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		withdrawn := x.To != 0 && x.To < x.From
		if x.Reason != reason || withdrawn || keep(x) {
			continue
		}
		n, err := registry.EndEnrolment(ctx, s.tx, x.ID, x.From-1, x.Reason)
		if err != nil {
			return nil, err
		}
		if err := Audited(ctx, s.tx, "enrolment.write", "person", n.Person, n.Reason, x, n); err != nil {
			return nil, err
		}
		months = append(months, x.From)
	}
	return months, nil
}

// undoEnrolled withdraws what a case enrolled and takes its bills back.
func (s *caseStep) undoEnrolled(ctx context.Context, reason string, keep func(registry.Enrolment) bool) error {
	months, err := s.unenrol(ctx, reason, keep)
	if err != nil {
		return err
	}
	for _, m := range months {
		if err := s.billMonth(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
