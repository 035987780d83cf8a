package link

import (
	"context"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// What is told of visits for the monitor (link.md 5.7): first-party, and nothing
// that tells who. Nothing of it is stored before the next flush, and nothing
// waits for it.

// The devices that are told apart.
const (
	devicePhone   = "phone"
	deviceTablet  = "tablet"
	deviceDesktop = "desktop"
)

type deviceKey struct{}

// WithDevice notes in a request's context what kind of device it comes from, and
// no more of the browser's description of itself.
func WithDevice(ctx context.Context, userAgent string) context.Context {
	if userAgent == "" {
		return ctx
	}
	return context.WithValue(ctx, deviceKey{}, kindOfDevice(userAgent))
}

// kindOfDevice tells devices apart by what browsers say of themselves. A tablet
// that calls itself a computer is taken for one.
func kindOfDevice(userAgent string) string {
	has := func(part string) bool { return strings.Contains(userAgent, part) }
	switch {
	case has("iPad"), has("Tablet"), has("Android") && !has("Mobile"):
		return deviceTablet
	case has("Mobi"), has("iPhone"):
		return devicePhone
	}
	return deviceDesktop
}

func deviceIn(ctx context.Context) string {
	device, _ := ctx.Value(deviceKey{}).(string)
	return device
}

// tell notes a step of a visit, of which no more is known than what is given.
func (s *Service) tell(step bowline.VisitStep) {
	step.At = s.Now()
	s.funnel.note(step)
}

// tellOf is tell for a page, which knows whose visit it is and how it is made.
func (s *Service) tellOf(pg page, step bowline.VisitStep) {
	step.CompanyID, step.Device, step.Locale = pg.company.ID, pg.device, pg.set.locale
	s.tell(step)
}

// began notes that a company's journey was drawn, the "Began flow" of link.md
// 5.7: in each category that it is asked for. Where it has shared already, there
// is nothing left that could fail.
func (s *Service) began(pg page) {
	now := s.Now()
	if !s.funnel.news(look{pg.company.ID, "", pg.device, pg.set.locale}, now) {
		return
	}
	if !pg.begun {
		s.funnel.add(pg.company.ID, now)
	}
	step := StepMain
	if pg.set.landing != nil {
		step = StepLanding
	}
	for _, t := range s.shownTypes(pg) {
		seen := bowline.VisitStep{SourceType: t.sourceType, Stages: []bowline.Stage{bowline.StageBegan}}
		if linked := linkedOf(pg, t.sourceType); len(linked) > 0 {
			seen.IntegrationKey, seen.Stages = linked[0].IntegrationKey, append(seen.Stages, bowline.StageSucceeded)
		} else {
			seen.Step, seen.Cause, seen.Weak = string(step), bowline.CauseClosed, true
		}
		s.tellOf(pg, seen)
	}
}

// leftAt is why a visit came to nothing that goes no further than a step. A step
// that is not listed says nothing about it.
var leftAt = map[Step]bowline.Cause{
	StepPicker: bowline.CauseClosed, StepConsent: bowline.CauseClosed, StepNotListed: bowline.CauseOther,
	StepGuide: bowline.CauseNoCredentials, StepCredentials: bowline.CauseNoCredentials, StepHandOver: bowline.CauseNoCredentials,
	StepHelper: bowline.CauseNoCredentials, StepHandoff: bowline.CauseTimeout, StepTenants: bowline.CauseTimeout,
	StepMismatch: bowline.CauseMismatch,
}

// drawn notes the screen that a visit has come to.
func (s *Service) drawn(pg page, p proof) {
	step := bowline.VisitStep{SourceType: p.SourceType, IntegrationKey: p.Integration, Step: string(p.Step), Cause: leftAt[p.Step]}
	switch p.Step {
	case StepError:
		step.Cause = causeOf(p.Reason)
	case StepSuccess:
		step.Done, step.Stages = true, []bowline.Stage{bowline.StageSucceeded}
		if p.Connection == "" { // several organizations, whose connections are of companies of their own
			step.Stages = append(step.Stages, bowline.StageCompleted)
		}
	}
	if step.SourceType != "" && (step.Cause != "" || step.Done) {
		s.tellOf(pg, step)
	}
}

// causeOf is the cause behind a reason of ours.
func causeOf(reason string) bowline.Cause {
	switch reason {
	case reasonDenied:
		return bowline.CauseDenied
	case reasonCancelled:
		return bowline.CauseClosed
	case reasonRole, reasonPermission:
		return bowline.CauseWrongRole
	case reasonRefused, reasonUnavailable, reasonInvalid, reasonWrongIssuer:
		return bowline.CauseProviderError
	case reasonExpired:
		return bowline.CauseTimeout
	case reasonCredentials, reasonMisconfigured:
		return bowline.CauseNoCredentials
	case reasonMismatch:
		return bowline.CauseMismatch
	case reasonWorking:
		return ""
	}
	return bowline.CauseOther
}

// tellFailed notes why an authorization failed, wherever its customer is by now.
func (s *Service) tellFailed(ctx context.Context, a bowline.Authorization, t bowline.SourceType, reason string) {
	cause := causeOf(reason)
	if waitsForGuide(a) && (reason == reasonCancelled || reason == reasonExpired) {
		cause = bowline.CauseNoCredentials // a guided step was left
	}
	s.tell(bowline.VisitStep{
		CompanyID: a.CompanyID, SourceType: t, IntegrationKey: a.IntegrationKey, Device: deviceIn(ctx), Step: string(StepError), Cause: cause,
	})
}

// tellAccepted notes a consent: the "Started authing" of link.md 5.7.
func (s *Service) tellAccepted(pg page, conn bowline.Connection) {
	s.tellOf(pg, bowline.VisitStep{
		SourceType: conn.SourceType, IntegrationKey: conn.IntegrationKey, Stages: []bowline.Stage{bowline.StageBegan, bowline.StageStarted},
	})
}

// tellLeft notes that a browser was let through to the provider.
func (s *Service) tellLeft(pg page, conn bowline.Connection) {
	s.tellOf(pg, bowline.VisitStep{
		SourceType: conn.SourceType, IntegrationKey: conn.IntegrationKey, Step: bowline.VisitProvider, Cause: bowline.CauseTimeout,
	})
}

// tellBlocked notes that a page which waits for another tab says that it could
// open none. It says so each time that it asks.
func (s *Service) tellBlocked(h hop) {
	if h.action.Led == nil || *h.action.Led || !s.funnel.news(look{company: h.pg.company.ID, what: h.proof.Hop}, s.Now()) {
		return
	}
	s.tellOf(h.pg, bowline.VisitStep{SourceType: h.proof.SourceType, Step: string(StepHandoff), Cause: bowline.CausePopUpBlocked})
}

// tellBack notes that somebody turned back from the way to the provider.
func (s *Service) tellBack(h hop) {
	if h.proof.Step == StepHandoff && h.action.Action == ActBack {
		s.tellOf(h.pg, bowline.VisitStep{SourceType: h.proof.SourceType, Step: string(StepMain), Cause: bowline.CauseClosed})
	}
}

// tellSkipped notes which optional categories a visit is finished without: that
// counts as a success (link.md 5.7).
func (s *Service) tellSkipped(pg page) {
	for _, t := range s.shownTypes(pg) {
		if !t.required && len(linkedOf(pg, t.sourceType)) == 0 {
			s.tellOf(pg, bowline.VisitStep{
				SourceType: t.sourceType, Step: string(StepDone), Done: true, Stages: []bowline.Stage{bowline.StageBegan, bowline.StageSucceeded},
			})
		}
	}
}

// Moved notes connections that were made or linked, be it without a journey: who
// builds one of their own is estimated to have begun where they have started.
func (s *Service) Moved(moves []store.Move) {
	for _, m := range moves {
		step := bowline.VisitStep{
			CompanyID: m.Connection.CompanyID, SourceType: m.Connection.SourceType, IntegrationKey: m.Connection.IntegrationKey,
			Stages: []bowline.Stage{bowline.StageBegan, bowline.StageStarted},
		}
		if m.Trigger == bowline.TriggerLink {
			step.Done = true
			step.Stages = slices.Concat(step.Stages, []bowline.Stage{bowline.StageSucceeded, bowline.StageCompleted})
		}
		s.tell(step)
	}
}
