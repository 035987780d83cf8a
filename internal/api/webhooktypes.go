package api

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

// EventTypes is the catalogue of events.
type EventTypes struct {
	Results []EventTypeEntry `json:"results" doc:"All types; names of retired rules are accepted too and not listed."`
}

// EventTypeEntry is what may be subscribed to, and what is sent then.
type EventTypeEntry struct {
	EventType   string         `json:"eventType" doc:"The name. One name in braces stands for any text: invoices.write.successful is a {dataType}.write.successful."`
	Description string         `json:"description" doc:"When it is sent."`
	Recorded    bool           `json:"recorded" doc:"Whether Bowline sends it by itself. Others can be subscribed to, and sent as an example."`
	Schema      map[string]any `json:"schema" doc:"JSON Schema (draft 2020-12) of the whole event."`
	Sample      map[string]any `json:"sample" doc:"An event that the schema accepts."`
}

type eventTypesOutput struct{ Body EventTypes }

func (a *API) listEventTypes(ctx context.Context, _ *struct{}) (*eventTypesOutput, error) {
	list := []EventTypeEntry{}
	for _, d := range bowline.EventCatalogue() {
		entry := EventTypeEntry{EventType: d.EventType, Description: rest.Said(ctx, d.Description), Recorded: d.Recorded}
		if err := unmarshal(d.Schema, &entry.Schema); err != nil {
			return nil, err
		}
		if err := unmarshal(d.Sample, &entry.Sample); err != nil {
			return nil, err
		}
		list = append(list, entry)
	}
	return &eventTypesOutput{EventTypes{list}}, nil
}
