package renewal

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// envWorker makes this test binary a process of the race.
const envWorker = "BOWLINE_TEST_RENEWAL_WORKER"

// raceRounds is how often tokens are refreshed. The full race, make race, has
// 10,000.
var raceRounds = flag.Int("rounds", 1500, "refreshes of TestRace")

const (
	raceConnections = 24
	raceAsking      = 3                // callers on demand in each process
	raceGrace       = time.Minute      // of the provider
	raceLife        = 12 * time.Second // of access tokens: a turn of its own every eight
	raceLost        = 50               // one answer of so many gets lost
	raceCommit      = 3 * time.Second  // takes no longer than this
	raceKill        = 300 * time.Millisecond
)

// raceConfig is what a process is told.
type raceConfig struct {
	Database, Keyset, Provider, Process string
	Instance, Company                   bowline.ID
	// Die has the process killed between the first answer of the provider and its
	// commit.
	Die bool
}

func (c raceConfig) open(ctx context.Context) (*store.Store, error) {
	sealer, err := seal.Parse(c.Keyset)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{URL: c.Database, Sealer: sealer})
}

func raceEntry(provider string) string {
	return files + "key: race\noauth: {authorizeUrl: \"https://house.example/authorize\", tokenUrl: \"" + provider +
		"/token\", clientId: us, clientSecret: hidden, refresh: {grace: " + strconv.Itoa(int(raceGrace.Seconds())) + "}}\n"
}

// marked says with each request which process it comes from.
type marked struct{ process string }

func (m marked) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Process", m.process)
	return http.DefaultTransport.RoundTrip(r)
}

// work is a process of the race: it renews what is due, and has some callers who
// want other tokens than those there are. It ends when its input does.
func work() int {
	var c raceConfig
	if err := json.Unmarshal([]byte(os.Getenv(envWorker)), &c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := c.run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (c raceConfig) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "race")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(dir+"/race.yaml", []byte(raceEntry(c.Provider)), 0o600); err != nil {
		return err
	}
	cat, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		return err
	}
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	k := New(Options{
		Store: s, Offer: func(bowline.ID) *catalog.Catalog { return cat }, Links: bowline.NewLinks("https://bowline.example"), Poll: 50 * time.Millisecond,
		OAuth: oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: marked{c.Process}, Timeout: 10 * time.Second}}),
	})
	if c.Die {
		k.onAnswer = func(store.Renewal) error {
			if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
				return err
			}
			select {}
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	var asking sync.WaitGroup
	for range raceAsking {
		asking.Go(func() { c.ask(ctx, s, k) })
	}
	err = <-ended
	k.Close() // Run may have ended before it began, with turns on demand under way
	asking.Wait()
	if failed := s.Close(); err == nil {
		err = failed
	}
	return err
}

// ask wants a token, and then another one, again and again.
func (c raceConfig) ask(ctx context.Context, s *store.Store, k *Keeper) {
	co, err := s.Company(ctx, c.Instance, c.Company)
	for err == nil && ctx.Err() == nil {
		conn := co.DataConnections[rand.N(len(co.DataConnections))]
		_, g, asked := k.Fresh(ctx, c.Instance, c.Company, conn.ID, FreshOptions{})
		if asked == nil {
			_, _, _ = k.Fresh(ctx, c.Instance, c.Company, conn.ID, FreshOptions{Stale: g.AccessToken}) // an outage is no fault
		}
	}
}

// racer is a process under way.
type racer struct {
	name  string
	cmd   *exec.Cmd
	stdin io.Closer
}

func (c raceConfig) start(t *testing.T, name string) *racer {
	t.Helper()
	c.Process = name
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0]) //nolint:gosec,noctx // this test itself
	cmd.Env = append(os.Environ(), envWorker+"="+string(text))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &racer{name, cmd, stdin}
}

// TestRace: two processes on one PostgreSQL refresh the same connections, as
// they fall due and on demand, while answers get lost and now and then one of
// the processes is killed. No connection is lost, and no token is sent twice
// without cause.
func TestRace(t *testing.T) {
	t.Parallel()
	j := newJudge()
	provider := httptest.NewServer(j)
	t.Cleanup(provider.Close)
	keyset, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	c := raceConfig{Database: storetest.PostgresURL(t), Keyset: keyset, Provider: provider.URL}
	s, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c.prepare(t, s, j)

	processes := []*racer{c.start(t, "p0"), c.start(t, "p1")}
	defer func() {
		for _, p := range processes {
			j.kill(p.name)
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	}()
	kills := 0
	limit := time.After(2*time.Minute + time.Duration(*raceRounds)*200*time.Millisecond) // many times what it takes on a machine of its own
	for next := time.NewTicker(raceKill); j.rounds() < *raceRounds; {
		select {
		case <-next.C:
		case <-limit:
			t.Fatalf("%d rounds only", j.rounds())
		}
		i := rand.N(len(processes))
		p := processes[i]
		if !j.heard(p.name) && rand.N(4) > 0 { // it is starting, for long on a busy machine, and races nobody
			continue
		}
		kills++
		j.kill(p.name) // whatever it has sent, it may not have heard of
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		processes[i] = c.start(t, fmt.Sprintf("p%d", kills+1))
	}
	for _, p := range processes { // in peace
		_ = p.stdin.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("a process ended with %v", err)
		}
	}
	c.check(t, s, j)
	t.Logf("%d refreshes, %d kills, %d answers lost, %d tokens sent again because of them", j.rounds(), kills, j.lost, j.again)
}

