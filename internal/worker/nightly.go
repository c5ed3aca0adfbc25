package worker

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/notice"
	"bujiao/internal/office"
	"bujiao/internal/webhook"
)

// The kinds of ticks.
const (
	sealBooks     = "books.seal"      // puts what was booked until the day begins under its root
	windClocks    = "clocks.wind"     // gives an end to terms whose working days have become known
	windCases     = "cases.wind"      // the same for terms of cases
	runCases      = "cases.clock"     // what follows when the term of a case is over
	tellOverdue   = "duties.overdue"  // tells employers of terms that ended
	chargePayers  = "payers.charge"   // bills the month to payers without employer, from its first day on
	settleCarried = "months.settle"   // settles months billed by limits carried on, on the first of a month
	closeWindows  = "windows.close"   // sees after months that were not declared, the day after their window
	creditYear    = "interest.credit" // credits the interest of the year that ended, on the first of January
	sweepArrears  = "arrears.sweep"   // opens, adjusts and closes debts
	endVisits     = "visits.end"      // appointments that nobody kept were missed; places that are free are offered
	purgeSessions = "sessions.purge"  // removes logins that are over
)

// Ticks are what every area gets by itself, in the order in which it is done on
// a day.
func Ticks() []Tick {
	return []Tick{
		{Kind: sealBooks},
		{Kind: windClocks},
		{Kind: windCases},
		{Kind: runCases},
		{Kind: tellOverdue},
		{Kind: chargePayers},
		{Kind: closeWindows},
		{Kind: settleCarried, On: func(d calendar.Date) bool { return d == d.Month().First() }},
		{Kind: creditYear, On: func(d calendar.Date) bool { return d == calendar.NewMonth(d.Year(), 1).First() }},
		{Kind: sweepArrears},
		{Kind: endVisits},
		{Kind: purgeSessions},
	}
}

// Handlers says who does the jobs of a kind. Roots are signed with the key.
func Handlers(key ed25519.PrivateKey) map[string]Handler {
	return map[string]Handler{
		sealBooks: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := office.SealDay(ctx, o, t.Request(""), key)
			return err
		},
		windClocks: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.WindClocks(ctx, t.Area)
			return err
		},
		windCases: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.WindCases(ctx, t.Area)
			return err
		},
		runCases: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.RunCaseClocks(ctx, t.Area)
			return err
		},
		tellOverdue: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.TellOverdue(ctx, t.Area)
			return err
		},
		chargePayers: chargeMonth,
		closeWindows: closeMonths,
		settleCarried: func(ctx context.Context, o *office.Office, t Task) error {
			return outcome(o.SettleCarried(ctx, t.Request("")))
		},
		creditYear: creditInterest,
		sweepArrears: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.SweepArrears(ctx, t.Area)
			return err
		},
		endVisits:     func(ctx context.Context, o *office.Office, t Task) error { return o.EndVisits(ctx, t.Area) },
		purgeSessions: purge,
		office.MoveJob: func(ctx context.Context, o *office.Office, t Task) error {
			_, err := o.TakeMove(ctx, t.Payload)
			return err
		},
		notice.Job: func(ctx context.Context, o *office.Office, t Task) error {
			err := o.SendNotice(ctx, t.Area, t.Payload)
			if fault.KindOf(err) == fault.Invalid {
				return ForAPerson(err)
			}
			return err
		},
		office.ScanJob: func(ctx context.Context, o *office.Office, t Task) error { return o.ScanUpload(ctx, t.Area, t.Payload) },
		webhook.Job:    func(ctx context.Context, o *office.Office, t Task) error { return o.Deliver(ctx, t.Area, t.Payload) },
	}
}

func chargeMonth(ctx context.Context, o *office.Office, t Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	run, err := o.ChargePayers(ctx, t.Request(""), day.Month())
	return outcome(run, err)
}

// closeMonths closes the months whose window ended the day before. A window
// serves its own month or the one before.
func closeMonths(ctx context.Context, o *office.Office, t Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	for m := day.Month().Add(-2); m <= day.Month(); m++ {
		w, err := o.Pricer().Window(t.Area, m, day)
		if err != nil {
			return ForAPerson(err)
		}
		if w.Last == 0 || w.Last+1 != day {
			continue
		}
		if err := outcome(o.CloseWindow(ctx, t.Request(""), m)); err != nil {
			return err
		}
	}
	return nil
}

// creditInterest credits what the pension accounts earned in the year before.
// Where its rate is not published yet, a person tries again once it is.
func creditInterest(ctx context.Context, o *office.Office, t Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	_, err = o.CreditInterest(ctx, t.Request(""), office.InterestInput{Scheme: insurance.Pension, Year: day.Year() - 1})
	if fault.KindOf(err) == fault.Missing {
		return ForAPerson(err)
	}
	return err
}

// outcome of a run over an area: where single employers or persons were left
// out, for want of a parameter, trying again helps only when a person has acted.
func outcome(run office.Run, err error) error {
	if err != nil || run.Left == 0 {
		return err
	}
	return ForAPerson(fault.New(fault.Missing, "worker.some_left", fault.Args{"n": strconv.Itoa(run.Left), "asked": strconv.Itoa(run.Asked)}))
}

// purgeAtOnce bounds a transaction.
const purgeAtOnce = 1000

func purge(ctx context.Context, o *office.Office, t Task) error {
	for {
		n, err := o.PurgeSessions(ctx, t.Area, purgeAtOnce)
		if err != nil || n < purgeAtOnce {
			return err
		}
	}
}

// ForAPerson marks an error that no later attempt would mend: the job is a dead
// letter at once.
func ForAPerson(err error) error { return permanent{err} }

type permanent struct{ cause error }

func (p permanent) Error() string { return fmt.Sprintf("for a person: %v", p.cause) }

func (p permanent) Unwrap() error { return p.cause }
