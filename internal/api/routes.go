package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/picture"
	"github.com/bowline/bowline/internal/rest"
)

// access says which callers other than staff an operation is for.
type access int

const (
	keyOnly    access = iota // API keys
	keyOrToken               // and company access tokens, for their own company
	// API keys with a permission.
	keyCredentials
	keyProxy
	keyExport
	// People who are signed in to the Portal, and no keys: there is no person
	// behind a key.
	staffOnly
)

// The actions of staff, in words that fit into the table. What reads and what
// writes a thing have the same action, except that everybody may see how the
// instance presents itself.
const (
	never           = bowline.ActionNever
	self            = bowline.ActionSelf
	editCompanies   = bowline.ActionEditCompanies
	deleteCompanies = bowline.ActionDeleteCompanies
	addConnections  = bowline.ActionAddConnections
	endConnections  = bowline.ActionEndConnections
	editProducts    = bowline.ActionEditProducts
	monitor         = bowline.ActionMonitor
	webhooks        = bowline.ActionWebhooks
	configureLink   = bowline.ActionConfigureLink
	configure       = bowline.ActionConfigure
	develop         = bowline.ActionDevelop
	manageUsers     = bowline.ActionUsers
	manageSignIn    = bowline.ActionSignIn
	manageInstances = bowline.ActionInstances
)

// permission is what an API key needs; "" for nothing.
func (a access) permission() bowline.Permission {
	return map[access]bowline.Permission{
		keyCredentials: bowline.PermissionCredentials, keyProxy: bowline.PermissionProxy, keyExport: bowline.PermissionExport,
	}[a]
}

// Sets of declared error codes (platform-api section 0.2). A code that the
// contract does not declare but that we answer with is added where it applies.
var (
	errRoot     = []int{401, 402, 403, 429, 500, 503}
	errResource = with(errRoot, 404)
	errList     = with(errResource, 400)
	errBody     = with(errResource, 400)
	errRootBody = with(errRoot, 400)
)

func with(codes []int, more ...int) []int { return append(more, codes...) }

// route is one line of the API: how it is called and what answers it.
type route struct {
	pattern   string // method and path
	id        string // operationId of the contract
	summary   string
	status    int // of success
	errors    []int
	access    access
	staff     bowline.Action // what a person's role must allow; never: not for people
	register  func(huma.API, huma.Operation)
	bodyNoted string // what refusals call the body, if not "request body"
}

