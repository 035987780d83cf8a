package bowline

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// NoticeKind says what a notice is about.
type NoticeKind string

// The kinds.
const (
	NoticeConsumerDisabled      NoticeKind = "consumer.disabled"        // Bowline switched a webhook consumer off
	NoticeConsumerFailing       NoticeKind = "consumer.failing"         // and is about to
	NoticeCertificateExpired    NoticeKind = "certificate.expired"      // of a consumer
	NoticeCertificateExpiring   NoticeKind = "certificate.expiring"     //
	NoticeIntegrationIncomplete NoticeKind = "integration.incomplete"   // switched on, and something is missing
	NoticeDeauthorized          NoticeKind = "connections.deauthorized" // lately, and still
	NoticeKeyExpired            NoticeKind = "key.expired"
	NoticeKeyExpiring           NoticeKind = "key.expiring"
	NoticeKeyMakerGone          NoticeKind = "key.makerGone"
	NoticeDeprecation           NoticeKind = "deprecation"
)

// NoticeKinds lists them.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeConsumerDisabled, NoticeConsumerFailing, NoticeCertificateExpired, NoticeCertificateExpiring, NoticeIntegrationIncomplete,
		NoticeDeauthorized, NoticeKeyExpired, NoticeKeyExpiring, NoticeKeyMakerGone, NoticeDeprecation,
	}
}

// NoticeSeverity says how much a notice presses.
type NoticeSeverity string

// The severities, the gravest first.
const (
	SeverityBad  NoticeSeverity = "bad"  // something does not work
	SeverityWarn NoticeSeverity = "warn" // something will not, unless somebody acts
	SeverityInfo NoticeSeverity = "info" // something to plan for
)

// Notice is something that waits for somebody of the staff. It is worked out of
// what is so at the moment, and gone once that is mended; only who has seen it is
// kept. What providers tell by themselves is something else.
type Notice struct {
	ID       string // the same as long as the matter is the same
	Kind     NoticeKind
	Severity NoticeSeverity
	Since    time.Time // zero where nobody knows
	Due      time.Time // when it becomes worse; zero where that is not known, or over
	Subject  string    // id of the consumer, key or deprecation, or key of the integration
	Name     string    // of the subject
	Count    int       // of connections
	More     bool      // there are more than Count
}

// How long before an end it is told of.
const (
	KeyNotice         = 14 * 24 * time.Hour
	CertificateNotice = 30 * 24 * time.Hour
	// deprecationSoon is when a deprecation that was seen is told of once more.
	deprecationSoon = 30 * 24 * time.Hour
)

// DeauthorizedNotice is for how long it is told that a connection ended at its
// provider.
const DeauthorizedNotice = 7 * 24 * time.Hour

// maxNotices bounds a list.
const maxNotices = 100

// newNotice gives a notice an id of its kind, its subject and what tells one
// occasion from the next.
func newNotice(n Notice, occasion ...string) Notice {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{string(n.Kind), n.Subject}, occasion...), "\x00")))
	n.ID = hex.EncodeToString(sum[:8])
	return n
}

// moment is an occasion that a time tells.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// ConsumerNotices are about webhook consumers that no longer get anything, or
// soon will not.
func ConsumerNotices(consumers []Consumer, now time.Time) (list []Notice) {
	for _, c := range consumers {
		n := Notice{Subject: string(c.ID), Name: c.URL, Since: c.Health.FailingSince}
		switch {
		case c.Disabled && c.DisabledReason != "":
			n.Kind, n.Severity = NoticeConsumerDisabled, SeverityBad
			if n.Since.IsZero() {
				n.Since = c.Updated
			}
			list = append(list, newNotice(n, moment(c.Health.FailingSince)))
		case !c.Disabled && !c.Health.FailingSince.IsZero():
			n.Kind, n.Severity, n.Due = NoticeConsumerFailing, SeverityWarn, c.Health.FailingSince.Add(DisableAfter)
			list = append(list, newNotice(n, moment(c.Health.FailingSince)))
		}
		if until, there := c.ClientCertificate.Until(); there && !c.Disabled && now.Add(CertificateNotice).After(until) {
			list = append(list, ending(Notice{Subject: string(c.ID), Name: c.URL, Due: until}, now,
				NoticeCertificateExpiring, NoticeCertificateExpired, CertificateNotice))
		}
	}
	return list
}

