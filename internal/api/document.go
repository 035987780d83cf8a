package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
)

// Names of the security schemes in the document.
const (
	keyScheme   = "apiKey"
	tokenScheme = "companyAccessToken"
)

// The groups of operations, in the order of the document.
const (
	tagCompanies    = "Companies"
	tagConnections  = "Connections"
	tagEmbedding    = "Tokens and origins"
	tagIntegrations = "Integrations"
	tagProfile      = "Profile"
	tagLink         = "Link settings"
	tagKeys         = "API keys"
	tagWebhooks     = "Webhook consumers"
	tagRules        = "Rules"
	tagErasures     = "Erasures"
	tagPeople       = "People"
	tagMonitor      = "Monitor"
	tagDeprecations = "Deprecations"
)

var tags = []*huma.Tag{
	{Name: tagCompanies, Description: "Small businesses that share their books. Each has a Link URL, at which its owner connects the software that holds them."},
	{Name: tagConnections, Description: "One company's link to one integration, from pending to linked and, some day, unlinked."},
	{Name: tagEmbedding, Description: "Company access tokens for components in a browser, and the web origins that may use them."},
	{Name: tagIntegrations, Description: "The software that companies can connect, and how it is set up with its provider."},
	{Name: tagProfile, Description: "How this instance presents itself."},
	{Name: tagLink, Description: "How the journey looks and what it asks for. A page that embeds it can ask otherwise."},
	{Name: tagKeys, Description: "Keys for this API. A key's secret is shown once, when it is created."},
	{Name: tagPeople, Description: "The fintech's own people, how they sign in, and the instances in which they work. These operations are for people who are signed in to the Portal: there is no person behind an API key, and it is refused."},
	{Name: tagErasures, Description: "Proofs that connections and companies were deleted: when, by whom and how much, in a chain that shows when one of them is taken away or changed."},
	{Name: tagMonitor, Description: "What became of journeys, and what this API answered."},
	{Name: tagWebhooks, Description: "Endpoints that are told of events: what they want, what they were sent, and what became of it."},
	{Name: tagDeprecations, Description: "Parts of this API that are going to end. They are told a year ahead: their answers carry the headers Deprecation (RFC 9745), Sunset (RFC 8594) and Link, and they are marked here. After the date their operations answer 404 with a sentence that names what to use instead; an instance that opts in early has that at once, and can take it back until the date."},
	{Name: tagRules, Description: "What clients of before webhook consumers create. Rules are kept, and nothing is sent for them."},
}

// tagOf finds an operation's group by its path.
func tagOf(path string) string {
	switch {
	case peoplePath(path):
		return tagPeople
	case strings.HasSuffix(path, "/accessToken"), strings.HasSuffix(path, "corsSettings"):
		return tagEmbedding
	case strings.Contains(path, "/connections"):
		return tagConnections
	case strings.HasPrefix(path, "/companies"), strings.HasPrefix(path, "/directory"), path == "/settings/companies":
		return tagCompanies
	case strings.HasPrefix(path, "/integrations"), strings.HasPrefix(path, "/settings/integrations"):
		return tagIntegrations
	case strings.HasPrefix(path, "/profile"):
		return tagProfile
	case strings.HasPrefix(path, "/settings/access"):
		return tagKeys
	case strings.HasPrefix(path, "/settings/"):
		return tagLink
	case strings.HasPrefix(path, "/apiKeys"):
		return tagKeys
	case strings.HasPrefix(path, "/deprecations"):
		return tagDeprecations
	case strings.HasPrefix(path, "/rules"):
		return tagRules
	case strings.HasPrefix(path, "/monitor/"), strings.HasPrefix(path, "/requests"), path == "/gettingStarted":
		return tagMonitor
	case strings.HasPrefix(path, pathErasures):
		return tagErasures
	}
	return tagWebhooks
}

const introduction = `Create a company, send its owner to the Link URL in the answer, and read the connection that comes of it.

Authenticate with an API key: ` + "`Authorization: Basic`" + ` followed by the base64 form of the key. Times are UTC. Members that do not apply are left out rather than null. Clients should ignore members that they do not know: more may come.

Every answer carries the header ` + "`X-Correlation-Id`" + `, and every error the same id in its body. Links between pages are relative to the base URL of this API.`

