package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Message is one event on its way to one consumer.
type Message struct {
	ID          string                `json:"id" doc:"What the receiver sees as webhook-id."`
	WebhookID   bowline.ID            `json:"webhookId" doc:"Id of the consumer."`
	EventID     bowline.ID            `json:"eventId" doc:"Id of the event, the same for all consumers."`
	EventType   string                `json:"eventType" doc:"Type of the event."`
	CompanyID   bowline.ID            `json:"companyId,omitempty" doc:"The company that the event is about; absent when it is about none."`
	CompanyName string                `json:"companyName,omitempty" doc:"What the company is called now; absent when it is deleted."`
	Status      bowline.MessageStatus `json:"status" enum:"Sending,Attempting,Success,Failure" doc:"Sending: nothing was tried yet. Attempting: failed so far, more attempts to come. Failure: all attempts failed, or were passed over while the consumer was disabled."`
	Attempts    int                   `json:"attempts" doc:"Attempts made so far."`
	Generated   time.Time             `json:"generatedDate" doc:"When the event happened, UTC."`
	Created     time.Time             `json:"created" doc:"When the message came about, UTC; later than the event when it was replayed."`
	NextAttempt *time.Time            `json:"nextAttempt,omitempty" doc:"When it is tried next, UTC; absent when nothing more is to come."`
}

// MessageDetails are a message together with what it says.
type MessageDetails struct {
	Message
	Event MessageEvent `json:"event"`
}

// MessageList is a page of messages. A list looks through a bounded number of
// them, so that its cost does not grow with all that a consumer ever had.
type MessageList struct {
	rest.PageOf[Message]
	Before string `json:"before,omitempty" doc:"There are older messages that this list did not look through, and totalResults does not count: go on with this in the parameter before. The last page's link to the next one does. Absent when all were looked through."`
}

// Attempt is one try to deliver a message.
type Attempt struct {
	ID           bowline.ID          `json:"id" doc:"Id of the attempt."`
	MessageID    string              `json:"messageId" doc:"Id of the message."`
	Kind         bowline.AttemptKind `json:"kind" enum:"Scheduled,Resent,Recovered,Replayed,Example" doc:"Why it was made."`
	URL          string              `json:"url" doc:"Where it went, without a query string."`
	At           time.Time           `json:"at" doc:"When it began, UTC."`
	Milliseconds float64             `json:"milliseconds" doc:"How long it took."`
	Success      bool                `json:"success" doc:"Whether the receiver took it."`
	StatusCode   int                 `json:"statusCode,omitempty" doc:"HTTP status of the answer; absent when there was none."`
	Error        string              `json:"error,omitempty" doc:"Why there was no answer, or no request."`
	ResponseBody string              `json:"responseBody,omitempty" doc:"The first 4 KiB of the answer."`
}

// MessageEvent is an event as consumers are sent it, before any transformation
// (webhooks.md section 1).
type MessageEvent struct {
	ID            bowline.ID      `json:"id" doc:"Id of the event, the same for all consumers."`
	EventType     string          `json:"eventType" doc:"Type of the event."`
	GeneratedDate time.Time       `json:"generatedDate" doc:"When it happened, UTC."`
	Payload       json.RawMessage `json:"payload" doc:"What it happened to, as the type's schema says."`
}

// Span are the parameters that choose a time.
type Span struct {
	From time.Time `query:"from" doc:"Not before this time, such as 2026-03-04T09:15:27Z: of the event, in a list of messages; of the attempt, in one of attempts."`
	To   time.Time `query:"to" doc:"Before this time."`
}

// params repeats the span in links.
func (s Span) params() []rest.Param {
	text := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	return []rest.Param{{Name: "from", Value: text(s.From)}, {Name: "to", Value: text(s.To)}}
}

// PageParams are the parameters of lists that have filters of their own.
type PageParams struct {
	Page     int `query:"page" minimum:"1" maximum:"1000000000" default:"1" doc:"Number of the page, counted from 1. A page past the end is empty."`
	PageSize int `query:"pageSize" minimum:"1" maximum:"5000" default:"100" doc:"Results per page."`
}

func (p PageParams) page() bowline.Page { return bowline.Page{Number: p.Page, Size: p.PageSize} }

// MessagePath names a message in a path.
type MessagePath struct {
	MessageID string `path:"messageId" doc:"The message's id, which is the webhook-id that receivers see."`
}

type (
	listMessagesInput struct {
		ConsumerPath
		PageParams
		Span
		Status    string `query:"status" enum:"Sending,Attempting,Success,Failure" doc:"Only messages with this status."`
		EventType string `query:"eventType" doc:"Only messages about events of this type."`
		CompanyID string `query:"companyId" doc:"Only messages about this company."`
		Before    string `query:"before" doc:"Only messages that come behind this one in the list: its id."`
	}
	listAttemptsInput struct {
		MessagePath
		PageParams
		Span
		Status string `query:"status" enum:"Success,Failure" doc:"Only attempts that ended so."`
	}
	messagesOutput     struct{ Body MessageList }
	messageOutput      struct{ Body MessageDetails }
	attemptsOutput     struct{ Body rest.PageOf[Attempt] }
	messageEventOutput struct{ Body MessageEvent }
)