// ending is about something that ends at Due, or has ended by now.
func ending(n Notice, now time.Time, before, after NoticeKind, ahead time.Duration) Notice {
	until := n.Due
	n.Kind, n.Severity, n.Since = before, SeverityWarn, until.Add(-ahead)
	if !now.Before(until) {
		n.Kind, n.Severity, n.Since, n.Due = after, SeverityBad, until, time.Time{}
	}
	return newNotice(n, moment(until))
}

// KeyNotices are about API keys that end or have ended, and those that somebody
// knows who is gone. MakerGone of the keys must be worked out.
func KeyNotices(keys []APIKey, now time.Time) (list []Notice) {
	for _, k := range keys {
		n := Notice{Subject: string(k.ID), Name: k.Name}
		if n.Name == "" {
			n.Name = k.Prefix + "…"
		}
		if k.Expires != nil && now.Add(KeyNotice).After(*k.Expires) {
			n.Due = *k.Expires
			list = append(list, ending(n, now, NoticeKeyExpiring, NoticeKeyExpired, KeyNotice))
			n.Due = time.Time{}
		}
		if k.MakerGone && !k.Expired(now) {
			n.Kind, n.Severity = NoticeKeyMakerGone, SeverityWarn
			list = append(list, newNotice(n))
		}
	}
	return list
}

// IntegrationNotice is about an integration that is switched on and lacks
// something, so that customers cannot choose it.
func IntegrationNotice(key, name string, since time.Time, missing []string) Notice {
	return newNotice(Notice{Kind: NoticeIntegrationIncomplete, Severity: SeverityWarn, Subject: key, Name: name, Since: since}, missing...)
}

// DeauthorizedNotices tell of connections that ended at their provider: none, or
// one for all of them.
func DeauthorizedNotices(count int, more bool, latest time.Time) []Notice {
	if count == 0 {
		return nil
	}
	n := Notice{Kind: NoticeDeauthorized, Severity: SeverityWarn, Since: latest, Count: count, More: more}
	return []Notice{newNotice(n, moment(latest))}
}

// DeprecationNotices are about what is going to end and has not ended early.
func DeprecationNotices(now time.Time, early OptIns) (list []Notice) {
	for _, d := range DeprecationsAhead(now) {
		if early[d.ID] {
			continue
		}
		n := Notice{Kind: NoticeDeprecation, Severity: SeverityInfo, Subject: d.ID, Name: d.Title, Since: d.Announced, Due: d.Effective}
		if now.Add(deprecationSoon).After(d.Effective) {
			n.Severity = SeverityWarn
		}
		list = append(list, newNotice(n, string(n.Severity)))
	}
	return list
}

// SortNotices puts the gravest first, of these what is due soonest, then the
// latest, and leaves out what is too much to read.
func SortNotices(list []Notice) []Notice {
	grave := map[NoticeSeverity]int{SeverityBad: 0, SeverityWarn: 1, SeverityInfo: 2}
	slices.SortStableFunc(list, func(a, b Notice) int {
		if order := grave[a.Severity] - grave[b.Severity]; order != 0 {
			return order
		}
		if a.Due.IsZero() != b.Due.IsZero() {
			if b.Due.IsZero() {
				return -1
			}
			return 1
		}
		if order := a.Due.Compare(b.Due); order != 0 {
			return order
		}
		return b.Since.Compare(a.Since)
	})
	return list[:min(len(list), maxNotices)]
}
