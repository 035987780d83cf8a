package api

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// LoggedRequest is one request that was answered: of a server, of staff, or one of a
// customer's browser that something went wrong with.
type LoggedRequest struct {
	At            time.Time      `json:"at" doc:"When it came in, UTC."`
	CorrelationID string         `json:"correlationId" doc:"What the answer's header X-Correlation-Id said, and what error screens show."`
	Area          string         `json:"area" doc:"api or portal; link, oauth or sdk for customers' browsers."`
	Method        string         `json:"method" doc:"HTTP method."`
	Path          string         `json:"path" doc:"Path without query; behind /proxy/ nothing."`
	Status        int            `json:"status" doc:"HTTP status of the answer."`
	DurationMs    float64        `json:"durationMs" doc:"How long it took, in milliseconds."`
	Caller        *RequestCaller `json:"caller,omitempty" doc:"Who sent it; absent when nobody was recognized."`
	ErrorCode     string         `json:"errorCode,omitempty" doc:"What went wrong; absent when nothing did."`
	Message       string         `json:"message,omitempty" doc:"The same as a sentence."`
	LeftOut       int64          `json:"leftOut,omitempty" doc:"Successful reads before this request that were not kept."`
}

// RequestCaller is who sent a request.
type RequestCaller struct {
	Kind bowline.CallerKind `json:"kind" enum:"key,user,company" doc:"An API key, a person in the Portal, or a customer."`
	ID   bowline.ID         `json:"id" doc:"Id of the key, the person or the company."`
	Name string             `json:"name,omitempty" doc:"What it is called now; absent when it is gone."`
}

// RequestLog is a page of answered requests, the latest first.
type RequestLog struct {
	Results       []LoggedRequest `json:"results" doc:"The latest first."`
	Next          string          `json:"next,omitempty" doc:"For the parameter cursor: there is more, or more to look through. Absent at the end."`
	KeptDays      int             `json:"keptDays" doc:"For how many days requests are kept; where there are very many, the oldest go earlier."`
	Oldest        *time.Time      `json:"oldest,omitempty" doc:"When the oldest of them came in, UTC; absent when there is none."`
	Sampled       bool            `json:"sampled" doc:"Successful reads are missing between these: see leftOut."`
	ReadsPer10Sec int             `json:"readsPer10Seconds" doc:"How many successful reads each process keeps in ten seconds. Writes and failures are all kept."`
}

// ReadsKept is how many successful reads each process keeps in ten seconds.
const ReadsKept = 50

// requestReach is how many requests one page looks through.
const requestReach = 20_000

type (
	listRequestsInput struct {
		CorrelationID string `query:"correlationId" doc:"Only the request with this id."`
		Status        string `query:"status" enum:"4xx,5xx,failed,all" default:"all" doc:"failed: whatever went wrong, also where a customer was shown it with another status."`
		Path          string `query:"path" maxLength:"300" doc:"Only requests whose path begins so, such as /api/companies."`
		Cursor        string `query:"cursor" doc:"From next of the page before."`
		Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Results per page."`
	}
	requestInput struct {
		CorrelationID string `path:"correlationId" doc:"The correlation id."`
	}
	requestLogOutput struct{ Body RequestLog }
	requestOutput    struct{ Body LoggedRequest }
)

var correlationID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (a *API) listRequests(ctx context.Context, in *listRequestsInput) (*requestLogOutput, error) {
	instance := auth.From(ctx).Instance
	log := RequestLog{Results: []LoggedRequest{}, KeptDays: int(bowline.RequestsKept / (24 * time.Hour)), ReadsPer10Sec: ReadsKept}
	if in.CorrelationID != "" {
		found, err := a.request(ctx, in.CorrelationID)
		if err == nil {
			log.Results = append(log.Results, showRequest(ctx, found))
		} else if bowline.CodeOf(err) != bowline.CodeNotFound {
			return nil, err
		}
		return &requestLogOutput{log}, nil
	}
	l := store.RequestList{InstanceID: instance, Path: in.Path, Before: in.Cursor, Limit: in.Limit, Reach: requestReach}
	switch in.Status {
	case "4xx":
		l.MinStatus, l.MaxStatus = 400, 499
	case "5xx":
		l.MinStatus, l.MaxStatus = 500, 599
	case "failed":
		l.Failed = true
	}
	if in.Cursor != "" && !correlationID.MatchString(in.Cursor) {
		return nil, bowline.Errorf(bowline.CodeInvalid, "cursor must come from next of the page before.")
	}
	list, next, err := a.Store.Requests(ctx, l)
	if err != nil {
		return nil, err
	}
	for _, q := range list {
		log.Results = append(log.Results, showRequest(ctx, q))
		log.Sampled = log.Sampled || q.LeftOut > 0
	}
	log.Next = next
	oldest, err := a.Store.OldestRequest(ctx, instance)
	if !oldest.IsZero() {
		log.Oldest = &oldest
	}
	return &requestLogOutput{log}, err
}

func (a *API) getRequest(ctx context.Context, in *requestInput) (*requestOutput, error) {
	found, err := a.request(ctx, in.CorrelationID)
	return &requestOutput{showRequest(ctx, found)}, err
}

func (a *API) request(ctx context.Context, id string) (bowline.AnsweredRequest, error) {
	if !correlationID.MatchString(id) {
		return bowline.AnsweredRequest{}, errNoRequest
	}
	found, err := a.Store.Request(ctx, auth.From(ctx).Instance, id)
	if errors.Is(err, store.ErrNotFound) {
		err = errNoRequest
	}
	return found, err
}

var errNoRequest = bowline.Errorf(bowline.CodeNotFound, "No request is kept under this correlation id. Requests are stored a second after they were answered, and kept for 14 days.")

func showRequest(ctx context.Context, q bowline.AnsweredRequest) LoggedRequest {
	shown := LoggedRequest{
		At: q.At, CorrelationID: q.ID, Area: q.Area, Method: q.Method, Path: q.Path, Status: q.Status,
		DurationMs: float64(q.Duration.Microseconds()) / 1000, ErrorCode: q.ErrorCode, Message: rest.Said(ctx, q.Message), LeftOut: q.LeftOut,
	}
	if q.CallerID != "" {
		shown.Caller = &RequestCaller{q.CallerKind, q.CallerID, q.CallerName}
	}
	return shown
}

// known notes in the log of requests whose request this is.
func known(ctx context.Context, c auth.Caller) {
	switch {
	case c.User != "":
		rest.Identify(ctx, c.Instance, bowline.CallerUser, c.User)
	case c.Company != "":
		rest.Identify(ctx, c.Instance, bowline.CallerCompany, c.Company)
	case c.Key != "":
		rest.Identify(ctx, c.Instance, bowline.CallerKey, c.Key)
	}
}
