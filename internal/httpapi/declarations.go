package httpapi

import (
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/lang"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

// DeclarationRequest declares an employer's month. With changes, the lines are
// changes to the last declaration of the contribution year; none at all is a
// month like the last.
type DeclarationRequest struct {
	DeclaredOn calendar.Date     `json:"declared_on,omitzero"` // default: today
	Changes    bool              `json:"changes,omitempty"`
	Corrects   string            `json:"corrects,omitempty"` // the declaration that this one takes the place of
	Reason     string            `json:"reason,omitempty"`
	Lines      []DeclarationLine `json:"lines"`
}

// DeclarationLine is an employee, by id or by document.
type DeclarationLine struct {
	Person   string           `json:"person,omitempty"`
	Document *office.Document `json:"document,omitempty"`
	Wage     money.Fen        `json:"wage"`
	Base     *money.Fen       `json:"base,omitempty"`
	Leaves   bool             `json:"leaves,omitempty"` // with changes: no longer declared
}

// OfEmployer names an employer.
type OfEmployer struct {
	Employer string `path:"employer" maxLength:"64"`
}

type declareIn struct {
	Keyed
	OfEmployer
	OfMonth
	Doc[DeclarationRequest]
}

func declare(c *call, in *declareIn) (*declaration.Bill, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	v := in.value
	ask := office.DeclareInput{Employer: in.Employer, Month: m, Channel: "api", DeclaredOn: v.DeclaredOn, Changes: v.Changes, Corrects: v.Corrects, Reason: v.Reason}
	for _, l := range v.Lines {
		ask.Lines = append(ask.Lines, office.DeclareLine{FilingLine: declaration.FilingLine{Person: l.Person, Wage: l.Wage, Base: l.Base, Leaves: l.Leaves}, Number: l.Document})
	}
	bill, err := c.office().Declare(c.ctx, c.ask(in.Area, in.Key), ask)
	if err != nil {
		return nil, c.refused(err)
	}
	return &bill, nil
}

// refused lists in a problem what stops a declaration.
func (c *call) refused(err error) error {
	found := declaration.FindingsOf(err)
	if found == nil {
		return err
	}
	p := c.problem(err)
	for _, f := range found {
		if f.Blocks {
			p.Errors = append(p.Errors, ProblemField{where(f), lang.Text(c.lang, "declaration.finding_"+f.Code, nil)})
		}
	}
	return p
}

// where says which line of the request, or which person, it is about.
func where(f declaration.Finding) string {
	if f.Person != "" {
		return "person." + f.Person
	}
	return "body.lines[" + strconv.Itoa(max(f.Row-1, 0)) + "]"
}

type declarationsIn struct {
	InArea
	OfEmployer
	OfMonth
}

func listDeclarations(c *call, in *declarationsIn) (*Page[declaration.Declaration], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Declarations(c.ctx, c.ask(in.Area, ""), in.Employer, m)
	return whole(list), err
}

type unconfirmedIn struct {
	Reading
	OfEmployer
	OfMonth
}

func listUnconfirmed(c *call, in *unconfirmedIn) (*Page[string], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Unconfirmed(c.ctx, in.ask(c), in.Employer, m)
	return whole(list), err
}

type byIDIn struct {
	InArea
	OfID
}

type readIn struct {
	Reading
	OfID
}

func showDeclaration(c *call, in *readIn) (*office.DeclarationView, error) {
	v, err := c.office().Declaration(c.ctx, in.ask(c), in.ID)
	return &v, err
}

// ConfirmRequest is an employee's word on what is declared.
type ConfirmRequest struct {
	Person   string        `json:"person"`
	Wage     money.Fen     `json:"wage"`
	Method   string        `json:"method"` // signature, electronic, paper
	Evidence string        `json:"evidence,omitempty"`
	On       calendar.Date `json:"on,omitzero"`
}

type confirmIn struct {
	Keyed
	OfEmployer
	OfMonth
	Doc[ConfirmRequest]
}

func confirm(c *call, in *confirmIn) (*declaration.Confirmation, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	v := in.value
	out, err := c.office().ConfirmDeclaration(c.ctx, c.ask(in.Area, in.Key),
		declaration.Confirmation{Person: v.Person, Employer: in.Employer, Month: m, Wage: v.Wage, Method: v.Method, Evidence: v.Evidence, On: v.On})
	return &out, err
}

// CloseRequest sees after a month that was not declared.
type CloseRequest struct {
	Last calendar.Date `json:"last,omitzero"` // the window's last day where no pack gives one
}

type closeIn struct {
	Keyed
	OfEmployer
	OfMonth
	Doc[CloseRequest]
}

func closeMonth(c *call, in *closeIn) (*declaration.Bill, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	b, err := c.office().CloseMonth(c.ctx, c.ask(in.Area, in.Key), declaration.Closing{Employer: in.Employer, Month: m, Last: in.value.Last})
	return &b, err
}

type settleIn struct {
	Keyed
	OfEmployer
	OfMonth
}

func settleMonth(c *call, in *settleIn) (*declaration.Bill, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	b, err := c.office().SettleMonth(c.ctx, c.ask(in.Area, in.Key), in.Employer, m)
	return &b, err
}

type noticesIn struct {
	Reading
	OfMonth
	Employer string `query:"employer" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
}

func listNotices(c *call, in *noticesIn) (*Page[declaration.Notice], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Notices(c.ctx, in.ask(c), in.Employer, in.Person, m)
	return whole(list), err
}

func showNotice(c *call, in *readIn) (*declaration.Notice, error) {
	n, err := c.office().Notice(c.ctx, in.ask(c), in.ID)
	return &n, err
}
