package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// RecordVisits stores what became known of visits, in the order in which it did,
// and counts the companies that came to a stage for the first time on a day. The
// steps of one company must lie side by side, and the companies in the order of
// their ids, so that replicas do not wait for each other. A company that is gone
// is passed over.
func (tx *Tx) RecordVisits(ctx context.Context, steps []bowline.VisitStep) error {
	if len(steps) == 0 {
		return nil
	}
	w := visitWriter{tx: tx, sums: newFunnelSums()}
	err := w.read(ctx, steps)
	for len(steps) > 0 && err == nil {
		company := steps[0].CompanyID
		n := slices.IndexFunc(steps, func(s bowline.VisitStep) bool { return s.CompanyID != company })
		if n < 0 {
			n = len(steps)
		}
		err = w.record(ctx, w.companies[company], steps[:n])
		steps = steps[n:]
	}
	if err == nil {
		err = w.sums.put(ctx, tx)
	}
	if err != nil {
		return fmt.Errorf("record visits: %w", err)
	}
	return nil
}

// visitWriter changes visits of some companies.
type visitWriter struct {
	tx        *Tx
	sums      *funnelSums
	companies map[bowline.ID]*visited
}

// visited is what is known of one company.
type visited struct {
	instance bowline.ID
	seen     firsts
	latest   map[bowline.SourceType]*bowline.Visit // those that may still go on
	stored   map[*bowline.Visit]bowline.Visit      // as they lie in the database
	made     []*bowline.Visit
}

// record takes the steps of one company; nil is one that is gone.
func (w *visitWriter) record(ctx context.Context, c *visited, steps []bowline.VisitStep) error {
	if c == nil {
		return nil
	}
	changed := false
	for _, s := range steps {
		v := c.apply(w.sums, s)
		for _, stage := range s.Stages {
			day, what := dayOf(s.At), sighting{
				sourceType: string(s.SourceType), stage: string(stage), integration: s.IntegrationKey,
				device: cmp.Or(s.Device, v.Device), locale: cmp.Or(s.Locale, v.Locale),
			}
			if stage == bowline.StageBegan { // which comes before the choice
				what.integration = ""
			}
			changed = c.seen.see(what, day, func(slice int64, part sighting, former int64) {
				w.sums.counts[countKey{c.instance, slice, day, part, former}]++
			}) || changed
		}
	}
	if changed {
		err := w.tx.exec(ctx, `UPDATE funnel_seen SET seen = $1 WHERE company_id = $2`, []any{c.seen.text(), string(steps[0].CompanyID)})
		if err != nil {
			return err
		}
	}
	return c.write(ctx, w.tx)
}

var (
	seenCompanies = bulk{
		head: `SELECT f.company_id, c.instance_id, f.seen FROM funnel_seen f JOIN companies c ON c.id = f.company_id WHERE f.company_id IN (`,
		tail: `) ORDER BY f.company_id`,
	}
	lockedCompanies = bulk{head: seenCompanies.head, tail: seenCompanies.tail + ` FOR NO KEY UPDATE OF f`}
	newCompanies    = bulk{
		head: `INSERT INTO funnel_seen (company_id, seen) SELECT id, '' FROM companies WHERE id IN (`,
		tail: `) ORDER BY id ON CONFLICT (company_id) DO NOTHING`,
	}
	goingVisits = bulk{
		head: visitSQL + `WHERE last > $1 AND company_id IN (`, tail: `) ORDER BY company_id, began`, fixed: 1,
	}
	lockedVisits = bulk{head: goingVisits.head, tail: goingVisits.tail + ` FOR NO KEY UPDATE`, fixed: 1}
)

// read reads all companies at once, and keeps others from counting them at the
// same time.
func (w *visitWriter) read(ctx context.Context, steps []bowline.VisitStep) error {
	w.companies = map[bowline.ID]*visited{}
	var ids []any
	earliest := steps[0].At
	for i, s := range steps {
		if i == 0 || s.CompanyID != steps[i-1].CompanyID {
			ids = append(ids, string(s.CompanyID))
		}
		if s.At.Before(earliest) {
			earliest = s.At
		}
	}
	if err := w.look(ctx, ids); err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id any) bool { return w.companies[bowline.ID(id.(string))] != nil })
	if len(missing) > 0 {
		if err := newCompanies.exec(ctx, w.tx, nil, missing); err != nil {
			return err
		}
		if err := w.look(ctx, missing); err != nil {
			return err
		}
	}
	for len(ids)%8 != 0 { // few statements, each a round trip
		ids = append(ids, ids[len(ids)-1])
	}
	statement := &goingVisits
	if w.tx.dialect().name == Postgres { // or what EndVisits counts meanwhile would not be taken back
		statement = &lockedVisits
	}
	return statement.each(w.tx.dialect(), bulkSizes[:], ids, []any{micros(earliest.Add(-2 * bowline.VisitPause))}, func(sql string, args []any) error {
		return w.tx.query(ctx, sql, args, func(r *row) error {
			_, v := scanVisit(r)
			if c := w.companies[v.CompanyID]; c != nil {
				c.latest[v.SourceType] = &v
				c.stored[&v] = v
			}
			return r.err
		})
	})
}

func (w *visitWriter) look(ctx context.Context, ids []any) error {
	statement := &seenCompanies
	if w.tx.dialect().name == Postgres {
		statement = &lockedCompanies
	}
	return statement.look(w.tx.dialect(), ids, func(sql string, args []any) error {
		return w.tx.query(ctx, sql, args, func(r *row) error {
			w.companies[r.id()] = &visited{
				instance: r.id(), seen: readFirsts(r.text()), latest: map[bowline.SourceType]*bowline.Visit{}, stored: map[*bowline.Visit]bowline.Visit{},
			}
			return r.err
		})
	})
}