func (a *API) listMessages(ctx context.Context, in *listMessagesInput) (*messagesOutput, error) {
	id, err := idOf(consumerNoun, in.ID)
	if err != nil {
		return nil, err
	}
	company, err := consumerCompany(in.CompanyID)
	if err != nil {
		return nil, err
	}
	var before bowline.ID
	if in.Before != "" {
		if before, err = bowline.ParseMessageID(in.Before); err != nil {
			return nil, bowline.Errorf(bowline.CodeInvalid, "before must be the id of a message.")
		}
	}
	messages, found, err := a.Store.Messages(ctx, store.MessageList{
		InstanceID: auth.From(ctx).Instance, ConsumerID: id, Status: bowline.MessageStatus(in.Status), EventType: bowline.EventType(in.EventType),
		CompanyID: company, From: in.From, To: in.To, Before: before, Page: in.page(), Reach: a.messageReach,
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(consumerNoun, id)
	}
	if err != nil {
		return nil, err
	}
	shown, err := a.showMessages(ctx, messages...)
	if err != nil {
		return nil, err
	}
	listing := rest.Listing{
		Path: "/webhooks/" + string(id) + "/messages", Page: in.page(),
		Params: append([]rest.Param{
			{Name: "status", Value: in.Status}, {Name: "eventType", Value: in.EventType}, {Name: "companyId", Value: string(company)},
			{Name: "before", Value: in.Before},
		}, in.params()...),
	}
	list := MessageList{PageOf: rest.NewPage(listing, shown, found.Total)}
	if found.Rest != "" {
		list.Before = bowline.MessageHeader(found.Rest)
		if list.Links.Next == nil {
			listing.Page.Number, listing.Params[3].Value = 1, list.Before
			next := rest.NewPage(listing, shown, 0).Links.Current
			list.Links.Next = &next
		}
	}
	return &messagesOutput{list}, nil
}

// showMessages adds the names of the companies, which messages do not hold.
func (a *API) showMessages(ctx context.Context, messages ...bowline.Message) ([]Message, error) {
	var companies []bowline.ID
	for _, m := range messages {
		if m.CompanyID != "" {
			companies = append(companies, m.CompanyID)
		}
	}
	names, err := a.Store.CompanyNames(ctx, auth.From(ctx).Instance, companies)
	if err != nil {
		return nil, err
	}
	shown := make([]Message, 0, len(messages))
	for _, m := range messages {
		shown = append(shown, Message{
			ID: bowline.MessageHeader(m.ID), WebhookID: m.ConsumerID, EventID: m.EventID, EventType: string(m.EventType),
			CompanyID: m.CompanyID, CompanyName: names[m.CompanyID],
			Status: m.Status, Attempts: m.Attempts, Generated: m.Generated, Created: m.Created, NextAttempt: m.NextAttempt,
		})
	}
	return shown, nil
}

func (a *API) getMessage(ctx context.Context, in *MessagePath) (*messageOutput, error) {
	m, e, err := a.message(ctx, in)
	if err != nil {
		return nil, err
	}
	shown, err := a.showMessages(ctx, m)
	if err != nil {
		return nil, err
	}
	return &messageOutput{MessageDetails{shown[0], showEvent(e)}}, nil
}

func showEvent(e bowline.Event) MessageEvent {
	return MessageEvent{ID: e.ID, EventType: string(e.EventType), GeneratedDate: e.GeneratedDate, Payload: e.Payload}
}

func (a *API) listAttempts(ctx context.Context, in *listAttemptsInput) (*attemptsOutput, error) {
	id, err := in.message()
	if err != nil {
		return nil, err
	}
	list := store.AttemptList{InstanceID: auth.From(ctx).Instance, MessageID: id, From: in.From, To: in.To, Page: in.page()}
	if in.Status != "" {
		success := in.Status == string(bowline.MessageSuccess)
		list.Success = &success
	}
	attempts, total, err := a.Store.Attempts(ctx, list)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noMessage(id)
	}
	if err != nil {
		return nil, err
	}
	shown := make([]Attempt, 0, len(attempts))
	for _, t := range attempts {
		shown = append(shown, showAttempt(ctx, t))
	}
	return &attemptsOutput{rest.NewPage(rest.Listing{
		Path: "/webhooks/messages/" + bowline.MessageHeader(id) + "/attempts", Page: in.page(),
		Params: append([]rest.Param{{Name: "status", Value: in.Status}}, in.params()...),
	}, shown, total)}, nil
}

func showAttempt(ctx context.Context, t bowline.Attempt) Attempt {
	return Attempt{
		ID: t.ID, MessageID: bowline.MessageHeader(t.MessageID), Kind: t.Kind, URL: t.URL, At: t.At,
		Milliseconds: float64(t.Duration.Microseconds()) / 1000, Success: t.Success, StatusCode: t.StatusCode,
		Error: rest.Said(ctx, t.Error), ResponseBody: t.ResponseBody,
	}
}

func (a *API) getMessageEvent(ctx context.Context, in *MessagePath) (*messageEventOutput, error) {
	_, e, err := a.message(ctx, in)
	if err != nil {
		return nil, err
	}
	return &messageEventOutput{showEvent(e)}, nil
}

// message reads the id of a path: as our lists have it, or the UUID within.
func (in MessagePath) message() (bowline.ID, error) {
	id, err := bowline.ParseMessageID(in.MessageID)
	if err != nil {
		return "", bowline.Errorf(bowline.CodeNotFound, "No message exists with this ID")
	}
	return id, nil
}

func noMessage(id bowline.ID) error {
	return bowline.Errorf(bowline.CodeNotFound, "No message exists with ID %s", bowline.MessageHeader(id))
}

// message reads the message of a path and its event.
func (a *API) message(ctx context.Context, in *MessagePath) (bowline.Message, bowline.Event, error) {
	id, err := in.message()
	if err != nil {
		return bowline.Message{}, bowline.Event{}, err
	}
	m, e, err := a.Store.Message(ctx, auth.From(ctx).Instance, id)
	if errors.Is(err, store.ErrNotFound) {
		return m, e, noMessage(id)
	}
	return m, e, err
}
