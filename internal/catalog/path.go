package catalog

import (
	"encoding/json"
	"strconv"
	"strings"
)

// At follows a dotted path through objects and, by number, arrays. A member
// whose name holds dots itself can be the last one. An empty path is the value
// itself; nil when the path leads nowhere.
func At(value any, path string) any {
	if path == "" {
		return value
	}
	for rest, more := path, true; more; {
		var part string
		part, rest, more = cut(value, rest)
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

// cut takes the first part off a path, or all of it where the object has a member
// of that name, as "@odata.nextLink" is one.
func cut(value any, path string) (part, rest string, more bool) {
	if object, is := value.(map[string]any); is {
		if _, whole := object[path]; whole {
			return path, "", false
		}
	}
	return strings.Cut(path, ".")
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
