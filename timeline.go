package bowline

import "time"

// TimelineEntry is one line of a connection's life as the API shows it
// (link.md 5.9). Which members it has depends on its type.
type TimelineEntry struct {
	ID            ID               `json:"id"`
	At            time.Time        `json:"at"`
	Type          TimelineType     `json:"type"`
	Trigger       Trigger          `json:"trigger,omitempty"`
	From          Status           `json:"from,omitempty"`
	To            Status           `json:"to,omitempty"`
	Reason        string           `json:"reason,omitempty"` // for people
	Actor         Actor            `json:"actor"`
	CorrelationID string           `json:"correlationId,omitempty"`
	Consent       *TimelineConsent `json:"consent,omitempty"`
	Access        *TimelineAccess  `json:"access,omitempty"`
}

// TimelineType says what a line of a timeline tells of.
type TimelineType string

// The types of lines.
const (
	TimelineTransition TimelineType = "transition" // the state changed
	TimelineNote       TimelineType = "note"       // something happened that left the state as it was
	ConsentGiven       TimelineType = "consent"    // a person agreed
	AccessByKey        TimelineType = "access"     // an API key used the grant
)

// TimelineConsent tells which text a person agreed to. The text itself is kept
// with the consent.
type TimelineConsent struct {
	Kind        ConsentKind `json:"kind"`
	TextVersion string      `json:"textVersion"`
	Locale      string      `json:"locale"`
	DataTypes   []string    `json:"dataTypes,omitempty"`
}

// TimelineAccess counts what one API key did within one hour of the clock.
type TimelineAccess struct {
	Permission Permission `json:"permission"`
	Requests   int64      `json:"requests"`
	Failed     int64      `json:"failed"` // those of them that nothing good came of
	Until      time.Time  `json:"until"`  // the latest of them
}

// Access is one use of a grant by an API key, or several of one hour.
type Access struct {
	InstanceID   ID
	CompanyID    ID
	ConnectionID ID
	Permission   Permission
	Actor        Actor
	Requests     int64
	Failed       int64
	First        time.Time
	Last         time.Time
}
