package rest

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
)

type tongueKey struct{}

// Speak has the answers to the request of ctx say their sentences as say puts
// them: in the language of whoever reads them. Logs go on in English.
func Speak(ctx context.Context, say func(english string) string) context.Context {
	return context.WithValue(ctx, tongueKey{}, say)
}

// Said is a sentence of ours as the answer to the request of ctx says it: as it
// is, unless Speak has a say.
func Said(ctx context.Context, english string) string {
	if say, ok := ctx.Value(tongueKey{}).(func(string) string); ok && english != "" {
		return say(english)
	}
	return english
}

// In returns the envelope as the answer to the request of ctx says it. What is
// logged is the envelope before.
func (e Envelope) In(ctx context.Context) Envelope {
	if _, ok := ctx.Value(tongueKey{}).(func(string) string); !ok {
		return e
	}
	e.Message = Said(ctx, e.Message)
	if e.Validation != nil {
		// A copy: the items may be those of an error that all requests share.
		e.Validation = &Validation{said(ctx, e.Validation.Errors), said(ctx, e.Validation.Warnings)}
	}
	return e
}

func said(ctx context.Context, items []bowline.ValidationItem) []bowline.ValidationItem {
	items = slices.Clone(items)
	for i := range items {
		items[i].Message = Said(ctx, items[i].Message)
	}
	return items
}
