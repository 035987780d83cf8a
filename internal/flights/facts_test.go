package flights_test

import "time"

// facts are what the public documentation says of one provider, as far as a
// flight can tell: the third opinion beside the catalog's file and the emulator.
// The zero value of each field is the usual case. Where the facts are silent the
// comment says so.
type facts struct {
	// typed is what the customer types or chooses before the sign-in, row the
	// row of the picker that they choose, and other the one that leads to another
	// business, whose name is otherCompany.
	typed        map[string]string
	row          string
	other        string
	otherCompany string

	// clients are the options of which each has a registration of its own.
	clients []string

	listed  bool   // the organisations of a grant are listed for us to choose from
	picked  bool   // the customer picks on the provider's own screen
	several bool   // and may tick several there
	multi   bool   // several may be connected at once
	alone   string // why there is always exactly one organisation

	unlisted []string          // what the provider lists that is not for this connection
	sends    map[string]string // headers that calls carry besides those that the emulator insists on

	tenant  string // how the id of an organisation looks; "" when none is told
	named   bool   // its name is told with it; else the id is all there is
	company string // the business's name, where it is not that of the first organisation
	keeps   []string
	claims  []string // OpenID claims of the person

	life     time.Duration // of an access token; 0 for ever
	ends     time.Duration // what answers say of the refresh token's life; 0 for nothing
	rotation rotation
	single   bool          // a refresh token works once
	grace    time.Duration // but so long after its first use

	role     string // what the journey ends with for somebody without the right role; "denied" when ""
	account  bool   // ending a grant ends what other sign-ins to the account gave, or may
	unsaid   bool   // which of the two is not documented
	pedantic bool   // revoking what is revoked is an error (unverified)
	codeless bool   // a code that is over is refused with status 401 and no error code
	unspoken bool   // and so is a refresh token, by an endpoint that knows wrong secrets too
	noRevoke string // why no call ends a grant
}

// rotation says what a refresh does to the refresh token.
type rotation int

