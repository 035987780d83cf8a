package link

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// How long the sealed texts of a visit are good for.
const (
	proofLife   = 12 * time.Hour   // a tab left open over a working day
	attemptLife = 15 * time.Minute // from hand-over to the provider until the callback
	resultLife  = time.Hour        // how long the browser may ask for a callback's result
)

// visit is what a journey remembers from its first request to its last.
type visit struct {
	Params  map[string]string    `json:"p,omitempty"` // custom parameters of the Link URL
	OpenID  bool                 `json:"o,omitempty"`
	Sandbox *bool                `json:"h,omitempty"` // link.showSandboxIntegrations, if the URL has it
	SDK     bool                 `json:"k,omitempty"` // embedded in a page of the fintech
	Direct  bool                 `json:"i,omitempty"` // began at a connection's own URL
	Locale  string               `json:"l,omitempty"` // chosen, or negotiated with the browser
	Began   int64                `json:"b,omitempty"` // seconds since 1970
	Landed  bool                 `json:"g,omitempty"` // the landing page has been passed
	Started bool                 `json:"s,omitempty"` // something was begun that an exit would lose
	Shared  []bowline.SourceType `json:"d,omitempty"` // additional consent given in this visit
	Last    *touched             `json:"t,omitempty"` // what the redirect tells of
	Helper  bowline.ID           `json:"r,omitempty"` // hand-over that the visitor works for
	Left    bool                 `json:"f,omitempty"` // goes on in the provider's tab of a host page
	Manage  bool                 `json:"m,omitempty"` // looks after what is connected rather than connecting more
	Only    bool                 `json:"n,omitempty"` // of the Connections SDK, which does nothing else
	Answers *answers             `json:"e,omitempty"` // to what an integration asks before its sign-in
	Device  bowline.ID           `json:"q,omitempty"` // hand-over by which the visit came from a host page, whose options it holds
	Sample  *sample              `json:"z,omitempty"` // what is connected in a preview; nil for every customer's visit
}

// answers are what the customer chose and typed before a sign-in. They live in
// the visit, so that nothing is stored of them before there is a connection.
type answers struct {
	Connection bowline.ID        `json:"c"`
	Values     map[string]string `json:"v"`
	Open       bool              `json:"o,omitempty"` // to be asked again, with these to begin with
}

// touched is the last connection that a visit was about, and what came of it
// (link.md 4.4, "multiple connections").
type touched struct {
	Connection    bowline.ID `json:"c,omitempty"`
	Authorization bowline.ID `json:"a,omitempty"`
	Code          int        `json:"s"` // link.md 4.6
}

// proof is the content of View.Flow: which step was drawn, and for what.
type proof struct {
	Instance      bowline.ID         `json:"i"`
	Company       bowline.ID         `json:"c"`
	Step          Step               `json:"s"`
	SourceType    bowline.SourceType `json:"t,omitempty"`
	Integration   string             `json:"k,omitempty"`
	Row           string             `json:"y,omitempty"` // of the integration, by the provider's id
	Connection    bowline.ID         `json:"n,omitempty"`
	Authorization bowline.ID         `json:"a,omitempty"`
	TextVersion   string             `json:"x,omitempty"` // of the consent that was drawn
	Hop           string             `json:"h,omitempty"` // names one hand-off, for its result
	Index         int                `json:"g,omitempty"` // of the guided step
	Tenants       []string           `json:"o,omitempty"` // chosen before the guided steps after the sign-in
	HandOver      bowline.ID         `json:"r,omitempty"` // hand-over or device link that is waited for
	ForColleague  bool               `json:"f,omitempty"` // the consent is given for somebody else's sign-in
	Since         time.Time          `json:"w,omitzero"`  // when the waiting began
	Replaces      []bowline.ID       `json:"u,omitempty"` // connections that the screen said would end
	Reason        string             `json:"q,omitempty"` // of the error that was drawn
	Reference     string             `json:"z,omitempty"` // its correlation id
	Visit         visit              `json:"v"`
	Expires       time.Time          `json:"e"`
}

