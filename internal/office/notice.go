package office

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/notice"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/webhook"
)

// MessageView is a message in words, as the account that asks sees it.
type MessageView struct {
	notice.Message
	notice.Text
	ReadAt     books.Instant     `json:"read_at"`
	Dispatches []notice.Dispatch `json:"dispatches,omitempty"` // to the office: how sending it went
}

// MessageQuery asks for messages.
type MessageQuery struct {
	Unread bool       `json:"unread"`
	Lang   string     `json:"lang"`
	Page   books.Page `json:"page"`
}

// addressees are the keys under which an account finds what it is told: its
// own, its role's, its employer's, and its person's, under whatever record of
// the person that was.
func addressees(ctx context.Context, tx store.Tx, a access.Actor) ([]string, error) {
	out := []string{notice.To{Account: a.ID}.Key()}
	switch a.Role {
	case access.EmployerAgent:
		out = append(out, notice.To{Employer: a.Employer}.Key())
	case access.Insured:
		p, err := tx.Person(ctx, a.Person, registry.When{AsOf: tx.Today()})
		if err != nil {
			return nil, absent(err)
		}
		same, err := tx.SamePersons(ctx, cmp.Or(p.MergedInto, p.ID), tx.Today())
		if err != nil {
			return nil, err
		}
		for _, id := range same {
			out = append(out, notice.To{Person: id}.Key())
		}
	default:
		out = append(out, notice.To{Role: a.Role}.Key())
	}
	return out, nil
}

// MyMessages lists what the one who asks was told, oldest first.
func (o *Office) MyMessages(ctx context.Context, q Request, in MessageQuery) ([]MessageView, error) {
	if err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: q.Actor.ID}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]MessageView, error) {
		to, err := addressees(ctx, tx, q.Actor)
		if err != nil {
			return nil, err
		}
		unread := ""
		if in.Unread {
			unread = q.Actor.ID
		}
		list, err := tx.Messages(ctx, to, unread, in.Page)
		if err != nil {
			return nil, err
		}
		return o.said(ctx, tx, q, list, in.Lang)
	})
}

// said puts messages into words, with when the one who asks read them.
func (o *Office) said(ctx context.Context, tx store.Tx, q Request, list []notice.Message, lang string) ([]MessageView, error) {
	seen, err := tx.ReadBy(ctx, q.Actor.ID, personsOf(list, func(m notice.Message) string { return m.ID }))
	if err != nil {
		return nil, err
	}
	out := make([]MessageView, len(list))
	for i, m := range list {
		out[i] = MessageView{Message: m, Text: m.Say(o.words, lang)}
		if at := slices.IndexFunc(seen, func(r notice.Read) bool { return r.Message == m.ID }); at >= 0 {
			out[i].ReadAt = seen[at].At
		}
	}
	return out, nil
}

// ReadMessage notes that the one who asks has read a message. Once is enough;
// who else it was told to still has it as news.
func (o *Office) ReadMessage(ctx context.Context, q Request, id string) error {
	if err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: q.Actor.ID}); err != nil {
		return err
	}
	_, err := Do(ctx, o, q, "message.read", id, func(tx store.Tx) (string, error) {
		to, err := addressees(ctx, tx, q.Actor)
		if err != nil {
			return "", err
		}
		m, err := tx.Message(ctx, id)
		if err != nil {
			return "", absent(err)
		}
		if !slices.Contains(to, m.To) {
			return "", fault.New(fault.NotFound, "access.not_yours", nil)
		}
		return id, notice.MarkRead(ctx, tx, q.Actor.ID, id)
	})
	if books.Taken(err, "message_read") {
		return nil // read twice at one moment
	}
	return err
}

// CaseMessages lists who was told what about a case, and how sending it went.
func (o *Office) CaseMessages(ctx context.Context, q Request, caseID string, in MessageQuery) ([]MessageView, error) {
	if err := access.Check(q.Actor, "message.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]MessageView, error) {
		list, err := tx.MessagesOfCase(ctx, caseID, in.Page)
		if err != nil {
			return nil, err
		}
		out, err := o.said(ctx, tx, q, list, in.Lang)
		if err != nil {
			return nil, err
		}
		sent, err := tx.DispatchesOf(ctx, personsOf(list, func(m notice.Message) string { return m.ID }))
		for i := range out {
			for _, d := range sent {
				if d.Message == out[i].ID {
					out[i].Dispatches = append(out[i].Dispatches, d)
				}
			}
		}
		return out, err
	})
}

