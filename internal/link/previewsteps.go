package link

import (
	"context"

	"github.com/bowline/bowline"
)

// previewDecider is a decider of a preview. Those of the journey that read no
// store serve as they are.
type previewDecider func(preview, context.Context, hop) (View, []Cookie, error)

// as lets a decider of the journey serve a preview.
func as(decide decider) previewDecider {
	return func(s preview, ctx context.Context, h hop) (View, []Cookie, error) { return decide(s.Service, ctx, h) }
}

// plain is a decider that needs neither a context nor cookies.
func plain(decide func(preview, hop) (View, error)) previewDecider {
	return func(s preview, _ context.Context, h hop) (View, []Cookie, error) { return drawn(decide(s, h)) }
}

// previewSteps is what may be done where in a preview. Each action is named here:
// one that the journey learns later is refused until somebody has seen that it
// keeps nothing.
var previewSteps = map[Step]map[string]previewDecider{
	StepInvite:  {ActCreate: plain(preview.create)},
	StepLanding: {ActStart: as((*Service).start)},
	StepMain: {
		ActConnect: as((*Service).toPicker), ActReplace: as((*Service).toPicker), ActAddAnother: as((*Service).toPicker),
		ActResume: plain(preview.resume), ActReconnect: plain(preview.resume),
		ActFinish: as((*Service).finish), ActBack: as((*Service).toHome), ActManage: as(overseer((*Service).toManage)),
	},
	StepManage: {
		ActDetails: plain(preview.details), ActConnect: as(overseer((*Service).leaveManage)),
		ActFinish: as((*Service).finish), ActBack: as(overseer((*Service).toManage)),
	},
	StepManaged: {
		ActDisconnect: plain(preview.ask), ActReconnect: plain(preview.resume), ActBack: as(overseer((*Service).toManage)),
	},
	StepDisconnect: {
		ActConfirm: plain(preview.disconnect), ActCancel: plain(preview.details), ActBack: plain(preview.details),
	},
	StepDisconnected: {ActContinue: as(overseer((*Service).toManage)), ActBack: as(overseer((*Service).toManage))},
	StepPicker: {
		ActChoose: as((*Service).toConsent), ActHandOver: as((*Service).toConsentForColleague), ActDevice: plain(preview.device),
		ActNotListed: as((*Service).toNotListed), ActBack: as((*Service).toHome),
	},
	StepNotListed: {
		ActRequest: plain(preview.wish), ActLeave: as((*Service).leaveNotListed),
		ActContinue: as((*Service).toHome), ActBack: as((*Service).toPickerAgain),
	},
	StepConsent: {
		ActAccept: plain(preview.accept), ActHandOver: as((*Service).toConsentForColleague), ActDevice: plain(preview.device),
		ActBack: as((*Service).toPickerAgain),
	},
	StepGuide: {
		ActConfirm: plain(preview.confirm), ActLater: as((*Service).toHome), ActHandOver: plain(preview.handOver),
		ActDevice: plain(preview.device), ActBack: plain(preview.backGuide),
	},
	StepCredentials: {
		ActSubmit: plain(preview.signedIn), ActHandOver: plain(preview.handOver), ActDevice: plain(preview.device),
		ActBack: as((*Service).toHome),
	},
	StepTenants: {
		ActSelectTenant: plain(preview.chosen), ActSelectTenants: plain(preview.chosen),
		ActCancel: as((*Service).toHome), ActBack: as((*Service).toHome),
	},
	StepHandOver: {
		ActCheck: plain(preview.nothing), ActSignIn: plain(preview.resume),
		ActContinue: as((*Service).toHome), ActBack: as((*Service).toHome),
	},
	StepDevice: {ActCheck: plain(preview.nothing), ActContinue: as((*Service).toHome), ActBack: as((*Service).toHome)},
	StepSuccess: {
		ActContinue: as((*Service).toHome), ActAddAnother: as((*Service).toPickerAgain),
		ActFinish: as((*Service).finish), ActBack: as((*Service).toHome),
	},
}

func (s preview) nothing(hop) (View, error) { return View{}, ErrNothingNew }

// invite draws the page on which a company names itself.
func (s preview) invite(pg page, problem string) (View, error) {
	v, err := s.inviteView(pg, problem)
	v.Post = postPath(pg)
	return v, err
}

func (s preview) create(h hop) (View, error) {
	if cleanName(h.action.Name) == "" {
		return s.invite(h.pg, h.pg.set.words.Invite.NameMissing)
	}
	return s.entry(h.pg)
}

// accept goes on as for a customer who agreed, and records nothing.
func (s preview) accept(h hop) (View, error) {
	p, ok := s.picked(h.pg.company.InstanceID, h.proof.tile())
	if !ok {
		return s.home(context.Background(), h.pg)
	}
	pg, conn := s.set(h.pg, tileKey(p.Key, p.row.ID), bowline.PendingAuth)
	pg.visit.Started = true
	if h.proof.ForColleague {
		return s.handedOver(pg, conn)
	}
	return s.signIn(pg, conn)
}

