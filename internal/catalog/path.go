package catalog

import (
	"encoding/json"
	"strconv"
	"strings"
)

// At follows a dotted path through objects and, by number, arrays. An empty
// path is the value itself; nil when the path leads nowhere.
func At(value any, path string) any {
	if path == "" {
		return value
	}
	for _, part := range strings.Split(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(container) {
				return nil
			}
			value = container[index]
		default:
			return nil
		}
	}
	return value
}

// Text returns a string, or a number or boolean as it was written; "" for
// anything else.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
