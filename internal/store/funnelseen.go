package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// The values of funnel_counts.slice: which property is told apart. Each one costs
// rows, and two at a time would cost about one for each company.
const (
	byNothing     = 0
	byIntegration = 1
	byDevice      = 2
	byLocale      = 3
)

// firsts are where a company was seen: of each stage and combination of
// properties the last day. From them follows on which day the company was seen
// with any one property before.
type firsts []seenOn

type seenOn struct {
	what sighting
	day  int64 // since 1970
}

// sighting is a stage that a company came to, and how.
type sighting struct {
	sourceType, stage, integration, device, locale string
}

// maxFirsts bounds what is kept of one company; the oldest go first, and would
// count anew.
const maxFirsts = 48

// plain keeps a value from being taken for several.
var plain = strings.NewReplacer("|", "", "\n", "")

func readFirsts(text string) firsts {
	var list firsts
	for line := range strings.SplitSeq(text, "\n") {
		f := strings.Split(line, "|")
		if len(f) != 6 {
			continue
		}
		if day, err := strconv.ParseInt(f[5], 36, 64); err == nil {
			list = append(list, seenOn{sighting{f[0], f[1], f[2], f[3], f[4]}, day})
		}
	}
	return list
}

func (list firsts) text() string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, part := range []string{s.what.sourceType, s.what.stage, s.what.integration, s.what.device, s.what.locale} {
			_, _ = plain.WriteString(&b, part)
			b.WriteByte('|')
		}
		b.WriteString(strconv.FormatInt(s.day, 36))
	}
	return b.String()
}

// part is the sighting with only the property that a slice tells apart; false
// when it is unknown.
func (s sighting) part(slice int64) (sighting, bool) {
	part := sighting{sourceType: s.sourceType, stage: s.stage}
	switch slice {
	case byIntegration:
		part.integration = s.integration
		return part, s.integration != ""
	case byDevice:
		part.device = s.device
		return part, s.device != ""
	case byLocale:
		part.locale = s.locale
		return part, s.locale != ""
	}
	return part, true
}

// see notes a sighting, and tells of each slice in which the company is new on
// that day. It reports whether anything is new.
func (list *firsts) see(what sighting, day int64, count func(slice int64, part sighting, former int64)) bool {
	at := slices.IndexFunc(*list, func(s seenOn) bool { return s.what == what })
	if at >= 0 && (*list)[at].day >= day {
		return false
	}
	for slice := int64(byNothing); slice <= byLocale; slice++ {
		part, known := what.part(slice)
		if !known {
			continue
		}
		former := int64(0)
		for _, s := range *list {
			if other, same := s.what.part(slice); same && other == part {
				former = max(former, s.day)
			}
		}
		if former < day {
			count(slice, part, former)
		}
	}
	if at >= 0 {
		(*list)[at].day = day
		return true
	}
	*list = append(*list, seenOn{what, day})
	if len(*list) > maxFirsts {
		slices.SortStableFunc(*list, func(a, b seenOn) int { return cmp.Compare(a.day, b.day) })
		*list = (*list)[len(*list)-maxFirsts:]
	}
	return true
}

// funnelSums gathers what a transaction adds to the sums, so that each of them
// is written once, and in one order: replicas add to the same rows.
type funnelSums struct {
	counts map[countKey]int64
	causes map[causeKey]int64
}

type countKey struct {
	instance   bowline.ID
	slice, day int64
	what       sighting
	former     int64
}

type causeKey struct {
	instance   bowline.ID
	slice, day int64
	what       sighting // its stage is the cause
}

func newFunnelSums() *funnelSums {
	return &funnelSums{counts: map[countKey]int64{}, causes: map[causeKey]int64{}}
}

// ended counts a visit with its cause, or takes that back.
func (f *funnelSums) ended(instance bowline.ID, v bowline.Visit, n int64) {
	if v.Cause == "" {
		return
	}
	what := sighting{sourceType: string(v.SourceType), stage: string(v.Cause), integration: v.IntegrationKey, device: v.Device, locale: v.Locale}
	for slice := int64(byNothing); slice <= byLocale; slice++ {
		if part, known := what.part(slice); known {
			f.causes[causeKey{instance, slice, dayOf(v.Began), part}] += n
		}
	}
}

var (
	addCounts = bulk{
		head: `INSERT INTO funnel_counts (instance_id, slice, day, source_type, stage, integration_key, device, locale, former, companies) VALUES `, width: 10,
		tail: ` ON CONFLICT (instance_id, slice, day, source_type, stage, integration_key, device, locale, former)
			DO UPDATE SET companies = funnel_counts.companies + excluded.companies`,
	}
	addCauses = bulk{
		head: `INSERT INTO funnel_causes (instance_id, slice, day, source_type, cause, integration_key, device, locale, visits) VALUES `, width: 9,
		tail: ` ON CONFLICT (instance_id, slice, day, source_type, cause, integration_key, device, locale)
			DO UPDATE SET visits = funnel_causes.visits + excluded.visits`,
	}
)

func (f *funnelSums) put(ctx context.Context, tx *Tx) error {
	counts := make([][]any, 0, len(f.counts))
	for k, n := range f.counts {
		w := k.what
		counts = append(counts, []any{string(k.instance), k.slice, k.day, w.sourceType, w.stage, w.integration, w.device, w.locale, k.former, n})
	}
	causes := make([][]any, 0, len(f.causes))
	for k, n := range f.causes {
		if w := k.what; n != 0 {
			causes = append(causes, []any{string(k.instance), k.slice, k.day, w.sourceType, w.stage, w.integration, w.device, w.locale, n})
		}
	}
	if err := addCounts.exec(ctx, tx, nil, inOrder(counts)); err != nil {
		return fmt.Errorf("count companies: %w", err)
	}
	if err := addCauses.exec(ctx, tx, nil, inOrder(causes)); err != nil {
		return fmt.Errorf("count causes: %w", err)
	}
	return nil
}

// inOrder sorts rows by their values, and lays them one behind the other.
func inOrder(rows [][]any) []any {
	slices.SortFunc(rows, func(a, b []any) int {
		return slices.CompareFunc(a, b, func(x, y any) int {
			if n, ok := x.(int64); ok {
				return cmp.Compare(n, y.(int64))
			}
			return strings.Compare(x.(string), y.(string))
		})
	})
	return slices.Concat(rows...)
}

// dayOf counts days since 1970, UTC.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }
