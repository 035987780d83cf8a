package simulator

import (
	"slices"
	"strings"
)

// Pathology is one way in which a provider makes life hard. Those that are a
// provider's nature are on from the start; see Native.
type Pathology string

// The pathologies. "Some times" is Options.Times for each time that the
// pathology is switched on, and fine afterwards; "once" is one time. All others
// last until they are switched off.
const (
	// FormTokens answers at the token endpoint in form encoding, not JSON.
	FormTokens Pathology = "form-tokens"
	// StringNumbers writes every number of a token answer as a string.
	StringNumbers Pathology = "string-numbers"
	// SingleUseRefresh voids a refresh token when it is used.
	SingleUseRefresh Pathology = "single-use-refresh"
	// LostExchange breaks the connection, once, after a code was redeemed.
	LostExchange Pathology = "lost-exchange"
	// LostRefresh breaks the connection, once, after a refresh.
	LostRefresh Pathology = "lost-refresh"
	// NoTenants lists no organisation.
	NoTenants Pathology = "no-tenants"
	// ManyTenants lists 150 organisations.
	ManyTenants Pathology = "many-tenants"
	// RenamedTenants gives organisations another name at every call after the
	// first; ids stay.
	RenamedTenants Pathology = "renamed-tenants"
	// Storm answers the API with 429 and Retry-After, some times.
	Storm Pathology = "storm"
	// TokenStorm answers the token endpoint with 429 and Retry-After, some times.
	TokenStorm Pathology = "token-storm"
	// ThrottledAs403 answers the API with 403 for throttling, some times.
	ThrottledAs403 Pathology = "throttled-as-403"
	// ErrorWith200 answers the token endpoint with an error under status 200
	// that means "too many requests", some times.
	ErrorWith200 Pathology = "error-with-200"
	// ClockAhead sets the provider's clock ten minutes ahead.
	ClockAhead Pathology = "clock-ahead"
	// ClockBehind sets it ten minutes behind.
	ClockBehind Pathology = "clock-behind"
	// RevokedBeforeExchange has the customer take access back before the code
	// is redeemed.
	RevokedBeforeExchange Pathology = "revoked-before-exchange"
	// RevokedBeforeTenants has the customer take it back right after.
	RevokedBeforeTenants Pathology = "revoked-before-tenants"
	// Broken answers the API with 500 and an HTML page.
	Broken Pathology = "broken"
	// TokenBroken answers the token endpoint with 500 and an HTML page.
	TokenBroken Pathology = "token-broken"
	// EarlyRefreshRefused refuses a refresh before the last 30 seconds of the
	// access token's life.
	EarlyRefreshRefused Pathology = "early-refresh-refused"
	// PlanLapsed refuses refreshes and calls because the customer stopped paying.
	PlanLapsed Pathology = "plan-lapsed"
	// NoRefreshToken leaves the refresh token out of a refresh answer; the one
	// that was used goes on working.
	NoRefreshToken Pathology = "no-refresh-token"
)

