package proof

import (
	"context"
	"encoding/json"
	"strconv"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
)

// cases: each stands where its events lead under the procedure it is pinned to.
func (a *area) cases(ctx context.Context) error {
	laws, err := a.procedures(ctx)
	if err != nil {
		return err
	}
	events, err := a.all(ctx, "case_event")
	if err != nil {
		return err
	}
	files, err := a.all(ctx, "casefile")
	if err != nil {
		return err
	}
	for files.row != nil {
		law := laws[files.text("law")]
		if law == nil {
			files.differ(Orphan, "procedure/"+files.text("law"), "")
		}
		c := casework.Case{}
		err := events.of(ctx, "casefile", files.text("id"), func() error {
			e := events.event()
			if law == nil {
				return nil
			}
			if e.Seq != c.Seq+1 || (e.From != c.State) {
				events.differ(Astray, e.From, c.State)
			}
			c = law.Table.Fold(c, e)
			return nil
		})
		if err != nil {
			return err
		}
		if law != nil {
			files.stands(c)
		}
		if err := files.next(ctx); err != nil {
			return err
		}
	}
	return events.orphans(ctx, "casefile")
}

// procedures reads what cases are pinned to.
func (a *area) procedures(ctx context.Context) (map[string]*casework.Procedure, error) {
	out := map[string]*casework.Procedure{}
	w, err := a.all(ctx, "procedure")
	if err != nil {
		return nil, err
	}
	for w.row != nil {
		p, err := casework.ReadProcedure(w.text("content"), w.text("digest"))
		if err == nil {
			out[w.text("digest")] = p
		} else {
			w.differ(Astray, w.text("digest"), "")
		}
		if err := w.next(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// event is the event of a row; what cannot be read in it leads elsewhere and is
// named there.
func (w *walk) event() casework.Event {
	e := casework.Event{Case: w.text("casefile"), Seq: int(w.int("seq")), Name: w.text("name"), From: w.text("from_state"), To: w.text("to_state"),
		On: w.day("on_day"), EndsOn: w.day("ends_on"), Then: w.text("then_event"), Left: int(w.int("days_left")), Actor: w.text("actor"), Role: access.Role(w.text("role"))}
	_ = json.Unmarshal([]byte(w.text("data")), &e.Data) // a row that was changed is named by its MAC
	return e
}

func (w *walk) day(col string) calendar.Date {
	d, err := calendar.ParseDate(w.text(col))
	if err != nil {
		return 0
	}
	return d
}

// stands compares the row of a case with what its events lead to.
func (w *walk) stands(c casework.Case) {
	day := func(d calendar.Date) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	for col, want := range map[string]string{"state": c.State, "back": c.Back, "owner": string(c.Owner), "opened_on": day(c.OpenedOn), "ends_on": day(c.EndsOn),
		"then_event": c.Then, "closed_on": day(c.ClosedOn)} {
		if got := w.text(col); got != want {
			w.differ(Astray, col+" "+got, col+" "+want)
		}
	}
	overdue := int64(0)
	if c.Overdue {
		overdue = 1
	}
	for col, want := range map[string]int64{"days_left": int64(c.Left), "seq": int64(c.Seq), "overdue": overdue} {
		if got := w.int(col); got != want {
			w.differ(Astray, col+" "+strconv.FormatInt(got, 10), col+" "+strconv.FormatInt(want, 10))
		}
	}
}
