package catalog

// Failures says how to read a provider's errors where the codes of the
// standards do not tell.
type Failures struct {
	// Code is the dotted path to the provider's own code in a body, tried
	// besides "error".
	Code string `json:"code"`
	// CodeOtherwise is the path to take when Code leads nowhere.
	CodeOtherwise string `json:"codeOtherwise"`
	// Rules are tried in order; the first that fits decides.
	Rules []Failure `json:"rules"`
}

// Failure is one rule. Members that are absent fit anything.
type Failure struct {
	// At is where the answer came from: AtCallback, AtToken, AtRefresh or AtAPI.
	At     string `json:"at"`
	Status int    `json:"status"`
	// Codes are values of the provider's code, of which one fits.
	Codes []string `json:"codes"`
	// Means is what follows from it.
	Means string `json:"means"`
}

// The places of a Failure.
const (
	AtCallback = "callback"
	AtToken    = "token"   // the token endpoint, a refresh included
	AtRefresh  = "refresh" // the token endpoint, for a refresh
	AtAPI      = "api"
)

// The meanings of a Failure.
const (
	MeansDenied   = "denied"   // the person said no
	MeansRevoked  = "revoked"  // the grant is over; only a new consent helps
	MeansLater    = "later"    // trying again later may help
	MeansOperator = "operator" // the operator's registration is wrong
	MeansRole     = "role"     // the person may not allow this; another one can
	MeansPlan     = "plan"     // the business's subscription lacks it
)

// Meaning returns what the rules say about an error, "" when none fits. code
// is the provider's own, "" for none.
func (f Failures) Meaning(at string, status int, code string) string {
	for _, rule := range f.Rules {
		if rule.stands(at) && (rule.Status == 0 || rule.Status == status) && rule.fits(code) {
			return rule.Means
		}
	}
	return ""
}

func (f Failure) stands(at string) bool {
	return f.At == "" || f.At == at || f.At == AtToken && at == AtRefresh
}

func (f Failure) fits(code string) bool {
	for _, c := range f.Codes {
		if c == code {
			return true
		}
	}
	return len(f.Codes) == 0
}
