package bowline

import (
	"strings"
	"testing"
)

func TestRuleValidate(t *testing.T) {
	t.Parallel()
	hook := RuleNotifiers{Webhook: "https://app.example/alerts?key=1"}
	for _, name := range []string{
		"DataConnectionStatusChanged", "Data connection status changed", "New company synchronized", "New company synchronised", "NewCompanySynchronised",
		"Data sync completed", "Dataset data changed", "Data Sync Status Changed To Error", "Push Operation Status Changed()", "Push Operation Status Changed",
		"Push Operation Timed Out", "Account Categories Updated", "Sync Connection Deleted", "Sync Completed", "Sync Failed", "Rate Limit Reached", "Rate Limit Reset",
	} {
		if err := (&Rule{Type: name, Notifiers: hook}).Validate(false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What consumers accept of these names, rules accept too.
	for _, name := range legacyEventTypes {
		if err := (&Rule{Type: name, Notifiers: hook}).Validate(false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for about, r := range map[string]Rule{
		"no type":           {Notifiers: hook},
		"unknown type":      {Type: "sekret", Notifiers: hook},
		"a type of today":   {Type: "connection.connected", Notifiers: hook},
		"nobody":            {Type: "Sync Failed"},
		"plain http":        {Type: "Sync Failed", Notifiers: RuleNotifiers{Webhook: "http://sekret.example"}},
		"credentials":       {Type: "Sync Failed", Notifiers: RuleNotifiers{Webhook: "https://sekret@a.example"}},
		"no address":        {Type: "Sync Failed", Notifiers: RuleNotifiers{Emails: []string{"sekret"}}},
		"a name":            {Type: "Sync Failed", Notifiers: RuleNotifiers{Emails: []string{"Sekret <a@b.example>"}}},
		"too many to write": {Type: "Sync Failed", Notifiers: RuleNotifiers{Emails: strings.Split(strings.Repeat("a@b.example ", MaxRuleEmails)+"a@b.example", " ")}},
	} {
		if err := r.Validate(false); CodeOf(err) != CodeInvalid || strings.Contains(strings.ToLower(err.Error()), "sekret") {
			t.Errorf("%s: %v", about, err)
		}
	}
	r := Rule{Type: "Sync Failed", Notifiers: RuleNotifiers{Webhook: "http://127.0.0.1:1/x", Emails: []string{"a@b.example"}}}
	if err := r.Validate(true); err != nil {
		t.Errorf("where plain http is allowed: %v", err)
	}
}
