package office_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// TestRetryJob: dead letters and jobs that wait become due at once, with a line
// in the audit; those that run or are done do not.
func TestRetryJob(t *testing.T) {
	db, _ := storetest.New(t, storetest.SQLite)
	o := &office.Office{Store: db, Vault: db.Vault}
	areas := 0
	q := office.Request{Actor: access.Self}
	put := func(change func(tx store.Tx, j *job.Job)) string {
		t.Helper()
		areas++
		q.Area = fmt.Sprintf("11%04d", areas) // with no other job in it
		var id string
		err := db.Update(t.Context(), q.Area, func(tx store.Tx) error {
			if _, err := tx.Enqueue(t.Context(), "x", "", "", tx.At()-1); err != nil {
				return err
			}
			list, err := tx.Claim(t.Context(), "w", 1, time.Minute)
			if err != nil {
				return err
			}
			j := list[0]
			id = j.ID
			change(tx, &j)
			return tx.SaveJob(t.Context(), j)
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	for name, c := range map[string]struct {
		change func(tx store.Tx, j *job.Job)
		key    string
	}{
		"dead":    {func(_ store.Tx, j *job.Job) { j.State, j.LeaseUntil, j.Attempt = job.Dead, 0, 8 }, ""},
		"waits":   {func(tx store.Tx, j *job.Job) { j.LeaseUntil, j.RunAt = 0, tx.At()+1e12 }, ""},
		"runs":    {func(store.Tx, *job.Job) {}, "office.job_not_free"},
		"is done": {func(_ store.Tx, j *job.Job) { j.State, j.LeaseUntil = job.Done, 0 }, "office.job_not_free"},
	} {
		id := put(c.change)
		err := office.RetryJob(t.Context(), o, q, id, "mended")
		var f *fault.Error
		if c.key != "" {
			if !errors.As(err, &f) || f.Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		err = db.View(t.Context(), q.Area, func(tx store.Tx) error {
			ctx := t.Context()
			j, err := tx.Job(ctx, id)
			if j.State != job.Ready || j.Attempt != 0 || j.RunAt > tx.At() {
				t.Errorf("%s: %+v", name, j)
			}
			lines, err1 := tx.AuditOf(ctx, "job", id, books.Page{})
			if len(lines) != 1 || lines[0].Reason != "mended" || lines[0].Action != "job.retry" {
				t.Errorf("%s: lines %+v", name, lines)
			}
			return errors.Join(err, err1)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var f *fault.Error
	if err := office.RetryJob(t.Context(), o, q, "none", "x"); !errors.As(err, &f) || f.Kind != fault.NotFound {
		t.Errorf("no such job: %v", err)
	}
	clerk := office.Request{Actor: access.Actor{ID: "c", Role: access.Clerk, Areas: []string{storetest.Area}}, Area: storetest.Area}
	if _, err := office.Jobs(t.Context(), o, clerk, job.Dead, books.Page{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a clerk lists jobs: %v", err)
	}
}