// routes is the whole API, in the order in which the document shows it.
func (a *API) routes() []route {
	return []route{
		{"GET /companies", "list-companies", "List companies", 200, errList, keyOnly, editCompanies, handle(a.listCompanies), ""},
		{"POST /companies", "create-company", "Create company", 200, errRootBody, keyOnly, editCompanies, handle(a.createCompany), "company"},
		{"GET /companies/{companyId}", "get-company", "Get company", 200, errResource, keyOrToken, editCompanies, handle(a.getCompany), ""},
		{"PUT /companies/{companyId}", "replace-company", "Replace company", 200, errBody, keyOnly, editCompanies, handle(a.replaceCompany), "company"},
		{"PATCH /companies/{companyId}", "update-company", "Update company", 200, errBody, keyOnly, editCompanies, handle(a.updateCompany), "company"},
		{"DELETE /companies/{companyId}", "delete-company", "Delete company", 204, with(errBody, 409), keyOnly, deleteCompanies, handle(a.deleteCompany), ""},
		{"PUT /companies/{companyId}/products/{productIdentifier}", "add-product", "Add product", 204, errResource, keyOnly, editProducts, handle(a.addProduct), ""},
		{"DELETE /companies/{companyId}/products/{productIdentifier}", "remove-product", "Remove product", 204, errResource, keyOnly, editProducts, handle(a.removeProduct), ""},
		{"POST /companies/{companyId}/products/{productIdentifier}/refresh", "refresh-product-data", "Refresh product data", 202, errBody, keyOnly, editProducts, handle(a.refreshProduct), ""},
		{"GET /companies/{companyId}/accessToken", "get-company-access-token", "Get company access token", 200, errResource, keyOnly, never, handle(a.companyToken), ""},

		{"GET /companies/{companyId}/consents", "list-company-consents", "List consents", 200, errResource, keyOnly, editCompanies, handle(a.listConsents), ""},
		{"GET /companies/{companyId}/activity", "list-company-activity", "List activity", 200, errList, keyOnly, editCompanies, handle(a.listActivity), ""},
		{"POST /companies/{companyId}/links", "create-company-links", "Make links", 200, errResource, keyOnly, addConnections, handle(a.makeLinks), ""},
		{"GET /directory", "list-directory", "List directory", 200, errRootBody, keyOnly, editCompanies, handle(a.listDirectory), ""},
		{"GET /directory/counts", "count-directory", "Count companies", 200, errRoot, keyOnly, editCompanies, handle(a.countDirectory), ""},

		{"GET /companies/{companyId}/connections", "list-connections", "List connections", 200, errList, keyOrToken, addConnections, handle(a.listConnections), ""},
		{"POST /companies/{companyId}/connections", "create-connection", "Create connection", 200, errBody, keyOnly, addConnections, handle(a.createConnection), "connection arguments"},
		{"GET /companies/{companyId}/connections/{connectionId}", "get-connection", "Get connection", 200, errResource, keyOrToken, addConnections, handle(a.getConnection), ""},
		{"DELETE /companies/{companyId}/connections/{connectionId}", "delete-connection", "Delete connection", 200, errResource, keyOnly, endConnections, handle(a.deleteConnection), ""},
		{"PATCH /companies/{companyId}/connections/{connectionId}", "unlink-connection", "Unlink connection", 200, with(errBody, 409), keyOrToken, endConnections, handle(a.unlinkConnection), ""},
		{"PUT /companies/{companyId}/connections/{connectionId}/authorization", "update-connection-authorization", "Update authorization", 200, with(errBody, 409), keyOnly, never, handle(a.authorizeConnection), "authorization"},
		{"GET /companies/{companyId}/connections/{connectionId}/authorization", "export-connection-authorization", "Export authorization", 200, with(errResource, 409), keyExport, never, handle(a.exportAuthorization), ""},
		{"GET /companies/{companyId}/connections/{connectionId}/credentials", "get-connection-credentials", "Get credentials", 200, with(errResource, 409), keyCredentials, never, handle(a.getCredentials), ""},
		{"POST /companies/{companyId}/connections/{connectionId}/check", "check-connection", "Check connection", 200, errResource, keyOnly, addConnections, handle(a.checkConnection), ""},
		{"GET /companies/{companyId}/connections/{connectionId}/timeline", "list-connection-timeline", "List timeline", 200, errList, keyOnly, addConnections, handle(a.listTimeline), ""},

		{"GET /companies/{companyId}/connectionManagement/accessToken", "get-connection-management-access-token", "Get access token (old path)", 200, errResource, keyOnly, never, handle(a.oldCompanyToken), ""},
		{"GET /connectionManagement/corsSettings", "get-connection-management-cors-settings", "Get CORS settings (old path)", 200, errResource, keyOnly, configureLink, handle(a.getOrigins), ""},
		{"POST /connectionManagement/corsSettings", "set-connection-management-cors-settings", "Set CORS settings (old path)", 200, with(errBody, 412), keyOnly, configureLink, handle(a.setOrigins), "allowed origins"},
		{"GET /corsSettings", "get-cors-settings", "Get CORS settings", 200, errResource, keyOnly, configureLink, handle(a.getOrigins), ""},
		{"POST /corsSettings", "set-cors-settings", "Set CORS settings", 200, with(errBody, 412), keyOnly, configureLink, handle(a.setOrigins), "allowed origins"},

		{"GET /integrations", "list-integrations", "List integrations", 200, errRootBody, keyOnly, self, handle(a.listIntegrations), ""},
		{"GET /integrations/{platformKey}", "get-integration", "Get integration", 200, errResource, keyOnly, self, handle(a.getIntegration), ""},
		{"GET /integrations/{platformKey}/branding", "get-integrations-branding", "Get branding", 200, errResource, keyOnly, self, handle(a.getBranding), ""},
		{"GET /integrations/{platformKey}/guide", "get-integration-setup-guide", "Get setup guide", 200, errResource, keyOnly, configure, handle(a.getSetupGuide), ""},
		{"GET /integrations/{platformKey}/setup", "get-integration-setup", "Get setup", 200, errResource, keyOnly, configure, handle(a.getSetup), ""},
		{"PUT /integrations/{platformKey}/setup", "set-integration-setup", "Replace setup", 200, with(errBody, 409), keyOnly, configure, handle(a.setSetup), "setup"},
		{"DELETE /integrations/{platformKey}/setup", "delete-integration-setup", "Remove setup", 204, errResource, keyOnly, configure, handle(a.deleteSetup), ""},
		{"POST /integrations/{platformKey}/tests", "start-integration-test", "Start test", 201, errBody, keyOnly, configure, handle(a.startTest), "test"},
		{"GET /integrations/{platformKey}/tests/{testId}", "get-integration-test", "Get test", 200, errResource, keyOnly, configure, handle(a.getTest), ""},

		{"GET /profile", "get-profile", "Get profile", 200, errRoot, keyOnly, self, handle(a.getProfile), ""},
		{"PUT /profile", "update-profile", "Update profile", 200, with(errRootBody, 412), keyOnly, configureLink, handle(a.updateProfile), "profile"},
		{"GET /settings/link", "get-link-settings", "Get Link settings", 200, errRoot, keyOnly, self, handle(a.getLinkSettings), ""},
		{"PUT /settings/link", "set-link-settings", "Replace Link settings", 200, with(errRootBody, 412), keyOnly, configureLink, handle(a.setLinkSettings), "settings"},
		{"GET /settings/branding", "get-link-branding", "Get branding of the journey", 200, errRoot, keyOnly, self, handle(a.getLinkBranding), ""},
		{"PUT /settings/branding", "set-link-branding", "Replace branding of the journey", 200, with(errRootBody, 412), keyOnly, configureLink, handle(a.setLinkBranding), "branding"},
		{"PUT /settings/branding/{picture}", "set-branding-picture", "Upload picture", 200, errBody, keyOnly, configureLink, handle(a.setBrandPicture), "picture"},
		{"DELETE /settings/branding/{picture}", "delete-branding-picture", "Remove picture", 204, errResource, keyOnly, configureLink, handle(a.deleteBrandPicture), ""},
		{"GET /settings/history", "list-settings-history", "List changes of settings", 200, errRootBody, keyOnly, configureLink, handle(a.listSettingsHistory), ""},
		{"POST /settings/history/{versionId}/restore", "restore-settings", "Restore former settings", 200, with(errBody, 412), keyOnly, configureLink, handle(a.restoreSettings), ""},
		{"POST /settings/redirects/preview", "preview-redirect", "Preview redirect", 200, errRootBody, keyOnly, configureLink, handle(a.previewRedirect), "redirect"},
		{"POST /settings/preview", "preview-link", "Preview the journey", 200, errBody, keyOnly, configureLink, handle(a.createPreview), "draft"},
		{"GET /settings/integrations", "list-integration-settings", "List integrations with their setups", 200, errRoot, keyOnly, configure, handle(a.listIntegrationOverviews), ""},
		{"PUT /integrations/order", "set-integration-order", "Sort integrations", 200, errRootBody, keyOnly, configure, handle(a.setIntegrationOrder), "order"},

		{"GET /settings/companies", "get-company-settings", "Get company permissions", 200, errRoot, keyOnly, self, handle(a.getCompanySettings), ""},
		{"PUT /settings/companies", "set-company-settings", "Replace company permissions", 200, errRootBody, staffOnly, manageUsers, handle(a.setCompanySettings), "settings"},
		{"GET /settings/access", "get-access-settings", "Get access settings", 200, errRoot, keyOnly, configure, handle(a.getAccessSettings), ""},
		{"PUT /settings/access", "set-access-settings", "Replace access settings", 200, errRootBody, keyOnly, configure, handle(a.setAccessSettings), "settings"},

		{"GET /apiKeys", "list-api-keys", "List API keys", 200, errRoot, keyOnly, develop, handle(a.listKeys), ""},
		{"POST /apiKeys", "create-api-key", "Create API key", 201, with(errRootBody, 409), keyOnly, develop, handle(a.createKey), ""},
		{"PATCH /apiKeys/{apiKeyId}", "update-api-key", "Rename API key", 200, errBody, keyOnly, develop, handle(a.updateKey), "key"},
		{"DELETE /apiKeys/{apiKeyId}", "delete-api-key", "Delete API key", 204, with(errResource, 409), keyOnly, develop, handle(a.deleteKey), ""},

		{"GET /me", "get-me", "Get own account", 200, errRoot, staffOnly, self, handle(a.getMe), ""},
		{"PATCH /me", "update-me", "Update own account", 200, with(errRootBody, 409), staffOnly, self, handle(a.updateMe), "account"},
		{"POST /me/password", "change-own-password", "Change own password", 204, with(errRootBody, 409), staffOnly, self, handle(a.changePassword), "password"},
		{"POST /me/identity", "link-own-identity", "Link the sign-in service", 200, with(errRootBody, 409), staffOnly, self, handle(a.linkOwnIdentity), "current"},
		{"POST /me/identity/unlink", "unlink-own-identity", "Unlink the sign-in service", 204, with(errRootBody, 409), staffOnly, self, handle(a.unlinkOwnIdentity), "current"},
		{"GET /me/sessions", "list-own-sessions", "List own sessions", 200, errRoot, staffOnly, self, handle(a.listOwnSessions), ""},
		{"DELETE /me/sessions", "end-other-sessions", "End other sessions", 204, errRoot, staffOnly, self, handle(a.endOtherSessions), ""},
		{"DELETE /me/sessions/{sessionId}", "end-own-session", "End own session", 204, errResource, staffOnly, self, handle(a.endOwnSession), ""},
		{"GET /notices", "list-notices", "List notices", 200, errRoot, staffOnly, self, handle(a.listNotices), ""},
		{"POST /notices/seen", "mark-notices-seen", "Mark notices as seen", 204, errRootBody, staffOnly, self, handle(a.markNoticesSeen), "notices"},
		{"GET /owners", "list-owners", "List possible owners", 200, errRoot, staffOnly, editCompanies, handle(a.listOwners), ""},
		{"GET /users", "list-users", "List users", 200, errRoot, staffOnly, manageUsers, handle(a.listUsers), ""},
		{"POST /users", "create-user", "Invite user", 201, with(errRootBody, 409), staffOnly, manageUsers, handle(a.createUser), "user"},
		{"GET /users/history", "list-staff-history", "List changes of people and keys", 200, errRootBody, staffOnly, manageUsers, handle(a.listStaffHistory), ""},
		{"GET /users/{userId}", "get-user", "Get user", 200, errResource, staffOnly, manageUsers, handle(a.getUser), ""},
		{"PATCH /users/{userId}", "update-user", "Update user", 200, with(errBody, 409), staffOnly, manageUsers, handle(a.updateUser), "user"},
		{"DELETE /users/{userId}", "delete-user", "Remove user", 204, with(errResource, 409), staffOnly, manageUsers, handle(a.deleteUser), ""},
		{"POST /users/{userId}/invitation", "renew-invitation", "Renew invitation", 200, with(errResource, 409), staffOnly, manageUsers, handle(a.renewInvitation), ""},
		{"POST /users/{userId}/resetLink", "create-reset-link", "Make reset link", 200, with(errResource, 409), staffOnly, manageUsers, handle(a.resetLink), ""},
		{"GET /users/{userId}/sessions", "list-user-sessions", "List sessions of user", 200, errResource, staffOnly, manageUsers, handle(a.listUserSessions), ""},
		{"DELETE /users/{userId}/sessions", "end-user-sessions", "End sessions of user", 204, errResource, staffOnly, manageUsers, handle(a.endUserSessions), ""},
		{"GET /instances", "list-instances", "List instances", 200, errRoot, staffOnly, manageInstances, handle(a.listInstances), ""},
		{"POST /instances", "create-instance", "Create instance", 201, with(errRootBody, 409), staffOnly, manageInstances, handle(a.createInstance), "instance"},
		{"PATCH /instances/{instanceId}", "update-instance", "Rename instance", 200, with(errBody, 409), staffOnly, manageInstances, handle(a.updateInstance), "instance"},
		{"GET /settings/signIn", "get-sign-in", "Get sign-in settings", 200, errRoot, staffOnly, manageSignIn, handle(a.getSignIn), ""},
		{"PUT /settings/signIn", "set-sign-in", "Replace sign-in settings", 200, with(errRootBody, 409), staffOnly, manageSignIn, handle(a.setSignIn), "settings"},
		{"POST /settings/signIn/test", "test-sign-in", "Test single sign-on", 200, with(errRoot, 409), staffOnly, manageSignIn, handle(a.testSignIn), ""},

		{"GET /erasures", "list-erasures", "List proofs of erasure", 200, errRootBody, keyOnly, configure, handle(a.listErasures), ""},
		{"GET /erasures/check", "check-erasures", "Check proofs of erasure", 200, errRoot, keyOnly, configure, handle(a.checkErasures), ""},

		{"GET /webhooks", "list-webhook-consumers", "List webhook consumers", 200, errRootBody, keyOnly, webhooks, handle(a.listConsumers), ""},
		{"POST /webhooks", "create-webhook-consumer", "Create webhook consumer", 201, errRootBody, keyOnly, webhooks, handle(a.createConsumer), "consumer"},
		{"GET /webhooks/eventTypes", "list-webhook-event-types", "List event types", 200, errRoot, keyOnly, webhooks, handle(a.listEventTypes), ""},
		{"GET /webhooks/{webhookId}", "get-webhook-consumer", "Get webhook consumer", 200, errResource, keyOnly, webhooks, handle(a.getConsumer), ""},
		{"PATCH /webhooks/{webhookId}", "update-webhook-consumer", "Update webhook consumer", 200, with(errBody, 409), keyOnly, webhooks, handle(a.updateConsumer), "consumer"},
		{"DELETE /webhooks/{webhookId}", "delete-webhook-consumer", "Delete webhook consumer", 204, errResource, keyOnly, webhooks, handle(a.deleteConsumer), ""},
		{"GET /webhooks/{webhookId}/history", "list-webhook-consumer-history", "List changes of webhook consumer", 200, errResource, keyOnly, webhooks, handle(a.listConsumerHistory), ""},
		{"GET /webhooks/{webhookId}/secret", "get-webhook-secret", "Get signing secret", 200, errResource, keyOnly, webhooks, handle(a.getSecret), ""},
		{"POST /webhooks/{webhookId}/secret", "rotate-webhook-secret", "Rotate signing secret", 200, with(errBody, 409), keyOnly, webhooks, handle(a.rotateSecret), "secret"},
		{"PUT /webhooks/{webhookId}/clientCertificate", "set-webhook-client-certificate", "Set client certificate", 200, with(errBody, 409), keyOnly, webhooks, handle(a.setCertificate), "certificate"},
		{"DELETE /webhooks/{webhookId}/clientCertificate", "delete-webhook-client-certificate", "Remove client certificate", 204, with(errResource, 409), keyOnly, webhooks, handle(a.deleteCertificate), ""},
		{"GET /webhooks/{webhookId}/transformation", "get-webhook-transformation", "Get transformation", 200, errResource, keyOnly, webhooks, handle(a.getTransformation), ""},
		{"PUT /webhooks/{webhookId}/transformation", "set-webhook-transformation", "Replace transformation", 200, with(errBody, 409), keyOnly, webhooks, handle(a.setTransformation), "transformation"},
		{"DELETE /webhooks/{webhookId}/transformation", "delete-webhook-transformation", "Remove transformation", 204, with(errResource, 409), keyOnly, webhooks, handle(a.deleteTransformation), ""},
		{"POST /webhooks/{webhookId}/transformation/test", "test-webhook-transformation", "Try transformation", 200, errBody, keyOnly, webhooks, handle(a.testTransformation), "test"},
		{"GET /webhooks/{webhookId}/messages", "list-webhook-messages", "List messages", 200, errList, keyOnly, webhooks, handle(a.listMessages), ""},
		{"GET /webhooks/messages/{messageId}/details", "get-webhook-message", "Get message", 200, errResource, keyOnly, webhooks, handle(a.getMessage), ""},
		{"GET /webhooks/messages/{messageId}/attempts", "list-webhook-attempts", "List attempts", 200, errList, keyOnly, webhooks, handle(a.listAttempts), ""},
		{"GET /webhooks/messages/{messageId}/attempts/{attemptId}", "get-webhook-attempt", "Get attempt", 200, errResource, keyOnly, webhooks, handle(a.getAttempt), ""},
		{"GET /webhooks/messages/{messageId}/event", "get-webhook-message-event", "Get event of message", 200, errResource, keyOnly, webhooks, handle(a.getMessageEvent), ""},
		{"POST /webhooks/messages/{messageId}/resend", "resend-webhook-message", "Resend message", 202, with(errResource, 409), keyOnly, webhooks, handle(a.resendMessage), ""},
		{"POST /webhooks/{webhookId}/recover", "recover-webhook-messages", "Recover failed messages", 202, with(errBody, 409), keyOnly, webhooks, handle(a.recoverMessages), "recovery"},
		{"POST /webhooks/{webhookId}/replay", "replay-webhook-messages", "Replay missing messages", 202, with(errBody, 409), keyOnly, webhooks, handle(a.replayMessages), "replay"},
		{"POST /webhooks/{webhookId}/example", "send-webhook-example", "Send example", 202, with(errBody, 409), keyOnly, webhooks, handle(a.sendExample), "example"},
		{"GET /webhooks/{webhookId}/activity", "get-webhook-activity", "Get activity", 200, errList, keyOnly, webhooks, handle(a.getWebhookActivity), ""},

		{"GET /monitor/authFlow", "get-auth-flow", "Get auth flow", 200, errRootBody, keyOnly, monitor, handle(a.getAuthFlow), ""},
		{"GET /monitor/authFlow.csv", "export-auth-flow", "Export auth flow", 200, errRootBody, keyOnly, monitor, handle(a.getAuthFlowCSV), ""},
		{"GET /requests", "list-requests", "List requests", 200, errRootBody, keyOnly, develop, handle(a.listRequests), ""},
		{"GET /requests/{correlationId}", "get-request", "Get request", 200, errResource, keyOnly, develop, handle(a.getRequest), ""},
		{"GET /gettingStarted", "get-getting-started", "Get first steps", 200, errRoot, keyOnly, self, handle(a.getGettingStarted), ""},

		{"POST /rules", "create-rule", "Create rule (old)", 200, with(errRootBody, 404), keyOnly, webhooks, handle(a.createRule), "rule"},
		{"GET /rules", "list-rules", "List rules (old)", 200, errList, keyOnly, webhooks, handle(a.listRules), ""},
		{"GET /rules/{ruleId}", "get-webhook", "Get rule (old)", 200, errResource, keyOnly, webhooks, handle(a.getRule), ""},

		{"GET /deprecations", "list-deprecations", "List deprecations", 200, errRoot, keyOnly, develop, handle(a.listDeprecations), ""},
		{"PUT /deprecations/{deprecationId}", "set-deprecation", "Opt in early", 200, errBody, keyOnly, develop, handle(a.setDeprecation), "choice"},
	}
}

