package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// Consumers is the list of webhook consumers, all of them: there are fifty at
// most.
type Consumers struct {
	Results []bowline.Consumer `json:"results"`
}

// ConsumerCreate is the body of a creation (platform-api section 8).
type ConsumerCreate struct {
	URL         string   `json:"url" doc:"Where events are sent, an absolute https URL."`
	EventTypes  []string `json:"eventTypes" doc:"Types of events to send, such as connection.connected."`
	Disabled    *bool    `json:"disabled,omitempty" doc:"Starts without deliveries."`
	CompanyTags []string `json:"companyTags,omitempty" doc:"Only events of companies with all of these tags, each as key:value."`
	CompanyID   *string  `json:"companyId,omitempty" doc:"Only events of this company. Kept for old clients."`
}

type (
	consumersOutput struct{ Body Consumers }
	consumerOutput  struct{ Body bowline.Consumer }
)

// signingSecretBytes is the length of a signing key (webhooks.md section 4).
const signingSecretBytes = 32

func (a *API) listConsumers(ctx context.Context, _ *struct{}) (*consumersOutput, error) {
	consumers, err := a.Store.Consumers(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	for i := range consumers {
		consumers[i].Secret = "" // shown once, at creation
	}
	if consumers == nil {
		consumers = []bowline.Consumer{}
	}
	return &consumersOutput{Consumers{consumers}}, nil
}

func (a *API) createConsumer(ctx context.Context, in *struct{ Body ConsumerCreate }) (*consumerOutput, error) {
	now, instance := a.Now().UTC(), auth.From(ctx).Instance
	c := bowline.Consumer{
		ID: bowline.NewID(now), InstanceID: instance, Created: now, Secret: newSigningSecret(),
		URL: in.Body.URL, EventTypes: in.Body.EventTypes, CompanyTags: in.Body.CompanyTags,
		Disabled: in.Body.Disabled != nil && *in.Body.Disabled,
	}
	if in.Body.CompanyID != nil && *in.Body.CompanyID != "" {
		id, err := bowline.ParseID(*in.Body.CompanyID)
		if err != nil {
			return nil, bowline.Errorf(bowline.CodeInvalid, "companyId must be a UUID.")
		}
		c.CompanyID = id
	}
	if err := c.Validate(a.InsecureConsumers); err != nil {
		return nil, err
	}
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountConsumers(ctx, instance)
		if err != nil {
			return err
		}
		if count >= bowline.MaxConsumers {
			return bowline.Errorf(bowline.CodeInvalid, "All %d webhook consumers are in use; delete one first.", bowline.MaxConsumers)
		}
		return tx.InsertConsumer(ctx, c)
	})
	if err != nil {
		return nil, err
	}
	return &consumerOutput{c}, nil
}

// newSigningSecret returns a key in the form of Standard Webhooks.
func newSigningSecret() string {
	var raw [signingSecretBytes]byte
	_, _ = rand.Read(raw[:]) // never fails: it aborts the process instead
	return "whsec_" + base64.StdEncoding.EncodeToString(raw[:])
}

func (a *API) deleteConsumer(ctx context.Context, in *struct {
	ID string `path:"webhookId" doc:"The consumer's id."`
}) (*struct{}, error) {
	id, err := idOf("webhook consumer", in.ID)
	if err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteConsumer(ctx, auth.From(ctx).Instance, id) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("webhook consumer", id)
	}
	return nil, err
}