// Unsent lists what was tried and did not arrive: it is tried again, or the
// other side refused it and a person looks at the address.
func (o *Office) Unsent(ctx context.Context, q Request, p books.Page) ([]notice.Dispatch, error) {
	if err := access.Check(q.Actor, "message.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]notice.Dispatch, error) { return tx.Unsent(ctx, p) })
}

// SendAgain asks for a dispatch that did not arrive to be sent once more, to
// the address of now.
func (o *Office) SendAgain(ctx context.Context, q Request, id string) error {
	if err := access.Check(q.Actor, "message.send", access.Scope{Area: q.Area}); err != nil {
		return err
	}
	_, err := Do(ctx, o, q, "message.send", id, func(tx store.Tx) (string, error) {
		d, err := tx.Dispatch(ctx, id)
		if err != nil {
			return "", notFound(err, "notice.no_dispatch")
		}
		if d.State == webhook.Taken {
			return "", fault.New(fault.Conflict, "notice.sent_already", nil)
		}
		d.State, d.At = webhook.Waiting, tx.At()
		if err := tx.SaveDispatch(ctx, d); err != nil {
			return "", err
		}
		if err := notice.Send(ctx, tx, d); err != nil {
			return "", err
		}
		return id, Audited(ctx, tx, "message.send", "dispatch", id, "", nil, nil)
	})
	return err
}

// SendNotice sends a dispatch once; it is the handler of jobs of kind
// notice.Job. An error asks for another attempt; one of kind Invalid is for a
// person. No transaction is open while the other side is waited for.
func (o *Office) SendNotice(ctx context.Context, area, id string) error {
	var d notice.Dispatch
	var letter notice.Letter
	there := false
	err := o.Store.View(ctx, area, func(tx store.Tx) (err error) {
		if d, err = tx.Dispatch(ctx, id); err != nil || d.State != webhook.Waiting {
			return err
		}
		m, err := tx.Message(ctx, d.Message)
		if err != nil {
			return err
		}
		_, owner, _ := strings.Cut(m.To, "/")
		list, err := tx.Contacts(ctx, owner)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(c notice.Contact) bool { return c.Channel == d.Channel })
		if there = at >= 0; !there {
			return nil
		}
		address, err := tx.OpenBoxes(ctx, list[at].Address)
		if err != nil {
			return err
		}
		letter = notice.Letter{ID: d.ID, Address: address[0], Lang: list[at].Lang, Text: m.Letter(o.words, list[at].Lang, o.URL)}
		return nil
	})
	if err != nil || d.State != webhook.Waiting {
		return err
	}
	d.Attempt++
	var got notice.Outcome
	switch carrier := o.Carriers[d.Channel]; {
	case !there:
		d.State = webhook.Dropped // the address was taken back
	case carrier == nil:
		got = notice.Outcome{Code: "channel_off"}
	default:
		if got = carrier.Carry(ctx, letter); got.Code == "" {
			d.State = webhook.Taken
		}
	}
	if d.Error = got.Code; got.Final {
		d.State = notice.Refused
	}
	err = o.Store.Update(ctx, area, func(tx store.Tx) error {
		d := d
		d.At = tx.At()
		return tx.SaveDispatch(ctx, d)
	})
	said := fault.Args{"channel": string(d.Channel), "error": got.Code}
	switch {
	case err != nil || got.Code == "":
		return err
	case got.Final:
		return fault.New(fault.Invalid, "notice.refused", said)
	}
	return fault.New(fault.Unavailable, "notice.not_taken", said)
}

// ContactInput leaves an address, or takes it back where it is empty. Without a
// person or employer it is that of who asks.
type ContactInput struct {
	Person   string         `json:"person,omitempty"`
	Employer string         `json:"employer,omitempty"`
	Channel  notice.Channel `json:"channel"`
	Address  string         `json:"address"`
	Lang     string         `json:"lang,omitempty"` // zh (default) or en
}

// ContactView is an address, masked.
type ContactView struct {
	notice.Contact
	Address string `json:"address"`
}

// MyContacts lists where the one who asks is told.
func (o *Office) MyContacts(ctx context.Context, q Request) ([]ContactView, error) {
	if err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: q.Actor.ID}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]ContactView, error) {
		to, err := o.owner(ctx, tx, notice.To{Person: q.Actor.Person, Employer: q.Actor.Employer}, q)
		if err != nil {
			return nil, err
		}
		return contacts(ctx, tx, to)
	})
}

// SetMyContact leaves or takes back an address of the one who asks.
func (o *Office) SetMyContact(ctx context.Context, q Request, in ContactInput) (ContactView, error) {
	if err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: q.Actor.ID}); err != nil {
		return ContactView{}, err
	}
	in.Person, in.Employer = q.Actor.Person, q.Actor.Employer
	return o.setContact(ctx, q, in)
}

