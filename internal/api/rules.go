package api

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// RuleCreate is the body that creates a rule (platform-api section 8).
type RuleCreate struct {
	Type      string              `json:"type" doc:"Type of the rule, such as Data Sync Completed, in any of its spellings."`
	CompanyID *string             `json:"companyId,omitempty" doc:"Only this company. Left out: all."`
	Notifiers RuleNotifiersCreate `json:"notifiers"`
}

// RuleNotifiersCreate say who is to be told.
type RuleNotifiersCreate struct {
	Emails  []string `json:"emails,omitempty" doc:"Email addresses, fifty at most."`
	Webhook *string  `json:"webhook,omitempty" doc:"An absolute https URL."`
}

// Rule is a rule as answers show it.
type Rule struct {
	ID        bowline.ID    `json:"id" doc:"Id of the rule."`
	Type      string        `json:"type" doc:"Type of the rule, as it was given."`
	CompanyID bowline.ID    `json:"companyId,omitempty" doc:"Only this company; absent for all."`
	Notifiers RuleNotifiers `json:"notifiers"`
}

// RuleNotifiers are the notifiers of a rule as answers show them.
type RuleNotifiers struct {
	Emails  []string `json:"emails,omitempty" doc:"Email addresses."`
	Webhook string   `json:"webhook,omitempty" format:"uri" doc:"URL."`
}

// RulePath names a rule in a path.
type RulePath struct {
	ID string `path:"ruleId" doc:"The rule's id."`
}

type (
	ruleOutput  struct{ Body Rule }
	rulesOutput struct{ Body rest.PageOf[Rule] }
)

const ruleNoun = "rule"

func showRule(r bowline.Rule) Rule {
	return Rule{ID: r.ID, Type: r.Type, CompanyID: r.CompanyID, Notifiers: RuleNotifiers(r.Notifiers)}
}

func (a *API) createRule(ctx context.Context, in *struct{ Body RuleCreate }) (*ruleOutput, error) {
	now, instance := a.Now().UTC(), auth.From(ctx).Instance
	r := bowline.Rule{
		ID: bowline.NewID(now), InstanceID: instance, Type: in.Body.Type, Created: now,
		Notifiers: bowline.RuleNotifiers{Emails: in.Body.Notifiers.Emails},
	}
	if in.Body.Notifiers.Webhook != nil {
		r.Notifiers.Webhook = *in.Body.Notifiers.Webhook
	}
	var err error
	if in.Body.CompanyID != nil {
		if r.CompanyID, err = consumerCompany(*in.Body.CompanyID); err != nil {
			return nil, err
		}
	}
	if err := r.Validate(a.InsecureConsumers); err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountRules(ctx, instance)
		if err != nil {
			return err
		}
		if count >= bowline.MaxRules {
			return bowline.Errorf(bowline.CodeInvalid, "There are %d rules already. Nothing is sent for rules: create a webhook consumer.", bowline.MaxRules)
		}
		return tx.InsertRule(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	return &ruleOutput{showRule(r)}, nil
}

func (a *API) listRules(ctx context.Context, in *ListParams) (*rulesOutput, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	rules, total, err := a.Store.Rules(ctx, store.RuleList{
		InstanceID: auth.From(ctx).Instance, Query: filter, OrderBy: in.OrderBy, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	shown := make([]Rule, 0, len(rules))
	for _, r := range rules {
		shown = append(shown, showRule(r))
	}
	return &rulesOutput{rest.NewPage(in.listing("/rules"), shown, total)}, nil
}

func (a *API) getRule(ctx context.Context, in *RulePath) (*ruleOutput, error) {
	id, err := idOf(ruleNoun, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := a.Store.Rule(ctx, auth.From(ctx).Instance, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(ruleNoun, id)
	}
	if err != nil {
		return nil, err
	}
	return &ruleOutput{showRule(r)}, nil
}
