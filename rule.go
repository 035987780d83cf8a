package bowline

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// Limits of rules; the contract names none.
const (
	MaxRules      = 500
	MaxRuleEmails = 50
	maxRuleEmail  = 254
)

// Rule is what clients of before webhook consumers asked to be told of
// (platform-api section 8, webhooks.md section 9). Rules are kept so that those
// clients work; nothing is sent for them.
type Rule struct {
	ID         ID            `json:"id"`
	InstanceID ID            `json:"-"`
	Type       string        `json:"type"` // as it was given
	CompanyID  ID            `json:"companyId,omitempty"`
	Notifiers  RuleNotifiers `json:"notifiers"`
	Created    time.Time     `json:"-"`
}

// RuleNotifiers say who is to be told, and how.
type RuleNotifiers struct {
	Emails  []string `json:"emails,omitempty"`
	Webhook string   `json:"webhook,omitempty"`
}

// ruleTypes are the types of rules, in the form that foldRule makes.
var ruleTypes = map[string]bool{
	"dataconnectionstatuschanged": true, "newcompanysynchronized": true, "datasynccompleted": true, "datasetdatachanged": true,
	"datasyncstatuschangedtoerror": true, "pushoperationstatuschanged": true, "pushoperationtimedout": true,
	"accountcategoriesupdated": true, "syncconnectiondeleted": true, "synccompleted": true, "syncfailed": true,
	"ratelimitreached": true, "ratelimitreset": true, "clientratelimitreached": true, "clientratelimitreset": true,
}

// foldRule makes one of the spellings that are in use: with blanks or without,
// in any case, British or American, with parentheses at the end.
func foldRule(name string) string {
	name = strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(name, "()"), " ", ""))
	return strings.ReplaceAll(name, "synchronised", "synchronized")
}

// Validate refuses a rule outside the limits, and one that would tell nobody.
// allowHTTP permits plain http, as for consumers.
func (r *Rule) Validate(allowHTTP bool) error {
	if len(r.Type) > maxEventTypeLength || !ruleTypes[foldRule(r.Type)] {
		return Errorf(CodeInvalid, "type is not a type of rule.")
	}
	n := r.Notifiers
	if n.Webhook == "" && len(n.Emails) == 0 {
		return Errorf(CodeInvalid, "notifiers must name a webhook or an email address.")
	}
	if n.Webhook != "" {
		u, err := url.Parse(n.Webhook)
		if err != nil || u.Host == "" || len(n.Webhook) > MaxConsumerURL || u.User != nil ||
			(u.Scheme != "https" && !(allowHTTP && u.Scheme == "http")) {
			return Errorf(CodeInvalid, "notifiers.webhook must be an absolute https URL without credentials.")
		}
	}
	if len(n.Emails) > MaxRuleEmails {
		return Errorf(CodeInvalid, "notifiers.emails has at most %d entries.", MaxRuleEmails)
	}
	for _, address := range n.Emails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address || len(address) > maxRuleEmail {
			return Errorf(CodeInvalid, "notifiers.emails holds email addresses, without names.")
		}
	}
	return nil
}