// Contacts lists where a person or an employer is told.
func (o *Office) Contacts(ctx context.Context, q Request, of notice.To) ([]ContactView, error) {
	if err := access.Check(q.Actor, "contact.write", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "contact.read", func(tx store.Tx) ([]ContactView, []string, error) {
		to, err := o.owner(ctx, tx, of, q)
		if err != nil {
			return nil, nil, err
		}
		list, err := contacts(ctx, tx, to)
		return list, []string{to.Person}, err
	})
}

// SetContact leaves or takes back an address of a person or an employer, on
// their word at the counter.
func (o *Office) SetContact(ctx context.Context, q Request, in ContactInput) (ContactView, error) {
	if err := access.Check(q.Actor, "contact.write", access.Scope{Area: q.Area}); err != nil {
		return ContactView{}, err
	}
	if (in.Person == "") == (in.Employer == "") {
		return ContactView{}, fault.New(fault.Invalid, "notice.whose", nil)
	}
	return o.setContact(ctx, q, in)
}

// owner finds whose address it is; of several records of a person it is that of
// the one they were joined into.
func (o *Office) owner(ctx context.Context, tx store.Tx, to notice.To, q Request) (notice.To, error) {
	switch {
	case to.Person != "":
		f, err := o.findPerson(ctx, tx, PersonQuery{Person: to.Person}, registry.When{AsOf: tx.Today()})
		return notice.To{Person: f.root}, absent(err)
	case to.Employer != "":
		_, err := tx.Employer(ctx, to.Employer, registry.When{AsOf: tx.Today()})
		return to, absent(err)
	}
	return notice.To{Account: q.Actor.ID}, nil
}

func contacts(ctx context.Context, tx store.Tx, of notice.To) ([]ContactView, error) {
	list, err := tx.Contacts(ctx, of.Owner())
	if err != nil {
		return nil, err
	}
	boxes := personsOf(list, func(c notice.Contact) string { return c.Address })
	plain, err := tx.OpenBoxes(ctx, boxes...)
	if err != nil {
		return nil, err
	}
	out := make([]ContactView, len(list))
	for i, c := range list {
		out[i] = ContactView{c, notice.Mask(plain[i])}
	}
	return out, nil
}

func (o *Office) setContact(ctx context.Context, q Request, in ContactInput) (ContactView, error) {
	address := ""
	if in.Address != "" {
		var err error
		if address, err = notice.CheckAddress(in.Channel, in.Address); err != nil {
			return ContactView{}, err
		}
		if o.Carriers[in.Channel] == nil {
			return ContactView{}, fault.New(fault.Conflict, "notice.channel_off", fault.Args{"channel": string(in.Channel)})
		}
	}
	if in.Lang = cmp.Or(in.Lang, "zh"); in.Lang != "zh" && in.Lang != "en" {
		return ContactView{}, fault.New(fault.Invalid, "notice.bad_lang", nil)
	}
	in.Address = address
	c, err := Do(ctx, o, q, "contact.set", in, func(tx store.Tx) (notice.Contact, error) {
		to, err := o.owner(ctx, tx, notice.To{Person: in.Person, Employer: in.Employer}, q)
		if err != nil {
			return notice.Contact{}, err
		}
		kind, id, _ := strings.Cut(to.Key(), "/")
		c := notice.Contact{Owner: id, Channel: in.Channel, Kind: kind, Lang: in.Lang, ChangedBy: q.Actor.ID, ChangedAt: tx.At()}
		if err := replaceContact(ctx, tx, &c, address); err != nil {
			return c, err
		}
		return c, Audited(ctx, tx, "contact.write", kind, id, "", nil, map[string]any{"channel": c.Channel, "lang": c.Lang, "removed": address == ""})
	})
	return ContactView{c, notice.Mask(address)}, err
}

// replaceContact puts an address in the place of the one that was there; its
// box goes with it.
func replaceContact(ctx context.Context, tx store.Tx, c *notice.Contact, address string) error {
	list, err := tx.Contacts(ctx, c.Owner)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(x notice.Contact) bool { return x.Channel == c.Channel })
	if c.Address, err = tx.PutBox(ctx, "contact", c.Owner, string(c.Channel), address); err != nil {
		return err
	}
	switch {
	case at < 0 && address == "":
		return nil
	case at < 0:
		tx.AddContact(ctx, *c)
		return nil
	}
	if err := tx.DropBox(ctx, list[at].Address); err != nil {
		return err
	}
	if address == "" {
		return tx.RemoveContact(ctx, list[at])
	}
	c.Stored = list[at].Stored
	return tx.SaveContact(ctx, *c)
}
