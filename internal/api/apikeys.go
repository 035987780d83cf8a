package api

import (
	"context"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
)

// APIKeys is the list of API keys, all of them: there are ten at most.
type APIKeys struct {
	Results []bowline.APIKey `json:"results"`
}

// APIKeyCreate is the optional body of a creation.
type APIKeyCreate struct {
	Name        string               `json:"name,omitempty" doc:"What the key is for, at most 50 characters."`
	Expires     *time.Time           `json:"expires,omitempty" doc:"When the key ends, UTC; it does not unless given."`
	Permissions []bowline.Permission `json:"permissions,omitempty" maxItems:"10" doc:"What the key may do with the grants behind connections: credentials, proxy, export. None unless given, and only those that the calling key has itself."`
}

type (
	keysOutput struct{ Body APIKeys }
	keyOutput  struct{ Body bowline.APIKey }
)

func (a *API) listKeys(ctx context.Context, _ *struct{}) (*keysOutput, error) {
	keys, err := a.Auth.Keys(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	if keys == nil {
		keys = []bowline.APIKey{}
	}
	return &keysOutput{APIKeys{keys}}, nil
}

func (a *API) createKey(ctx context.Context, in *struct{ Body *APIKeyCreate }) (*keyOutput, error) {
	var wanted APIKeyCreate
	if in.Body != nil {
		wanted = *in.Body
	}
	key, err := a.Auth.CreateKey(ctx, auth.From(ctx), auth.NewAPIKey{Name: wanted.Name, Permissions: wanted.Permissions, Expires: wanted.Expires})
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

// APIKeyUpdate renames a key.
type APIKeyUpdate struct {
	Name string `json:"name" doc:"What the key is for, at most 50 characters."`
}

func (a *API) updateKey(ctx context.Context, in *struct {
	ID   string `path:"apiKeyId" doc:"The key's id."`
	Body APIKeyUpdate
}) (*keyOutput, error) {
	id, err := idOf("API key", in.ID)
	if err != nil {
		return nil, err
	}
	key, err := a.Auth.RenameKey(ctx, auth.From(ctx), id, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

// deleteKey answers 204 without a content type: with one, published clients end
// their process (platform-api W10).
func (a *API) deleteKey(ctx context.Context, in *struct {
	ID string `path:"apiKeyId" doc:"The key's id."`
}) (*struct{}, error) {
	id, err := idOf("API key", in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.Auth.DeleteKey(ctx, auth.From(ctx), id)
}