// pathologies has one row for each: what people read, where it applies ("*" for
// every OAuth key, "-key" for none of this one), and where it is nature.
var pathologies = []struct {
	Pathology
	text   string
	at     string
	native string
	times  times
}{
	{FormTokens, "Token answers in form encoding", "*", "", always},
	{StringNumbers, "Numbers in token answers as strings", "* -exgd -yzth -zsth -xcwv", "rqwd pdvj", always},
	{SingleUseRefresh, "A refresh token works once", "vxvy fqly tgff qudb pbbf gbol trji rqwd fbrh pdvj jcrp pbtz upvr ugxp ldgh lrhd ltes pshf",
		"vxvy fqly tgff qudb pbbf gbol", always},
	{LostExchange, "The answer to the code gets lost", "*", "", once},
	{LostRefresh, "The answer to a refresh gets lost", "*", "", once},
	{NoTenants, "No organisations", "trji rqwd qudb pbbf vxvy jcrp tgff gbol rwuv ldgh lrhd ltes pbtz qkdj", "", always},
	{ManyTenants, "150 organisations", "trji rqwd qudb pbbf vxvy jcrp tgff gbol rwuv ldgh lrhd ltes", "", always},
	{RenamedTenants, "Organisations change their names", "*", "", always},
	{Storm, "API: 429, try again later", "* -pdvj", "", some},
	{TokenStorm, "Token endpoint: 429, try again later", "* -rwuv", "", some},
	{ThrottledAs403, "API: 403 that means throttling", "pdvj", "", some},
	{ErrorWith200, "Token endpoint: throttling under status 200", "rwuv", "", some},
	{ClockAhead, "Clock ten minutes ahead", "*", "", always},
	{ClockBehind, "Clock ten minutes behind", "*", "", always},
	{RevokedBeforeExchange, "Access taken back before the code is redeemed", "*", "", always},
	{RevokedBeforeTenants, "Access taken back right after the code is redeemed", "*", "", always},
	{Broken, "API: 500 with an HTML page", "*", "", always},
	{TokenBroken, "Token endpoint: 500 with an HTML page", "*", "", always},
	{EarlyRefreshRefused, "Early refreshes are refused", "qudb pbbf", "qudb pbbf", always},
	{PlanLapsed, "The customer's plan has lapsed", "pbtz", "", always},
	{NoRefreshToken, "No refresh token in refresh answers", "* -rwuv", "", always},
	// Where there is no OAuth; keyedApplies says at which keys.
	{MissingPermission, "Key or login lacks a permission", "", "", always},
	{KeyRemoved, "Key or login deleted by the customer", "", "", always},
	{OneTenant, "One organisation only", "", "", always},
	{OtherBusiness, "Key or login of another business", "", "", always},
}

// times says how often a pathology strikes.
type times int

const (
	always times = iota
	some
	once
)

// Pathologies lists them all, in the order in which people are shown them.
func Pathologies() []Pathology {
	out := make([]Pathology, 0, len(pathologies))
	for _, row := range pathologies {
		out = append(out, row.Pathology)
	}
	return out
}

// Applies tells whether the provider of an integration key could show p.
func Applies(key string, p Pathology) bool {
	if _, oauth := profileIndex()[key]; !oauth {
		return keyedApplies(key, p)
	}
	for _, row := range pathologies {
		if row.Pathology == p {
			at := strings.Fields(row.at)
			return !slices.Contains(at, "-"+key) && (slices.Contains(at, key) || slices.Contains(at, "*"))
		}
	}
	return false
}

// Native tells whether p is the nature of the provider, and so on from the start.
func Native(key string, p Pathology) bool {
	for _, row := range pathologies {
		if row.Pathology == p {
			return slices.Contains(strings.Fields(row.native), key)
		}
	}
	return false
}

// Switch turns a pathology of one key on or off. Switching it on again starts
// its count afresh. What does not apply to the key is ignored.
func (s *Simulator) Switch(key string, p Pathology, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switchLocked(key, p, on)
}

func (s *Simulator) switchLocked(key string, p Pathology, on bool) {
	if !Applies(key, p) {
		return
	}
	if s.switches[key] == nil {
		s.switches[key] = map[Pathology]int{}
	}
	delete(s.switches[key], p)
	if on {
		s.switches[key][p] = s.strikes(p)
	}
	s.calls[key] = 0 // names start afresh
}

// strikes is how often a pathology strikes; negative for always.
func (s *Simulator) strikes(p Pathology) int {
	for _, row := range pathologies {
		if row.Pathology != p {
			continue
		}
		switch row.times {
		case once:
			return 1
		case some:
			return s.o.Times
		case always:
		}
	}
	return -1
}

// on tells whether a pathology is on. The caller holds the lock, as everything
// that answers a request does.
func (s *Simulator) on(key string, p Pathology) bool { return s.switches[key][p] != 0 }

// strikesNow is on, and uses up one of the times that the pathology has.
func (s *Simulator) strikesNow(key string, p Pathology) bool {
	left := s.switches[key][p]
	if left > 0 {
		s.switches[key][p]--
	}
	return left != 0
}
