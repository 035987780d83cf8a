package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// CompanyActivity is what happened to a company's connections.
type CompanyActivity struct {
	Results []ActivityLine `json:"results" doc:"The latest first."`
	Next    *string        `json:"next,omitempty" doc:"Cursor of the next page; absent at the end."`
}

// ActivityLine is one line of it.
type ActivityLine struct {
	ID             bowline.ID          `json:"id"`
	At             time.Time           `json:"at"`
	Kind           string              `json:"kind" enum:"created,state,consent,erased" doc:"created: the company. state: a connection changed, or something of note happened to it. consent: a person agreed. erased: a connection was deleted, and nothing else of it is left."`
	ConnectionID   bowline.ID          `json:"connectionId,omitempty"`
	PlatformName   string              `json:"platformName,omitempty"`
	IntegrationKey string              `json:"integrationKey,omitempty"`
	Trigger        bowline.Trigger     `json:"trigger,omitempty"`
	From           bowline.Status      `json:"from,omitempty"`
	To             bowline.Status      `json:"to,omitempty"`
	Reason         string              `json:"reason,omitempty" doc:"For people."`
	ConsentKind    bowline.ConsentKind `json:"consentKind,omitempty"`
	Actor          bowline.Actor       `json:"actor,omitempty" doc:"customer, provider, system, user:<id> or key:<id>."`
	ActorName      string              `json:"actorName,omitempty" doc:"Name of the person or the key, as long as they are known."`
}

type companyActivityOutput struct{ Body CompanyActivity }

// activityLines are on one page.
const activityLines = 50

func (a *API) listActivity(ctx context.Context, in *struct {
	CompanyPath
	Cursor string `query:"cursor" maxLength:"100" doc:"next of the page before."`
}) (*companyActivityOutput, error) {
	behind, err := activityCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	company, err := a.readCompany(ctx, in.CompanyPath)
	if err != nil {
		return nil, err
	}
	list, err := a.Store.CompanyActivity(ctx, company.InstanceID, company.ID, behind, activityLines+1)
	if err != nil {
		return nil, err
	}
	out := CompanyActivity{Results: []ActivityLine{}}
	for _, l := range list[:min(len(list), activityLines)] {
		out.Results = append(out.Results, ActivityLine{
			l.ID, l.At, string(l.Kind), l.ConnectionID, l.PlatformName, l.IntegrationKey, l.Trigger, l.From, l.To, rest.Said(ctx, l.Reason), l.Consent, l.Actor, l.ActorName,
		})
	}
	if len(list) > activityLines {
		last := list[activityLines-1]
		next := strconv.FormatInt(last.At.UnixMicro(), 10) + "." + string(last.ID)
		out.Next = &next
	} else {
		out.Results = append(out.Results, ActivityLine{ID: company.ID, At: company.Created, Kind: "created", ActorName: company.CreatedByUserName})
	}
	return &companyActivityOutput{out}, nil
}

func activityCursor(text string) (behind store.Activity, err error) {
	if text == "" {
		return behind, nil
	}
	at, id, _ := strings.Cut(text, ".")
	micros, err := strconv.ParseInt(at, 10, 64)
	if err == nil {
		behind.ID, err = bowline.ParseID(id)
	}
	if err != nil || micros <= 0 {
		return behind, bowline.Errorf(bowline.CodeInvalid, "cursor is not one of this list.")
	}
	behind.At = time.UnixMicro(micros).UTC()
	return behind, nil
}
