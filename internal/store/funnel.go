package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/bowline/bowline"
)

// Began is one company's first visit: the "Began flow" of link.md 5.7.
type Began struct {
	Company bowline.ID
	At      time.Time
}

// InsertBegan notes that companies have begun. A company that has begun before
// keeps its first time; one that is gone is left out.
func (tx *Tx) InsertBegan(ctx context.Context, list []Began) error {
	for _, b := range list {
		err := tx.exec(ctx, `INSERT INTO funnel (company_id, instance_id, began)
			SELECT id, instance_id, CAST($1 AS BIGINT) FROM companies WHERE id = $2
			ON CONFLICT (company_id) DO NOTHING`, []any{micros(b.At), string(b.Company)})
		if err != nil {
			return fmt.Errorf("insert began: %w", err)
		}
	}
	return nil
}

// Began returns when a company's first visit was, or [ErrNotFound].
func (s *Store) Began(ctx context.Context, instance, company bowline.ID) (time.Time, error) {
	var at time.Time
	err := one(ctx, storeReader{s}, `SELECT began FROM funnel WHERE company_id = $1 AND instance_id = $2`,
		[]any{string(company), string(instance)}, func(r *row) error {
			at = r.time()
			return r.err
		})
	if err != nil {
		return time.Time{}, fmt.Errorf("read began: %w", err)
	}
	return at, nil
}

// FunnelQuery asks what became of journeys. From and To are days, both
// included; at most one of the filters is not empty, and lets one value through.
type FunnelQuery struct {
	InstanceID                  bowline.ID
	From, To                    time.Time
	Integration, Device, Locale string
}

// Funnel is the answer: sums of distinct companies, but for the causes, which
// are of visits.
type Funnel struct {
	Totals []FunnelSum // of all that the filters let through
	// By one property each, where nothing is filtered.
	Integrations, Devices, Locales []FunnelSum
	// Weeks are those of StageStarted and StageCompleted; see FunnelSum.Week.
	Weeks  []FunnelSum
	Causes []CauseSum
	Since  time.Time // the day of the first success ever; zero before it
}

// FunnelSum is how many companies came to a stage.
type FunnelSum struct {
	SourceType bowline.SourceType
	Stage      bowline.Stage
	Value      string    // of the property
	Week       time.Time // its Monday
	Companies  int64
}

// CauseSum is how many visits ended by a cause.
type CauseSum struct {
	SourceType bowline.SourceType
	Cause      bowline.Cause
	Visits     int64
}

const oneDay = 24 * time.Hour

// Funnel reads sums that are kept by the day: its cost grows with the days, and
// not with the companies.
func (s *Store) Funnel(ctx context.Context, q FunnelQuery) (Funnel, error) {
	var f Funnel
	err := s.engine.read(ctx, func(open querier) (err error) {
		r := funnelReader{querier: open, FunnelQuery: q, slice: q.slice()}
		if f.Totals, err = r.sums(ctx, r.slice, `''`); err != nil {
			return err
		}
		for _, by := range []struct {
			slice  int64
			column string
			into   *[]FunnelSum
		}{{byIntegration, "integration_key", &f.Integrations}, {byDevice, "device", &f.Devices}, {byLocale, "locale", &f.Locales}} {
			if r.slice != byNothing {
				break
			}
			if *by.into, err = r.sums(ctx, by.slice, by.column); err != nil {
				return err
			}
		}
		if f.Weeks, err = r.weeks(ctx); err != nil {
			return err
		}
		if f.Causes, err = r.causes(ctx); err != nil {
			return err
		}
		f.Since, err = r.since(ctx)
		return err
	})
	if err != nil {
		return Funnel{}, fmt.Errorf("read funnel: %w", err)
	}
	return f, nil
}

// slice says which property is filtered.
func (q FunnelQuery) slice() int64 {
	switch {
	case q.Integration != "":
		return byIntegration
	case q.Device != "":
		return byDevice
	case q.Locale != "":
		return byLocale
	}
	return byNothing
}

type funnelReader struct {
	querier
	FunnelQuery
	slice int64 // of the filters
}

