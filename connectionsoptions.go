package bowline

import "encoding/json"

// ConnectionsOptions are what the host page of the Connections SDK asks for
// (link.md 3.1).
type ConnectionsOptions struct {
	// DataTypes are listed where a connection is ended or brought back, Markdown;
	// of a source type that is absent, nothing is.
	DataTypes map[SourceType][]string
}

// connectionsTextKey is the one text of each source type, without its name in front.
const connectionsTextKey = ".connectionDetails.dataTypes"

// ParseConnectionsOptions reads those options, as lenient as [ParseLinkOptions].
func ParseConnectionsOptions(text json.RawMessage) (ConnectionsOptions, []string, error) {
	var p optionParser
	var nonce *string
	types := map[SourceType][]string{}
	keys := map[string]func(json.RawMessage){}
	for _, t := range textTypes {
		key := t.name + connectionsTextKey
		keys[key] = func(v json.RawMessage) {
			var list []string
			p.list("options.text: "+key, &list)(v)
			types[t.of] = list
		}
	}
	warnings, err := p.parse(text, func(v json.RawMessage) {
		p.object("options", v, map[string]func(json.RawMessage){
			"text":  func(v json.RawMessage) { p.object("options.text", v, keys) },
			"nonce": func(v json.RawMessage) { p.value("options.nonce", "a text", v, &nonce) }, // of the browser
		})
	})
	if err != nil {
		return ConnectionsOptions{}, nil, err
	}
	return ConnectionsOptions{DataTypes: types}, warnings, nil
}
