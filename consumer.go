package bowline

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of webhook consumers (platform-api section 8).
const (
	MaxConsumers       = 50 // of an instance, unless its operator chose otherwise
	MaxConsumerTags    = 10
	MaxConsumerTag     = 128
	MaxConsumerURL     = 2048
	MaxConsumerEvents  = 100
	maxEventTypeLength = 128
)

// Consumer is an endpoint of the fintech that will be told of events. The
// store seals its secrets: Secret, FormerSecret, Headers and ClientCertificate.
// None of them is encoded, but for Secret in the answer to creation.
type Consumer struct {
	ID          ID        `json:"id"`
	InstanceID  ID        `json:"-"`
	URL         string    `json:"url"`
	EventTypes  []string  `json:"eventTypes"`
	Disabled    bool      `json:"disabled"`
	CompanyTags []string  `json:"companyTags,omitempty"`
	CompanyID   ID        `json:"companyId,omitempty"`
	Secret      string    `json:"signingSecret,omitempty"`
	Created     time.Time `json:"-"`

	// FormerSecret signs beside Secret until FormerUntil, after a rotation.
	FormerSecret string    `json:"-"`
	FormerUntil  time.Time `json:"-"`
	// Headers go with every delivery, such as Authorization.
	Headers map[string]string `json:"-"`
	// RateLimit is in messages per second; 0 is none.
	RateLimit int `json:"-"`
	// ClientCertificate proves to the endpoint who calls; may be empty.
	ClientCertificate ClientCertificate `json:"-"`
	// Transformation changes what is sent.
	Transformation Transformation `json:"-"`
	// DisabledReason is why, where it was not by hand.
	DisabledReason string `json:"-"`
	// Health is kept by the deliveries; FailingSince of it is worth showing.
	Health ConsumerHealth `json:"-"`
	// Updated is when somebody changed it last; Version grows with it.
	Updated time.Time `json:"-"`
	Version int64     `json:"-"`
}

// String never prints the secret.
func (c Consumer) String() string { return "Consumer[" + string(c.ID) + "]" }

// GoString never prints the secret.
func (c Consumer) GoString() string { return c.String() }

// Validate refuses a consumer outside the limits, and brings legacy spellings
// of event types to their compact form (webhooks.md section 7). allowHTTP permits plain http
// for deployments that were configured so.
func (c *Consumer) Validate(allowHTTP bool) error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || len(c.URL) > MaxConsumerURL || u.User != nil ||
		(u.Scheme != "https" && !(allowHTTP && u.Scheme == "http")) {
		return Errorf(CodeInvalid, "url must be an absolute https URL without credentials.").At("url")
	}
	if len(c.EventTypes) == 0 || len(c.EventTypes) > MaxConsumerEvents {
		return Errorf(CodeInvalid, "eventTypes must name at least one event type.").At("eventTypes")
	}
	for i, t := range c.EventTypes {
		if legacy, ok := legacyEventType(t); ok {
			c.EventTypes[i] = legacy
			continue
		}
		if !KnownEventType(t) {
			return Errorf(CodeInvalid, "eventTypes holds a type that is not in the catalogue.").At("eventTypes")
		}
	}
	if len(c.CompanyTags) > MaxConsumerTags {
		return Errorf(CodeInvalid, "companyTags has at most %d entries.", MaxConsumerTags).At("companyTags")
	}
	for _, tag := range c.CompanyTags {
		if utf8.RuneCountInString(tag) > MaxConsumerTag || !strings.Contains(tag, ":") {
			return Errorf(CodeInvalid, "companyTags holds entries of the form key:value with at most %d characters.", MaxConsumerTag).At("companyTags")
		}
	}
	return c.validateDelivery()
}

// otherEventTypes can be subscribed to although Bowline does not record them:
// webhooks.md sections 2.1, 2.2 and 9 list them, and teams that move here send
// the list that they have.
var otherEventTypes = map[string]bool{
	"client.rateLimit.reached": true, "client.rateLimit.reset": true,
	"read.completed": true, "read.completed.initial": true, "read.completed.successful": true, "read.completed.unsuccessful": true,
	"bankFeeds.sourceAccount.connected": true, "bankFeeds.sourceAccount.disconnected": true,
	"expenses.sync.successful": true, "expenses.sync.unsuccessful": true, "AccountCategoriesUpdated": true,
}

// legacyEventTypes are the names of webhooks.md section 9.
var legacyEventTypes = []string{
	"DataConnectionStatusChanged", "NewCompanySynchronized", "DataSyncCompleted", "DatasetDataChanged",
	"DataSyncStatusChangedToError", "PushOperationStatusChanged", "PushOperationTimedOut", "SyncConnectionDeleted",
	"SyncCompleted", "SyncFailed", "ClientRateLimitReached", "ClientRateLimitReset",
}

// legacyEventType returns the compact form of a legacy name, which old clients
// also write with spaces and in another case.
func legacyEventType(t string) (string, bool) {
	compact := strings.ReplaceAll(t, " ", "")
	for _, name := range legacyEventTypes {
		if strings.EqualFold(name, compact) {
			return name, true
		}
	}
	return "", false
}

// KnownEventType says whether a consumer may subscribe to a type: one that is
// recorded, one of the wider catalogue, or one of its open patterns.
func KnownEventType(t string) bool {
	if len(t) > maxEventTypeLength {
		return false
	}
	switch EventType(t) {
	case CompanyCreated, CompanyDeleted, CompanyProductAdded, CompanyProductRemoved,
		ConnectionCreated, ConnectionConnected, ConnectionFailed, ConnectionDisconnected,
		ConnectionReconnected, ConnectionDeleted:
		return true
	}
	if _, legacy := legacyEventType(t); legacy || otherEventTypes[t] {
		return true
	}
	for _, suffix := range []string{".read.completed", ".write.successful", ".write.unsuccessful"} {
		if name, found := strings.CutSuffix(t, suffix); found && name != "" {
			return true
		}
	}
	return (strings.HasPrefix(t, "reports.") || strings.HasPrefix(t, "report.")) && strings.Contains(t, ".generate.")
}

// Wants says whether a consumer is to be told of an event (webhooks.md sections
// 7 and 11). A disabled one is not, and tags and company choose among events
// of companies only.
func (c *Consumer) Wants(e *Event) bool {
	if c.Disabled || c.InstanceID != e.InstanceID || !slices.Contains(c.EventTypes, string(e.EventType)) {
		return false
	}
	if e.CompanyID == "" {
		return true
	}
	if c.CompanyID != "" && c.CompanyID != e.CompanyID {
		return false
	}
	if len(c.CompanyTags) == 0 {
		return true
	}
	for key, value := range e.CompanyTags {
		if slices.Contains(c.CompanyTags, key+":"+value) {
			return true
		}
	}
	return false
}