// newDocument begins the document; registering operations fills it.
func newDocument(l bowline.Links, schemas huma.Registry) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Bowline Platform API", Version: "1", Description: introduction,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers: []*huma.Server{{URL: l.PublicURL + "/api"}},
		Tags:    tags,
		Components: &huma.Components{
			Schemas: schemas,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				keyScheme: {
					Type: "http", Scheme: "basic",
					Description: "Base64 of the API key alone, without user name and colon. Base64 of the key and a colon is accepted too.",
				},
				tokenScheme: {
					Type: "http", Scheme: "bearer",
					Description: "A company access token, from browsers on registered origins, for its own company.",
				},
			},
		},
	}
}

// errorMeanings describes the codes of errors (platform-api section 12.2).
var errorMeanings = map[int]string{
	400: "The request is malformed or refused.",
	401: "The API key is missing or not known.",
	402: "A limit is reached.",
	403: "The caller may not do this.",
	404: "It does not exist, or no longer.",
	409: "The present state does not allow this.",
	412: "It is no longer as the caller read it, and If-Match asks for that.",
	429: "Too many requests; slow down.",
	500: "A fault on our side.",
	502: "The provider broke off; whether it did what was asked is not known.",
	503: "Not available at the moment; try again later.",
}

// descriptions are the paragraphs below the titles of operations.
var descriptions = map[string]string{ //nolint:gosec // sentences, not credentials
	"list-companies":                          "Lists companies, oldest first. Filter with query and tags; both given must both hold. dataConnections.status looks into the connections: = holds when any of them matches, != when none does.",
	"create-company":                          "Creates a company. The answer holds its Link URL in redirect. References to a parent and to subsidiaries show on both sides; the companies must exist.",
	"get-company":                             "Reads one company with its connections.",
	"replace-company":                         "Replaces name, description and tags. What the body leaves out is cleared, references to other companies excepted; name is required.",
	"update-company":                          "Changes what the body gives and leaves the rest. An empty object of tags clears them.",
	"delete-company":                          "Deletes a company with its connections and all of their data, for good, and with subsidiaries also the companies below it.",
	"add-product":                             "Enables a product. Enabling it again changes nothing.",
	"remove-product":                          "Disables a product. Disabling it again changes nothing.",
	"refresh-product-data":                    "Refreshes the data behind a product that has its own pipeline. Standard products have none and are refused.",
	"get-webhook-activity":                    "Counts the attempts to deliver to a consumer by the hour or more. Each attempt counts, also one that is made again.",
	"get-auth-flow":                           "Counts what became of journeys: who began, started and succeeded, by kind of software, integration, device and language, and why visits came to nothing. Nothing in it tells who.",
	"export-auth-flow":                        "The same as a table with one figure a line (RFC 4180, UTF-8). No cell is a formula.",
	"list-requests":                           "Lists what was answered, the latest first: all requests to this API, and those of customers' browsers that something went wrong with. Queries, bodies and keys are not kept. Successful reads are sampled when there are many.",
	"get-request":                             "Reads one request by the correlation id that its answer carried, also one that nobody was recognized behind.",
	"get-getting-started":                     "Says which of the first steps with this instance are taken.",
	"get-company-access-token":                "Issues a token that is good for this company for one day.",
	"list-connections":                        "Lists the connections of a company, oldest first.",
	"create-connection":                       "Creates a pending connection. Its owner authorizes it at linkUrl.",
	"get-connection":                          "Reads one connection.",
	"delete-connection":                       "Deletes a connection with its tokens and data, for good. The answer is empty.",
	"unlink-connection":                       "Ends a linked connection. Its data stays, and it can be linked again at the same linkUrl.",
	"update-connection-authorization":         "Links a connection with tokens that you hold already. The provider is asked whether they work before anything is stored. Where they reach several organisations, tenantId names one.",
	"export-connection-authorization":         "Reads everything behind a connection, as the update of authorization takes it: handed to another Bowline, it links a connection there. For keys with the permission export; noted in the timeline. Where a provider replaces refresh tokens, two owners of one end each other: stop using the connection here first.",
	"get-connection-credentials":              "Reads a fresh access token, or what the customer typed. For keys with the permission credentials; noted in the timeline. Ask again rather than keep it: the answer is good for a minute or more, and renewing is Bowline's.",
	"check-connection":                        "Asks the provider at once whether the authorization still stands, as Bowline does by itself some times a day: tokens are refreshed where that is due, and organizations are listed again. Many requests for one sign-in are one question to the provider, at the pace that it takes. Nothing but its own word ends a connection.",
	"list-connection-timeline":                "Lists what happened to a connection, the latest first: every change of state with its reason and who caused it, what the customer agreed to, and which API keys used the grant, counted by the hour.",
	"proxy-get":                               "Sends a request to the provider's API with the credentials of the connection put in, and passes the answer on, whatever its status; the header Bowline-Answered-By is provider then. The path goes below the base that the integration's page names and cannot leave it. An answer of 401 renews the access once and sends the request again. For keys with the permission proxy; noted in the timeline.",
	"proxy-post":                              "As GET, with a body, which is streamed. Nothing is sent twice, except that a body of at most 1 MiB is sent again after a 401.",
	"proxy-put":                               "As POST.",
	"proxy-patch":                             "As POST.",
	"proxy-delete":                            "As GET.",
	"get-access-settings":                     "Reads which uses of the grants behind connections are switched on.",
	"set-access-settings":                     "Switches uses of the grants behind connections on and off, for all keys. Switching one on takes a key that has its permission.",
	"get-connection-management-access-token":  "Issues a token that is good for this company for one hour. Prefer the newer path.",
	"get-connection-management-cors-settings": "Reads the same list as the newer path.",
	"set-connection-management-cors-settings": "Replaces the same list as the newer path.",
	"get-cors-settings":                       "Reads the web origins whose pages may call with a company access token.",
	"set-cors-settings":                       "Replaces the list of web origins.",
	"list-integrations":                       "Lists the integrations in the order in which customers see them.",
	"get-integration":                         "Reads one integration.",
	"get-integrations-branding":               "Pictures to show an integration with.",
	"get-integration-setup-guide":             "What to register with the provider, and what to bring back from there.",
	"get-integration-setup":                   "Reads how an integration is set up, without secrets.",
	"set-integration-setup":                   "Replaces how an integration is set up. Enabled, order, sandbox and scopes that the body leaves out are as the integration's file says; registrations, values and secrets that it leaves out stay. The version must be the one that was read, or the answer is 409.",
	"delete-integration-setup":                "Removes registrations, values and all other choices: the integration is as its file says.",
	"start-integration-test":                  "Begins a test of an integration as it is set up, whether customers can choose it or not. Open the URL of the answer and sign in at the provider; nothing stays connected.",
	"get-integration-test":                    "Reads what a test has shown, for an hour: its steps, and each request with its answer, secrets masked.",
	"get-profile":                             "Reads the profile.",
	"update-profile":                          "Replaces the profile: what the body leaves out is cleared.",
	"get-link-settings":                       "Reads the settings of the journey; the defaults when none were set.",
	"set-link-settings":                       "Replaces the settings: what the body leaves out gets its default again.",
	"get-link-branding":                       "Reads the look of the journey. Name, logo and icon are in the profile.",
	"set-link-branding":                       "Replaces the look: what the body leaves out is cleared.",
	"set-branding-picture":                    "Takes the bytes of a picture: logo (PNG, JPEG, SVG or GIF, 10 MB), icon (ICO or PNG, 500 KB) or hero (PNG or JPEG, 10 MB). What it is, is told by its bytes. An SVG is written anew without anything that could run, fetch or refer to something outside. The profile's logoUrl or iconUrl, or the branding's heroUrl, shows it from then on.",
	"delete-branding-picture":                 "Lets the profile or the branding show no picture there. To bring it back, restore the settings.",
	"list-settings-history":                   "Lists who changed Link settings, branding, profile and allowed origins, and when; the latest first, 100 of each kind at most.",
	"restore-settings":                        "Brings settings back as they were before a change: restore the latest change of a kind to undo it. That is a change, too, and can be undone.",
	"preview-redirect":                        "Fills a redirect URL for each end of a visit, with sample values, and says what will stay empty. Nothing is saved; what is wrong with the URL is in error.",
	"preview-link":                            "Keeps a draft of settings for an hour and answers with a page that shows the journey with it, as customers would get it. Nothing is saved, and nothing that is done there is kept. With the id of an earlier answer the page shows the new draft.",
	"list-integration-settings":               "Lists all integrations with what staff decide about: whether customers can choose them, in which order, what is missing, and how many connections each has.",
	"set-integration-order":                   "Puts the integrations of a source type into the order in which customers see them, at once.",
	"list-api-keys":                           "Lists the keys, without their secrets.",
	"create-api-key":                          "Creates a key, ten at most. Keep the secret of the answer: it is not shown again.",
	"delete-api-key":                          "Deletes a key, be it the one that calls. The last one can go only where the configuration holds a bootstrap key.",
	"list-webhook-consumers":                  "Lists the consumers, without their signing secrets.",
	"create-webhook-consumer":                 "Creates a consumer, fifty at most. Keep the signing secret of the answer: lists do not show it.",
	"delete-webhook-consumer":                 "Deletes a consumer. What is still on its way to it is dropped.",
	"get-webhook-consumer":                    "Reads one consumer, without what is secret.",
	"update-webhook-consumer":                 "Changes what the body gives and leaves the rest. With a version, the answer is 409 when there is another one by now. disabled false switches a consumer on again: what is still scheduled then goes out.",
	"get-webhook-secret":                      "Reads the signing secret, and the former one while it is still valid.",
	"rotate-webhook-secret":                   "Makes a new signing secret, or takes the one of the body. The former one stays valid for 24 hours: until then deliveries carry both signatures.",
	"set-webhook-client-certificate":          "Sets the certificate that deliveries identify themselves with (mTLS). The private key cannot be read again.",
	"delete-webhook-client-certificate":       "Removes the client certificate.",
	"get-webhook-transformation":              "Reads the transformation; without any, an empty source that is switched off.",
	"set-webhook-transformation":              "Replaces the transformation: JavaScript that defines handler(webhook), is called for each attempt and returns the webhook, changed as it likes.",
	"delete-webhook-transformation":           "Removes the transformation.",
	"test-webhook-transformation":             "Runs a transformation without sending anything: the source of the body or else the stored one, on the event of the body or else a sample.",
	"list-erasures":                           "Lists what was deleted, the first first. Deleting a connection or a company erases it with its tokens, history and consents, and leaves such a proof.",
	"check-erasures":                          "Reads the whole chain of proofs and says whether it is as it was written. Keep a copy of headHash elsewhere now and then: a chain that was replaced as a whole does not hold it.",
	"list-webhook-messages":                   "Lists the messages of a consumer, the latest event first. They are kept for 90 days. One list looks through the latest 20,000 that from, to and before leave (of those that failed, where status asks for them); before in the answer says that there are more, and the last page's next link goes on with them.",
	"get-webhook-message":                     "Reads one message, and the event that it tells of as it is before any transformation.",
	"list-webhook-attempts":                   "Lists the attempts of a message, the latest first. They are kept for 30 days.",
	"get-webhook-attempt":                     "Reads one attempt with the request that was sent and the answer that came. Values of headers that an operator chose are hidden, and URLs have no query string.",
	"get-webhook-message-event":               "Reads the event that a message tells of, as it is before any transformation.",
	"list-webhook-consumer-history":           "Lists who changed a consumer and when, and when Bowline switched it off and why; the latest first, 200 at most.",
	"resend-webhook-message":                  "Sends a message once more at once, whatever became of it; one that waits for its first attempt is sent now. It keeps its webhook-id. While an attempt is under way the answer is 409. A disabled consumer is refused.",
	"recover-webhook-messages":                "Sends every message of events since a time that has failed so far once more, spaced out: also what was passed over while the consumer was disabled, and not what is under way. Each keeps its webhook-id. Where there is too much for one request, the answer says with which since to repeat it. A disabled consumer is refused.",
	"replay-webhook-messages":                 "Sends the events of the last two weeks that this consumer should get now and was never sent: it did not exist, was disabled, or did not list the type. Where there is too much for one request, the answer says with which since to repeat it.",
	"send-webhook-example":                    "Sends a sample of an event to a consumer. It appears among its messages.",
	"create-rule":                             "Keeps a rule of an old client. Nothing is sent for rules: create a webhook consumer instead.",
	"list-rules":                              "Lists the rules that old clients have created. Nothing is sent for them.",
	"get-webhook":                             "Reads one rule. Nothing is sent for it.",
	"list-webhook-event-types":                "Lists the types of events, each with a JSON Schema and a sample.",
	"list-deprecations":                       "Lists what is going to end, what ends first on top. What has ended is not listed.",
	"set-deprecation":                         "Lets a deprecation end early for this instance, or takes that back. It can be undone like other settings.",
}

