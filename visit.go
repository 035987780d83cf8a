package bowline

import "time"

// Cause is why a visit came to nothing (link.md 5.7).
type Cause string

// The causes. An empty one means that nothing is missing.
const (
	CauseClosed        Cause = "Closed"        // left on a screen of ours, or back to none
	CauseDenied        Cause = "Denied"        // declined at the provider
	CauseWrongRole     Cause = "WrongRole"     // signed in as somebody who may not allow this
	CauseProviderError Cause = "ProviderError" // the provider failed or refused
	CauseTimeout       Cause = "Timeout"       // an attempt ran out of time
	CauseNoCredentials Cause = "NoCredentials" // lacked what it takes: a login, a key, a step to be done first, or the setup behind it
	CausePopUpBlocked  Cause = "PopUpBlocked"  // the browser did not open the tab of the sign-in
	CauseMismatch      Cause = "Mismatch"      // signed in to another organization
	CauseOther         Cause = "Other"
)

// Causes lists the causes, in the order in which they are shown.
func Causes() []Cause {
	return []Cause{
		CauseClosed, CauseDenied, CauseWrongRole, CauseProviderError, CauseTimeout, CauseNoCredentials,
		CausePopUpBlocked, CauseMismatch, CauseOther,
	}
}

// Stage is how far a company has come in a category.
type Stage string

// The stages (link.md 5.7).
const (
	StageBegan     Stage = "b" // opened Link, or had a connection made without
	StageStarted   Stage = "s" // a connection was made, or a consent given
	StageSucceeded Stage = "k" // has shared, or skipped what is optional
	StageCompleted Stage = "c" // connected: a success of that very day, for the chart
)

// Times of visits.
const (
	// VisitPause is how long nothing may happen for what comes next to belong to
	// the same visit. It outlasts every attempt, guided steps included.
	VisitPause = 2 * time.Hour
	// VisitRest is after how long without a sign of life a visit counts as ended.
	VisitRest = 20 * time.Minute
	// VisitsKept is how long single visits are kept; FunnelKept how long their
	// sums are, which name no company.
	VisitsKept = 400 * 24 * time.Hour
	FunnelKept = 1100 * 24 * time.Hour
)

// The steps that are no screens of their own.
const (
	VisitHandoff  = "handoff"  // about to leave for the provider
	VisitProvider = "provider" // there
)

// Visit is what a company did in one category without a long pause.
type Visit struct {
	CompanyID      ID
	SourceType     SourceType
	Began, Last    time.Time
	IntegrationKey string
	Device         string // phone, tablet or desktop; empty where unknown
	Locale         string
	Step           string // the last screen
	Cause          Cause  // empty when nothing is missing
	Open           bool   // it has not counted among those that ended
}

// VisitStep is what became known of a visit at one moment. What is empty is
// unknown, and changes nothing.
type VisitStep struct {
	CompanyID      ID
	SourceType     SourceType
	At             time.Time
	IntegrationKey string
	Device         string
	Locale         string
	Step           string
	Cause          Cause
	Done           bool    // nothing is missing any more
	Weak           bool    // the cause is for a visit that has none yet
	Stages         []Stage // that the company came to
}

// Follows says whether a step at a time belongs to the visit.
func (v Visit) Follows(at time.Time) bool {
	return v.CompanyID != "" && at.Sub(v.Last) < VisitPause && v.Last.Sub(at) < VisitPause
}

// After is the visit after a step. What is done stays done: somebody who looks
// in again afterwards has not left half-way. A refused pop-up counts only for who
// has not come to the provider by the link instead.
func (v Visit) After(s VisitStep) Visit {
	if s.At.After(v.Last) {
		v.Last = s.At
	}
	keep := func(into *string, news string) {
		if news != "" {
			*into = news
		}
	}
	keep(&v.IntegrationKey, s.IntegrationKey)
	keep(&v.Device, s.Device)
	keep(&v.Locale, s.Locale)
	done := v.Cause == ""
	switch {
	case s.Cause == CausePopUpBlocked && v.Step != VisitHandoff, s.Weak:
		return v
	case s.Done || done:
		v.Cause = ""
	case s.Cause != "":
		v.Cause = s.Cause
	}
	keep(&v.Step, s.Step)
	return v
}

// BeginVisit is the visit that a step begins; false for a step that no screen
// and no attempt is behind, such as a connection made through the API.
func BeginVisit(s VisitStep) (Visit, bool) {
	cause := s.Cause
	if s.Done {
		cause = ""
	}
	return Visit{
		CompanyID: s.CompanyID, SourceType: s.SourceType, Began: s.At, Last: s.At, IntegrationKey: s.IntegrationKey,
		Device: s.Device, Locale: s.Locale, Step: s.Step, Cause: cause, Open: true,
	}, s.Step != "" && (cause != "" || s.Done)
}