// handle makes a handler ready for registration: its errors get their public
// form, so that no text of ours leaks by way of huma.
func handle[I, O any](serve func(context.Context, *I) (*O, error)) func(huma.API, huma.Operation) {
	return func(h huma.API, op huma.Operation) {
		huma.Register(h, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := serve(ctx, in)
			if err != nil {
				return nil, newProblem(ctx, err)
			}
			return out, nil
		})
	}
}

// bodyTimeout bounds how long a body may take. The deadline stays on the
// connection while the handler runs, and reaching it would cancel the request:
// it must outlast the slowest handler, which asks a provider.
const bodyTimeout = 30 * time.Second

// bodyLimits are those of operations that take more than [rest.MaxBody].
var bodyLimits = map[string]int64{"set-branding-picture": picture.MaxBytes + 1}

// operation is a route in the terms of huma.
func (a *API) operation(r route, schemas huma.Registry) huma.Operation {
	method, path, _ := strings.Cut(r.pattern, " ")
	op := huma.Operation{
		Method: method, Path: path, OperationID: r.id, Summary: r.summary,
		Description: descriptions[r.id], Tags: []string{tagOf(path)},
		DefaultStatus: r.status, MaxBodyBytes: rest.MaxBody, BodyReadTimeout: bodyTimeout,
		Responses:   errorResponses(r.errors, schemas),
		Security:    []map[string][]string{{keyScheme: {}}},
		Metadata:    map[string]any{objectNote: r.bodyNoted},
		Middlewares: huma.Middlewares{a.authenticate(r.access, r.staff)},
	}
	op.Deprecated = strings.Contains(path, "/connectionManagement/") // clients call it still: it has no end
	if d, ends := deprecatedOperations()[r.pattern]; ends {
		op.Deprecated, op.Description = true, d.describe(op.Description)
		op.Middlewares = huma.Middlewares{a.announce(d, r.id), a.authenticate(r.access, r.staff), a.refuseEnded(d)}
	}
	if most, other := bodyLimits[r.id]; other {
		op.MaxBodyBytes = most
	}
	if r.access == keyOrToken {
		op.Security = append(op.Security, map[string][]string{tokenScheme: {}})
	}
	if slices.Contains(extensions, r.id) {
		op.Extensions = map[string]any{extensionMark: true}
	}
	return op
}

// errorResponses declares the codes; all have the envelope as their body.
func errorResponses(codes []int, schemas huma.Registry) map[string]*huma.Response {
	responses := map[string]*huma.Response{}
	for _, code := range codes {
		responses[strconv.Itoa(code)] = &huma.Response{
			Description: errorMeanings[code],
			Content:     map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(envelopeType, true, "")}},
		}
	}
	return responses
}