// extensions are operations that the Platform API elsewhere does not have. The
// document marks them, so that nobody relies on them by accident.
var extensions = []string{
	"get-integration-setup-guide", "get-integration-setup", "set-integration-setup", "delete-integration-setup",
	"start-integration-test", "get-integration-test",
	"get-link-settings", "set-link-settings", "get-link-branding", "set-link-branding",
	"set-branding-picture", "delete-branding-picture", "list-settings-history", "restore-settings",
	"preview-redirect", "preview-link", "list-integration-settings", "set-integration-order",
	"export-connection-authorization", "get-connection-credentials", "check-connection", "list-connection-timeline",
	"proxy-get", "proxy-post", "proxy-put", "proxy-patch", "proxy-delete", "get-access-settings", "set-access-settings",
	"list-webhook-event-types", "get-webhook-consumer", "update-webhook-consumer", "get-webhook-secret", "rotate-webhook-secret",
	"set-webhook-client-certificate", "delete-webhook-client-certificate",
	"get-webhook-transformation", "set-webhook-transformation", "delete-webhook-transformation", "test-webhook-transformation",
	"list-erasures", "check-erasures",
	"list-deprecations", "set-deprecation",
	"get-webhook-activity", "get-auth-flow", "export-auth-flow", "list-requests", "get-request", "get-getting-started",
	"list-webhook-messages", "list-webhook-attempts", "get-webhook-attempt", "resend-webhook-message", "recover-webhook-messages",
	"replay-webhook-messages", "send-webhook-example", "get-webhook-message-event", "get-webhook-message", "list-webhook-consumer-history",
}

