package api

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
)

// Instances are those in which the person who asks works.
type Instances struct {
	Results []auth.Workplace `json:"results"`
}

// InstanceCreate makes an instance.
type InstanceCreate struct {
	Name string               `json:"name" doc:"Name, at most 50 characters; customers see it until the profile has another one."`
	Kind bowline.InstanceKind `json:"kind" enum:"live,test" doc:"live or test. A test instance holds 50 companies at most."`
}

// InstanceUpdate renames an instance.
type InstanceUpdate struct {
	Name string `json:"name" doc:"Name by which staff call it, at most 50 characters."`
}

type (
	instancesOutput struct{ Body Instances }
	instanceOutput  struct{ Body auth.Workplace }
)

func (a *API) listInstances(ctx context.Context, _ *struct{}) (*instancesOutput, error) {
	list, err := a.Staff.OwnWorkplaces(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	return &instancesOutput{Instances{list}}, nil
}

func (a *API) createInstance(ctx context.Context, in *struct{ Body InstanceCreate }) (*instanceOutput, error) {
	made, err := a.Staff.CreateInstance(ctx, auth.From(ctx), in.Body.Name, in.Body.Kind)
	if err != nil {
		return nil, err
	}
	return &instanceOutput{made}, nil
}

func (a *API) updateInstance(ctx context.Context, in *struct {
	ID   string `path:"instanceId" doc:"The instance's id."`
	Body InstanceUpdate
}) (*instanceOutput, error) {
	id, err := idOf("instance", in.ID)
	if err != nil {
		return nil, err
	}
	renamed, err := a.Staff.RenameInstance(ctx, auth.From(ctx), id, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &instanceOutput{renamed}, nil
}
