package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/worker"
)

// OfficeDateAnswer is the office date, and what was played to get there.
type OfficeDateAnswer struct {
	Date calendar.Date `json:"date"`
	Wall calendar.Date `json:"wall"` // the day on the wall
	Days int           `json:"days_played"`
	Jobs int           `json:"jobs_run"`
}

func newOfficeDate(a *app) *cobra.Command {
	return a.bookCommand("office-date", a.officeDate, flag{name: "set"}, flag{name: "advance"})
}

// officeDate shows the office date, or plays it on day by day.
func (a *app) officeDate(ctx context.Context, x *args, d *desk) error {
	x.apart("set", "advance")
	to, days := x.date("set"), x.number("advance", 1, 36600)
	if x.err != nil {
		return x.err
	}
	out := OfficeDateAnswer{Wall: a.today()}
	if days > 0 {
		to = d.Clock.Today() + calendar.Date(days)
	}
	var err error
	if to != 0 {
		err = d.worker(slog.New(slog.DiscardHandler), nil).Play(ctx, to, func(_ calendar.Date, ran worker.Ran) { out.Days++; out.Jobs += ran.Jobs })
	}
	if err != nil {
		return err
	}
	out.Date = d.Clock.Today()
	return a.show(out, func(p *page) {
		p.say("cli.office-date.is", fault.Args{"date": out.Date.String(), "wall": out.Wall.String()})
		if out.Days > 0 {
			p.say("cli.office-date.played", fault.Args{"days": strconv.Itoa(out.Days), "jobs": strconv.Itoa(out.Jobs)})
		}
	})
}

// worker makes a worker with the handlers and ticks of the office.
func (d *desk) worker(log *slog.Logger, m *worker.Metrics) *worker.Worker {
	var id [4]byte
	_, _ = rand.Read(id[:]) // never fails since Go 1.24
	return worker.New(worker.Config{Office: d.Office, Clock: d.Clock, Name: hex.EncodeToString(id[:]), Handlers: d.handlers(), Ticks: ticks(), Log: log, Metrics: m})
}