// attempt is the content of the cookie that binds one authorization to the
// browser that began it. It holds the PKCE verifier, which therefore is in no
// database and no URL.
type attempt struct {
	State       string     `json:"s"`
	Verifier    string     `json:"v"`
	Nonce       string     `json:"n"`
	Instance    bowline.ID `json:"i"`
	Company     bowline.ID `json:"c"`
	Connection  bowline.ID `json:"d"`
	Integration string     `json:"k"`
	Row         string     `json:"w,omitempty"` // of the integration, by the provider's id
	Direct      bool       `json:"r,omitempty"` // began at the connection's own URL
	Hop         string     `json:"h,omitempty"` // of the page that waits for the result in another tab
	Return      string     `json:"b,omitempty"` // page of the host to go back to, when it was left in the same tab
	Visit       visit      `json:"u"`
	StartedAt   time.Time  `json:"a"`
}

// Labels that keep one kind of sealed text from being taken for another.
const (
	bindProof   = "link-proof"
	bindAttempt = "link-attempt"
)

func (s *Service) sealProof(p proof) (string, error) {
	p.Expires = s.Now().Add(proofLife)
	return s.sealJSON(p, bindProof)
}

// openProof refuses a proof that is forged, too old, or of another company.
func (s *Service) openProof(text string, company bowline.ID) (proof, error) {
	p, err := s.openAnyProof(text)
	if err == nil && p.Company != company {
		return proof{}, bowline.Errorf(bowline.CodeInvalid, "This page belongs to another company. Please load it again.")
	}
	return p, err
}

// openAnyProof refuses a proof that is forged or too old, or of a preview: what
// is done there is done by nobody.
func (s *Service) openAnyProof(text string) (proof, error) {
	p, err := s.openSealedProof(text)
	if err == nil && p.Visit.Sample != nil {
		return proof{}, errOtherPlace
	}
	return p, err
}

// openSealedProof refuses a proof that is forged or too old.
func (s *Service) openSealedProof(text string) (proof, error) {
	var p proof
	if err := s.openJSON(text, &p, bindProof); err != nil || s.Now().After(p.Expires) {
		return proof{}, bowline.Errorf(bowline.CodeExpired, "This page has been open for too long. Please load it again.")
	}
	return p, nil
}

func (s *Service) sealJSON(v any, bind string) (string, error) {
	// Sealed text is never HTML; escaping for it could triple a cookie's size.
	var plain strings.Builder
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", fmt.Errorf("encode %s: %w", bind, err)
	}
	sealed, err := s.Sealer.SealText(plain.String(), bind)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", bind, err)
	}
	return sealed, nil
}

func (s *Service) openJSON(sealed string, v any, bind string) error {
	plain, err := s.Sealer.OpenText(sealed, bind)
	if err != nil {
		return fmt.Errorf("open %s: %w", bind, err)
	}
	return json.Unmarshal([]byte(plain), v)
}

func hashState(state string) string {
	sum := sha256.Sum256([]byte(state))
	return hex.EncodeToString(sum[:])
}

// cookiePrefix begins the names of attempt cookies; a part of the state's hash
// follows, so that attempts in several tabs do not overwrite each other.
const cookiePrefix = "bowline_attempt_"

// CookieName returns the name of the cookie that holds the attempt with the
// given state.
func CookieName(stateHash string) string {
	if len(stateHash) < 16 {
		return cookiePrefix
	}
	return cookiePrefix + stateHash[:16]
}

// Cookie is a cookie for the browser to keep. An empty Value deletes it.
type Cookie struct {
	Name  string
	Value string
	Life  time.Duration
}

// Cookies are the cookies that a browser sent, by name.
type Cookies map[string]string

// attemptFor finds and opens the attempt with the given state hash.
func (s *Service) attemptFor(stateHash string, cookies Cookies) (attempt, bool) {
	var a attempt
	value, ok := cookies[CookieName(stateHash)]
	if !ok || s.openJSON(value, &a, bindAttempt) != nil || hashState(a.State) != stateHash {
		return attempt{}, false
	}
	return a, true
}

// IsAttemptCookie says whether a cookie of this name belongs to the journey.
func IsAttemptCookie(name string) bool { return strings.HasPrefix(name, cookiePrefix) }
