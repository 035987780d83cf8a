package bowline

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseConnectionsOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		want     map[SourceType][]string
		warnings string
		refused  string
	}{
		{text: ``, want: map[SourceType][]string{}},
		{text: `null`, want: map[SourceType][]string{}},
		{text: `{"nonce":"abc","text":null}`, want: map[SourceType][]string{}},
		{text: `{"text":{"accounting.connectionDetails.dataTypes":["**Invoices**","a\u0000b"],"banking.connectionDetails.dataTypes":[]}}`,
			want: map[SourceType][]string{Accounting: {"**Invoices**", "ab"}, Banking: {}}, warnings: "control characters"},
		{text: `{"theme":{},"text":{"main.title":"x"}}`, want: map[SourceType][]string{}, warnings: `"main.title"|"theme"`},
		{text: `{"text":{"commerce.connectionDetails.dataTypes":"Orders"}}`, refused: "commerce.connectionDetails.dataTypes must be a list"},
		{text: `{"text":[]}`, refused: "options.text must be an object"},
		{text: `[]`, refused: "options must be an object"},
		{text: `{"nonce":"` + strings.Repeat("x", maxOptions) + `"}`, refused: "at most 32768 bytes"},
	} {
		got, warnings, err := ParseConnectionsOptions(json.RawMessage(c.text))
		if c.refused != "" {
			if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%.80s: %v, not %q", c.text, err, c.refused)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got.DataTypes, c.want) {
			t.Errorf("%s: %v, %v", c.text, got.DataTypes, err)
		}
		all := strings.Join(warnings, "|")
		for part := range strings.SplitSeq(c.warnings, "|") {
			before, after, found := strings.Cut(all, part)
			if !found || c.warnings == "" && before+after != "" {
				t.Errorf("%s: warnings %q", c.text, all)
			}
		}
	}
}