// extensionMark is how the document marks them.
const extensionMark = "x-bowline-extension"

// complete adds to the document what huma cannot tell from the Go types.
func complete(doc *huma.OpenAPI) {
	delete(doc.Components.Schemas.Map(), "Problem") // our carrier of the envelope
	for name, schema := range doc.Components.Schemas.Map() {
		for member, property := range schema.Properties {
			if note := fieldNotes[name][member] + lookNotes[name][member]; note != "" && property.Ref == "" {
				property.Description = note
			}
			if format := fieldFormats[name][member]; format != "" {
				property.Format = format
			}
		}
		if !isRequest(name) {
			// Answers may gain members, so clients must not refuse them.
			schema.AdditionalProperties = nil
		}
	}
	leaveOut(doc.Components.Schemas.Map())
	letNone(doc.Components.Schemas.Map())
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			delete(op.Responses, "422") // huma's own code; ours is 400
			if _, ends := deprecatedOperations()[op.Method+" "+op.Path]; ends {
				declareEnding(op)
			}
			if op.OperationID == tableOperation {
				asTable(op.Responses["200"])
			}
			for _, p := range op.Parameters {
				described(p)
			}
		}
	}
}

// declareEnding documents the headers of an operation that ends.
func declareEnding(op *huma.Operation) {
	for _, response := range op.Responses {
		response.Headers = map[string]*huma.Param{
			deprecationHeader: {Description: "Since when the operation is deprecated (RFC 9745).", Schema: &huma.Schema{Type: huma.TypeString}},
			sunsetHeader:      {Description: "When it ends (RFC 8594).", Schema: &huma.Schema{Type: huma.TypeString}},
			"Link":            {Description: "Where to read about it.", Schema: &huma.Schema{Type: huma.TypeString}},
		}
	}
}

