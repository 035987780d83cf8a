package bowline

import (
	"slices"
	"time"
)

// Limits of API keys (platform-api section 6).
const (
	MaxAPIKeys    = 10
	MaxAPIKeyName = 50
)

// APIKey lets a server of the fintech call the Platform API. The secret is
// shown once, at creation; at rest there is only its hash.
type APIKey struct {
	ID          ID        `json:"id"`
	InstanceID  ID        `json:"-"`
	Name        string    `json:"name,omitempty"`
	Secret      string    `json:"apiKey,omitempty"` // set in the answer to creation only
	Hash        string    `json:"-"`                // SHA-256 of the secret, hex
	Prefix      string    `json:"prefix,omitempty"` // first characters, to recognize a key by
	Bootstrap   bool      `json:"-"`                // came from the configuration
	CreatedDate time.Time `json:"createdDate"`
	// Permissions are what the key may do beyond what every key may; none unless
	// somebody gave them.
	Permissions []Permission `json:"permissions,omitempty"`
	LastUsed    *time.Time   `json:"lastUsed,omitempty"` // within a minute or so
	Expires     *time.Time   `json:"expires,omitempty"`  // from then on it is unknown
	CreatedBy   string       `json:"createdBy,omitempty"`
	CreatedByID ID           `json:"-"` // the person's; empty when nobody of the staff made it
	// MakerGone says that this person could not make the key any more: they were
	// removed, disabled, or given a lesser role. The key works on.
	MakerGone bool `json:"makerGone,omitempty"`
}

// Expired says whether the key's time is over by then.
func (k APIKey) Expired(now time.Time) bool { return k.Expires != nil && !now.Before(*k.Expires) }

// String never prints the secret.
func (k APIKey) String() string { return "APIKey[" + string(k.ID) + "]" }

// GoString never prints the secret.
func (k APIKey) GoString() string { return k.String() }

// May says whether the key has a permission.
func (k APIKey) May(p Permission) bool { return slices.Contains(k.Permissions, p) }

// Permission is something that an API key may do with the grants behind
// connections. A key without any can do all the rest.
type Permission string

// The permissions.
const (
	PermissionCredentials Permission = "credentials" // read fresh tokens or stored credentials
	PermissionProxy       Permission = "proxy"       // send requests to providers
	PermissionExport      Permission = "export"      // read everything behind a grant, to move it elsewhere
)

// Permissions lists all permissions.
func Permissions() []Permission {
	return []Permission{PermissionCredentials, PermissionProxy, PermissionExport}
}

// CheckPermissions returns the permissions in the order of Permissions, each
// once; one that is not known is CodeInvalid.
func CheckPermissions(wanted []Permission) ([]Permission, error) {
	var kept []Permission
	for _, p := range Permissions() {
		if slices.Contains(wanted, p) {
			kept = append(kept, p)
		}
	}
	for _, p := range wanted {
		if !slices.Contains(kept, p) {
			return nil, Errorf(CodeInvalid, "permissions may hold credentials, proxy and export.")
		}
	}
	return kept, nil
}
