package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Consumer is a webhook consumer as answers show it: of what is secret only
// that it is there, the answer to creation excepted (platform-api section 8).
type Consumer struct {
	ID                bowline.ID             `json:"id" doc:"Id of the consumer."`
	URL               string                 `json:"url" format:"uri" doc:"Where events are sent."`
	EventTypes        []string               `json:"eventTypes" doc:"Types of events that are sent."`
	Disabled          bool                   `json:"disabled" doc:"Whether deliveries are off."`
	CompanyTags       []string               `json:"companyTags,omitempty" doc:"Only events of companies with any of these tags."`
	CompanyID         bowline.ID             `json:"companyId,omitempty" doc:"Only events of this company."`
	SigningSecret     string                 `json:"signingSecret,omitempty" doc:"Signs the deliveries (Standard Webhooks). In the answer to creation only."`
	DisabledReason    string                 `json:"disabledReason,omitempty" doc:"Why Bowline switched it off; absent when it did not."`
	FailingSince      *time.Time             `json:"failingSince,omitempty" doc:"Since when every attempt has failed, UTC; absent while deliveries succeed. Five days of it switch the consumer off."`
	HeaderNames       []string               `json:"headerNames,omitempty" doc:"Headers of your own in each delivery; their values cannot be read."`
	RateLimit         int                    `json:"rateLimit,omitempty" doc:"Messages a second at most; absent when there is no limit."`
	ClientCertificate *ConsumerCertificate   `json:"clientCertificate,omitempty"`
	Transformation    *TransformationSummary `json:"transformation,omitempty"`
	Created           time.Time              `json:"created" doc:"When it was created, UTC."`
	Updated           time.Time              `json:"updated" doc:"When somebody changed it last, UTC."`
	Version           int64                  `json:"version" doc:"Grows with every change; send it along with one."`
}

// ConsumerCertificate tells which certificate deliveries identify themselves
// with, without its key. Absent when there is none.
type ConsumerCertificate struct {
	Subject     string    `json:"subject" doc:"Whom it names."`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of the certificate, hexadecimal."`
	Expires     time.Time `json:"expires" doc:"Until when it is good, UTC."`
}

// TransformationSummary tells that there is a transformation.
type TransformationSummary struct {
	Enabled bool `json:"enabled" doc:"Whether it runs."`
}

// ConsumerUpdate is the body that changes a consumer: what it leaves out stays.
type ConsumerUpdate struct {
	URL         *string              `json:"url,omitempty" doc:"Where events are sent, an absolute https URL."`
	EventTypes  []string             `json:"eventTypes,omitempty" doc:"All types of events to send."`
	Disabled    *bool                `json:"disabled,omitempty" doc:"Switches deliveries off or on."`
	CompanyTags []string             `json:"companyTags,omitempty" doc:"All tags to choose companies by, each as key:value. Empty: all companies."`
	CompanyID   *string              `json:"companyId,omitempty" doc:"Only events of this company. Empty: of all."`
	Headers     map[string]setupText `json:"headers,omitempty" doc:"Headers of your own in each delivery, fifty at most. One that is not named stays; null removes it."`
	RateLimit   *int                 `json:"rateLimit,omitempty" doc:"Messages a second at most. 0: no limit."`
	Version     int64                `json:"version,omitempty" minimum:"0" doc:"The version that this change was made from. 0 or left out: whatever it is."`
}

var errConsumerChanged error = bowline.Errorf(bowline.CodeConflict, "The consumer is not as it was when you read it. Read it again, and send its version with your change.")

func (a *API) updateConsumer(ctx context.Context, in *struct {
	ConsumerPath
	Body ConsumerUpdate
}) (*consumerOutput, error) {
	changed, err := a.changeConsumer(ctx, &in.ConsumerPath, in.Body.Version, in.Body.over)
	if err != nil {
		return nil, err
	}
	return &consumerOutput{showConsumer(ctx, changed)}, nil
}

