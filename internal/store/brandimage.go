package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/bowline/bowline"
)

// BrandImage is a picture of the fintech's own, as it is served.
type BrandImage struct {
	Hash          string // SHA-256 of the content, hex
	Kind          string // extension of its address
	Width, Height int
	Created       time.Time
	Content       []byte
}

// formerImages is how many pictures are kept that only former settings show.
const formerImages = 12

// PutBrandImage keeps a picture; one that is there already stays as it is.
func (tx *Tx) PutBrandImage(ctx context.Context, instance bowline.ID, p BrandImage) error {
	err := tx.exec(ctx, `INSERT INTO brand_images (instance_id, hash, kind, width, height, created, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (instance_id, hash) DO UPDATE SET created = excluded.created`,
		[]any{string(instance), p.Hash, p.Kind, int64(p.Width), int64(p.Height), micros(p.Created), p.Content})
	if err != nil {
		return fmt.Errorf("put picture: %w", err)
	}
	return nil
}

// BrandImage returns the picture with a hash, whichever instance it belongs to,
// or [ErrNotFound]: the hash is its address, and who has that may see it.
func (s *Store) BrandImage(ctx context.Context, hash string) (BrandImage, error) {
	p := BrandImage{Hash: hash}
	err := one(ctx, storeReader{s}, `SELECT kind, width, height, created, content FROM brand_images WHERE hash = $1 LIMIT 1`,
		[]any{hash}, func(r *row) error {
			p.Kind, p.Width, p.Height, p.Created, p.Content = r.text(), int(r.int()), int(r.int()), r.time(), r.bytes()
			return r.err
		})
	if err != nil {
		return BrandImage{}, fmt.Errorf("read picture: %w", err)
	}
	return p, nil
}

var imageHash = regexp.MustCompile(bowline.BrandPicturePath + `([0-9a-f]{64})\.`)

// PruneBrandImages deletes the pictures that neither the profile nor the branding
// of an instance shows, but for the latest that former settings did: restored,
// they are to look as they were.
func (tx *Tx) PruneBrandImages(ctx context.Context, instance bowline.ID) error {
	shown, former := map[string]bool{}, map[string]bool{}
	gather := func(into map[string]bool) func(*row) error {
		return func(r *row) error {
			for _, found := range imageHash.FindAllStringSubmatch(r.text(), -1) {
				into[found[1]] = true
			}
			return r.err
		}
	}
	args := []any{string(instance)}
	err := errors.Join(
		tx.query(ctx, `SELECT profile FROM profiles WHERE instance_id = $1`, args, gather(shown)),
		tx.query(ctx, `SELECT branding FROM link_settings WHERE instance_id = $1`, args, gather(shown)),
		tx.query(ctx, `SELECT body FROM settings_versions WHERE instance_id = $1 AND kind IN ('profile', 'branding')`, args, gather(former)),
	)
	var gone []string
	kept := 0
	if err == nil {
		err = tx.query(ctx, `SELECT hash FROM brand_images WHERE instance_id = $1 ORDER BY created DESC, hash`, args, func(r *row) error {
			hash := r.text()
			switch {
			case shown[hash]:
			case former[hash] && kept < formerImages:
				kept++
			default:
				gone = append(gone, hash)
			}
			return r.err
		})
	}
	for _, hash := range gone {
		if err == nil {
			err = tx.exec(ctx, `DELETE FROM brand_images WHERE instance_id = $1 AND hash = $2`, []any{string(instance), hash})
		}
	}
	if err != nil {
		return fmt.Errorf("prune pictures: %w", err)
	}
	return nil
}
