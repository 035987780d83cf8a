package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/script"
)

// Transformation is the script that changes deliveries to a consumer.
type Transformation struct {
	Source  string `json:"source" doc:"JavaScript that defines handler(webhook); empty when there is none."`
	Enabled bool   `json:"enabled" doc:"Whether it runs."`
	Version int64  `json:"version" doc:"The version of the consumer."`
}

// TransformationUpdate is the body that replaces it.
type TransformationUpdate struct {
	Source  string `json:"source" doc:"JavaScript that defines handler(webhook), at most 64 KiB."`
	Enabled bool   `json:"enabled,omitempty" doc:"Whether it runs. Left out: it does not."`
	Version int64  `json:"version,omitempty" minimum:"0" doc:"The version of the consumer that this change was made from. 0 or left out: whatever it is."`
}

// TransformationTest is the optional body of a dry run.
type TransformationTest struct {
	Source    *string        `json:"source,omitempty" doc:"What to run. Left out: the stored source."`
	EventType string         `json:"eventType,omitempty" doc:"Whose sample to run it on. Left out: the first type that the consumer lists."`
	Event     map[string]any `json:"event,omitempty" doc:"A whole event to run it on, in the place of a sample."`
}

// TransformationResult is what a dry run has shown: what would be sent, or why
// nothing would.
type TransformationResult struct {
	Cancel       bool                 `json:"cancel" doc:"Whether the script decided to send nothing."`
	Method       string               `json:"method,omitempty" doc:"POST or PUT; absent when nothing would be sent."`
	URL          string               `json:"url,omitempty" doc:"Where it would be sent; absent when nothing would be. Whether the address is allowed shows only then."`
	Payload      json.RawMessage      `json:"payload,omitempty" doc:"What would be sent; absent when nothing would be."`
	Error        *TransformationError `json:"error,omitempty"`
	Milliseconds float64              `json:"milliseconds" doc:"How long it took."`
}

// TransformationError is what was wrong with a script; absent when nothing was.
type TransformationError struct {
	Kind    string `json:"kind" enum:"syntax,threw,timeout,memory,invalid,crashed" doc:"What was wrong. invalid: there is no handler, or what it returned cannot be sent."`
	Message string `json:"message" doc:"The same in words."`
	Line    int    `json:"line,omitempty" doc:"Where in the source, from 1; absent when it is not known."`
	Column  int    `json:"column,omitempty" doc:"Where in the line, from 1; absent when it is not known."`
}

type (
	transformationOutput       struct{ Body Transformation }
	transformationResultOutput struct{ Body TransformationResult }
)

func (a *API) getTransformation(ctx context.Context, in *ConsumerPath) (*transformationOutput, error) {
	c, err := a.consumer(ctx, in)
	if err != nil {
		return nil, err
	}
	return showTransformation(c), nil
}

func showTransformation(c bowline.Consumer) *transformationOutput {
	return &transformationOutput{Transformation{c.Transformation.Source, c.Transformation.Enabled, c.Version}}
}

// setTransformation replaces the script. One that is to run and is not even
// JavaScript is refused here rather than in every delivery.
func (a *API) setTransformation(ctx context.Context, in *struct {
	ConsumerPath
	Body TransformationUpdate
}) (*transformationOutput, error) {
	given := bowline.Transformation{Source: in.Body.Source, Enabled: in.Body.Enabled}
	c, err := a.changeConsumer(ctx, &in.ConsumerPath, in.Body.Version, func(c *bowline.Consumer) error {
		c.Transformation = given
		if err := given.Validate(); err != nil || !given.Enabled || a.Transform == nil {
			return err
		}
		sample, err := sampleFor(*c, "", a.Now().UTC())
		if err != nil {
			return err
		}
		_, err = a.Transform(ctx, given.Source, script.Input{Method: http.MethodPost, URL: c.URL, EventType: string(sample.EventType), Payload: sample.body})
		var fault *script.Error
		if errors.As(err, &fault) && fault.Kind == script.Syntax {
			return bowline.Errorf(bowline.CodeInvalid, "source is not JavaScript: %s.", fault.Error()).At("source")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return showTransformation(c), nil
}

func (a *API) deleteTransformation(ctx context.Context, in *ConsumerPath) (*struct{}, error) {
	_, err := a.changeConsumer(ctx, in, 0, func(c *bowline.Consumer) error {
		c.Transformation = bowline.Transformation{}
		return nil
	})
	return nil, err
}

// testTransformation runs a script and sends nothing.
func (a *API) testTransformation(ctx context.Context, in *struct {
	ConsumerPath
	Body *TransformationTest
}) (*transformationResultOutput, error) {
	c, err := a.consumer(ctx, &in.ConsumerPath)
	if err != nil {
		return nil, err
	}
	if in.Body == nil {
		in.Body = &TransformationTest{}
	}
	if a.Transform == nil {
		return nil, noTransformations(nil)
	}
	source := c.Transformation.Source
	if in.Body.Source != nil {
		source = *in.Body.Source
	}
	if err := (bowline.Transformation{Source: source, Enabled: true}).Validate(); err != nil {
		return nil, err
	}
	on, err := in.Body.event(c, a.Now().UTC())
	if err != nil {
		return nil, err
	}
	began := time.Now() // how long it really took, whatever the clock of tests says
	out, err := a.Transform(ctx, source, script.Input{Method: http.MethodPost, URL: c.URL, EventType: string(on.EventType), Payload: on.body})
	shown := TransformationResult{
		Cancel: out.Cancel, Method: out.Method, URL: out.URL, Payload: out.Payload,
		Milliseconds: float64(time.Since(began).Microseconds()) / 1000,
	}
	var fault *script.Error
	if errors.As(err, &fault) {
		shown.Error = &TransformationError{Kind: string(fault.Kind), Message: rest.Said(ctx, fault.Error()), Line: fault.Line, Column: fault.Column}
	} else if err != nil {
		return nil, noTransformations(err)
	}
	return &transformationResultOutput{shown}, nil
}

// noTransformations says that it is not the script's fault.
func noTransformations(cause error) error {
	return &bowline.Error{Code: bowline.CodeUnavailable, Message: "Transformations cannot be run at the moment.", Cause: cause}
}

// scriptEvent is an event as a script is given it.
type scriptEvent struct {
	bowline.Event
	body json.RawMessage
}

// event is what a dry run runs on.
func (b *TransformationTest) event(c bowline.Consumer, now time.Time) (scriptEvent, error) {
	if b.Event == nil {
		return sampleFor(c, bowline.EventType(b.EventType), now)
	}
	name, _ := b.Event["eventType"].(string)
	body, err := json.Marshal(b.Event)
	return scriptEvent{bowline.Event{EventType: bowline.EventType(name)}, body}, err
}

// sampleFor is the sample of a type, or else of the first one that the consumer
// lists and the catalogue has a sample of.
func sampleFor(c bowline.Consumer, t bowline.EventType, now time.Time) (scriptEvent, error) {
	wanted := []bowline.EventType{t}
	if t == "" {
		wanted = wanted[:0]
		for _, name := range c.EventTypes {
			wanted = append(wanted, bowline.EventType(name))
		}
		wanted = append(wanted, bowline.ConnectionConnected)
	}
	var err error
	for _, name := range wanted {
		var e bowline.Event
		if e, err = bowline.ExampleEvent(c.InstanceID, name, now); err == nil {
			body, err := json.Marshal(e)
			return scriptEvent{e, body}, err
		}
	}
	return scriptEvent{}, err
}