// encode writes the document as indented JSON.
func encode(doc *huma.OpenAPI) ([]byte, error) {
	encoded, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, encoded, "", "  "); err != nil {
		return nil, err
	}
	pretty.WriteByte('\n')
	return pretty.Bytes(), nil
}

// described completes a parameter. Its schema is copied: the original goes on
// checking requests, in which a malformed id is not found rather than refused.
func described(p *huma.Param) {
	schema := *p.Schema
	schema.Description = ""                                                         // stands on the parameter already
	if p.In == "path" && strings.HasSuffix(p.Name, "Id") && p.Name != "messageId" { // which is msg_ and more
		schema.Format = "uuid"
	}
	p.Schema = &schema
}

// isRequest says whether a schema describes a request, in which unknown members
// are refused.
func isRequest(schema string) bool {
	switch schema {
	case "CompanyCreate", "CompanyUpdate", "ConnectionCreate", "ConnectionUnlink",
		"RedirectPreviewCreate", "RedirectSample", "IntegrationOrder",
		"ProfileUpdate", "APIKeyCreate", "ConsumerCreate", "ProductRefresh", "AllowedOrigins", "AccessSettings",
		"IntegrationSetupUpdate", "SetupClientUpdate", "ConsumerUpdate", "SigningSecretRotate", "ClientCertificateUpdate",
		"TransformationUpdate", "TransformationTest", "MessageRecovery", "MessageReplay", "MessageExample", "RuleCreate",
		"DeprecationUpdate", "NoticesSeen", "APIKeyUpdate", "UserCreate", "UserUpdate", "SelfUpdate", "PasswordChange", "InstanceCreate", "InstanceUpdate", "SignInUpdate", "SSOUpdate":
		return true
	}
	return slices.Contains(lookSchemas, schema)
}
