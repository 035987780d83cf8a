package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

// The closed lists of platform-api section 2.1; clients refuse other values.
var (
	sourceTypes = []string{
		string(bowline.Accounting), string(bowline.Banking), string(bowline.BankFeed), string(bowline.Commerce),
		string(bowline.Expense), string(bowline.Other), string(bowline.Unknown),
	}
	statuses = []string{
		string(bowline.PendingAuth), string(bowline.Linked), string(bowline.Unlinked), string(bowline.Deauthorized),
	}
)

var envelopeType = reflect.TypeFor[rest.Envelope]()

// The root types are strings that say nothing to huma; these stand in for them
// when the document is made. They are never decoded.
type (
	uuidText       struct{}
	sourceTypeText struct{}
	statusText     struct{}
)

// Schema describes a UUID.
func (uuidText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// Schema lists the source types.
func (sourceTypeText) Schema(huma.Registry) *huma.Schema { return enumOf(sourceTypes) }

// Schema lists the states of a connection.
func (statusText) Schema(huma.Registry) *huma.Schema { return enumOf(statuses) }

func enumOf(values []string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}

func registerAliases(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[bowline.ID](), reflect.TypeFor[uuidText]())
	r.RegisterTypeAlias(reflect.TypeFor[bowline.SourceType](), reflect.TypeFor[sourceTypeText]())
	r.RegisterTypeAlias(reflect.TypeFor[bowline.Status](), reflect.TypeFor[statusText]())
}

// schemaName gives schemas the names that the contract's own documents use
// where ours differ.
func schemaName(t reflect.Type, hint string) string {
	switch name := huma.DefaultSchemaNamer(t, hint); {
	case name == "Envelope":
		return "ErrorMessage"
	case strings.HasPrefix(name, "PageOf"):
		return strings.TrimPrefix(name, "PageOf") + "Page"
	default:
		return name
	}
}

