package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/lang"
	"bujiao/internal/office"
)

func newJobs(a *app) *cobra.Command {
	cmd := a.bookCommand("jobs", a.jobs, flag{name: "area"}, flag{name: "state", def: string(job.Dead)}, flag{name: "retry"}, flag{name: "reason"})
	return cmd
}

// AreaJob is a job with its area.
type AreaJob struct {
	Area string `json:"area"`
	job.Job
}

// jobs lists jobs, those that failed for good first of all, or tries one again.
func (a *app) jobs(ctx context.Context, x *args, d *desk) error {
	state := job.State(x.choice("state", string(job.Ready), string(job.Done), string(job.Dead)))
	if x.given("retry") {
		x.need("area", "reason")
	}
	if x.err != nil {
		return x.err
	}
	q := office.Request{Actor: access.Self, Area: x.text("area")}
	if x.given("retry") {
		if err := office.RetryJob(ctx, d.Office, q, x.text("retry"), x.text("reason")); err != nil {
			return err
		}
		state = job.Ready
	}
	areas := []string{q.Area}
	if q.Area == "" {
		var err error
		if areas, err = d.DB.Areas(ctx); err != nil {
			return err
		}
	}
	list := []AreaJob{}
	for _, area := range areas {
		q.Area = area
		jobs, err := office.Jobs(ctx, d.Office, q, state, books.Page{Limit: 1000})
		if err != nil {
			return err
		}
		for _, j := range jobs {
			list = append(list, AreaJob{area, j})
		}
	}
	return a.show(list, func(p *page) { p.jobs(list, state) })
}

func (p *page) jobs(list []AreaJob, s job.State) {
	if len(list) == 0 {
		p.say("cli.jobs.none", fault.Args{"state": p.a.text("cli.jobs.state."+string(s), nil)})
		return
	}
	var rows [][]string
	for _, j := range list {
		why := j.Error
		if lang.Has(why) {
			why = p.a.text(why, nil)
		}
		rows = append(rows, []string{j.Area, j.ID, j.Kind, j.Key, strconv.Itoa(j.Attempt), j.RunAt.String(), why})
	}
	var head []string
	for _, c := range []string{"area", "id", "kind", "key", "attempts", "run_at", "why"} {
		head = append(head, p.a.text("cli.jobs.head."+c, nil))
	}
	p.table("llllrll", head, rows)
}
