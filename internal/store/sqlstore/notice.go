package sqlstore

import (
	"context"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/notice"
	"bujiao/internal/webhook"
)

func readMessage(v vals) notice.Message {
	return notice.Message{ID: v.str(1), To: v.str(2), Topic: v.str(3), Args: notice.DecodeArgs(v.str(4)), Case: v.str(5), At: v.instant(6)}
}

func readRead(v vals) notice.Read {
	return notice.Read{Message: v.str(1), Account: v.str(2), At: v.instant(3)}
}

func dispatchRow(area string, d notice.Dispatch) []any {
	return []any{area, d.ID, d.Message, string(d.Channel), string(d.State), int64(d.Attempt), d.Error, int64(d.At)}
}

func readDispatch(v vals) notice.Dispatch {
	return notice.Dispatch{ID: v.str(1), Message: v.str(2), Channel: notice.Channel(v.str(3)), State: webhook.Progress(v.str(4)), Attempt: int(v.int(5)), Error: v.str(6),
		At: v.instant(7), Stored: append([]any{}, v...)}
}

func contactRow(area string, c notice.Contact) []any {
	return []any{area, c.Owner, string(c.Channel), c.Kind, c.Address, c.Lang, c.ChangedBy, int64(c.ChangedAt)}
}

func readContact(v vals) notice.Contact {
	return notice.Contact{Owner: v.str(1), Channel: notice.Channel(v.str(2)), Kind: v.str(3), Address: v.str(4), Lang: v.str(5), ChangedBy: v.str(6), ChangedAt: v.instant(7),
		Stored: append([]any{}, v...)}
}

// AddMessage adds a message.
func (t *Tx) AddMessage(ctx context.Context, m notice.Message) {
	t.insert(ctx, tabMessage, t.area, m.ID, m.To, m.Topic, notice.EncodeArgs(m.Args), m.Case, int64(m.At))
}

// Message reads one.
func (t *Tx) Message(ctx context.Context, id string) (notice.Message, error) {
	return get(ctx, t, readMessage, "SELECT "+tabMessage.names+" FROM message WHERE area = ? AND id = ?", t.area, id)
}

// Messages lists what addressees were told. Of each a page is read, so that no
// addressee's is walked whole.
func (t *Tx) Messages(ctx context.Context, to []string, unread string, p books.Page) ([]notice.Message, error) {
	query := "SELECT " + tabMessage.as("m") + " FROM message m WHERE m.area = ? AND m.id > ? AND m.addressee = ?"
	var seen []any
	if unread != "" {
		query += " AND NOT EXISTS (SELECT 1 FROM message_read r WHERE r.area = ? AND r.message = m.id AND r.account = ?)"
		seen = []any{t.area, unread}
	}
	query += " ORDER BY m.id LIMIT ?"
	var out []notice.Message
	for _, a := range to {
		part, err := list(ctx, t, readMessage, query, append(append([]any{t.area, p.After, a}, seen...), int64(p.Size()))...)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	slices.SortFunc(out, func(a, b notice.Message) int { return strings.Compare(a.ID, b.ID) })
	return out[:min(len(out), p.Size())], nil
}

// MessagesOfCase lists what was told about a case.
func (t *Tx) MessagesOfCase(ctx context.Context, id string, p books.Page) ([]notice.Message, error) {
	return list(ctx, t, readMessage, "SELECT "+tabMessage.names+" FROM message WHERE area = ? AND case_id = ? AND case_id > '' AND id > ? ORDER BY id LIMIT ?",
		t.area, id, p.After, int64(p.Size()))
}

// AddRead notes who read a message.
func (t *Tx) AddRead(ctx context.Context, r notice.Read) {
	t.insert(ctx, tabMessageRead, t.area, r.Message, r.Account, int64(r.At))
}

// ReadBy lists what an account has read.
func (t *Tx) ReadBy(ctx context.Context, account string, messages []string) ([]notice.Read, error) {
	return listIn(ctx, t, readRead, "SELECT "+tabMessageRead.names+" FROM message_read WHERE area = ? AND account = ? AND message IN (?) ORDER BY message",
		[]any{t.area, account}, messages)
}

// AddDispatch adds one.
func (t *Tx) AddDispatch(ctx context.Context, d notice.Dispatch) {
	t.insert(ctx, tabDispatch, dispatchRow(t.area, d)...)
}

// SaveDispatch writes one back.
func (t *Tx) SaveDispatch(ctx context.Context, d notice.Dispatch) error {
	return t.update(ctx, tabDispatch, d.Stored, dispatchRow(t.area, d))
}

// Dispatch reads one.
func (t *Tx) Dispatch(ctx context.Context, id string) (notice.Dispatch, error) {
	return get(ctx, t, readDispatch, "SELECT "+tabDispatch.names+" FROM dispatch WHERE area = ? AND id = ?", t.area, id)
}

// DispatchesOf lists those of messages.
func (t *Tx) DispatchesOf(ctx context.Context, messages []string) ([]notice.Dispatch, error) {
	return listIn(ctx, t, readDispatch, "SELECT "+tabDispatch.names+" FROM dispatch WHERE area = ? AND message IN (?) ORDER BY message, channel", []any{t.area}, messages)
}

// Unsent lists what did not arrive; one that did has no error.
func (t *Tx) Unsent(ctx context.Context, p books.Page) ([]notice.Dispatch, error) {
	return list(ctx, t, readDispatch, "SELECT "+tabDispatch.names+" FROM dispatch WHERE area = ? AND error > '' AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// AddContact adds one.
func (t *Tx) AddContact(ctx context.Context, c notice.Contact) {
	t.insert(ctx, tabContact, contactRow(t.area, c)...)
}

// SaveContact writes one back.
func (t *Tx) SaveContact(ctx context.Context, c notice.Contact) error {
	return t.update(ctx, tabContact, c.Stored, contactRow(t.area, c))
}

// RemoveContact takes one away.
func (t *Tx) RemoveContact(ctx context.Context, c notice.Contact) error {
	return t.remove(ctx, tabContact, c.Stored)
}

// Contacts lists those of an owner.
func (t *Tx) Contacts(ctx context.Context, owner string) ([]notice.Contact, error) {
	return list(ctx, t, readContact, "SELECT "+tabContact.names+" FROM contact WHERE area = ? AND owner = ? ORDER BY channel", t.area, owner)
}
