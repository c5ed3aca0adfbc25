package office_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/webhook"
)

// TestWebhooks follows an event from an operation to its receiver: signed,
// sent again while it is refused, dropped when the receiver is gone.
func TestWebhooks(t *testing.T) {
	o, clock := desk(t)
	o.Hooks = webhook.NewSender(clock.Now, true)
	admin := access.Actor{ID: "admin", Role: access.Administrator, Areas: []string{storetest.Area}}
	answer := http.StatusServiceUnavailable
	var secret string
	got := 0
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seconds, err := strconv.ParseInt(r.Header.Get(webhook.HeaderTimestamp), 10, 64)
		if err != nil || r.Header.Get(webhook.HeaderSignature) != webhook.Sign(secret, time.Unix(seconds, 0), string(body)) {
			t.Errorf("signature %q does not hold", r.Header.Get(webhook.HeaderSignature))
		}
		got++
		w.WriteHeader(answer)
	}))
	defer hs.Close()
	q := as(admin)
	q.Key = "k"
	in := office.WebhookInput{URL: hs.URL, Topics: []string{"job.retry"}}
	_, _, err := o.AddWebhook(t.Context(), q, in)
	check(t, "a topic that there is not", err, "hook.unknown_topic")
	in.Topics = []string{"account.write"}
	w, first, err := o.AddWebhook(t.Context(), q, in)
	if err != nil {
		t.Fatal(err)
	}
	_, again, err := o.AddWebhook(t.Context(), q, in)
	if err != nil || again != first || first == "" {
		t.Fatalf("asked again: another secret (%v)", err)
	}
	secret = first
	if _, err := o.OpenAccount(t.Context(), as(admin), office.AccountInput{Kind: access.Cert, Login: "k", Role: access.EmployerAgent, Employer: "e", Areas: []string{storetest.Area}}); err != nil {
		t.Fatal(err)
	}
	deliver := func() error {
		sent, err := o.Deliveries(t.Context(), as(admin), w.ID, books.Page{})
		if err != nil || len(sent) != 1 {
			t.Fatalf("%d deliveries: %v", len(sent), err)
		}
		return o.Deliver(t.Context(), storetest.Area, sent[0].ID)
	}
	if err := deliver(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("refused, and yet %v", err)
	}
	answer = http.StatusNoContent
	if err := deliver(); err != nil || got != 2 {
		t.Errorf("second attempt: %v, received %d times", err, got)
	}
	if err := deliver(); err != nil || got != 2 {
		t.Errorf("taken already, and sent again: %v, %d times", err, got)
	}
	storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		jobs, err := tx.Jobs(ctx, job.Ready, books.Page{})
		if len(jobs) != 1 || jobs[0].Kind != webhook.Job {
			t.Errorf("jobs %+v", jobs)
		}
		return err
	})
	clerk := access.Actor{ID: "c", Role: access.Clerk, Areas: []string{storetest.Area}}
	_, err = o.Webhooks(t.Context(), as(clerk), books.Page{})
	check(t, "a clerk looks", err, "access.forbidden")
}