// resume goes on with a connection that is there: a pending or a lost one.
func (s preview) resume(h hop) (View, error) {
	id := h.action.ConnectionID
	if id == "" {
		id = h.proof.Connection
	}
	conn, ok := findConnection(h.pg.company, id)
	if !ok {
		return s.home(context.Background(), h.pg)
	}
	return s.signIn(h.pg, conn)
}

// signIn draws what comes before the provider's page.
func (s preview) signIn(pg page, conn bowline.Connection) (View, error) {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && len(in.Before) > 0 {
		return s.guideView(pg, conn, in, proof{})
	}
	return s.form(pg, conn)
}

// form asks for what the software wants to know; software that asks nothing is
// signed in to at once, because no provider is met here.
func (s preview) form(pg page, conn bowline.Connection) (View, error) {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && (in.UsesCredentials() || len(in.Inputs) > 0) {
		return s.credentialsView(pg, conn, in, form{})
	}
	return s.arrive(pg, conn)
}

// arrive is what a customer who comes back from the provider sees.
func (s preview) arrive(pg page, conn bowline.Connection) (View, error) {
	if s.takesSeveral(pg, conn) {
		return s.tenantsView(pg, conn, sampleChoice())
	}
	return s.after(pg, conn)
}

// sampleChoice is an authorization that waits for the choice of a business.
func sampleChoice() bowline.Authorization {
	return bowline.Authorization{Tenants: []bowline.Tenant{{ID: "1", Name: sampleCompany}, {ID: "2", Name: sampleBranch}}}
}

// sampleAuthorization marks the guided steps as those after the sign-in.
const sampleAuthorization bowline.ID = "sample"

func (s preview) after(pg page, conn bowline.Connection) (View, error) {
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && len(in.After) > 0 {
		return s.guideView(pg, conn, in, proof{Authorization: sampleAuthorization})
	}
	return s.success(pg, conn)
}

func (s preview) success(pg page, conn bowline.Connection) (View, error) {
	if tile, ok := tileOfSample(pg, conn.ID); ok {
		pg, conn = s.set(pg, tile, bowline.Linked)
	}
	return s.successView(context.Background(), pg, conn)
}

// of finds the connection that a screen is about.
func (s preview) of(h hop, then func(page, bowline.Connection) (View, error)) (View, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !ok {
		return s.home(context.Background(), h.pg)
	}
	return then(h.pg, conn)
}

func (s preview) confirm(h hop) (View, error) {
	return s.of(h, func(pg page, conn bowline.Connection) (View, error) {
		in, _ := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
		steps, then := in.Before, s.form
		if h.proof.Authorization != "" {
			steps, then = in.After, s.success
		}
		if h.proof.Index+1 < len(steps) {
			return s.guideView(pg, conn, in, proof{Authorization: h.proof.Authorization, Index: h.proof.Index + 1})
		}
		return then(pg, conn)
	})
}

func (s preview) backGuide(h hop) (View, error) {
	return s.of(h, func(pg page, conn bowline.Connection) (View, error) {
		in, _ := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
		if h.proof.Index == 0 {
			return s.home(context.Background(), pg)
		}
		return s.guideView(pg, conn, in, proof{Authorization: h.proof.Authorization, Index: h.proof.Index - 1})
	})
}

// signedIn takes any credentials, and looks at none.
func (s preview) signedIn(h hop) (View, error) { return s.of(h, s.arrive) }

func (s preview) chosen(h hop) (View, error) { return s.of(h, s.after) }

// wish answers the name of software that is not listed.
func (s preview) wish(h hop) (View, error) {
	name := cleanName(h.action.Name)
	if name != "" {
		h.pg.visit.Last = &touched{Code: outcomeNotListed}
	}
	return s.notListedView(h.pg, &NotListedView{SourceType: h.proof.SourceType, Name: name, Sent: name != ""})
}

func (s preview) handOver(h hop) (View, error) { return s.of(h, s.handedOver) }

// handedOver shows a link for a colleague. Its code was never kept, so that it
// leads to the page for links that are over.
func (s preview) handedOver(pg page, conn bowline.Connection) (View, error) {
	made, code := newSampleHandOver(s, pg, bowline.HandOverColleague)
	v, err := s.view(pg, proof{
		Step: StepHandOver, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID, Since: made.Created,
	})
	v.HandOver = &HandOverView{Integration: s.tileOf(conn), URL: s.codeURL(code), Expires: made.ExpiresAt}
	return v, err
}

// device shows a link for another device, which leads nowhere either.
func (s preview) device(h hop) (View, error) {
	made, code := newSampleHandOver(s, h.pg, bowline.HandOverDevice)
	return s.deviceView(h.pg, made, h.proof, code)
}

func newSampleHandOver(s preview, pg page, kind bowline.HandOverKind) (bowline.HandOver, string) {
	letters, life := colleagueLetters, colleagueLife
	if kind == bowline.HandOverDevice {
		letters, life = deviceLetters, deviceLife
	}
	now := s.Now()
	return bowline.HandOver{InstanceID: pg.company.InstanceID, CompanyID: pg.company.ID, Created: now, ExpiresAt: now.Add(life)}, newCode(letters)
}
