package bowline

import "time"

// CheckResult says what came of asking a provider whether a connection still
// stands.
type CheckResult string

// The results of a check.
const (
	// CheckLinked: the provider confirms the authorization.
	CheckLinked CheckResult = "linked"
	// CheckDeauthorized: the provider has ended it, and the connection with it.
	CheckDeauthorized CheckResult = "deauthorized"
	// CheckDoubtful: the provider refused, or lists the organization no more. One
	// answer proves little: it is asked again before the connection ends.
	CheckDoubtful CheckResult = "doubtful"
	// CheckUnavailable: there was no answer that says anything. All is as before.
	CheckUnavailable CheckResult = "unavailable"
	// CheckNotLinked: there is no authorization to ask about.
	CheckNotLinked CheckResult = "notLinked"
)

// ConnectionCheck is what came of a check, and where the connection stands now.
type ConnectionCheck struct {
	Result    CheckResult `json:"result"`
	Status    Status      `json:"status"`
	CheckedAt *time.Time  `json:"checkedAt,omitempty"` // when the provider last confirmed; nil: it never was asked
	Message   string      `json:"message"`             // for people
}
