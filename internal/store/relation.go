package store

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

// relations are the members of a company that few have; one column keeps the
// rows of the others small. Related companies stand in it by id on both sides:
// a company without relations is read without looking for any, and a name is
// always the present one.
type relations struct {
	bowline.Relations
	Owners []bowline.ID `json:"owners,omitempty"`
}

func (r relations) encode() (string, error) {
	return encode(r, r.Parent == "" && len(r.Subsidiaries) == 0 && len(r.Owners) == 0)
}

// LockFamily is [Tx.LockCompany] for a change of relations: it also locks the
// companies that this one is related to and those named. All are locked in the
// order of their ids, so that two such transactions do not wait for each other.
func (tx *Tx) LockFamily(ctx context.Context, instance, id bowline.ID, named ...bowline.ID) (bowline.Company, error) {
	if lock := tx.dialect().lock; lock != "" {
		var now relations
		err := byID("relations", instance, []bowline.ID{id}, func(sql string, args []any) error {
			return tx.query(ctx, sql, args, func(r *row) error {
				r.json(&now)
				return r.err
			})
		})
		if err == nil {
			ids := append(now.IDs(), id)
			err = byID("1", instance, append(ids, named...), func(sql string, args []any) error {
				return tx.exec(ctx, sql+lock, args)
			})
		}
		if err != nil {
			return bowline.Company{}, fmt.Errorf("lock company and its relatives: %w", err)
		}
	}
	return tx.Company(ctx, instance, id)
}

// Relate gives a company the relations wanted, by the rules of
// [bowline.Family], and writes the other side of each. The company itself,
// which is new or locked, is left to the caller to write; its references are
// complete afterwards but for their links.
func (tx *Tx) Relate(ctx context.Context, c *bowline.Company, want bowline.Relations) error {
	err := tx.changeFamily(ctx, c, want.IDs(), func(f bowline.Family) error { return f.Relate(c.ID, want) })
	if err != nil {
		return err
	}
	described := []bowline.Company{*c}
	err = describe(ctx, tx, described)
	*c = described[0]
	return err
}

// leave ends the relations of a company that is locked.
func (tx *Tx) leave(ctx context.Context, c bowline.Company) error {
	return tx.changeFamily(ctx, &c, nil, func(f bowline.Family) error {
		f.Leave(c.ID)
		return nil
	})
}

// changeFamily lets change alter the relations of c and its relatives, those
// named included, and writes them back, those of c to c.
func (tx *Tx) changeFamily(ctx context.Context, c *bowline.Company, named []bowline.ID, change func(bowline.Family) error) error {
	own := c.Relations()
	relatives, before, err := tx.lockRelatives(ctx, c.InstanceID, append(own.IDs(), named...))
	if err != nil {
		return err
	}
	family := bowline.Family{}
	for id, r := range relatives {
		family[id] = &r.Relations
	}
	family[c.ID] = &own
	if err := change(family); err != nil {
		return err
	}
	delete(relatives, c.ID)
	for _, id := range slices.Sorted(maps.Keys(relatives)) {
		text, err := relatives[id].encode()
		if err == nil && text != before[id] {
			err = tx.exec(ctx, `UPDATE companies SET relations = $1 WHERE id = $2 AND instance_id = $3`,
				[]any{text, string(id), string(c.InstanceID)})
			if err == nil {
				err = tx.changed(ctx, c.InstanceID, id)
			}
		}
		if err != nil {
			return fmt.Errorf("write relations: %w", err)
		}
	}
	c.SetRelations(own)
	return nil
}

// lockRelatives returns the relations of those of the companies that exist, as
// values and as they are stored.
func (tx *Tx) lockRelatives(ctx context.Context, instance bowline.ID, ids []bowline.ID) (map[bowline.ID]*relations, map[bowline.ID]string, error) {
	found, stored := map[bowline.ID]*relations{}, map[bowline.ID]string{}
	err := byID("id, relations, relations", instance, ids, func(sql string, args []any) error {
		return tx.query(ctx, sql+tx.dialect().lock, args, func(r *row) error {
			id, rel := r.id(), &relations{}
			r.json(rel)
			found[id], stored[id] = rel, r.text()
			return r.err
		})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("lock relatives: %w", err)
	}
	return found, stored, nil
}

// describe completes the references of the companies, all of one instance,
// with what the rows of the related ones say. A company deleted a moment ago
// is no longer referred to.
func describe(ctx context.Context, q querier, list []bowline.Company) error {
	var ids []bowline.ID
	for i := range list {
		ids = append(ids, list[i].Relations().IDs()...)
	}
	if len(ids) == 0 {
		return nil
	}
	known := make(map[bowline.ID]bowline.CompanyReference, len(ids))
	err := byID("id, name, description, tags", list[0].InstanceID, ids, func(sql string, args []any) error {
		return q.query(ctx, sql, args, func(r *row) error {
			ref := bowline.CompanyReference{ID: r.id(), Name: r.text(), Description: r.text()}
			r.json(&ref.Tags)
			known[ref.ID] = ref
			return r.err
		})
	})
	if err != nil {
		return fmt.Errorf("read related companies: %w", err)
	}
	for i := range list {
		list[i].Refer(known)
	}
	return nil
}

// ofInstance compares the instance of companies that are known by their ids. It
// is an expression rather than a column, or SQLite would take the index that
// begins with it, and read all companies of the instance.
func ofInstance(alias string) string { return alias + `instance_id || '' = ` }

// maxIDs is how many ids one statement asks for.
const maxIDs = 256

// byID makes statements that select companies by their ids, in order, and
// gives them to run one after the other. The number of placeholders is a power
// of two, so that there are few texts: each stays prepared.
func byID(columns string, instance bowline.ID, ids []bowline.ID, run func(sql string, args []any) error) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for batch := range slices.Chunk(ids, maxIDs) {
		var args query.Args
		sql := `SELECT ` + columns + ` FROM companies WHERE ` + ofInstance("") + args.Add(string(instance))
		marks := make([]string, 1<<bits.Len(uint(len(batch)-1)))
		for i := range marks {
			marks[i] = args.Add(string(batch[min(i, len(batch)-1)]))
		}
		sql += ` AND id IN (` + strings.Join(marks, ", ") + `) ORDER BY id`
		if err := run(sql, args.Values()); err != nil {
			return err
		}
	}
	return nil
}
