package safehttp

import (
	"errors"
	"net/url"
)

// ErrTooLarge says that a response body is longer than Options.MaxBody.
var ErrTooLarge = errors.New("response body is too large")

// ErrSwitched says that the server answered with 101, which nobody asked for.
var ErrSwitched = errors.New("the server switched protocols")

// ErrBlocked is in the chain of every refusal to connect.
var ErrBlocked = errors.New("blocked: address not allowed")

// BlockedError is a refusal to connect. It names the host of the URL and not
// the address it resolved to, which would describe the operator's network.
type BlockedError struct {
	// Host is the URL's host without its port.
	Host string
	// Rule is which rule refused, in our words: "address", "scheme" or "port".
	Rule string
}

// Error says what was blocked and nothing about where it led.
func (e *BlockedError) Error() string {
	return "blocked: " + e.Rule + " not allowed: " + e.Host
}

// Is makes every BlockedError an ErrBlocked.
func (e *BlockedError) Is(target error) bool { return target == ErrBlocked }

// Bare returns err without the *url.Error that http.Client puts around it,
// whose text holds the full URL and with it whatever the query carries. Use it
// before an error of Client.Do is wrapped, logged or shown.
func Bare(err error) error {
	var full *url.Error
	if errors.As(err, &full) {
		return full.Err
	}
	return err
}
