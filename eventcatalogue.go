package bowline

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// EventDescription is an entry of the catalogue of events (webhooks.md section
// 2): what a consumer may subscribe to, and what it will be sent.
type EventDescription struct {
	// EventType is the name, or a pattern: one name in braces stands for any
	// text, as in {dataType}.write.successful.
	EventType   string `json:"eventType"`
	Description string `json:"description"`
	// Recorded says that Bowline sends events of the type itself. The others can
	// be subscribed to, so that a list from elsewhere is good here.
	Recorded bool `json:"recorded"`
	// Schema is a JSON Schema (draft 2020-12) of the whole event, without
	// references to anything outside.
	Schema json.RawMessage `json:"schema"`
	// Sample is a whole event that the schema accepts.
	Sample json.RawMessage `json:"sample"`
}

// EventCatalogue lists the types of events. The names of the retired rules
// (webhooks.md section 9) are accepted from consumers and not listed. The list
// is shared: nobody may change it.
func EventCatalogue() []EventDescription { return readCatalogue() }

// DescribeEvent finds the entry for a type, by name or by pattern.
func DescribeEvent(t EventType) (EventDescription, bool) {
	for _, d := range EventCatalogue() {
		if d.matches(string(t)) {
			return d, true
		}
	}
	return EventDescription{}, false
}

// ExampleEvent makes an event out of the sample of a type. It is about no
// company of the instance, and not recorded. Types without a sample are refused
// as CodeInvalid.
func ExampleEvent(instance ID, t EventType, now time.Time) (Event, error) {
	found, ok := DescribeEvent(t)
	if !ok || !KnownEventType(string(t)) {
		return Event{}, Errorf(CodeInvalid, "eventType is not a type that the catalogue has a sample of.")
	}
	var sample Event
	if err := json.Unmarshal(found.Sample, &sample); err != nil {
		return Event{}, fmt.Errorf("read sample of %s: %w", found.EventType, err)
	}
	return Event{ID: NewID(now), InstanceID: instance, EventType: t, GeneratedDate: now, Payload: sample.Payload}, nil
}

// pattern splits a name around its braces; variable is false without any.
func (d EventDescription) pattern() (before, after string, variable bool) {
	before, rest, variable := strings.Cut(d.EventType, "{")
	_, after, _ = strings.Cut(rest, "}")
	return before, after, variable
}

func (d EventDescription) matches(t string) bool {
	before, after, variable := d.pattern()
	if !variable {
		return t == d.EventType
	}
	return len(t) > len(before)+len(after) && strings.HasPrefix(t, before) && strings.HasSuffix(t, after)
}

//go:embed eventcatalogue.json
var catalogueFile []byte

// Members of samples; a sample in the file is a payload alone.
const (
	sampleID        = "3a1d0c52-9b1e-4d57-8f0e-1c2b7e64a9d0"
	sampleGenerated = "2026-03-04T09:15:27.481Z"
	// sampleName fills the braces of a pattern.
	sampleName = "invoices"
)

// readCatalogue reads the embedded file once. A fault in it is a fault of the
// build, which the tests would have met.
var readCatalogue = sync.OnceValue(func() []EventDescription {
	var file struct {
		Definitions map[string]json.RawMessage
		Types       []struct {
			EventDescription
			Payload string
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(catalogueFile))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		panic("bowline: read the catalogue of events: " + err.Error())
	}
	list := make([]EventDescription, 0, len(file.Types))
	for _, t := range file.Types {
		d := t.EventDescription
		before, after, variable := d.pattern()
		name := d.EventType
		if variable {
			name = before + sampleName + after
		}
		d.Schema = eventSchema(d, t.Payload, file.Definitions)
		d.Sample = mustEncode(struct {
			ID            string          `json:"id"`
			EventType     string          `json:"eventType"`
			GeneratedDate string          `json:"generatedDate"`
			Payload       json.RawMessage `json:"payload"`
		}{sampleID, name, sampleGenerated, t.Sample})
		list = append(list, d)
	}
	return list
})

// eventSchema is the schema of the envelope (webhooks.md section 1) around a
// payload, with the definitions that it needs.
func eventSchema(d EventDescription, payload string, definitions map[string]json.RawMessage) json.RawMessage {
	type member map[string]any
	eventType := member{"const": d.EventType}
	if before, after, variable := d.pattern(); variable {
		literal := func(s string) string { return strings.ReplaceAll(s, ".", `\.`) }
		eventType = member{"type": "string", "pattern": "^" + literal(before) + ".+" + literal(after) + "$"}
	}
	return mustEncode(member{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": d.EventType, "description": d.Description,
		"type": "object", "required": []string{"id", "eventType", "generatedDate", "payload"},
		"properties": member{
			"id":            member{"type": "string", "format": "uuid", "description": "Id of the event, the same for all consumers."},
			"eventType":     eventType,
			"generatedDate": member{"type": "string", "format": "date-time", "description": "When it happened, UTC; the same on every attempt."},
			"payload":       member{"$ref": "#/$defs/" + payload},
		},
		"$defs": needed(payload, definitions),
	})
}

// needed picks a definition and those that it refers to, directly or not.
func needed(name string, all map[string]json.RawMessage) map[string]json.RawMessage {
	picked := map[string]json.RawMessage{}
	open := []string{name}
	for len(open) > 0 {
		next := open[0]
		open = open[1:]
		if picked[next] != nil {
			continue
		}
		picked[next] = all[next]
		for other := range all {
			if bytes.Contains(all[next], []byte(`"#/$defs/`+other+`"`)) {
				open = append(open, other)
			}
		}
	}
	return picked
}

func mustEncode(v any) json.RawMessage {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic("bowline: encode the catalogue of events: " + err.Error())
	}
	return encoded
}
