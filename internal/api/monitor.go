package api

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// AuthFlow says what became of journeys (link.md section 5.7).
type AuthFlow struct {
	From       string             `json:"from" format:"date" doc:"First day, UTC."`
	To         string             `json:"to" format:"date" doc:"Last day, UTC."`
	Since      string             `json:"since,omitempty" format:"date" doc:"Day of the first connection ever; absent before it. Weeks begin with it."`
	Categories []AuthFlowCategory `json:"categories" doc:"The kinds of software that Link asks for, and those that there are figures of."`
	Weeks      []AuthFlowWeek     `json:"weeks" doc:"Completion by ISO week, from the first week with a completion on. Weeks without a start are left out."`
}

// AuthFlowCategory is one kind of software. Each company counts once in a figure,
// however often it tries.
type AuthFlowCategory struct {
	SourceType   bowline.SourceType    `json:"sourceType" doc:"The kind of software."`
	Began        int64                 `json:"began" doc:"Companies that opened Link. One whose connections were made without is taken to have begun when it started. With a filter by integration: companies that started with it."`
	Started      int64                 `json:"started" doc:"Companies for which a connection was made, or that gave their consent."`
	Succeeded    int64                 `json:"succeeded" doc:"Companies that are connected, or skipped the category where it is optional."`
	Rate         *float64              `json:"rate,omitempty" doc:"Succeeded of those that began, in percent, to one decimal; absent when nobody began."`
	Integrations []AuthFlowIntegration `json:"integrations" doc:"By integration, the most started first."`
	Devices      []AuthFlowDevice      `json:"devices" doc:"By device: phone, tablet or desktop."`
	Locales      []AuthFlowLocale      `json:"locales" doc:"By the language of the journey."`
	Causes       []AuthFlowCause       `json:"causes" doc:"Why visits came to nothing, the most frequent first. These are visits, not companies: who leaves three times is there three times. Visits count once they have been quiet for 20 minutes."`
}

// AuthFlowIntegration are the figures of one integration.
type AuthFlowIntegration struct {
	Key       string `json:"key" doc:"Key of the integration."`
	Name      string `json:"name" doc:"Its name; the key, where it is no longer there."`
	Started   int64  `json:"started" doc:"Companies that started."`
	Succeeded int64  `json:"succeeded" doc:"Companies that are connected."`
}

// AuthFlowDevice are the figures of one kind of device.
type AuthFlowDevice struct {
	Device    string `json:"device" enum:"phone,tablet,desktop" doc:"The kind of device."`
	Began     int64  `json:"began" doc:"Companies that opened Link."`
	Started   int64  `json:"started" doc:"Companies that started."`
	Succeeded int64  `json:"succeeded" doc:"Companies that succeeded."`
}

// AuthFlowLocale are the figures of one language.
type AuthFlowLocale struct {
	Locale    string `json:"locale" doc:"BCP 47."`
	Began     int64  `json:"began" doc:"Companies that opened Link."`
	Started   int64  `json:"started" doc:"Companies that started."`
	Succeeded int64  `json:"succeeded" doc:"Companies that succeeded."`
}

// AuthFlowCause is why visits came to nothing.
type AuthFlowCause struct {
	Cause bowline.Cause `json:"cause" enum:"Closed,Denied,WrongRole,ProviderError,Timeout,NoCredentials,PopUpBlocked,Mismatch,Other" doc:"Why."`
	Count int64         `json:"count" doc:"Visits."`
}

// AuthFlowWeek is the completion of one week.
type AuthFlowWeek struct {
	Week       string             `json:"week" doc:"ISO week, such as 2026-W47."`
	SourceType bowline.SourceType `json:"sourceType" doc:"The kind of software."`
	Started    int64              `json:"started" doc:"Companies that started in the week."`
	Completed  int64              `json:"completed" doc:"Those of them that connected in the same week."`
	Rate       float64            `json:"rate" doc:"Completed of started, in percent, to one decimal."`
}

// authFlowInput chooses what is counted.
type authFlowInput struct {
	From        string `query:"from" format:"date" doc:"First day, such as 2026-09-01, UTC; 90 days back when left out."`
	To          string `query:"to" format:"date" doc:"Last day, UTC; today when left out. At most 1100 days after the first."`
	Integration string `query:"integration" doc:"Only this integration, by its key. One filter at a time; with one, the parts by integration, device and locale show no more than it."`
	Device      string `query:"device" enum:"phone,tablet,desktop" doc:"Only this kind of device."`
	Locale      string `query:"locale" doc:"Only this language, BCP 47."`
}

type (
	authFlowOutput    struct{ Body AuthFlow }
	authFlowCSVOutput struct {
		ContentType string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition"`
		Body        []byte
	}
)

// authFlowDays is how many days are counted when nobody says.
const authFlowDays = 90

