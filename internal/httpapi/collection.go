package httpapi

import (
	"mime"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

type createOrderIn struct {
	Keyed
	Doc[office.OrderInput]
}

func createOrder(c *call, in *createOrderIn) (collection.Order, error) {
	return c.office().CreateOrder(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type ordersIn struct {
	Reading
	Employer string `query:"employer" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
	Month    string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$"`
}

func listOrders(c *call, in *ordersIn) (*Page[office.OrderLine], error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Orders(c.ctx, in.ask(c), in.Employer, in.Person, m)
	return whole(list), err
}

func showOrder(c *call, in *readIn) (office.OrderView, error) {
	return c.office().Order(c.ctx, in.ask(c), in.ID)
}

type cancelOrderIn struct {
	Keyed
	OfID
	Doc[ReasonRequest]
}

func cancelOrder(c *call, in *cancelOrderIn) (collection.Standing, error) {
	return c.office().CancelOrder(c.ctx, c.ask(in.Area, in.Key), office.OrderCancel{Order: in.ID, Reason: in.value.Reason})
}

// CounterRequest is money that was paid at a counter.
type CounterRequest struct {
	Amount  money.Fen     `json:"amount"`
	PaidOn  calendar.Date `json:"paid_on"`
	Receipt string        `json:"receipt"`
}

type receiveIn struct {
	Keyed
	OfID
	Doc[CounterRequest]
}

func receive(c *call, in *receiveIn) (collection.Payment, error) {
	v := in.value
	return c.office().ReceiveAtCounter(c.ctx, c.ask(in.Area, in.Key), office.CounterInput{Order: in.ID, Amount: v.Amount, PaidOn: v.PaidOn, Receipt: v.Receipt})
}

// OfBank names a bank.
type OfBank struct {
	Bank string `path:"bank" maxLength:"20"`
}

type sendBatchIn struct {
	Keyed
	OfBank
}

// sendBatch makes the file; its content is fetched apart, which leaves a line.
func sendBatch(c *call, in *sendBatchIn) (collection.File, error) {
	f, _, err := c.office().SendBatch(c.ctx, c.ask(in.Area, in.Key), in.Bank)
	return f, err
}

func batchContent(c *call, in *byIDIn) (func(huma.Context), error) {
	f, data, err := c.office().BatchContent(c.ctx, c.ask(in.Area, ""), in.ID)
	if err != nil {
		return nil, err
	}
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/octet-stream")
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		_, _ = ctx.BodyWriter().Write(data) // the peer may be gone
	}, nil
}

type closeBatchIn struct {
	Keyed
	OfID
}

// Unanswered says how many orders of a batch had no answer.
type Unanswered struct {
	Orders int `json:"orders"`
}

func closeBatch(c *call, in *closeBatchIn) (Unanswered, error) {
	n, err := c.office().CloseBatch(c.ctx, c.ask(in.Area, in.Key), in.ID)
	return Unanswered{n}, err
}

type bankFileIn struct {
	Keyed
	OfBank
	Name    string `query:"name" required:"true" maxLength:"200"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (in *bankFileIn) file() office.FileInput {
	return office.FileInput{Bank: in.Bank, Name: in.Name, Data: in.RawBody}
}

func takeResults(c *call, in *bankFileIn) (collection.Taken, error) {
	return c.office().TakeResults(c.ctx, c.ask(in.Area, in.Key), in.file())
}

func takeStatement(c *call, in *bankFileIn) (collection.Taken, error) {
	return c.office().TakeStatement(c.ctx, c.ask(in.Area, in.Key), in.file())
}

func listBankFiles(c *call, in *listIn) (*Page[collection.File], error) {
	list, err := c.office().BankFiles(c.ctx, c.ask(in.Area, ""), in.page())
	return paged(c, in.Paged, list, func(f collection.File) string { return f.ID }), err
}

func listBankLines(c *call, in *byIDIn) (*Page[office.BankFileLine], error) {
	list, err := c.office().BankFileLines(c.ctx, c.ask(in.Area, ""), in.ID)
	return whole(list), err
}

type suspenseIn struct {
	InArea
	Paged
	State string `query:"state" enum:"open,claimed,refunded" default:"open"`
}

func listSuspense(c *call, in *suspenseIn) (*Page[office.SuspenseLine], error) {
	list, err := c.office().SuspenseItems(c.ctx, c.ask(in.Area, ""), in.State, in.page())
	return paged(c, in.Paged, list, func(s office.SuspenseLine) string { return s.ID }), err
}

// ClaimRequest gives suspense money to orders.
type ClaimRequest struct {
	Parts  []collection.Part `json:"parts"`
	Reason string            `json:"reason"`
}

type claimIn struct {
	Keyed
	OfID
	Doc[ClaimRequest]
}

func claimSuspense(c *call, in *claimIn) (collection.Suspense, error) {
	return c.office().ClaimSuspense(c.ctx, c.ask(in.Area, in.Key), office.ClaimInput{Item: in.ID, Parts: in.value.Parts, Reason: in.value.Reason})
}

// OwnerRequest says who looks after suspense money.
type OwnerRequest struct {
	Owner string `json:"owner"`
}

func showSuspense(c *call, in *byIDIn) (office.SuspenseLine, error) {
	return c.office().SuspenseItem(c.ctx, c.ask(in.Area, ""), in.ID)
}

type assignIn struct {
	Edit
	OfID
	Doc[OwnerRequest]
}

func assignSuspense(c *call, in *assignIn) (collection.Suspense, error) {
	return c.office().AssignSuspense(c.ctx, in.ask(c), office.OwnerInput{Item: in.ID, Owner: in.value.Owner})
}

type refundsIn struct {
	Reading
	Paged
	State string `query:"state" enum:"requested,refused,approved,paid" default:"requested"`
}

func listRefunds(c *call, in *refundsIn) (*Page[collection.RefundCase], error) {
	list, err := c.office().Refunds(c.ctx, in.ask(c), in.State, in.page())
	return paged(c, in.Paged, list, func(r collection.RefundCase) string { return r.ID }), err
}

// RefundRequest asks for money to go back.
type RefundRequest struct {
	Kind        string    `json:"kind"` // duplicate_month, overpaid, suspense
	Charge      string    `json:"charge,omitempty"`
	Payment     string    `json:"payment,omitempty"` // of kind suspense: the suspense item
	EmployerFen money.Fen `json:"employer_share"`
	PersonFen   money.Fen `json:"person_share"`
	LateFee     money.Fen `json:"late_fee"`
	Reason      string    `json:"reason"`
}

type requestRefundIn struct {
	Keyed
	Doc[RefundRequest]
}

func requestRefund(c *call, in *requestRefundIn) (collection.RefundCase, error) {
	v := in.value
	return c.office().RequestRefund(c.ctx, c.ask(in.Area, in.Key), collection.RefundCase{Kind: v.Kind, Charge: v.Charge, Payment: v.Payment,
		EmployerFen: v.EmployerFen, PersonFen: v.PersonFen, LateFee: v.LateFee, Reason: v.Reason})
}

func decideRefund(c *call, in *decideIn) (collection.RefundCase, error) {
	return c.office().DecideRefund(c.ctx, c.ask(in.Area, in.Key), office.RefundDecision{Refund: in.ID, Approve: in.value.Grant, Reason: in.value.Reason})
}

// PaidRequest says that the money of a refund left a bank.
type PaidRequest struct {
	Bank string        `json:"bank"`
	On   calendar.Date `json:"on"`
}

type payRefundIn struct {
	Keyed
	OfID
	Doc[PaidRequest]
}

func payRefund(c *call, in *payRefundIn) (collection.RefundCase, error) {
	return c.office().PayRefund(c.ctx, c.ask(in.Area, in.Key), office.RefundPaid{Refund: in.ID, Bank: in.value.Bank, On: in.value.On})
}

func listDoubled(c *call, in *readIn) (*Page[collection.Doubled], error) {
	list, err := c.office().DuplicateMonths(c.ctx, in.ask(c), in.ID)
	return whole(list), err
}