// apply takes a visit one step on, and begins one where there is none.
func (c *visited) apply(sums *funnelSums, s bowline.VisitStep) bowline.Visit {
	v := c.latest[s.SourceType]
	if v != nil && v.Follows(s.At) {
		if !v.Open {
			sums.ended(c.instance, *v, -1)
			v.Open = true
		}
		*v = v.After(s)
		return *v
	}
	begun, is := bowline.BeginVisit(s)
	if is && (v == nil || begun.Began.After(v.Began)) {
		c.latest[s.SourceType] = &begun
		c.made = append(c.made, &begun)
	}
	return begun
}

func (c *visited) write(ctx context.Context, tx *Tx) error {
	for _, v := range c.made {
		err := tx.exec(ctx, `INSERT INTO visits (company_id, source_type, began, instance_id, last, integration_key, device, locale, step, cause, open)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (company_id, source_type, began) DO NOTHING`,
			[]any{
				string(v.CompanyID), string(v.SourceType), micros(v.Began), string(c.instance), micros(v.Last),
				v.IntegrationKey, v.Device, v.Locale, v.Step, string(v.Cause), flag(v.Open),
			})
		if err != nil {
			return err
		}
	}
	for at, before := range c.stored {
		if *at == before {
			continue
		}
		v := *at
		err := tx.exec(ctx, `UPDATE visits SET last = $1, integration_key = $2, device = $3, locale = $4, step = $5, cause = $6, open = $7
			WHERE company_id = $8 AND source_type = $9 AND began = $10`,
			[]any{
				micros(v.Last), v.IntegrationKey, v.Device, v.Locale, v.Step, string(v.Cause), flag(v.Open),
				string(v.CompanyID), string(v.SourceType), micros(v.Began),
			})
		if err != nil {
			return err
		}
	}
	return nil
}

const visitSQL = `SELECT instance_id, company_id, source_type, began, last, integration_key, device, locale, step, cause, open FROM visits `

func scanVisit(r *row) (bowline.ID, bowline.Visit) {
	return r.id(), bowline.Visit{
		CompanyID: r.id(), SourceType: bowline.SourceType(r.text()), Began: r.time(), Last: r.time(), IntegrationKey: r.text(),
		Device: r.text(), Locale: r.text(), Step: r.text(), Cause: bowline.Cause(r.text()), Open: r.bool(),
	}
}

// Visits returns the visits of a company, the oldest first.
func (s *Store) Visits(ctx context.Context, instance, company bowline.ID) ([]bowline.Visit, error) {
	var list []bowline.Visit
	err := s.read(ctx, visitSQL+`WHERE company_id = $1 AND instance_id = $2 ORDER BY began, source_type`,
		[]any{string(company), string(instance)}, func(r *row) error {
			_, v := scanVisit(r)
			list = append(list, v)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read visits: %w", err)
	}
	return list, nil
}

// EndVisits counts at most limit visits without a sign of life since a time
// among those that ended, with their causes, and returns how many there were.
func (tx *Tx) EndVisits(ctx context.Context, before time.Time, limit int) (int, error) {
	type ending struct {
		instance bowline.ID
		visit    bowline.Visit
	}
	var list []ending
	err := tx.query(ctx, visitSQL+`WHERE open = 1 AND last < $1 ORDER BY last LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked,
		[]any{micros(before), int64(limit)}, func(r *row) error {
			instance, v := scanVisit(r)
			list = append(list, ending{instance, v})
			return r.err
		})
	if err != nil {
		return 0, fmt.Errorf("find ended visits: %w", err)
	}
	slices.SortFunc(list, func(a, b ending) int { return strings.Compare(string(a.visit.CompanyID), string(b.visit.CompanyID)) })
	sums := newFunnelSums()
	for _, e := range list {
		err := tx.exec(ctx, `UPDATE visits SET open = 0 WHERE company_id = $1 AND source_type = $2 AND began = $3`,
			[]any{string(e.visit.CompanyID), string(e.visit.SourceType), micros(e.visit.Began)})
		if err != nil {
			return 0, fmt.Errorf("end visits: %w", err)
		}
		sums.ended(e.instance, e.visit, 1)
	}
	return len(list), sums.put(ctx, tx)
}

// ForgetVisits deletes at most limit visits that began before a time, and
// returns how many there were. Their sums stay.
func (tx *Tx) ForgetVisits(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM visits WHERE (company_id, source_type, began) IN (
			SELECT company_id, source_type, began FROM visits WHERE began < $1 ORDER BY began LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget visits: %w", err)
	}
	return int(n), nil
}

// ForgetFunnel deletes at most limit sums of an instance from before a time, and
// returns how many there were.
func (tx *Tx) ForgetFunnel(ctx context.Context, instance bowline.ID, before time.Time, limit int) (int, error) {
	total := int64(0)
	for _, table := range []struct{ name, key string }{
		{"funnel_counts", "instance_id, slice, day, source_type, stage, integration_key, device, locale, former"},
		{"funnel_causes", "instance_id, slice, day, source_type, cause, integration_key, device, locale"},
	} {
		for slice := int64(byNothing); slice <= byLocale && total < int64(limit); slice++ {
			n, err := tx.execCount(ctx, `DELETE FROM `+table.name+` WHERE (`+table.key+`) IN (SELECT `+table.key+` FROM `+table.name+`
				WHERE instance_id = $1 AND slice = $2 AND day < $3 ORDER BY day LIMIT CAST($4 AS BIGINT))`,
				[]any{string(instance), slice, dayOf(before), int64(limit) - total})
			if err != nil {
				return 0, fmt.Errorf("forget sums of visits: %w", err)
			}
			total += n
		}
	}
	return int(total), nil
}
