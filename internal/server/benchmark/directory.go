package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// look is one way to look through the directory: what the n-th request asks for.
type look struct {
	name string
	ask  func(f *filled, n int) (string, error)
}

// always asks for the same.
func always(query string) func(*filled, int) (string, error) {
	return func(*filled, int) (string, error) { return query, nil }
}

// each asks for one known company after the other.
func each(query func(knownCompany) string) func(*filled, int) (string, error) {
	return func(f *filled, n int) (string, error) { return query(f.known[n*37%len(f.known)]), nil }
}

var looks = []look{
	{"first page", always("")},
	{"deep page", (*filled).deep},
	{"first page by name", always("?sort=name")},
	{"first page by last exchange", always("?sort=-lastSync")},
	{"by id", each(func(k knownCompany) string { return "?q=" + string(k.id) })},
	{"by id of a connection", each(func(k knownCompany) string { return "?q=" + string(k.connection) })},
	{"by the end of an id", each(func(k knownCompany) string { return "?q=" + string(k.connection[27:]) })},
	{"by tag, one company", each(func(k knownCompany) string { return "?tag=ref:" + k.ref })},
	{"by tag, a quarter of all", always("?tag=region:north")},
	{"beginning of a name", always("?q=harb")},
	{"one letter", always("?q=h")},
	{"part of a name, a tenth of all", always("?q=aker")},
	{"part of a name, five", always("?q=uixoti")},
	{"part of a name, none", always("?q=xylophone")},
	{"two words", always("?q=" + url.QueryEscape("harbour bak"))},
	{"platform", always("?q=intacct")},
	{"platform, by name", always("?q=intacct&sort=name")},
	{"status, frequent", always("?status=Linked")},
	{"status, one in twenty", always("?status=Unlinked")},
	{"two statuses", always("?status=Deauthorized,Pending")},
	{"text, status and tag", always("?q=harbour&status=Deauthorized&tag=region:north")},
	{"integration", always("?integration=ckey")},
	{"counts", always("/counts")},
}

// deep is a page from the middle of the list: its cursor is that of the first
// page, with another company in it.
func (f *filled) deep(n int) (string, error) {
	got, err := f.requests.expect(200, call{method: "GET", path: "/api/directory", header: f.running.header})
	if err != nil {
		return "", err
	}
	var page struct {
		Next string `json:"next"`
	}
	if err := json.Unmarshal(got.body, &page); err != nil {
		return "", err
	}
	text, err := base64.RawURLEncoding.DecodeString(page.Next)
	if err != nil {
		return "", err
	}
	cursor := map[string]any{}
	if err := json.Unmarshal(text, &cursor); err != nil {
		return "", err
	}
	at := f.known[len(f.known)/3+n%(len(f.known)/3)]
	cursor["n"], cursor["c"] = at.created.UnixMicro(), at.id
	if text, err = json.Marshal(cursor); err != nil {
		return "", err
	}
	return "?cursor=" + base64.RawURLEncoding.EncodeToString(text), nil
}

// directories measures how long it takes to look through few and many companies:
// the time within which 95 of 100 answers came.
func (b *bench) directories(ctx context.Context, postgresURL string) error {
	if !b.wants("directory") {
		return nil
	}
	lines := make([]line, len(looks))
	for i, l := range looks {
		lines[i] = line{
			name: fmt.Sprintf("directory, %s: p95, ms, %d companies (floor: %d)", l.name, b.companies[len(b.companies)-1], b.companies[0]),
			goal: "100, 2×", decimals: 2, lower: true,
		}
	}
	engines := []engine{}
	if b.sqlite {
		engines = append(engines, engine{name: "sqlite"})
	}
	if postgresURL != "" {
		engines = append(engines, engine{name: "postgres", url: postgresURL})
	}
	for _, e := range engines {
		curves, err := b.curves(ctx, e)
		if err != nil {
			return fmt.Errorf("directory on %s: %w", e.name, err)
		}
		for i, c := range curves {
			if few, many := summarize(c[0]), summarize(c[len(c)-1]); e.name == "sqlite" {
				lines[i].sqlite, lines[i].floor = many, few
			} else {
				lines[i].pg, lines[i].pgFloor = many, few
			}
		}
	}
	for _, l := range lines {
		b.table.add(l)
	}
	return nil
}

// curves returns, for each look and each number of companies, the p95 of each
// round.
func (b *bench) curves(ctx context.Context, e engine) (curves [][][]float64, err error) {
	var places []*filled
	defer func() {
		for _, f := range places {
			err = errors.Join(err, f.close())
			f.drop(ctx)
		}
	}()
	for _, count := range b.companies {
		f, err := b.fill(ctx, e, count)
		if err != nil {
			return nil, err
		}
		places = append(places, f)
	}
	for _, f := range places { // only now: a connection that rests is closed
		if f.running, err = startSystem(ctx, f.place); err != nil {
			return nil, err
		}
		if f.requests, err = dial(f.running.host); err != nil {
			return nil, err
		}
	}
	for _, l := range looks {
		all := make([][]float64, len(places))
		for round := range b.lookRounds + 1 {
			for i, f := range places {
				took, err := f.measure(l, b.looked)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", l.name, err)
				}
				if round > 0 { // the first warms up
					all[i] = append(all[i], took.at(0.95))
				}
			}
		}
		for i, f := range places {
			b.tellf("%-32s %-8s %9d companies: p95 %7.2f ms", l.name, e.name, f.count, summarize(all[i]).median)
		}
		curves = append(curves, all)
	}
	return curves, nil
}

func (f *filled) close() error {
	if f.requests != nil {
		f.requests.close()
	}
	if f.running == nil {
		return nil
	}
	return f.running.close()
}

func (f *filled) measure(l look, times int) (delays, error) {
	took := make(delays, 0, times)
	for n := range times {
		query, err := l.ask(f, n)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if _, err := f.requests.expect(200, call{method: "GET", path: "/api/directory" + query, header: f.running.header}); err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
	}
	return took, nil
}
