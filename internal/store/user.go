package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

const personColumns = `u.id, u.email, u.name, u.password, u.issuer, u.subject, u.locale, u.preferences, u.created, u.last_sign_in, u.known_as`

func scanPerson(r *row) bowline.Person {
	return bowline.Person{
		ID: r.id(), Email: r.text(), Name: r.text(), Password: r.text(), Issuer: r.text(), Subject: r.text(),
		Locale: r.text(), Preferences: r.text(), Created: r.time(), LastSignIn: r.timeOrNil(),
		KnownAs: r.text(),
	}
}

// InsertPerson adds a person; [ErrConflict] when the address or the identity at
// the sign-in service is somebody's.
func (tx *Tx) InsertPerson(ctx context.Context, p bowline.Person) error {
	err := tx.exec(ctx, `INSERT INTO users (id, email_key, email, name, password, issuer, subject, locale, preferences, created, last_sign_in, known_as)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		[]any{
			string(p.ID), bowline.EmailKey(p.Email), p.Email, p.Name, p.Password, p.Issuer, p.Subject, p.Locale, p.Preferences,
			micros(p.Created), microsOrNil(p.LastSignIn), p.KnownAs,
		})
	if err != nil {
		return fmt.Errorf("insert person: %w", err)
	}
	return nil
}

// UpdatePerson stores everything about a person that [Tx.LockPerson] has read.
func (tx *Tx) UpdatePerson(ctx context.Context, p bowline.Person) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE users SET email_key = $1, email = $2, name = $3, password = $4, issuer = $5, subject = $6,
		locale = $7, preferences = $8, last_sign_in = $9, known_as = $10 WHERE id = $11`,
		[]any{
			bowline.EmailKey(p.Email), p.Email, p.Name, p.Password, p.Issuer, p.Subject, p.Locale, p.Preferences,
			microsOrNil(p.LastSignIn), p.KnownAs, string(p.ID),
		})
	if err != nil {
		return fmt.Errorf("update person: %w", err)
	}
	return nil
}

// ForgetPerson takes away everything but the name, by which histories call the
// person. The address can be somebody else's then.
func (tx *Tx) ForgetPerson(ctx context.Context, id bowline.ID) error {
	for _, table := range []string{"staff_sessions", "staff_links"} {
		if err := tx.exec(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, []any{string(id)}); err != nil {
			return fmt.Errorf("forget person: %w", err)
		}
	}
	err := tx.execOne(ctx, ErrNotFound, `UPDATE users SET email_key = '', email = '', password = '', issuer = '', subject = '',
		known_as = '', preferences = '' WHERE id = $1`, []any{string(id)})
	if err != nil {
		return fmt.Errorf("forget person: %w", err)
	}
	return nil
}

// LockPerson reads a person whom no other transaction can change until this one
// ends, or [ErrNotFound].
func (tx *Tx) LockPerson(ctx context.Context, id bowline.ID) (bowline.Person, error) {
	return readPerson(ctx, tx, `u.id = $1`+tx.dialect().lock, string(id))
}

// PersonByEmail returns whoever has the address, in whichever case it is
// written, or [ErrNotFound].
func (tx *Tx) PersonByEmail(ctx context.Context, email string) (bowline.Person, error) {
	return readPerson(ctx, tx, `u.email_key = $1 AND u.email_key <> ''`+tx.dialect().lock, bowline.EmailKey(email))
}

// PersonBySubject returns whoever has the identity at the sign-in service, or
// [ErrNotFound].
func (tx *Tx) PersonBySubject(ctx context.Context, issuer, subject string) (bowline.Person, error) {
	return readPerson(ctx, tx, `u.issuer = $1 AND u.subject = $2 AND u.subject <> ''`+tx.dialect().lock, issuer, subject)
}

// Person returns a person, also one who was removed, or [ErrNotFound].
func (s *Store) Person(ctx context.Context, id bowline.ID) (bowline.Person, error) {
	return readPerson(ctx, storeReader{s}, `u.id = $1`, string(id))
}

// PersonByEmail is the same outside of a transaction.
func (s *Store) PersonByEmail(ctx context.Context, email string) (bowline.Person, error) {
	return readPerson(ctx, storeReader{s}, `u.email_key = $1 AND u.email_key <> ''`, bowline.EmailKey(email))
}

func readPerson(ctx context.Context, q querier, where string, args ...any) (p bowline.Person, err error) {
	err = one(ctx, q, `SELECT `+personColumns+` FROM users u WHERE `+where, args, func(r *row) error {
		p = scanPerson(r)
		return r.err
	})
	if err != nil {
		return bowline.Person{}, fmt.Errorf("read person: %w", err)
	}
	return p, nil
}