func (a *API) getAuthFlow(ctx context.Context, in *authFlowInput) (*authFlowOutput, error) {
	flow, err := a.authFlow(ctx, in)
	return &authFlowOutput{flow}, err
}

func (a *API) authFlow(ctx context.Context, in *authFlowInput) (AuthFlow, error) {
	instance := auth.From(ctx).Instance
	q, err := in.span(a.Now().UTC())
	if err != nil {
		return AuthFlow{}, err
	}
	q.InstanceID, q.Integration, q.Device, q.Locale = instance, in.Integration, in.Device, in.Locale
	funnel, err := a.Store.Funnel(ctx, q)
	if err != nil {
		return AuthFlow{}, err
	}
	settings, err := a.Store.LinkSettings(ctx, instance)
	if err != nil {
		return AuthFlow{}, err
	}
	names, err := a.Offer(ctx, instance)
	if err != nil {
		return AuthFlow{}, err
	}
	b := authFlowBuilder{q: q, categories: map[bowline.SourceType]*AuthFlowCategory{}, nameOf: func(key string) string {
		if found, ok := names.Get(key); ok {
			return found.Name
		}
		return key
	}}
	for t, asked := range map[bowline.SourceType]bool{
		bowline.Accounting: settings.SourceTypes.Accounting.Enabled, bowline.Banking: settings.SourceTypes.Banking.Enabled,
		bowline.Commerce: settings.SourceTypes.Commerce.Enabled,
	} {
		if asked {
			b.category(t)
		}
	}
	return b.build(funnel), nil
}

// span reads which days are meant.
func (in *authFlowInput) span(now time.Time) (q store.FunnelQuery, err error) {
	read := func(name, text string, otherwise time.Time) time.Time {
		if text == "" {
			return otherwise
		}
		at, bad := time.Parse(time.DateOnly, text)
		if bad != nil {
			err = bowline.Errorf(bowline.CodeInvalid, "%s must be a day such as 2026-09-01.", name).At(name)
		}
		return at
	}
	q.To = read("to", in.To, now.Truncate(24*time.Hour))
	q.From = read("from", in.From, q.To.AddDate(0, 0, 1-authFlowDays))
	filters := 0
	for _, f := range []string{in.Integration, in.Device, in.Locale} {
		if f != "" {
			filters++
		}
	}
	switch {
	case err != nil:
	case filters > 1:
		err = bowline.Errorf(bowline.CodeInvalid, "Please filter by one of integration, device and locale at a time.")
	case q.From.After(q.To):
		err = bowline.Errorf(bowline.CodeInvalid, "from must not come after to.").At("from")
	case q.To.Sub(q.From) > bowline.FunnelKept || q.From.Year() < 2000 || q.To.Year() > 9999:
		err = bowline.Errorf(bowline.CodeInvalid, "from and to must lie at most 1100 days apart.").At("from")
	}
	return q, err
}

// authFlowBuilder puts the sums of the store together.
type authFlowBuilder struct {
	q          store.FunnelQuery
	categories map[bowline.SourceType]*AuthFlowCategory
	nameOf     func(string) string
}

func (b *authFlowBuilder) category(t bowline.SourceType) *AuthFlowCategory {
	c := b.categories[t]
	if c == nil {
		c = &AuthFlowCategory{
			SourceType: t, Integrations: []AuthFlowIntegration{}, Devices: []AuthFlowDevice{}, Locales: []AuthFlowLocale{}, Causes: []AuthFlowCause{},
		}
		b.categories[t] = c
	}
	return c
}

// part finds the figures of a value in a list, which it makes if they are not
// there.
func part[T any](list *[]T, is func(T) bool, made T) *T {
	at := slices.IndexFunc(*list, is)
	if at < 0 {
		*list = append(*list, made)
		at = len(*list) - 1
	}
	return &(*list)[at]
}

// put adds a sum where it belongs; b, s and k are the places for each stage.
func put(sum store.FunnelSum, b, s, k *int64) {
	into := map[bowline.Stage]*int64{bowline.StageBegan: b, bowline.StageStarted: s, bowline.StageSucceeded: k}[sum.Stage]
	if into != nil {
		*into += sum.Companies
	}
}