// TestKilledBeforeTheCommit: a process is killed exactly between the provider's
// answer and the commit. Others send the token again while the provider forgives
// it, and all connections live.
func TestKilledBeforeTheCommit(t *testing.T) {
	t.Parallel()
	j := newJudge()
	provider := httptest.NewServer(j)
	t.Cleanup(provider.Close)
	keyset, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	c := raceConfig{Database: storetest.PostgresURL(t), Keyset: keyset, Provider: provider.URL}
	s, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c.prepare(t, s, j)
	for i := range 5 {
		before := j.rounds()
		name := fmt.Sprint("doomed", i)
		c.Die = true
		doomed := c.start(t, name)
		_ = doomed.cmd.Wait()
		j.kill(name)
		if j.rounds() == before {
			t.Fatal("it died before the provider had answered")
		}
	}
	c.Die = false
	next := c.start(t, "next")
	limit := time.After(time.Minute)
	for tick := time.NewTicker(5 * time.Millisecond); j.rounds() < 4*raceConnections; {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%d rounds only", j.rounds())
		}
	}
	_ = next.stdin.Close()
	if err := next.cmd.Wait(); err != nil {
		t.Errorf("the process ended with %v", err)
	}
	if j.again == 0 {
		t.Error("no token was sent again")
	}
	c.check(t, s, j)
}

// prepare makes the connections.
func (c *raceConfig) prepare(t *testing.T, s *store.Store, j *judge) {
	t.Helper()
	c.Instance = storetest.NewInstance(t, s)
	now := time.Now().UTC()
	company := storetest.NewCompany(c.Instance, "Harbour Bakery")
	c.Company = company.ID
	ch := store.Change{Actor: bowline.ActorCustomer, Now: now, Links: bowline.NewLinks("https://bowline.example")}
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.CreateCompany(ctx, company, ch); err != nil {
			return err
		}
		for i := range raceConnections {
			conn := storetest.NewConnection(company, bowline.Commerce)
			conn.ID, conn.IntegrationKey, conn.Status = bowline.NewID(now), "race", ""
			if err := tx.MoveConnection(ctx, company, &conn, bowline.TriggerCreate, ch); err != nil {
				return err
			}
			j.mu.Lock()
			access, refresh, _ := j.mint(i, nil)
			j.mu.Unlock()
			g := bowline.Grant{ConnectionID: conn.ID, AccessToken: access, RefreshToken: refresh, TokenType: "Bearer",
				IssuedAt: now, ExpiresAt: now.Add(raceLife), RenewAt: now.Add(rand.N(raceLife))}
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
			if err := tx.MoveConnection(ctx, company, &conn, bowline.TriggerLink, ch); err != nil {
				return err
			}
		}
		return nil
	})
}

// check looks at what is left: every connection alive, with a token that the
// provider takes, and nothing that should not have happened.
func (c raceConfig) check(t *testing.T, s *store.Store, j *judge) {
	t.Helper()
	co, err := s.Company(t.Context(), c.Instance, c.Company)
	if err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, conn := range co.DataConnections {
		if conn.Status != bowline.Linked || len(conn.DataConnectionErrors) > 0 {
			t.Errorf("a connection is %s with %+v", conn.Status, conn.DataConnectionErrors)
			continue
		}
		g, err := s.Grant(t.Context(), conn.ID)
		if err != nil {
			t.Error(err)
			continue
		}
		e := j.tokens[g.RefreshToken]
		if e == nil || e.successor != nil && !e.successor.used.IsZero() || !e.used.IsZero() && !e.cause && !j.died(e) {
			t.Errorf("what is stored of a connection is not the token that counts: %s", j.describe(e))
		}
	}
	for i, fault := range j.faults {
		if i == 10 {
			t.Errorf("and %d more", len(j.faults)-i)
			break
		}
		t.Error(fault)
	}
	if j.refused > 0 {
		t.Errorf("%d refreshes were refused", j.refused)
	}
}