// fieldNotes describes the members of the root types, which know nothing of
// documents: by schema and member.
var fieldNotes = map[string]map[string]string{
	"Company": {
		"id":                           "Id of the company.",
		"name":                         "Name, without the characters that names cannot have.",
		"description":                  "Free text; absent when there is none.",
		"platform":                     "Always empty. Kept for old clients.",
		"redirect":                     "Link URL: where this company's owner connects their software.",
		"lastSync":                     "End of the latest read of data; absent before the first.",
		"created":                      "When the company was created, UTC.",
		"createdByUserName":            "Who created the company, if a person did.",
		"products":                     "Identifiers of the enabled products.",
		"tags":                         "Labels; absent when there are none.",
		"referenceParentCompany":       "The company that this one belongs to; absent when there is none.",
		"referenceSubsidiaryCompanies": "The companies that belong to this one.",
		"ownerUserIds":                 "Ids of the Portal users in charge.",
		"dataConnections":              "The connections, oldest first. Deleted ones never appear.",
	},
	"Connection": {
		"id":                   "Id of the connection.",
		"integrationId":        "Id of the integration.",
		"integrationKey":       "Key of the integration: four lower-case letters.",
		"sourceId":             "Id of the source of data.",
		"sourceType":           "Kind of records that the integration holds.",
		"platformName":         "Name of the integration.",
		"linkUrl":              "Where this connection is authorized, straight at the provider.",
		"status":               "Where the connection stands.",
		"lastSync":             "End of the latest read of data; absent before the first.",
		"created":              "When the connection was created, UTC.",
		"dataConnectionErrors": "Failed attempts and lost authorizations; absent when there are none.",
		"connectionInfo":       "Facts about the connection that depend on the integration.",
	},
	"Erasure": {
		"id":             "Id of the proof.",
		"instanceId":     "Id of the instance, which the hash holds.",
		"number":         "1 for the first of the instance, then one more each time.",
		"kind":           "connection or company.",
		"companyId":      "The company that was erased, or that the connection belonged to.",
		"connectionId":   "The connection that was erased; absent for a company.",
		"integrationKey": "Its integration; absent for a company.",
		"erasedAt":       "When, UTC.",
		"actor":          "On whose behalf: customer, system, provider, or key: and the id of an API key.",
		"correlationId":  "Correlation id of the request; absent when there was none.",
		"erased":         "How much was erased, by kind.",
		"consents":       "SHA-256 of each consent that was erased. docs/operating.md says over what.",
		"previousHash":   "hash of the proof before this one; empty for the first.",
		"hash":           "SHA-256 of this proof. docs/operating.md says over what.",
		"grantOutcome":   "Whether the access was ended at the provider: waiting, revoked, disconnected, kept (another connection uses it), unsupported, over (it had ended before) or abandoned. Absent when there was none. It is not part of the hash.",
		"grantEndedAt":   "When that was known, UTC.",
	},
	"ErasureCheck": {
		"count":    "How many proofs there are.",
		"headHash": "hash of the last one; empty without any.",
		"intact":   "The chain is as it was written.",
		"faults":   "Where it is not, at most 100 places.",
	},
	"ErasureFault": {
		"number":  "Number of the proof.",
		"problem": "What does not fit.",
	},
	"ConnectionError": {
		"statusCode":    "HTTP status as a string: 403 cancelled, 500 failed, 501 not offered, 401 revoked.",
		"statusText":    "What happened, in short.",
		"errorMessage":  "What happened, for people.",
		"erroredOnUtc":  "When, UTC.",
		"status":        "Active or Resolved; absent when it does not apply.",
		"resolvedOnUtc": "When it was resolved, UTC; absent until then.",
	},
	"Integration": {
		"key":                "Four lower-case letters.",
		"logoUrl":            "Picture of the integration.",
		"name":               "Name that customers see.",
		"enabled":            "Whether customers can choose it.",
		"sourceId":           "Id of the source of data.",
		"sourceType":         "Kind of records that the integration holds.",
		"integrationId":      "Id of the integration.",
		"isOfflineConnector": "Whether data arrives as files.",
		"isBeta":             "Whether it is offered with a warning.",
		"dataProvidedBy":     "The company behind the data.",
	},
	"Profile": {
		"name":               "Name of the instance; customers see it.",
		"redirectUrl":        "Where customers go at the end of the journey. Placeholders such as {companyId} are filled in.",
		"logoUrl":            "Logo, absolute URL.",
		"iconUrl":            "Icon, absolute URL.",
		"whiteListUrls":      "URLs whose origins a placeholder in the host of redirectUrl may lead to. Empty: none.",
		"alertAuthHeader":    "Kept for old clients.",
		"confirmCompanyName": "Kept for old clients.",
	},
	"AllowedOrigins": {
		"allowedOrigins": "Origins such as https://app.example.com, without a path.",
	},
	"APIKey": {
		"id":          "Id of the key.",
		"name":        "What the key is for.",
		"apiKey":      "The secret. In the answer to creation only: it cannot be read again.",
		"createdDate": "When the key was created, UTC.",
		"permissions": "What the key may do with the grants behind connections: credentials, proxy, export; absent for none of them.",
		"prefix":      "First characters of the secret, to recognize it by.",
		"lastUsed":    "When it was used last, to the minute, UTC; absent when it was not.",
		"expires":     "When it ends, UTC; absent when it does not. A key that has ended is refused like an unknown one.",
		"createdBy":   "Name of the person who created it; absent when no person did.",
		"makerGone":   "true when this person could not create it any more: they were removed, disabled or given a lesser role. The key works on.",
	},
	"Credentials": { //nolint:gosec // sentences, not credentials
		"type":        "oauth for a token, credentials for what the customer typed.",
		"accessToken": "The access token, good for a minute or more.",
		"tokenType":   "How to send it, usually Bearer.",
		"expiresAt":   "When it ends, UTC; absent when it does not or nobody tells.",
		"scopes":      "What it allows; absent when nobody tells.",
		"tenantId":    "The organization at the provider that the connection leads to; absent when none is told.",
		"credentials": "What the customer typed, by the names of the form.",
		"values":      "What else requests need, such as the id of a company file.",
		"apiUrl":      "Where the provider's API begins for this connection; absent when the integration does not say.",
	},
	"TimelineEntry": {
		"id":            "Id of the line.",
		"at":            "When, UTC; for access the first of the hour.",
		"type":          "transition: the state changed. note: something happened that left it. consent: a person agreed. access: an API key used the grant.",
		"trigger":       "What caused it, such as link or unlink; absent for consent and access.",
		"from":          "State before; absent before the first.",
		"to":            "State after.",
		"reason":        "Why, in a sentence; absent when nothing more is known.",
		"actor":         "On whose behalf: customer, provider, system, or key: and the id of an API key.",
		"correlationId": "Finds the request in the logs; absent when there was none.",
		"consent":       "What a person agreed to; for consent only.",
		"access":        "What an API key did; for access only.",
	},
	"TimelineConsent": {
		"kind":        "connect before a connection is made, additional for a further use.",
		"textVersion": "SHA-256 of the text that was shown, hex.",
		"locale":      "Language in which it was shown.",
		"dataTypes":   "The kinds of data that it named.",
	},
	"TimelineAccess": {
		"permission": "Which use: credentials, proxy or export.",
		"requests":   "How many within the hour.",
		"failed":     "How many of them were refused by the provider or broke off.",
		"until":      "The latest of them, UTC.",
	},
	"ConsumerChange": {
		"id":        "Id of the line.",
		"at":        "When, UTC.",
		"what":      "What happened: Created, Updated, Enabled, Disabled or SecretRotated.",
		"reason":    "Why; absent when somebody decided it.",
		"actor":     "Who did it: system for Bowline itself.",
		"actorName": "Name of the person or the key, as long as they are known.",
	},
	"ErrorMessage": {
		"statusCode":        "The HTTP status.",
		"service":           "Part of the system that answered.",
		"error":             "What is wrong, in one sentence.",
		"correlationId":     "Finds the request in the logs; also in the header X-Correlation-Id.",
		"canBeRetried":      "Whether the same request may succeed later: True, False or Unknown.",
		"detailedErrorCode": "Always 0.",
		"validation":        "What exactly was wrong; absent when there is nothing to list.",
	},
}

// fieldFormats are formats that the Go types do not tell.
var fieldFormats = map[string]map[string]string{
	"Company":        {"redirect": "uri"},
	"Connection":     {"linkUrl": "uri"},
	"Integration":    {"logoUrl": "uri"},
	"ReferenceLinks": {"portal": "uri"},
}