const (
	replaced rotation = iota
	daily
	kept
	unneeded // access tokens do not end
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// Reasons that several providers have in common.
const (
	picksThere = "The customer picks the organization on the provider's own screen, so there is always exactly one."
	oneAccount = "A grant is for the account that signed in, and no list of organizations exists."
	oneBank    = "A grant is for the bank that was chosen in the picker, and no list of organizations exists."
	entra      = "Microsoft Entra has no call with which an app ends a grant."
	noCall     = "No call that ends a grant was found in the public documentation."
	notKnown   = "Whether a call that ends a grant exists is not known."
	unneededAt = "Access tokens do not end, so nothing is refreshed."
)

const uuid = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`

// known holds the facts, by integration key.
var known = map[string]facts{
	// "multiEntity: true, select: multi"; companies of each environment, and
	// production and sandbox environments both appear. "user lost the licence or
	// permission set" is status 403. "offline_access", no openid asked for.
	"trji": {listed: true, multi: true, tenant: `Production/` + uuid, named: true, life: hour, role: "role", noRevoke: entra,
		keeps: []string{"tenant.aadTenantId", "tenant.environment", "tenant.companyId"}},
	// The environment's host and the directory are asked for first; "resource"
	// goes with every request. "user lost the Finance and Operations role": 403.
	"rqwd": {typed: map[string]string{"environmentUrl": "harbourlane.operations.dynamics.com"}, listed: true, multi: true,
		tenant: `harbourlane\.operations\.dynamics\.com/[A-Z0-9]{4}`, named: true, life: hour, role: "role", noRevoke: entra,
		keeps: []string{"input.environmentUrl"}},
	// "refreshEarliestSeconds: 570", "The previous refresh token keeps working
	// for up to ten minutes, or until the new one is first used", "right missing
	// on that division": 403, "No endpoint found".
	"qudb": {listed: true, tenant: `[0-9]{7}`, named: true, life: 10 * minute, single: true, grace: 10 * minute, role: "role", noRevoke: noCall},
	"pbbf": {listed: true, tenant: `[0-9]{7}`, named: true, life: 10 * minute, single: true, grace: 10 * minute, role: "role", noRevoke: noCall},
	// "One token pair per user account, and that account is one company"; no id
	// is told. "read refresh_token_expires_in from each token response" (its
	// length is the emulator's; beyond ten years it counts as ten).
	// "permission level too low": 403.
	"fbrh": {picked: true, alone: oneAccount, life: hour, ends: 10 * 365 * day, role: "role", noRevoke: noCall},
	// "account_id, a numeric id and a UUID; keep all three"; "Each refresh token
	// works once"; "no time limit".
	"vxvy": {listed: true, tenant: `[0-9a-f]{6}`, named: true, life: 12 * hour, single: true,
		keeps: []string{"tenant.businessId", "tenant.businessUuid"}},
	// "callbackId: businessId, callbackName: businessName"; "user is not an
	// Administrator of the file": 403 AccessDenied. Whether the refresh token
	// works once is not said.
	"pdvj": {typed: map[string]string{"companyFileUsername": "Administrator", "companyFilePassword": "open sesame"},
		// The company file's login, as Base64 of both with a colon between.
		sends: map[string]string{"X-Myobapi-Cftoken": "QWRtaW5pc3RyYXRvcjpvcGVuIHNlc2FtZQ=="}, picked: true, alone: picksThere, tenant: uuid, named: true, life: 20 * minute, role: "role", noRevoke: noCall,
		keeps: []string{"callback.businessId"}},
	// "callbackId: realmId" of 10 to 19 digits; "x_refresh_token_expires_in
	// gives the remaining life"; "changes about once a day rather than on every
	// call"; claims in camelCase, renamed. Whether what another sign-in to the
	// company gave outlives a revocation is not said.
	"qhyg": {picked: true, account: true, unsaid: true, alone: picksThere, tenant: `[0-9]{10,19}`, life: hour, ends: 100 * day, rotation: daily, pedantic: true,
		keeps: []string{"callback.realmId"}, claims: intuitClaims},
	"ndsk": {picked: true, account: true, unsaid: true, alone: picksThere, tenant: `[0-9]{10,19}`, life: hour, ends: 100 * day, rotation: daily, pedantic: true,
		keeps: []string{"callback.realmId"}, claims: intuitClaims},
	// "company_id" with "site_id"; "read expires_in" (8 hours are the emulator's).
	"jcrp": {listed: true, tenant: uuid + `/[0-9]+`, named: true, life: 8 * hour, noRevoke: noCall,
		keeps: []string{"tenant.siteId", "tenant.companyId"}},
	// "refresh_token_expires_in is in the response", 31 days; "refreshOnlyOnce";
	// "user has no access to that business": 403.
	"tgff": {listed: true, tenant: `[0-9a-f]{32}`, named: true, life: 5 * minute, ends: 31 * day, single: true, role: "role"},
	// "The consent page has a business dropdown and a token is limited to the one
	// chosen", and that one is asked for by a call.
	"pbtz": {picked: true, alone: picksThere, tenant: uuid, named: true, life: 2 * hour},
	// "The user ticks organisations on Xero's screen"; "Store both the tenant id
	// and the connection id"; "A lost response can be retried with the previous
	// refresh token for about 30 minutes"; given_name, family_name, email.
	// "The list covers every tenant this user ever gave the app, so filter"; "Keep
	// tenantType ORGANISATION".
	"gbol": {unlisted: []string{"Northgate Hardware", "Sample & Co Accountants"}, listed: true, picked: true, several: true, tenant: uuid, named: true, life: 30 * minute, single: true, grace: 30 * minute,
		keeps: []string{"tenant.connectionId", "claim.authentication_event_id"}, claims: []string{"given_name", "family_name", "email"}},
	// "Redeem the code at the accounts-server named in the callback and call the
	// API at api_domain"; "A refresh returns no new refresh token".
	"rwuv": {typed: map[string]string{"dc": "com"}, listed: true, tenant: `[0-9]{11}`, named: true, life: hour, rotation: kept,
		keeps: []string{"callback.accounts-server", "token.api_domain"}},
	// "User ticks accounts at one bank", the bank is a row of our picker;
	// "results[0].provider.display_name". Whether a refresh token works once is
	// not said.
	"upvr": {row: "ob-monzo", other: "ob-barclays", otherCompany: "Barclays", alone: oneBank, company: "Monzo", life: hour, keeps: []string{"row.id"}},
	// "spapi_oauth_code", "selling_partner_id"; marketplace and region are chosen
	// first; "keeps one marketplace per connection"; storeName is its name.
	// participation.isParticipating is false for the last one.
	"qkdj": {typed: map[string]string{"marketplace": "DE"}, unlisted: []string{"Amazon.fr"}, listed: true, picked: true, tenant: `A[0-9]{13}/A[0-9A-Z]{9,14}`, named: true, life: hour,
		rotation: kept, noRevoke: "The seller removes the app under Manage Your Apps; there is no call for it.",
		keeps: []string{"callback.selling_partner_id", "input.marketplace.region"}},
	// The region gives the hosts, and has a developer account of its own, and so
	// a client id; "callbackId: merchant_id"; "absolute Unix time
	// in access_token_expiration" (30 minutes and a year are the emulator's);
	// token errors are 400 and 401 without a code.
	"fqly": {clients: []string{"northAmerica", "europe", "latinAmerica"}, typed: map[string]string{"region": "europe"}, picked: true, alone: picksThere, tenant: `[0-9A-F]{13}`, life: 30 * minute, ends: 365 * day,
		single: true, codeless: true, noRevoke: noCall, keeps: []string{"callback.merchant_id", "input.region.apiHost"}},
	// "token response field merchant_id"; "expires_at, an ISO 8601 time"; "token
	// 401: refresh token revoked", unverified, and wrong client credentials are
	// 401 as well; the API says ACCESS_TOKEN_REVOKED. "ends every token
	// of the seller unless told otherwise".
	"zsth": {picked: true, account: true, alone: oneAccount, tenant: `ML[0-9A-F]{11}`, life: 30 * day, rotation: kept, codeless: true, unspoken: true, keeps: []string{"token.merchant_id"}},
	"xcwv": {picked: true, account: true, alone: oneAccount, tenant: `ML[0-9A-F]{11}`, life: 30 * day, rotation: kept, codeless: true, unspoken: true, keeps: []string{"token.merchant_id"}},
	// "token response field stripe_user_id"; "A user with several accounts picks
	// one on Stripe's page"; "no expiry".
	"exgd": {picked: true, account: true, alone: picksThere, tenant: `acct_[0-9a-f]{16}`, rotation: unneeded, pedantic: true, keeps: []string{"token.stripe_user_id"}},
	"yzth": {picked: true, account: true, alone: picksThere, tenant: `acct_[0-9a-f]{16}`, rotation: unneeded, pedantic: true, keeps: []string{"token.stripe_user_id"}},
	// "GET users/self: organizationUuid", which has ids only. Whether the call
	// that ends the app's connection ends that of other sign-ins is not said.
	"ugxp": {picked: true, account: true, unsaid: true, alone: oneAccount, tenant: uuid, life: 2 * hour},
	// "businesses and locations"; "read expires_in" (5 minutes are the
	// emulator's); "refresh_expires_in; 0 means no limit for offline tokens".
	"ldgh": {listed: true, tenant: `[0-9]{9}`, named: true, life: 5 * minute},
	"lrhd": {listed: true, tenant: `[0-9]{9}`, named: true, life: 5 * minute},
	"ltes": {listed: true, tenant: `[0-9]{9}`, named: true, life: 5 * minute},
	// "no expiry until revoked", not rotating; no id is named.
	"dxfw": {picked: true, alone: oneAccount, life: hour, rotation: kept},
	"dlqr": {picked: true, alone: oneAccount, life: hour, rotation: kept},
	// "merchant_profile.company_name"; whether a grant can be ended: "unknown".
	"pshf": {picked: true, alone: oneAccount, life: hour, noRevoke: notKnown},
}

var intuitClaims = []string{"given_name", "family_name", "email", "email_verified", "phone_number", "phone_number_verified", "address"}

// keyFacts are the facts about a provider that wants a key or a login.
type keyFacts struct {
	company string   // the business's name, "" where none is told
	tenant  bool     // an id is told, or part of what was typed is one
	listed  bool     // the businesses are listed for us to choose from
	lacking string   // how a missing permission shows; "permission" when ""
	unread  []string // fields that no request carries
	address string   // a field that says where to ask
}

// keyKnown holds them, by integration key.
var keyKnown = map[string]keyFacts{
	// "list: LOCATIONENTITY, id: LOCATIONID, name: NAME", "name of the chosen
	// entity"; "probe: missing permissions".
	"knfz": {company: firstName, tenant: true, listed: true},
	// "data.shop.name" or shop.json; a scope that is missing is a status of its own.
	"fztf": {company: firstName, tenant: true},
	// "source: not documented": the tenant that was typed stands for the name.
	"rvam": {company: "harbour", tenant: true},
	// "namePath: name"; "403: scope missing"; requests carry the access token.
	"vqzp": {company: firstName, tenant: true, unread: []string{"clientId", "clientSecret"}},
	// No path to a name and no id; "SOAP fault for a bad key", for whatever reason.
	"jhch": {lacking: "credentials"},
	// "source: not documented"; that the login's company is told is unverified.
	"wvzu": {company: firstName, tenant: true},
	// "source: site name"; "401 api_authentication_failed" for whatever reason.
	"xwsy": {company: "harbour-lane.chargebee.com", tenant: true, lacking: "credentials"},
	// "source: site name"; 401 for whatever reason.
	"rkgp": {company: firstName, tenant: true, lacking: "credentials"},
	// "data[0].subdomain"; 401 for whatever reason.
	"lhcb": {company: "harbour-lane", tenant: true, lacking: "credentials"},
	// "source: shop configuration"; the shop's address stands for an id.
	"zgbz": {company: firstName, tenant: true, address: "storeUrl"},
}
