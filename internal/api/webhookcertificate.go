package api

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
)

// ClientCertificateUpdate is the body that sets a client certificate.
type ClientCertificateUpdate struct {
	PEM     string `json:"pem" doc:"Private key and X.509 certificate as PEM, one after the other; further certificates of the chain may follow."`
	Version int64  `json:"version,omitempty" minimum:"0" doc:"The version of the consumer that this change was made from. 0 or left out: whatever it is."`
}

func (a *API) setCertificate(ctx context.Context, in *struct {
	ConsumerPath
	Body ClientCertificateUpdate
}) (*consumerOutput, error) {
	given := bowline.ClientCertificate(in.Body.PEM)
	leaf, err := given.Leaf()
	if err != nil {
		var refusal *bowline.Error
		if errors.As(err, &refusal) {
			return nil, err
		}
		return nil, bowline.Errorf(bowline.CodeInvalid, "The certificate cannot be read.").At("pem")
	}
	if !a.Now().Before(leaf.NotAfter) {
		return nil, bowline.Errorf(bowline.CodeInvalid, "The certificate has expired.").At("pem")
	}
	c, err := a.changeConsumer(ctx, &in.ConsumerPath, in.Body.Version, func(c *bowline.Consumer) error {
		c.ClientCertificate = given
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &consumerOutput{showConsumer(ctx, c)}, nil
}

func (a *API) deleteCertificate(ctx context.Context, in *ConsumerPath) (*struct{}, error) {
	_, err := a.changeConsumer(ctx, in, 0, func(c *bowline.Consumer) error {
		c.ClientCertificate = ""
		return nil
	})
	return nil, err
}
