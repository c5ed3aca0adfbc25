package office_test

import (
	"context"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/lang"
	"bujiao/internal/notice"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/webhook"
)

// pigeon is a carrier that does as it is told and keeps what it was given.
type pigeon struct {
	out  notice.Outcome
	sent []notice.Letter
}

func (p *pigeon) Carry(_ context.Context, l notice.Letter) notice.Outcome {
	p.sent = append(p.sent, l)
	return p.out
}

func tell(t *testing.T, o *office.Office, to notice.To, topic string, args map[string]string, caseID string) {
	t.Helper()
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error { return notice.Tell(ctx, tx, to, topic, args, caseID) })
}

// TestNotices follows a message to its addressee: in the office, and by a
// carrier that refuses it first, then to the address that was mended.
func TestNotices(t *testing.T) {
	c := newCounter(t)
	o := c.Office
	o.Words = lang.Text
	fly := &pigeon{}
	o.Carriers, o.URL = map[notice.Channel]notice.Carrier{notice.SMS: fly}, "https://office.example"
	p := c.person("11010519491231002X")
	me := access.Actor{ID: "me", Role: access.Insured, Person: p, Areas: []string{storetest.Area}}
	other := access.Actor{ID: "other", Role: access.Insured, Person: c.person(number("110105", "1990-01-01", 1)), Areas: []string{storetest.Area}}

	_, err := o.SetMyContact(t.Context(), as(me), office.ContactInput{Channel: notice.Email, Address: "z@example.org"})
	check(t, "a channel that is off", err, "notice.channel_off")
	_, err = o.SetMyContact(t.Context(), as(me), office.ContactInput{Channel: notice.SMS, Address: "0"})
	check(t, "no number", err, "notice.bad_phone")
	set, err := o.SetContact(t.Context(), c.clerk, office.ContactInput{Person: p, Channel: notice.SMS, Address: "13800138000", Lang: "en"})
	if err != nil || set.Address != "*********00" || set.Owner != p {
		t.Fatalf("%+v %v", set, err)
	}
	_, err = o.SetContact(t.Context(), as(me), office.ContactInput{Person: p, Channel: notice.SMS, Address: "13800138000"})
	check(t, "a person at the clerk's desk", err, "access.forbidden")
	_, err = o.SetContact(t.Context(), c.clerk, office.ContactInput{Channel: notice.SMS, Address: "13800138000"})
	check(t, "whose", err, "notice.whose")

	tell(t, o, notice.To{Person: p}, "payment.notice", map[string]string{"month": "2026-01", "amount": "12.30", "due": "2026-02-15"}, "C-1")
	tell(t, o, notice.To{Role: access.Clerk}, "card.apply", nil, "")

	list, err := o.MyMessages(t.Context(), as(me), office.MessageQuery{Unread: true, Lang: "en"})
	if err != nil || len(list) != 1 || list[0].Title != "Payment notice for 2026-01" || list[0].ReadAt != 0 {
		t.Fatalf("%+v %v", list, err)
	}
	check(t, "another reads it", o.ReadMessage(t.Context(), as(other), list[0].ID), "access.not_yours")
	for range 2 {
		if err := o.ReadMessage(t.Context(), as(me), list[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	news, err := o.MyMessages(t.Context(), as(me), office.MessageQuery{Unread: true})
	all, err2 := o.MyMessages(t.Context(), as(me), office.MessageQuery{})
	if err != nil || err2 != nil || len(news) != 0 || len(all) != 1 || all[0].ReadAt == 0 {
		t.Errorf("%v %v, %v %v", news, err, all, err2)
	}
	desk, err := o.MyMessages(t.Context(), c.clerk, office.MessageQuery{})
	if err != nil || len(desk) != 1 || desk[0].Topic != "card.apply" {
		t.Errorf("the clerk has %+v, %v", desk, err)
	}

	// the job
	jobs := func() []job.Job {
		var out []job.Job
		storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) (err error) {
			out, err = tx.Jobs(ctx, job.Ready, books.Page{})
			return err
		})
		return out
	}
	at := jobs()
	if len(at) != 1 || at[0].Kind != notice.Job {
		t.Fatalf("jobs %+v", at)
	}
	id := at[0].Payload
	send := func() error { return o.SendNotice(t.Context(), storetest.Area, id) }
	fly.out = notice.Outcome{Code: "http_503"}
	if err := send(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("not taken, and yet %v", err)
	}
	fly.out = notice.Outcome{Code: "http_422", Final: true}
	if err := send(); fault.KindOf(err) != fault.Invalid {
		t.Errorf("refused, and yet %v", err)
	}
	if err := send(); err != nil || len(fly.sent) != 2 {
		t.Errorf("refused for good, and tried again: %v, %d times", err, len(fly.sent))
	}
	unsent, err := o.Unsent(t.Context(), c.clerk, books.Page{})
	if err != nil || len(unsent) != 1 || unsent[0].State != notice.Refused || unsent[0].Attempt != 2 || unsent[0].Error != "http_422" {
		t.Fatalf("%+v %v", unsent, err)
	}
	if _, err := o.SetMyContact(t.Context(), as(me), office.ContactInput{Channel: notice.SMS, Address: "13900139001"}); err != nil {
		t.Fatal(err)
	}
	fly.out = notice.Outcome{}
	if err := o.SendAgain(t.Context(), c.clerk, id); err != nil {
		t.Fatal(err)
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	last := fly.sent[len(fly.sent)-1]
	if last.Address != "13900139001" || last.Lang != "zh" || last.Body != "2026-01 的社会保险费共 12.30 元，请在 2026-02-15 前缴纳。\n办件编号：C-1\n登录查看详情：https://office.example" {
		t.Errorf("sent %+v", last)
	}
	check(t, "sent already", o.SendAgain(t.Context(), c.clerk, id), "notice.sent_already")
	of, err := o.CaseMessages(t.Context(), c.clerk, "C-1", office.MessageQuery{})
	if err != nil || len(of) != 1 || len(of[0].Dispatches) != 1 || of[0].Dispatches[0].State != webhook.Taken || of[0].Dispatches[0].Error != "" {
		t.Errorf("of the case %+v, %v", of, err)
	}
	_, err = o.CaseMessages(t.Context(), as(me), "C-1", office.MessageQuery{})
	check(t, "the person looks at how it was sent", err, "access.forbidden")

	// taken back while one is on its way
	tell(t, o, notice.To{Person: p}, "card.ready", nil, "")
	if _, err := o.SetMyContact(t.Context(), as(me), office.ContactInput{Channel: notice.SMS}); err != nil {
		t.Fatal(err)
	}
	mine, err := o.MyContacts(t.Context(), as(me))
	if err != nil || len(mine) != 0 {
		t.Errorf("taken back, and yet %+v %v", mine, err)
	}
	n := len(fly.sent)
	for _, j := range jobs() {
		id = j.Payload
		if err := send(); err != nil {
			t.Error(err)
		}
	}
	if len(fly.sent) != n {
		t.Errorf("sent to an address that was taken back: %+v", fly.sent[n:])
	}
}

// TestNoAddressShows: neither what is kept nor the audit shows an address.
func TestNoAddressShows(t *testing.T) {
	c := newCounter(t)
	c.Office.Carriers = map[notice.Channel]notice.Carrier{notice.Email: &pigeon{}}
	q := c.clerk
	q.Key = "k"
	p := c.person("11010519491231002X")
	for range 2 { // asked again it is the same
		if _, err := c.Office.SetContact(t.Context(), q, office.ContactInput{Person: p, Channel: notice.Email, Address: "zhang@example.org"}); err != nil {
			t.Fatal(err)
		}
	}
	storetest.View(t, c.Office.Store, func(ctx context.Context, tx store.Tx) error {
		kept, err := tx.Kept(ctx, "k")
		lines, err2 := tx.AuditOf(ctx, "person", p, books.Page{})
		text := kept.Result
		for _, l := range lines {
			text += l.After + l.Before + l.Reason
		}
		if err != nil || err2 != nil || strings.Contains(text, "example.org") {
			t.Errorf("%v %v %s", err, err2, text)
		}
		return nil
	})
}
