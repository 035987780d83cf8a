package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// BenchmarkWrite commits three rows, durably: the floor under every change of
// state. On PostgreSQL set BOWLINE_TEST_POSTGRES_DURABLE=1 for a fair figure.
func BenchmarkWrite(b *testing.B) {
	for _, engine := range storetest.Engines {
		for _, writers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/writers=%d", engine, writers), func(b *testing.B) {
				s := storetest.Open(b, engine)
				instance := storetest.NewInstance(b, s)
				inParallel(b, writers, func() error { return writeThree(b.Context(), s, instance) })
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	}
}

func writeThree(ctx context.Context, s *store.Store, instance bowline.ID) error {
	c := storetest.NewCompany(instance, "Harbour Bakery")
	e := bowline.Event{ID: c.ID, InstanceID: instance, CompanyID: c.ID, EventType: bowline.CompanyCreated, Payload: []byte(`{"id":"x"}`)}
	return s.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertCompany(ctx, c); err != nil {
			return err
		}
		if err := tx.InsertConnection(ctx, storetest.NewConnection(c, bowline.Accounting)); err != nil {
			return err
		}
		return tx.AppendEvent(ctx, e)
	})
}

// inParallel runs fn b.N times on the given number of goroutines.
func inParallel(b *testing.B, goroutines int, fn func() error) {
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan error, goroutines)
	for range goroutines {
		go func() {
			for left.Add(-1) >= 0 {
				if err := fn(); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range goroutines {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.StopTimer()
}

// BenchmarkLink is the last transaction of a journey: lock, then state, grant,
// history and event.
func BenchmarkLink(b *testing.B) {
	for _, engine := range storetest.Engines {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/writers=%d", engine, writers), func(b *testing.B) {
				s := storetest.Open(b, engine)
				instance := storetest.NewInstance(b, s)
				companies := make([]bowline.Company, writers)
				for i := range companies {
					companies[i] = storetest.Add(b, s, storetest.NewCompany(instance, "x"), bowline.Accounting)
				}
				var next atomic.Int64
				inParallel(b, writers, func() error {
					return relink(b.Context(), s, companies[int(next.Add(1))%writers])
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	}
}

func relink(ctx context.Context, s *store.Store, company bowline.Company) error {
	return s.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.LockCompany(ctx, company.InstanceID, company.ID)
		if err != nil {
			return err
		}
		conn := now.DataConnections[0]
		if err := tx.PutGrant(ctx, bowline.Grant{ConnectionID: conn.ID, AccessToken: "at", RefreshToken: "rt"}); err != nil {
			return err
		}
		change := store.Change{Actor: bowline.ActorCustomer, Now: storetest.Start}
		return tx.MoveConnection(ctx, now, &conn, bowline.TriggerLink, change)
	})
}

// BenchmarkLinkPage is what every page of a journey reads, for a fintech that
// has written all of its settings.
func BenchmarkLinkPage(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			s := storetest.Open(b, engine)
			instance := storetest.NewInstance(b, s)
			company := storetest.Add(b, s, storetest.NewCompany(instance, "Harbour Bakery"), bowline.Accounting)
			l := bowline.DefaultLinkSettings()
			l.TermsAndContent = strings.Repeat("Read this before you go on. ", 150)
			storetest.Write(b, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutLinkSettings(ctx, instance, l) })
			for b.Loop() {
				if _, err := s.Link(b.Context(), company.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompany(b *testing.B) {
	for _, engine := range storetest.Engines {
		for _, readers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/readers=%d", engine, readers), func(b *testing.B) {
				s := storetest.Open(b, engine)
				instance := storetest.NewInstance(b, s)
				var ids [512]bowline.ID
				for i := range ids {
					ids[i] = storetest.Add(b, s, storetest.NewCompany(instance, "Harbour Bakery"), bowline.Accounting).ID
				}
				var next atomic.Int64
				inParallel(b, readers, func() error {
					_, err := s.Company(b.Context(), instance, ids[next.Add(1)%int64(len(ids))])
					return err
				})
			})
		}
	}
}

// BenchmarkOpen is the store's share of a start: the schema is up to date.
func BenchmarkOpen(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			o := storetest.Options(b, engine)
			storetest.OpenWith(b, o)
			b.ResetTimer()
			for b.Loop() {
				s, err := store.Open(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				_ = s.Close()
				b.StartTimer()
			}
		})
	}
}

// BenchmarkOpenEmpty is the same for the very first start.
func BenchmarkOpenEmpty(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				o := storetest.Options(b, engine)
				b.StartTimer()
				s, err := store.Open(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				_ = s.Close()
				b.StartTimer()
			}
		})
	}
}
