package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/picture"
	"github.com/bowline/bowline/internal/store"
)

// BrandPicture is a picture that was uploaded.
type BrandPicture struct {
	URL    string `json:"url" doc:"Where it is served. It never changes: another picture has another address."`
	Width  int    `json:"width" doc:"In pixels; 0 for an SVG that does not say."`
	Height int    `json:"height" doc:"In pixels; 0 for an SVG that does not say."`
	Bytes  int    `json:"bytes" doc:"Size as it is served. An SVG is written anew from what is harmless in it."`
}

// PicturePath names a picture of the branding.
type PicturePath struct {
	Picture string `path:"picture" doc:"logo, icon or hero."`
}

type brandPictureOutput struct{ Body BrandPicture }

var errNoBrandPicture error = bowline.Errorf(bowline.CodeNotFound, "There is no such picture: logo, icon and hero are.")

// setBrandPicture keeps a picture and lets the profile, or the branding, show it.
func (a *API) setBrandPicture(ctx context.Context, in *struct {
	PicturePath
	RawBody []byte `contentType:"application/octet-stream"`
}) (*brandPictureOutput, error) {
	slot := picture.Slot(in.Picture)
	read, err := picture.Read(slot, in.RawBody)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(read.Content)
	image := store.BrandImage{
		Hash: hex.EncodeToString(sum[:]), Kind: string(read.Kind), Width: read.Width, Height: read.Height,
		Created: a.Now().UTC(), Content: read.Content,
	}
	address := a.Links.BrandPicture(image.Hash, image.Kind)
	instance := auth.From(ctx).Instance
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutBrandImage(ctx, instance, image); err != nil {
			return err
		}
		return a.point(ctx, tx, slot, address)
	})
	if err != nil {
		return nil, err
	}
	return &brandPictureOutput{BrandPicture{address, read.Width, read.Height, len(read.Content)}}, nil
}

// deleteBrandPicture lets nothing show the picture any longer. It stays for as
// long as somebody may want it back.
func (a *API) deleteBrandPicture(ctx context.Context, in *PicturePath) (*struct{}, error) {
	slot := picture.Slot(in.Picture)
	if !slot.Known() {
		return nil, errNoBrandPicture
	}
	return nil, a.Store.Write(ctx, func(tx *store.Tx) error { return a.point(ctx, tx, slot, "") })
}

// point lets the settings behind a slot show an address, as a change of theirs
// like any other.
func (a *API) point(ctx context.Context, tx *store.Tx, slot picture.Slot, address string) error {
	instance, by := auth.From(ctx).Instance, a.editor(ctx)
	if slot == picture.Hero {
		branding, err := tx.Branding(ctx, instance)
		if err != nil {
			return err
		}
		branding.HeroURL = address
		if err := tx.ReplaceBranding(ctx, instance, branding, by); err != nil {
			return err
		}
		return tx.PruneBrandImages(ctx, instance)
	}
	profile, err := tx.Profile(ctx, instance)
	if err != nil {
		return err
	}
	if slot == picture.Icon {
		profile.IconURL = address
	} else {
		profile.LogoURL = address
	}
	if err := tx.ReplaceProfile(ctx, instance, profile, by); err != nil {
		return err
	}
	return tx.PruneBrandImages(ctx, instance)
}