// days are those of a span. For each of them the sums are looked up whose former
// day lies before a limit, and those of companies that only came back are not
// read at all.
const days = `WITH RECURSIVE days (day) AS (
		SELECT CAST($1 AS BIGINT) UNION ALL SELECT day + 1 FROM days WHERE day < CAST($2 AS BIGINT))
	SELECT `

// where begins behind days, and holds what the filters let through.
func (r funnelReader) where(slice int64) (string, []any) {
	args := []any{dayOf(r.From), dayOf(r.To)}
	bind := func(value any) string {
		args = append(args, value)
		return `$` + strconv.Itoa(len(args))
	}
	text := ` WHERE f.instance_id = ` + bind(string(r.InstanceID)) + ` AND f.slice = ` + bind(slice) + ` AND f.day = d.day`
	for _, f := range []struct{ column, value string }{{"integration_key", r.Integration}, {"device", r.Device}, {"locale", r.Locale}} {
		if f.value != "" {
			text += ` AND f.` + f.column + ` = ` + bind(f.value)
		}
	}
	return text, args
}

// sums counts each company on the first of its days in the span: the one whose
// former day lies before it.
func (r funnelReader) sums(ctx context.Context, slice int64, column string) ([]FunnelSum, error) {
	where, args := r.where(slice)
	args = append(args, dayOf(r.From))
	group := ""
	if column != `''` {
		group = ", " + column
	}
	list := []FunnelSum{}
	err := r.query(ctx, days+`f.source_type, f.stage, `+column+`, CAST(sum(f.companies) AS BIGINT) FROM days d CROSS JOIN funnel_counts f`+where+
		` AND f.former < $`+strconv.Itoa(len(args))+` GROUP BY f.source_type, f.stage`+group, args, func(row *row) error {
		list = append(list, FunnelSum{
			SourceType: bowline.SourceType(row.text()), Stage: bowline.Stage(row.text()), Value: row.text(), Companies: row.int(),
		})
		return row.err
	})
	return list, err
}

// weeks counts each company on the first of its days in a week. Days since 1970
// make ISO weeks when three are added: the first of them was a Thursday.
func (r funnelReader) weeks(ctx context.Context) ([]FunnelSum, error) {
	where, args := r.where(r.slice)
	args = append(args, dayOf(r.From))
	from := `CAST($` + strconv.Itoa(len(args)) + ` AS BIGINT)`
	const monday = `((d.day + 3) / 7 * 7 - 3)`
	list := []FunnelSum{}
	err := r.query(ctx, days+`(d.day + 3) / 7, f.source_type, f.stage, CAST(sum(f.companies) AS BIGINT) FROM days d CROSS JOIN funnel_counts f`+where+
		` AND f.former < CASE WHEN `+monday+` > `+from+` THEN `+monday+` ELSE `+from+` END AND f.stage IN ('s', 'c')
		GROUP BY (d.day + 3) / 7, f.source_type, f.stage ORDER BY 1`, args, func(row *row) error {
		list = append(list, FunnelSum{
			Week: time.Unix(0, 0).UTC().Add(time.Duration(row.int()*7-3) * oneDay), SourceType: bowline.SourceType(row.text()),
			Stage: bowline.Stage(row.text()), Companies: row.int(),
		})
		return row.err
	})
	return list, err
}

func (r funnelReader) causes(ctx context.Context) ([]CauseSum, error) {
	where, args := r.where(r.slice)
	list := []CauseSum{}
	err := r.query(ctx, days+`f.source_type, f.cause, CAST(sum(f.visits) AS BIGINT) FROM days d CROSS JOIN funnel_causes f`+where+
		` GROUP BY f.source_type, f.cause HAVING sum(f.visits) > 0`, args, func(row *row) error {
		list = append(list, CauseSum{bowline.SourceType(row.text()), bowline.Cause(row.text()), row.int()})
		return row.err
	})
	return list, err
}

// since looks through the days until the first success.
func (r funnelReader) since(ctx context.Context) (first time.Time, err error) {
	err = r.query(ctx, `SELECT day FROM funnel_counts WHERE instance_id = $1 AND slice = 0 AND stage = 'c' ORDER BY day LIMIT 1`,
		[]any{string(r.InstanceID)}, func(row *row) error {
			first = time.Unix(0, 0).UTC().Add(time.Duration(row.int()) * oneDay)
			return row.err
		})
	return first, err
}