func (b *authFlowBuilder) build(f store.Funnel) AuthFlow {
	for _, sum := range f.Totals {
		c := b.category(sum.SourceType)
		put(sum, &c.Began, &c.Started, &c.Succeeded)
	}
	for _, sum := range f.Integrations {
		c := b.category(sum.SourceType)
		p := part(&c.Integrations, func(i AuthFlowIntegration) bool { return i.Key == sum.Value }, AuthFlowIntegration{Key: sum.Value, Name: b.nameOf(sum.Value)})
		put(sum, nil, &p.Started, &p.Succeeded)
	}
	for _, sum := range f.Devices {
		c := b.category(sum.SourceType)
		p := part(&c.Devices, func(d AuthFlowDevice) bool { return d.Device == sum.Value }, AuthFlowDevice{Device: sum.Value})
		put(sum, &p.Began, &p.Started, &p.Succeeded)
	}
	for _, sum := range f.Locales {
		c := b.category(sum.SourceType)
		p := part(&c.Locales, func(l AuthFlowLocale) bool { return l.Locale == sum.Value }, AuthFlowLocale{Locale: sum.Value})
		put(sum, &p.Began, &p.Started, &p.Succeeded)
	}
	for _, sum := range f.Causes {
		c := b.category(sum.SourceType)
		c.Causes = append(c.Causes, AuthFlowCause{sum.Cause, sum.Visits})
	}
	flow := AuthFlow{
		From: b.q.From.Format(time.DateOnly), To: b.q.To.Format(time.DateOnly), Categories: []AuthFlowCategory{}, Weeks: weeksOf(f.Weeks),
	}
	if !f.Since.IsZero() {
		flow.Since = f.Since.Format(time.DateOnly)
	}
	for _, t := range slices.SortedFunc(maps.Keys(b.categories), compareTypes) {
		flow.Categories = append(flow.Categories, b.finish(b.categories[t]))
	}
	return flow
}

// finish is a category with what follows from its sums.
func (b *authFlowBuilder) finish(c *AuthFlowCategory) AuthFlowCategory {
	if b.q.Integration != "" { // nobody opens Link for one of them
		c.Began = c.Started
		c.Integrations = append(c.Integrations, AuthFlowIntegration{b.q.Integration, b.nameOf(b.q.Integration), c.Started, c.Succeeded})
	}
	if b.q.Device != "" {
		c.Devices = append(c.Devices, AuthFlowDevice{b.q.Device, c.Began, c.Started, c.Succeeded})
	}
	if b.q.Locale != "" {
		c.Locales = append(c.Locales, AuthFlowLocale{b.q.Locale, c.Began, c.Started, c.Succeeded})
	}
	slices.SortFunc(c.Integrations, func(x, y AuthFlowIntegration) int {
		return cmp.Or(cmp.Compare(y.Started, x.Started), cmp.Compare(y.Succeeded, x.Succeeded), strings.Compare(x.Key, y.Key))
	})
	slices.SortFunc(c.Devices, func(x, y AuthFlowDevice) int {
		return cmp.Or(cmp.Compare(y.Began, x.Began), strings.Compare(x.Device, y.Device))
	})
	slices.SortFunc(c.Locales, func(x, y AuthFlowLocale) int {
		return cmp.Or(cmp.Compare(y.Began, x.Began), strings.Compare(x.Locale, y.Locale))
	})
	slices.SortFunc(c.Causes, func(x, y AuthFlowCause) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(string(x.Cause), string(y.Cause)))
	})
	if c.Began > 0 {
		c.Rate = new(percent(c.Succeeded, c.Began))
	}
	return *c
}

// percent has one decimal.
func percent(part, of int64) float64 { return math.Round(1000*float64(part)/float64(of)) / 10 }

// compareTypes sorts kinds of software as Link shows them.
func compareTypes(x, y bowline.SourceType) int {
	order := []bowline.SourceType{bowline.Accounting, bowline.Banking, bowline.Commerce}
	place := func(t bowline.SourceType) int {
		if at := slices.Index(order, t); at >= 0 {
			return at
		}
		return len(order)
	}
	return cmp.Or(cmp.Compare(place(x), place(y)), strings.Compare(string(x), string(y)))
}

// weeksOf draws completion over time: nothing before the first completion of a
// kind of software.
func weeksOf(sums []store.FunnelSum) []AuthFlowWeek {
	type key struct {
		monday time.Time
		t      bowline.SourceType
	}
	found := map[key]*AuthFlowWeek{}
	for _, sum := range sums {
		k := key{sum.Week, sum.SourceType}
		if found[k] == nil {
			year, week := sum.Week.ISOWeek()
			found[k] = &AuthFlowWeek{Week: fmt.Sprintf("%04d-W%02d", year, week), SourceType: sum.SourceType}
		}
		if sum.Stage == bowline.StageCompleted {
			found[k].Completed = sum.Companies
		} else {
			found[k].Started = sum.Companies
		}
	}
	keys := slices.SortedFunc(maps.Keys(found), func(x, y key) int { return cmp.Or(x.monday.Compare(y.monday), compareTypes(x.t, y.t)) })
	weeks, begun := []AuthFlowWeek{}, map[bowline.SourceType]bool{}
	for _, k := range keys {
		w := found[k]
		begun[k.t] = begun[k.t] || w.Completed > 0
		if begun[k.t] && w.Started > 0 {
			w.Rate = percent(w.Completed, w.Started)
			weeks = append(weeks, *w)
		}
	}
	return weeks
}
