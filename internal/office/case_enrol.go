package office

import (
	"context"

	"bujiao/internal/registry"
)

// unenrol withdraws what a case enrolled under a reason, but what is to be kept,
// and returns each as it was.
func (s *caseStep) unenrol(ctx context.Context, reason string, keep func(registry.Enrolment) bool) (was []registry.Enrolment, err error) {
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
		was = append(was, x)
	}
	return was, nil
}

// undoEnrolled withdraws what a case enrolled and takes its bills back: that of
// the first month, and those that the monthly run made since.
func (s *caseStep) undoEnrolled(ctx context.Context, reason string, keep func(registry.Enrolment) bool) error {
	was, err := s.unenrol(ctx, reason, keep)
	if err != nil {
		return err
	}
	for _, x := range was {
		if err := s.billMonth(ctx, x.Person, x.From); err != nil {
			return err
		}
		last := s.tx.Today().Month()
		if x.To != 0 {
			last = min(last, x.To)
		}
		for m := x.From + 1; m <= last; m++ {
			if err := s.settleMonth(ctx, x.Person, m); err != nil {
				return err
			}
		}
	}
	return nil
}
