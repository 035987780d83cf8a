package api

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/webhook"
)

// formerSecretLifetime is how long a former signing secret stays valid after a
// rotation (webhooks.md section 3).
const formerSecretLifetime = 24 * time.Hour

// SigningSecret is what deliveries to a consumer are signed with.
type SigningSecret struct {
	SigningSecret string     `json:"signingSecret" doc:"Signs the deliveries (Standard Webhooks)."`
	FormerSecret  string     `json:"formerSecret,omitempty" doc:"Signs them too; absent when there is none, or no longer."`
	FormerUntil   *time.Time `json:"formerUntil,omitempty" doc:"Until when the former one does, UTC."`
}

// SigningSecretRotate is the optional body of a rotation.
type SigningSecretRotate struct {
	SigningSecret string `json:"signingSecret,omitempty" doc:"A secret of your own: whsec_ and the base64 of 24 to 75 bytes. Left out: a new one is made."`
}

type secretOutput struct{ Body SigningSecret }

func (a *API) getSecret(ctx context.Context, in *ConsumerPath) (*secretOutput, error) {
	c, err := a.consumer(ctx, in)
	if err != nil {
		return nil, err
	}
	return &secretOutput{a.showSecret(c)}, nil
}

// rotateSecret makes the present secret the former one. One that was former
// already ends at once: there are never more than two.
func (a *API) rotateSecret(ctx context.Context, in *struct {
	ConsumerPath
	Body *SigningSecretRotate
}) (*secretOutput, error) {
	fresh := webhook.NewSecret()
	if in.Body != nil && in.Body.SigningSecret != "" {
		fresh = in.Body.SigningSecret
		if _, err := webhook.ParseSecret(fresh); err != nil {
			return nil, bowline.Errorf(bowline.CodeInvalid, "signingSecret must be whsec_ followed by the base64 of 24 to 75 bytes.")
		}
	}
	c, err := a.consumer(ctx, &in.ConsumerPath)
	if err != nil {
		return nil, err
	}
	if fresh == c.Secret {
		return nil, bowline.Errorf(bowline.CodeInvalid, "signingSecret is the present one already.")
	}
	now := a.Now().UTC()
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RotateConsumerSecret(ctx, c.InstanceID, c.ID, fresh, now.Add(formerSecretLifetime), now); err != nil {
			return err
		}
		return a.noteConsumer(ctx, tx, c.ID, bowline.ConsumerRotated)
	})
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil, errConsumerChanged
	case errors.Is(err, store.ErrNotFound):
		return nil, notFound(consumerNoun, c.ID)
	case err != nil:
		return nil, err
	}
	a.consumerChanged(ctx, "webhook consumer changed", c.ID, []string{"signingSecret"})
	return a.getSecret(ctx, &in.ConsumerPath)
}

func (a *API) showSecret(c bowline.Consumer) SigningSecret {
	shown := SigningSecret{SigningSecret: c.Secret}
	if c.FormerSecret != "" && a.Now().Before(c.FormerUntil) {
		shown.FormerSecret, shown.FormerUntil = c.FormerSecret, timeOrNone(c.FormerUntil)
	}
	return shown
}
