package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

const membershipColumns = `m.instance_id, m.user_id, m.role, m.group_role, m.disabled, m.created`

func scanMembership(r *row) bowline.Membership {
	return bowline.Membership{
		InstanceID: r.id(), UserID: r.id(), Given: bowline.Role(r.text()), FromGroups: bowline.Role(r.text()),
		Disabled: r.bool(), Created: r.time(),
	}
}

// LockInstances keeps other transactions that do so from changing who works in
// the instances, so that each keeps an administrator. Name them in one call and
// in ascending order.
func (tx *Tx) LockInstances(ctx context.Context, instances ...bowline.ID) error {
	lock := tx.dialect().lock
	if lock == "" {
		return nil
	}
	for _, id := range instances {
		if err := tx.exec(ctx, `SELECT 1 FROM instances WHERE id = $1`+lock, []any{string(id)}); err != nil {
			return fmt.Errorf("lock instance: %w", err)
		}
	}
	return nil
}

// PutMembership lets a person work in an instance, or changes what they may do;
// [ErrNotFound] when there is no such person or instance.
func (tx *Tx) PutMembership(ctx context.Context, m bowline.Membership) error {
	err := tx.exec(ctx, `INSERT INTO memberships (instance_id, user_id, role, group_role, disabled, created) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (instance_id, user_id) DO UPDATE SET role = excluded.role, group_role = excluded.group_role, disabled = excluded.disabled`,
		[]any{string(m.InstanceID), string(m.UserID), string(m.Given), string(m.FromGroups), flag(m.Disabled), micros(m.Created)})
	if err != nil {
		return fmt.Errorf("put membership: %w", err)
	}
	return nil
}

// DeleteMembership ends a person's work in an instance; [ErrNotFound] when they
// have none.
func (tx *Tx) DeleteMembership(ctx context.Context, instance, user bowline.ID) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM memberships WHERE instance_id = $1 AND user_id = $2`,
		[]any{string(instance), string(user)})
	if err != nil {
		return fmt.Errorf("delete membership: %w", err)
	}
	return nil
}

// Memberships returns what a person may do and where, also where they are
// disabled: live instances before test ones, the oldest first.
func (tx *Tx) Memberships(ctx context.Context, user bowline.ID) ([]bowline.Membership, error) {
	return readMemberships(ctx, tx, user)
}

// Memberships is the same outside of a transaction.
func (s *Store) Memberships(ctx context.Context, user bowline.ID) ([]bowline.Membership, error) {
	return readMemberships(ctx, storeReader{s}, user)
}

func readMemberships(ctx context.Context, q querier, user bowline.ID) (list []bowline.Membership, err error) {
	err = q.query(ctx, `SELECT `+membershipColumns+` FROM memberships m JOIN instances i ON i.id = m.instance_id
		WHERE m.user_id = $1 ORDER BY i.kind, i.created, i.id`, []any{string(user)}, func(r *row) error {
		list = append(list, scanMembership(r))
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	return list, nil
}

const memberSQL = `SELECT ` + personColumns + `, ` + membershipColumns + ` FROM memberships m JOIN users u ON u.id = m.user_id WHERE `

func readMembers(ctx context.Context, q querier, more string, args ...any) (list []bowline.Member, err error) {
	err = q.query(ctx, memberSQL+more, args, func(r *row) error {
		list = append(list, bowline.Member{Person: scanPerson(r), Membership: scanMembership(r)})
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return list, nil
}

// Members returns everybody who works in an instance, by name.
func (s *Store) Members(ctx context.Context, instance bowline.ID) ([]bowline.Member, error) {
	return readMembers(ctx, storeReader{s}, `m.instance_id = $1 ORDER BY u.name, u.id`, string(instance))
}

// Members is the same within a transaction.
func (tx *Tx) Members(ctx context.Context, instance bowline.ID) ([]bowline.Member, error) {
	return readMembers(ctx, tx, `m.instance_id = $1 ORDER BY u.name, u.id`, string(instance))
}

// Member returns somebody who works in an instance, or [ErrNotFound].
func (s *Store) Member(ctx context.Context, instance, user bowline.ID) (bowline.Member, error) {
	return readMember(ctx, storeReader{s}, instance, user)
}

// Member is the same within a transaction.
func (tx *Tx) Member(ctx context.Context, instance, user bowline.ID) (bowline.Member, error) {
	return readMember(ctx, tx, instance, user)
}

func readMember(ctx context.Context, q querier, instance, user bowline.ID) (bowline.Member, error) {
	list, err := readMembers(ctx, q, `m.instance_id = $1 AND m.user_id = $2`, string(instance), string(user))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("read member: %w", ErrNotFound)
	}
	if err != nil {
		return bowline.Member{}, err
	}
	return list[0], nil
}
