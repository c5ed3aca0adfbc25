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
	"bujiao/internal/receipt"
	"bujiao/internal/worker"
)

// OfficeDateAnswer is the office date, and what was played to get there.
type OfficeDateAnswer struct {
	Date   calendar.Date `json:"date"`
	Wall   calendar.Date `json:"wall"` // the day on the wall
	Days   int           `json:"days_played"`
	Jobs   int           `json:"jobs_run"`
	Failed int           `json:"jobs_failed"`
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
		var w *worker.Worker
		if w, err = d.worker(slog.New(slog.DiscardHandler), nil); err == nil {
			err = w.Play(ctx, to, func(_ calendar.Date, ran worker.Ran) { out.Days++; out.Jobs += ran.Jobs; out.Failed += ran.Failed })
		}
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
		if out.Failed > 0 {
			p.say("cli.office-date.failed", fault.Args{"n": strconv.Itoa(out.Failed)})
		}
	})
}

// worker makes a worker that does what the office does by itself. Two workers
// never have one name.
func (d *desk) worker(log *slog.Logger, m *worker.Metrics) (*worker.Worker, error) {
	var id [4]byte
	_, _ = rand.Read(id[:]) // never fails since Go 1.24
	key, err := receipt.NewKeyStore(d.Home).SigningKey()
	if err != nil {
		return nil, keyFault(err)
	}
	return worker.New(worker.Config{Office: d.Office, Clock: d.Clock, Name: hex.EncodeToString(id[:]), Handlers: worker.Handlers(key), Ticks: worker.Ticks(), Log: log, Metrics: m}), nil
}
