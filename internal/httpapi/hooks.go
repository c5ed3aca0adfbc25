package httpapi

import (
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/webhook"
)

// WebhookAnswer is a webhook with its secret, which is shown when it is set up.
type WebhookAnswer struct {
	webhook.Webhook
	Secret string `json:"secret"`
}

type addWebhookIn struct {
	Keyed
	Doc[office.WebhookInput]
}

func addWebhook(c *call, in *addWebhookIn) (*WebhookAnswer, error) {
	w, secret, err := c.office().AddWebhook(c.ctx, c.ask(in.Area, in.Key), in.value)
	if err != nil {
		return nil, err
	}
	return &WebhookAnswer{w, secret}, nil
}

type webhooksIn struct {
	InArea
	Paged
}

func listWebhooks(c *call, in *webhooksIn) (*Page[webhook.Webhook], error) {
	list, err := c.office().Webhooks(c.ctx, c.ask(in.Area, ""), in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(w webhook.Webhook) string { return w.ID }), nil
}

func showWebhook(c *call, in *byIDIn) (webhook.Webhook, error) {
	return c.office().Webhook(c.ctx, c.ask(in.Area, ""), in.ID)
}

type changeWebhookIn struct {
	Edit
	OfID
	Doc[office.WebhookInput]
}

func changeWebhook(c *call, in *changeWebhookIn) (webhook.Webhook, error) {
	return c.office().ChangeWebhook(c.ctx, in.ask(c), in.ID, in.value)
}

type removeWebhookIn struct {
	Keyed
	OfID
}

func removeWebhook(c *call, in *removeWebhookIn) (none, error) {
	return none{}, c.office().RemoveWebhook(c.ctx, c.ask(in.Area, in.Key), in.ID)
}

type deliveriesIn struct {
	InArea
	OfID
	Paged
}

func listDeliveries(c *call, in *deliveriesIn) (*Page[webhook.Delivery], error) {
	list, err := c.office().Deliveries(c.ctx, c.ask(in.Area, ""), in.ID, in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(d webhook.Delivery) string { return d.ID }), nil
}

// TopicList lists what webhooks can take.
type TopicList struct {
	Topics []string `json:"topics"`
}

func listTopics(*call, *struct{}) (*TopicList, error) { return &TopicList{webhook.Topics}, nil }

type jobsIn struct {
	InArea
	Paged
	State string `query:"state" enum:"ready,done,dead" default:"dead"`
}

// Job is a piece of work of the office. What it is about stays inside.
type Job struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	State     job.State `json:"state"`
	Attempt   int       `json:"attempt"`
	Error     string    `json:"error,omitempty"`
	RunAt     string    `json:"run_at"`
	CreatedAt string    `json:"created_at"`
}

func listJobs(c *call, in *jobsIn) (*Page[Job], error) {
	list, err := office.Jobs(c.ctx, c.office(), c.ask(in.Area, ""), job.State(in.State), in.page())
	if err != nil {
		return nil, err
	}
	out := make([]Job, len(list))
	for i, j := range list {
		out[i] = Job{j.ID, j.Kind, j.State, j.Attempt, j.Error, j.RunAt.String(), j.CreatedAt.String()}
	}
	return paged(c, in.Paged, out, func(j Job) string { return j.ID }), nil
}

// ReasonRequest gives the reason of what is done; it goes into the audit.
type ReasonRequest struct {
	Reason string `json:"reason"`
}

type retryJobIn struct {
	Keyed
	OfID
	Doc[ReasonRequest]
}

func retryJob(c *call, in *retryJobIn) (none, error) {
	if in.value.Reason == "" {
		return none{}, fault.New(fault.Usage, "inquiry.field_missing", fault.Args{"fields": "reason"})
	}
	return none{}, office.RetryJob(c.ctx, c.office(), c.ask(in.Area, in.Key), in.ID, in.value.Reason)
}
