package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/script"
	"github.com/bowline/bowline/internal/webhook"
)

// webhooks makes what delivers events. Nothing starts before Serve.
func (s *Server) webhooks() error {
	runner, err := script.New(script.Options{})
	if err != nil {
		return err
	}
	s.scripts = runner
	s.deliveries = webhook.New(webhook.Options{
		Store: s.store, Now: s.options.Now, Logger: s.log, Transform: s.transform,
		MessagesKept: s.options.MessagesKept, AttemptsKept: s.options.AttemptsKept,
		HTTP: safehttp.Options{Allow: s.options.OutboundAllow, Observe: s.metrics.observeOutbound},
	})
	return nil
}

// transform runs a consumer's script in a process of its own. What is not the
// script's fault is not the consumer's either.
func (s *Server) transform(ctx context.Context, source string, in webhook.Transformable) (webhook.Transformed, error) {
	out, err := s.scripts.RunFor(ctx, string(in.Consumer), source, script.Input{Method: in.Method, URL: in.URL, EventType: in.EventType, Payload: in.Payload})
	var theirs *script.Error
	switch {
	case errors.As(err, &theirs):
		return webhook.Transformed{}, theirs
	case err != nil:
		return webhook.Transformed{}, fmt.Errorf("%w: %w", webhook.ErrNotRun, err)
	}
	return webhook.Transformed{Method: out.Method, URL: out.URL, Payload: out.Payload, Cancel: out.Cancel}, nil
}

// deliver sends events until ctx ends, and begins anew when it could not go on.
func (s *Server) deliver(ctx context.Context) {
	const pause = time.Second
	for ctx.Err() == nil {
		err := s.deliveries.Run(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		s.log.ErrorContext(ctx, "deliveries stopped", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	s.scripts.Close()
}
