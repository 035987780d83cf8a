package bowline

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"
)

var noticeNow = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func until(t *testing.T, end time.Time) ClientCertificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(-1, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return ClientCertificate(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})) +
		ClientCertificate(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// told writes notices down in short.
func told(list []Notice) string {
	var lines []string
	for _, n := range list {
		line := fmt.Sprintf("%s %s %s", n.Severity, n.Kind, n.Name)
		if !n.Due.IsZero() {
			line += " in " + n.Due.Sub(noticeNow).String()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestConsumerNotices(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	failing := ConsumerHealth{FirstFailure: noticeNow.Add(-2 * day), FailingSince: noticeNow.Add(-2 * day)}
	for _, row := range []struct {
		about    string
		consumer Consumer
		want     string
	}{
		{"healthy", Consumer{}, ""},
		{"one bad hour", Consumer{Health: ConsumerHealth{FirstFailure: noticeNow.Add(-time.Hour)}}, ""},
		{"failing", Consumer{Health: failing}, "warn consumer.failing u in 72h0m0s"},
		{"switched off by Bowline", Consumer{Disabled: true, DisabledReason: ReasonFailing, Health: failing}, "bad consumer.disabled u"},
		{"switched off by hand", Consumer{Disabled: true, Health: failing}, ""},
		{"a certificate for long", Consumer{ClientCertificate: until(t, noticeNow.Add(30*day))}, ""},
		{"one that ends", Consumer{ClientCertificate: until(t, noticeNow.Add(30*day-time.Second))}, "warn certificate.expiring u in 719h59m59s"},
		{"one that ended", Consumer{ClientCertificate: until(t, noticeNow)}, "bad certificate.expired u"},
		{"that nobody uses", Consumer{Disabled: true, ClientCertificate: until(t, noticeNow)}, ""},
		{"that cannot be read", Consumer{ClientCertificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}, ""},
		{"both", Consumer{Health: failing, ClientCertificate: until(t, noticeNow.Add(day))}, "warn consumer.failing u in 72h0m0s; warn certificate.expiring u in 24h0m0s"},
	} {
		row.consumer.ID, row.consumer.URL = "1", "u"
		if got := told(ConsumerNotices([]Consumer{row.consumer}, noticeNow)); got != row.want {
			t.Errorf("%s: %q, want %q", row.about, got, row.want)
		}
	}
}

func TestKeyNotices(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) *time.Time {
		at := noticeNow.Add(d)
		return &at
	}
	for _, row := range []struct {
		about string
		key   APIKey
		want  string
	}{
		{"without an end", APIKey{Name: "k"}, ""},
		{"in two weeks", APIKey{Name: "k", Expires: in(KeyNotice)}, ""},
		{"within two weeks", APIKey{Name: "k", Expires: in(KeyNotice - time.Hour)}, "warn key.expiring k in 335h0m0s"},
		{"over", APIKey{Name: "k", Expires: in(0)}, "bad key.expired k"},
		{"without a name", APIKey{Prefix: "bwl_ab", Expires: in(-time.Hour)}, "bad key.expired bwl_ab…"},
		{"of somebody who left", APIKey{Name: "k", MakerGone: true}, "warn key.makerGone k"},
		{"which ends, too", APIKey{Name: "k", MakerGone: true, Expires: in(time.Hour)}, "warn key.expiring k in 1h0m0s; warn key.makerGone k"},
		{"which has ended", APIKey{Name: "k", MakerGone: true, Expires: in(-time.Hour)}, "bad key.expired k"},
	} {
		if got := told(KeyNotices([]APIKey{row.key}, noticeNow)); got != row.want {
			t.Errorf("%s: %q, want %q", row.about, got, row.want)
		}
	}
}

func TestDeprecationNotices(t *testing.T) {
	t.Parallel()
	first := DeprecationsAhead(time.Time{})[0]
	early := OptIns{} // of all others
	for _, d := range Deprecations() {
		early[d.ID] = d.ID != first.ID
	}
	for _, row := range []struct {
		about string
		at    time.Time
		in    OptIns
		want  string
	}{
		{"long before", first.Effective.AddDate(0, -3, 0), early, "info"},
		{"a month before", first.Effective.Add(-29 * 24 * time.Hour), early, "warn"},
		{"at the end", first.Effective, early, ""},
		{"opted in", first.Effective.AddDate(0, -3, 0), OptIns{first.ID: true}, ""},
	} {
		got := ""
		for _, n := range DeprecationNotices(row.at, row.in) {
			if n.Subject == first.ID {
				got = string(n.Severity)
			}
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.about, got, row.want)
		}
	}
}

// TestNoticeIDs: the same matter keeps its id however often it is asked for, and
// another occasion of it has another.
func TestNoticeIDs(t *testing.T) {
	t.Parallel()
	failing := func(since time.Time) string {
		return ConsumerNotices([]Consumer{{ID: "1", Health: ConsumerHealth{FailingSince: since}}}, noticeNow)[0].ID
	}
	ended := func(n int, at time.Time) string { return DeauthorizedNotices(n, false, at)[0].ID }
	missing := func(since time.Time, what ...string) string { return IntegrationNotice("gbol", "Xero", since, what).ID }
	ids := map[string]string{
		"failing": failing(noticeNow), "failing again": failing(noticeNow.Add(time.Hour)),
		"ended": ended(3, noticeNow), "ended later": ended(3, noticeNow.Add(time.Microsecond)),
		"missing": missing(noticeNow, "clientId"), "missing more": missing(noticeNow, "clientId", "clientSecret"),
	}
	seen := map[string]string{}
	for about, id := range ids {
		if len(id) != 16 || seen[id] != "" {
			t.Errorf("%s has the id %q, as %s", about, id, seen[id])
		}
		seen[id] = about
	}
	if failing(noticeNow) != ids["failing"] || ended(4, noticeNow) != ids["ended"] || missing(noticeNow.Add(time.Hour), "clientId") != ids["missing"] {
		t.Error("the same matter has another id")
	}
	if DeauthorizedNotices(0, false, time.Time{}) != nil {
		t.Error("nothing is told of")
	}
}

func TestSortNotices(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return noticeNow.Add(time.Duration(hours) * time.Hour) }
	list := SortNotices([]Notice{
		{Name: "f", Severity: SeverityInfo, Due: at(1)}, {Name: "e", Severity: SeverityWarn, Since: at(-2)}, {Name: "d", Severity: SeverityWarn, Since: at(-1)},
		{Name: "c", Severity: SeverityWarn, Due: at(9)}, {Name: "b", Severity: SeverityWarn, Due: at(2)}, {Name: "a", Severity: SeverityBad, Since: at(-9)},
	})
	var got []string
	for _, n := range list {
		got = append(got, n.Name)
	}
	if want := []string{"a", "b", "c", "d", "e", "f"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if got := len(SortNotices(make([]Notice, 300))); got != maxNotices {
		t.Errorf("%d are told of", got)
	}
}
