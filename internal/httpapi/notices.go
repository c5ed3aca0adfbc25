package httpapi

import (
	"bujiao/internal/notice"
	"bujiao/internal/office"
)

type messagesIn struct {
	InArea
	Paged
	Unread bool `query:"unread" doc:"only what was not read yet"`
}

func listMessages(c *call, in *messagesIn) (*Page[office.MessageView], error) {
	list, err := c.office().MyMessages(c.ctx, c.ask(in.Area, ""), office.MessageQuery{Unread: in.Unread, Lang: c.lang, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, messageID), nil
}

func messageID(m office.MessageView) string { return m.ID }

type readMessageIn struct {
	Keyed
	OfID
}

func readMessage(c *call, in *readMessageIn) (none, error) {
	return none{}, c.office().ReadMessage(c.ctx, c.ask(in.Area, in.Key), in.ID)
}

type caseMessagesIn struct {
	InArea
	OfID
	Paged
}

func listCaseMessages(c *call, in *caseMessagesIn) (*Page[office.MessageView], error) {
	list, err := c.office().CaseMessages(c.ctx, c.ask(in.Area, ""), in.ID, office.MessageQuery{Lang: c.lang, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, messageID), nil
}

type unsentIn struct {
	InArea
	Paged
}

func listUnsent(c *call, in *unsentIn) (*Page[notice.Dispatch], error) {
	list, err := c.office().Unsent(c.ctx, c.ask(in.Area, ""), in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(d notice.Dispatch) string { return d.ID }), nil
}

type sendAgainIn struct {
	Keyed
	OfID
}

func sendAgain(c *call, in *sendAgainIn) (none, error) {
	return none{}, c.office().SendAgain(c.ctx, c.ask(in.Area, in.Key), in.ID)
}

// ContactList lists addresses, masked.
type ContactList struct {
	Contacts []office.ContactView `json:"contacts"`
}

type myContactsIn struct{ InArea }

func listMyContacts(c *call, in *myContactsIn) (*ContactList, error) {
	list, err := c.office().MyContacts(c.ctx, c.ask(in.Area, ""))
	if err != nil {
		return nil, err
	}
	return &ContactList{list}, nil
}

type contactsIn struct {
	Reading
	Person   string `query:"person" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
}

func listContacts(c *call, in *contactsIn) (*ContactList, error) {
	list, err := c.office().Contacts(c.ctx, in.ask(c), notice.To{Person: in.Person, Employer: in.Employer})
	if err != nil {
		return nil, err
	}
	return &ContactList{list}, nil
}

type setContactIn struct {
	Keyed
	Doc[office.ContactInput]
}

func setMyContact(c *call, in *setContactIn) (office.ContactView, error) {
	return c.office().SetMyContact(c.ctx, c.ask(in.Area, in.Key), in.value)
}

func setContact(c *call, in *setContactIn) (office.ContactView, error) {
	return c.office().SetContact(c.ctx, c.ask(in.Area, in.Key), in.value)
}
