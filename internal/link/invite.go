package link

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Invite returns the page where a business that the fintech does not know yet
// names itself (link.md 1.3.1). It is refused where visits need a one-time
// password: nobody could have been given one. An instance that is not there
// gives the notFound view. Each call begins another company; nothing is stored
// until it has a name.
func (s *Service) Invite(ctx context.Context, instance bowline.ID, e Entry) (View, error) {
	visit := s.visit(e)
	pg, err := s.beforeCompany(ctx, bowline.Company{ID: bowline.NewID(s.Now()), InstanceID: instance}, visit, e.Locales)
	if errors.Is(err, store.ErrNotFound) {
		return NotFound(), nil
	}
	if err != nil {
		return View{}, err
	}
	if pg.set.oneTimeLinks {
		return Expired(pg.set.locale), nil
	}
	pg.visit.Locale = pg.set.locale
	return s.inviteView(pg, "")
}

// CreateInvited makes the company that an invite page has named and returns the
// first view of its journey. One page makes one company, however often its
// button is pressed.
func (s *Service) CreateInvited(ctx context.Context, instance bowline.ID, a Action, b Browser) (View, error) {
	p, err := s.openAnyProof(a.Flow)
	if err != nil {
		return View{}, err
	}
	if p.Step != StepInvite || p.Instance != instance || a.Action != ActCreate && a.Action != ActLanguage {
		return View{}, bowline.Errorf(bowline.CodeInvalid, "That cannot be done on this screen.")
	}
	company := bowline.Company{ID: p.Company, InstanceID: instance, Created: s.Now()}
	pg, err := s.beforeCompany(ctx, company, p.Visit, nil)
	if err != nil {
		return View{}, notFound(err)
	}
	if pg.set.oneTimeLinks {
		return Expired(pg.set.locale), nil
	}
	if a.Action == ActLanguage {
		if err := s.speak(&pg, a.Locale); err != nil {
			return View{}, err
		}
		return s.inviteView(pg, "")
	}
	company.Name = bowline.CleanCompanyName(strings.Join(strings.Fields(a.Name), " "), true)
	switch {
	case company.Name == "":
		return s.inviteView(pg, pg.set.words.Invite.NameMissing)
	case utf8.RuneCountInString(company.Name) > bowline.MaxCompanyName:
		return s.inviteView(pg, pg.set.words.Invite.NameTooLong)
	}
	if err := s.allowInvite(instance, b); err != nil {
		return View{}, err
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RoomForCompany(ctx, instance, s.CompanyLimit); err != nil {
			return err
		}
		return tx.CreateCompany(ctx, company, s.change(ctx, bowline.ActorCustomer, ""))
	})
	switch {
	case bowline.CodeOf(err) == bowline.CodeLimit:
		return s.inviteView(pg, strings.ReplaceAll(pg.set.words.Invite.NoRoom, "{client}", pg.set.client.Name))
	case err != nil && !errors.Is(err, store.ErrConflict): // made by an earlier press
		return View{}, notFound(err)
	}
	if pg, err = s.load(ctx, company.ID, p.Visit); err != nil {
		return View{}, err
	}
	s.began(pg)
	v, err := s.entry(pg)
	return told(v), err
}

func (s *Service) allowInvite(instance bowline.ID, b Browser) error {
	now := s.Now()
	_, ok := s.invites.takeFrom(b.Address, invitesAtOnce, invitesEvery, now)
	if ok {
		_, ok = s.invites.take(string(instance), allInvitesAtOnce, allInvitesEvery, now)
	}
	if !ok {
		return bowline.Errorf(bowline.CodeTooMany, "There were many tries in a short time. Please wait a few minutes.")
	}
	return nil
}

// beforeCompany is a page of a company that is yet to be made.
func (s *Service) beforeCompany(ctx context.Context, company bowline.Company, v visit, languages []string) (page, error) {
	before, err := s.Store.LinkBefore(ctx, company.InstanceID)
	if err != nil {
		return page{}, err
	}
	pg := page{
		company: company, profile: before.Profile, settings: before.Settings, branding: before.Branding,
		visit: v, languages: languages,
	}
	pg.set = s.resolve(pg)
	return pg, nil
}

func (s *Service) inviteView(pg page, problem string) (View, error) {
	v, err := s.view(pg, proof{Step: StepInvite})
	if err != nil {
		return View{}, err
	}
	v.Post, v.Company = "/link/invite/"+string(pg.company.InstanceID)+"/journey", CompanyView{}
	invite := pg.set.invite
	invite.Problem = problem
	v.Invite = &invite
	return v, nil
}
