package api

import (
	"context"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Notice is something that waits for the person who asks, or for somebody else
// with their role.
type Notice struct {
	ID       string                 `json:"id" doc:"The same as long as the matter is the same."`
	Kind     bowline.NoticeKind     `json:"kind" enum:"consumer.disabled,consumer.failing,certificate.expired,certificate.expiring,integration.incomplete,connections.deauthorized,key.expired,key.expiring,key.makerGone,deprecation" doc:"What it is about."`
	Severity bowline.NoticeSeverity `json:"severity" enum:"bad,warn,info" doc:"bad: something does not work. warn: something will not, unless somebody acts. info: something to plan for."`
	Since    *time.Time             `json:"since,omitempty" doc:"Since when it is so, UTC; absent where nobody knows."`
	Due      *time.Time             `json:"due,omitempty" doc:"When it becomes worse, UTC."`
	Subject  string                 `json:"subject,omitempty" doc:"Id of the webhook consumer, API key or deprecation, or key of the integration."`
	Name     string                 `json:"name,omitempty" doc:"Name of the subject, or the URL of a consumer."`
	Count    int                    `json:"count,omitempty" doc:"How many connections."`
	More     bool                   `json:"more,omitempty" doc:"There may be more than count."`
	Unread   bool                   `json:"unread" doc:"Whether the person has not seen it yet."`
}

// Notices are what waits, the gravest first, 100 at most.
type Notices struct {
	Results []Notice `json:"results"`
	Unread  int      `json:"unread" doc:"How many of them the person has not seen yet."`
}

// NoticesSeen names notices that were seen.
type NoticesSeen struct {
	IDs []string `json:"ids" maxItems:"100" doc:"Ids of notices that were shown to the person."`
}

type noticesOutput struct{ Body Notices }

func (a *API) listNotices(ctx context.Context, _ *struct{}) (*noticesOutput, error) {
	caller := auth.From(ctx)
	list, err := a.notices(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := a.Store.NoticesSeen(ctx, caller.Instance, caller.User)
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{Notices{Results: make([]Notice, len(list))}}
	for i, n := range list {
		name := n.Name
		if n.Kind == bowline.NoticeDeprecation {
			name = rest.Said(ctx, name)
		}
		out.Body.Results[i] = Notice{
			n.ID, n.Kind, n.Severity, timeOrNone(n.Since), timeOrNone(n.Due), n.Subject, name, n.Count, n.More, !slices.Contains(seen, n.ID),
		}
		if out.Body.Results[i].Unread {
			out.Body.Unread++
		}
	}
	return out, nil
}

// markNoticesSeen remembers what a person was shown. Notices that are over by now
// are forgotten with it, so that never more is kept than there are.
func (a *API) markNoticesSeen(ctx context.Context, in *struct{ Body NoticesSeen }) (*struct{}, error) {
	caller := auth.From(ctx)
	list, err := a.notices(ctx)
	if err != nil {
		return nil, err
	}
	return nil, a.Store.Write(ctx, func(tx *store.Tx) error {
		before, err := tx.NoticesSeen(ctx, caller.Instance, caller.User)
		if err != nil {
			return err
		}
		var seen []string
		for _, n := range list {
			if slices.Contains(before, n.ID) || slices.Contains(in.Body.IDs, n.ID) {
				seen = append(seen, n.ID)
			}
		}
		if slices.Equal(seen, before) {
			return nil
		}
		return tx.PutNoticesSeen(ctx, caller.Instance, caller.User, seen)
	})
}

// notices works out what waits, of what the caller's role may act on. Nothing
// here takes longer because there are more companies or messages.
func (a *API) notices(ctx context.Context) (list []bowline.Notice, err error) {
	role := auth.From(ctx).Role
	for _, source := range []struct {
		action bowline.Action
		find   func(context.Context, time.Time) ([]bowline.Notice, error)
	}{
		{bowline.ActionWebhooks, a.consumerNotices},
		{bowline.ActionConfigure, a.integrationNotices},
		{bowline.ActionEditCompanies, a.deauthorizedNotices},
		{bowline.ActionDevelop, a.keyNotices},
		{bowline.ActionDevelop, a.deprecationNotices},
	} {
		if !role.May(source.action) {
			continue
		}
		found, err := source.find(ctx, a.Now().UTC())
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return bowline.SortNotices(list), nil
}

func (a *API) consumerNotices(ctx context.Context, now time.Time) ([]bowline.Notice, error) {
	consumers, err := a.Store.Consumers(ctx, auth.From(ctx).Instance)
	return bowline.ConsumerNotices(consumers, now), err
}

// integrationNotices are about those that an operator of the instance has switched
// on. What is only on by its file is nobody's oversight.
func (a *API) integrationNotices(ctx context.Context, _ time.Time) (list []bowline.Notice, err error) {
	setups, err := a.Store.IntegrationSetups(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	offered, err := a.offered(ctx)
	if err != nil {
		return nil, err
	}
	for _, setup := range setups {
		in, there := offered.Get(setup.Key)
		if !there || setup.Enabled == nil || !*setup.Enabled {
			continue
		}
		if shown := a.overview(in, setup); !shown.HasCredentials {
			list = append(list, bowline.IntegrationNotice(in.Key, in.Name, setup.UpdatedAt, shown.Missing))
		}
	}
	return list, nil
}

func (a *API) deauthorizedNotices(ctx context.Context, now time.Time) ([]bowline.Notice, error) {
	visible, err := a.visibleTo(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := a.Store.EndedConnections(ctx, auth.From(ctx).Instance, now.Add(-bowline.DeauthorizedNotice), visible)
	return bowline.DeauthorizedNotices(ended.Count, ended.More, ended.Latest), err
}

func (a *API) keyNotices(ctx context.Context, now time.Time) ([]bowline.Notice, error) {
	keys, err := a.Auth.Keys(ctx, auth.From(ctx).Instance)
	return bowline.KeyNotices(keys, now), err
}

func (a *API) deprecationNotices(ctx context.Context, now time.Time) ([]bowline.Notice, error) {
	in, err := a.Store.OptIns(ctx, auth.From(ctx).Instance)
	return bowline.DeprecationNotices(now, in), err
}