// changeConsumer stores what change makes of a consumer, unless somebody else
// was faster. version is the caller's, 0 for none.
func (a *API) changeConsumer(ctx context.Context, in *ConsumerPath, version int64, change func(*bowline.Consumer) error) (bowline.Consumer, error) {
	stored, err := a.consumer(ctx, in)
	if err != nil {
		return stored, err
	}
	if version != 0 && version != stored.Version {
		return stored, errConsumerChanged
	}
	changed := stored
	changed.Headers = maps.Clone(stored.Headers)
	if err := change(&changed); err != nil {
		return stored, err
	}
	if err := changed.Validate(a.InsecureConsumers); err != nil {
		return stored, err
	}
	members := consumerDifferences(stored, changed)
	if len(members) == 0 {
		return stored, nil
	}
	changed.Updated = a.Now().UTC()
	what := bowline.ConsumerUpdated
	if changed.Disabled != stored.Disabled {
		what = bowline.ConsumerEnabled
		if changed.Disabled {
			what = bowline.ConsumerDisabled
		}
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateConsumer(ctx, changed); err != nil {
			return err
		}
		return a.noteConsumer(ctx, tx, stored.ID, what)
	})
	if errors.Is(err, store.ErrConflict) {
		return stored, errConsumerChanged
	}
	if err != nil {
		return stored, err
	}
	a.consumerChanged(ctx, "webhook consumer changed", stored.ID, members)
	return a.consumer(ctx, in)
}

// over makes the changes of the body.
func (b *ConsumerUpdate) over(c *bowline.Consumer) error {
	var err error
	if b.URL != nil {
		c.URL = *b.URL
	}
	if b.EventTypes != nil {
		c.EventTypes = b.EventTypes
	}
	if b.Disabled != nil && *b.Disabled != c.Disabled {
		c.Disabled, c.DisabledReason = *b.Disabled, "" // Bowline's own reason is over
	}
	if b.CompanyTags != nil {
		c.CompanyTags = b.CompanyTags
	}
	if b.CompanyID != nil {
		if c.CompanyID, err = consumerCompany(*b.CompanyID); err != nil {
			return err
		}
	}
	if b.RateLimit != nil {
		c.RateLimit = *b.RateLimit
	}
	b.overHeaders(c)
	return nil
}

// overHeaders sets and removes the headers that the body names, whose names
// have no case.
func (b *ConsumerUpdate) overHeaders(c *bowline.Consumer) {
	if c.Headers == nil {
		c.Headers = map[string]string{}
	}
	for name := range b.Headers {
		maps.DeleteFunc(c.Headers, func(stored, _ string) bool { return strings.EqualFold(stored, name) })
	}
	for name, value := range b.Headers {
		if value.text != "" {
			c.Headers[name] = value.text
		}
	}
}

// consumerDifferences names the members in which two consumers differ, sorted.
func consumerDifferences(from, to bowline.Consumer) []string {
	var list []string
	note := func(name string, before, after any) {
		if !reflect.DeepEqual(before, after) {
			list = append(list, name)
		}
	}
	note("clientCertificate", from.ClientCertificate, to.ClientCertificate)
	note("companyId", from.CompanyID, to.CompanyID)
	note("companyTags", slices.Concat(from.CompanyTags), slices.Concat(to.CompanyTags))
	note("disabled", from.Disabled, to.Disabled)
	note("eventTypes", from.EventTypes, to.EventTypes)
	for _, name := range either(from.Headers, to.Headers) {
		before, had := from.Headers[name]
		after, has := to.Headers[name]
		note("headers."+name, []any{had, before}, []any{has, after})
	}
	note("rateLimit", from.RateLimit, to.RateLimit)
	note("transformation", from.Transformation, to.Transformation)
	note("url", from.URL, to.URL)
	return list
}

// showConsumer leaves out what is secret.
func showConsumer(ctx context.Context, c bowline.Consumer) Consumer {
	shown := Consumer{
		ID: c.ID, URL: c.URL, EventTypes: append([]string{}, c.EventTypes...), Disabled: c.Disabled, CompanyTags: c.CompanyTags,
		CompanyID: c.CompanyID, DisabledReason: rest.Said(ctx, c.DisabledReason), FailingSince: timeOrNone(c.Health.FailingSince),
		HeaderNames: slices.Sorted(maps.Keys(c.Headers)), RateLimit: c.RateLimit,
		Created: c.Created, Updated: c.Updated, Version: c.Version,
	}
	if leaf, err := c.ClientCertificate.Leaf(); err == nil {
		sum := sha256.Sum256(leaf.Raw)
		shown.ClientCertificate = &ConsumerCertificate{Subject: leaf.Subject.String(), Fingerprint: hex.EncodeToString(sum[:]), Expires: leaf.NotAfter.UTC()}
	}
	if c.Transformation.Source != "" {
		shown.Transformation = &TransformationSummary{c.Transformation.Enabled}
	}
	return shown
}
