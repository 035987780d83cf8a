package api

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/webhook"
)

// Consumers is the list of webhook consumers, all of them: there are fifty at
// most.
type Consumers struct {
	Results []Consumer `json:"results"`
}

// ConsumerCreate is the body of a creation (platform-api section 8).
type ConsumerCreate struct {
	URL         string   `json:"url" doc:"Where events are sent, an absolute https URL."`
	EventTypes  []string `json:"eventTypes" doc:"Types of events to send, such as connection.connected."`
	Disabled    *bool    `json:"disabled,omitempty" doc:"Starts without deliveries."`
	CompanyTags []string `json:"companyTags,omitempty" doc:"Only events of companies with any of these tags, each as key:value."`
	CompanyID   *string  `json:"companyId,omitempty" doc:"Only events of this company. Kept for old clients."`
}

// ConsumerPath names a consumer in a path.
type ConsumerPath struct {
	ID string `path:"webhookId" doc:"The consumer's id."`
}

type (
	consumersOutput struct{ Body Consumers }
	consumerOutput  struct{ Body Consumer }
)

func (a *API) listConsumers(ctx context.Context, _ *struct{}) (*consumersOutput, error) {
	consumers, err := a.Store.Consumers(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	shown := []Consumer{}
	for _, c := range consumers {
		shown = append(shown, showConsumer(ctx, c))
	}
	return &consumersOutput{Consumers{shown}}, nil
}

func (a *API) createConsumer(ctx context.Context, in *struct{ Body ConsumerCreate }) (*consumerOutput, error) {
	now, instance := a.Now().UTC(), auth.From(ctx).Instance
	c := bowline.Consumer{
		ID: bowline.NewID(now), InstanceID: instance, Created: now, Updated: now, Secret: webhook.NewSecret(),
		URL: in.Body.URL, EventTypes: in.Body.EventTypes, CompanyTags: in.Body.CompanyTags,
		Disabled: in.Body.Disabled != nil && *in.Body.Disabled, Version: 1,
	}
	var err error
	if in.Body.CompanyID != nil {
		if c.CompanyID, err = consumerCompany(*in.Body.CompanyID); err != nil {
			return nil, err
		}
	}
	if err := c.Validate(a.InsecureConsumers); err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountConsumers(ctx, instance)
		if err != nil {
			return err
		}
		if count >= a.ConsumerLimit {
			return bowline.Errorf(bowline.CodeInvalid, "All %d webhook consumers are in use; delete one first.", a.ConsumerLimit)
		}
		if err := tx.InsertConsumer(ctx, c); err != nil {
			return err
		}
		return a.noteConsumer(ctx, tx, c.ID, bowline.ConsumerCreated)
	})
	if err != nil {
		return nil, err
	}
	a.consumerChanged(ctx, "webhook consumer created", c.ID, nil)
	shown := showConsumer(ctx, c)
	shown.SigningSecret = c.Secret // here, and at its own path
	return &consumerOutput{shown}, nil
}

// consumerCompany reads the filter by company; an empty text is none.
func consumerCompany(text string) (bowline.ID, error) {
	if text == "" {
		return "", nil
	}
	id, err := bowline.ParseID(text)
	if err != nil {
		return "", bowline.Errorf(bowline.CodeInvalid, "companyId must be a UUID.").At("companyId")
	}
	return id, nil
}

func (a *API) getConsumer(ctx context.Context, in *ConsumerPath) (*consumerOutput, error) {
	c, err := a.consumer(ctx, in)
	if err != nil {
		return nil, err
	}
	return &consumerOutput{showConsumer(ctx, c)}, nil
}

func (a *API) deleteConsumer(ctx context.Context, in *ConsumerPath) (*struct{}, error) {
	id, err := idOf(consumerNoun, in.ID)
	if err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteConsumer(ctx, auth.From(ctx).Instance, id) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(consumerNoun, id)
	}
	if err == nil {
		a.consumerChanged(ctx, "webhook consumer deleted", id, nil)
	}
	return nil, err
}

const consumerNoun = "webhook consumer"

// consumer reads the consumer of a path, secrets included.
func (a *API) consumer(ctx context.Context, in *ConsumerPath) (bowline.Consumer, error) {
	id, err := idOf(consumerNoun, in.ID)
	if err != nil {
		return bowline.Consumer{}, err
	}
	c, err := a.Store.Consumer(ctx, auth.From(ctx).Instance, id)
	if errors.Is(err, store.ErrNotFound) {
		return c, notFound(consumerNoun, id)
	}
	return c, err
}

// ConsumerHistory is what became of a consumer, the latest first.
type ConsumerHistory struct {
	Results []bowline.ConsumerChange `json:"results"`
}

type consumerHistoryOutput struct{ Body ConsumerHistory }

// maxConsumerHistory is how many lines of a history are shown.
const maxConsumerHistory = 200

func (a *API) listConsumerHistory(ctx context.Context, in *ConsumerPath) (*consumerHistoryOutput, error) {
	c, err := a.consumer(ctx, in)
	if err != nil {
		return nil, err
	}
	lines, err := a.Store.ConsumerHistory(ctx, c.InstanceID, c.ID, maxConsumerHistory)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		lines[i].Reason = rest.Said(ctx, lines[i].Reason)
	}
	return &consumerHistoryOutput{ConsumerHistory{append([]bowline.ConsumerChange{}, lines...)}}, nil
}

// noteConsumer adds a line to a consumer's history.
func (a *API) noteConsumer(ctx context.Context, tx *store.Tx, id bowline.ID, what string) error {
	now, caller := a.Now().UTC(), auth.From(ctx)
	return tx.AppendConsumerHistory(ctx, caller.Instance, bowline.ConsumerChange{
		ID: bowline.NewID(now), ConsumerID: id, At: now, What: what, Actor: caller.Actor(),
	})
}

// consumerChanged leaves a trace of a change. It names members, never what is
// in them.
func (a *API) consumerChanged(ctx context.Context, what string, id bowline.ID, members []string) {
	caller := auth.From(ctx)
	a.Logger.InfoContext(ctx, what, "consumer", string(id), "changed", members, "instance", string(caller.Instance),
		"actor", string(caller.Actor()), "correlationId", rest.CorrelationID(ctx))
}

// timeOrNone is nil for a time that is not there, so that it is left out.
func timeOrNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
