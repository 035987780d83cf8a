package bowline

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// SettingsKind names settings whose former versions are kept.
type SettingsKind string

// The kinds.
const (
	SettingsLink         SettingsKind = "link"
	SettingsBranding     SettingsKind = "branding"
	SettingsProfile      SettingsKind = "profile"
	SettingsOrigins      SettingsKind = "origins"
	SettingsDeprecations SettingsKind = "deprecations"
)

// SettingsKinds lists them.
func SettingsKinds() []SettingsKind {
	return []SettingsKind{SettingsLink, SettingsBranding, SettingsProfile, SettingsOrigins, SettingsDeprecations}
}

// MaxSettingsVersions is how many former versions of each kind are kept.
const MaxSettingsVersions = 100

// SettingsVersion is how settings were before a change. To restore it undoes
// that change, and those after it.
type SettingsVersion struct {
	ID         ID
	InstanceID ID
	Kind       SettingsKind
	At         time.Time // of the change
	Actor      Actor     // who made it
	ByName     string    // of a person
	Changed    []string  // members, with dots; see [ChangedMembers]
	Body       []byte    // JSON of the settings before
	Secret     string    // the authorization header for alerts, of a profile
}

// maxChanged bounds how many members are named.
const maxChanged = 40

// ChangedMembers names the members in which two values of the same type differ
// in JSON, such as sourceTypes.banking.enabled; lists differ as a whole. Sorted,
// and never nil.
func ChangedMembers(before, after any) ([]string, error) {
	var trees [2]any
	for i, v := range []any{before, after} {
		text, err := json.Marshal(v)
		if err == nil {
			err = json.Unmarshal(text, &trees[i])
		}
		if err != nil {
			return nil, fmt.Errorf("compare settings: %w", err)
		}
	}
	list := []string{}
	differ(trees[0], trees[1], "", &list)
	slices.Sort(list)
	return list[:min(len(list), maxChanged)], nil
}

func differ(a, b any, at string, list *[]string) {
	x, isObject := a.(map[string]any)
	y, both := b.(map[string]any)
	if !isObject || !both {
		// What is left out is nothing, like an empty list or text.
		if !reflect.DeepEqual(a, b) && !(nothing(a) && nothing(b)) {
			*list = append(*list, at)
		}
		return
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(x)), maps.Keys(y))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		inside := name
		if at != "" {
			inside = at + "." + name
		}
		differ(x[name], y[name], inside, list)
	}
}

func nothing(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case string:
		return t == ""
	case []any:
		return len(t) == 0
	case bool:
		return !t
	}
	return false
}
