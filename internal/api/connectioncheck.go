package api

import (
	"context"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

// ConnectionCheck says what came of asking a provider whether a connection still
// stands (link.md 5.9).
type ConnectionCheck struct {
	Result    bowline.CheckResult `json:"result" enum:"linked,deauthorized,doubtful,unavailable,notLinked" doc:"linked: the provider confirms the authorization. deauthorized: it has ended it, and the connection with it. doubtful: it refused, or lists the organization no more; it is asked again, for minutes or hours, before the connection ends. unavailable: no answer said anything, and all is as before. notLinked: there is no authorization to ask about."`
	Status    bowline.Status      `json:"status" doc:"Where the connection stands now."`
	CheckedAt *time.Time          `json:"checkedAt,omitempty" doc:"When the provider confirmed the authorization last, UTC; absent when it was not asked yet, and for a connection that is not linked."`
	Message   string              `json:"message" doc:"The same for people: the reason, where there is one."`
}

type checkOutput struct{ Body ConnectionCheck }

func (a *API) checkConnection(ctx context.Context, in *ConnectionPath) (*checkOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	check, err := a.Connections.Check(ctx, t)
	if err != nil {
		return nil, err
	}
	check.Message = rest.Said(ctx, check.Message)
	return &checkOutput{ConnectionCheck(check)}, nil
}
