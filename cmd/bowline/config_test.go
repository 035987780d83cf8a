package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bowline.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := load(sources{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.DataDir != "./data" || !c.Sandbox || c.UnicodeNames || c.ShutdownTimeout != time.Minute {
		t.Errorf("defaults are %+v", c)
	}
}

func TestEachSourceBeatsTheOneBelow(t *testing.T) {
	t.Parallel()
	file := write(t, "listen: 127.0.0.1:1\ndata_dir: file\ncatalog_dir: file\noutbound_allow: [10.0.0.0/8, 127.0.0.0/8]\nsandbox: false\n")
	c, err := load(sources{
		file:    file,
		environ: []string{"BOWLINE_LISTEN=127.0.0.1:2", "BOWLINE_DATA_DIR=environment", "BOWLINE_UNICODE_NAMES=true", "BOWLINE_TRUSTED_PROXIES=10.1.2.3/8, fd00::/8", "PATH=/bin", "OTHER_LISTEN=x"},
		flags:   map[string]string{"listen": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[0].String() != "10.0.0.0/8" {
		t.Errorf("trusts %v", c.TrustedProxies)
	}
	if c.Listen != "127.0.0.1:3" || c.DataDir != "environment" || c.CatalogDir != "file" || c.Sandbox || !c.UnicodeNames || len(c.OutboundAllow) != 2 {
		t.Errorf("merged to %+v", c)
	}
}

// TestNobodyTrustsEverybody: with such a network anybody could claim any address.
func TestNobodyTrustsEverybody(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0.0.0.0/0", "10.0.0.0/8,::/0", "10.0.0.1", "10.0.0.0/33", "proxy.example"} {
		_, err := load(sources{environ: []string{"BOWLINE_TRUSTED_PROXIES=" + text}})
		if err == nil || !strings.Contains(err.Error(), "BOWLINE_TRUSTED_PROXIES") || strings.Contains(err.Error(), "proxy.example") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestRetention: days, enough of them, and no attempt without its message.
func TestRetention(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, row := range []struct {
		messages, attempts string
		want               [2]time.Duration
		fault              string
	}{
		{"", "", [2]time.Duration{bowline.MessagesKept, bowline.AttemptsKept}, ""},
		{"2d", "1d", [2]time.Duration{2 * day, day}, ""},
		{"400d", "400d", [2]time.Duration{400 * day, 400 * day}, ""},
		{"20d", "", [2]time.Duration{}, "must not be longer than messages_kept"},
		{"1d", "1d", [2]time.Duration{}, "--messages-kept must be a number of days such as 90d, and 2d at least"},
		{"90d", "0d", [2]time.Duration{}, "--attempts-kept must be"},
		{"90d", "-3d", [2]time.Duration{}, "--attempts-kept must be"},
		{"2160h", "", [2]time.Duration{}, "--messages-kept must be"},
		{"99999d", "", [2]time.Duration{}, "--messages-kept must be"},
	} {
		flags := map[string]string{}
		if row.messages != "" {
			flags["messages_kept"] = row.messages
		}
		if row.attempts != "" {
			flags["attempts_kept"] = row.attempts
		}
		c, err := load(sources{flags: flags})
		switch {
		case row.fault != "" && (err == nil || !strings.Contains(err.Error(), row.fault)):
			t.Errorf("%s and %s: %v, want %q", row.messages, row.attempts, err, row.fault)
		case row.fault == "" && (err != nil || c.MessagesKept != row.want[0] || c.AttemptsKept != row.want[1]):
			t.Errorf("%s and %s: %v and %v, %v", row.messages, row.attempts, c.MessagesKept, c.AttemptsKept, err)
		}
	}
}

func TestFileNamedByTheEnvironment(t *testing.T) {
	t.Parallel()
	c, err := load(sources{environ: []string{"BOWLINE_CONFIG=" + write(t, "data_dir: here\n")}})
	if err != nil || c.DataDir != "here" {
		t.Errorf("data_dir is %q, %v; want it from the file", c.DataDir, err)
	}
}

func TestAllFaultsTogetherAndNoSecretAmongThem(t *testing.T) {
	t.Parallel()
	const secret = "hush hush hush hush hush hush"
	_, err := load(sources{
		file:    write(t, "listn: x\nlog_format: loud\npublic_url: \"http://"+strings.ReplaceAll(secret, " ", "")+"@h/\"\n"),
		environ: []string{"BOWLINE_SANDBX=true", "BOWLINE_BOOTSTRAP_API_KEY=" + secret, "BOWLINE_DATABASE_URL=mysql://" + secret},
		flags:   map[string]string{"listen": "nowhere", "outbound_allow": "10.0.0.0/99", "company_limit": "-1", "consumer_limit": "1001", "shutdown_timeout": "soon", "access_off": "everything"},
	})
	if err == nil {
		t.Fatal("all of it was accepted")
	}
	for _, want := range []string{
		"listn", "log_format", "public_url", "BOWLINE_SANDBX", "BOWLINE_BOOTSTRAP_API_KEY", "BOWLINE_DATABASE_URL",
		"--listen", "--access-off", "--outbound-allow", "--company-limit", "--consumer-limit", "--shutdown-timeout",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("a secret is in: %v", err)
	}
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"duplicate key":  "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n",
		"not a mapping":  "- listen\n",
		"nested":         "listen: {port: 1}\n",
		"not YAML":       "listen: [",
		"missing a file": "",
	} {
		path := write(t, text)
		if text == "" {
			path += ".not-there"
		}
		if _, err := load(sources{file: path}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestEveryKeyHasAFlag keeps the three spellings together: what the file and
// the environment know, the command line knows too.
func TestEveryKeyHasAFlag(t *testing.T) {
	t.Parallel()
	empty := ""
	flags := settingFlags{}
	for i := range reflect.TypeFor[settingFlags]().NumField() {
		if field := reflect.ValueOf(&flags).Elem().Field(i); field.Type() == reflect.TypeFor[*string]() {
			field.Set(reflect.ValueOf(&empty))
		}
	}
	given := flags.given()
	for _, k := range keys {
		if _, ok := given[k.name]; !ok {
			t.Errorf("%s has no flag", k.name)
		}
	}
	if len(given) != len(keys) {
		t.Errorf("%d flags for %d keys", len(given), len(keys))
	}
}

func TestKeysetIsMadeOnceAndKeptPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first, err := ownKeyset(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := ownKeyset(dir)
	if err != nil || strings.TrimSpace(second) != first {
		t.Errorf("the second start reads another keyset (%v)", err)
	}
	info, err := os.Stat(filepath.Join(dir, keysetFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the keyset's mode is %v, %v; want 0600", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files are left in the data directory, want the keyset alone", len(entries))
	}
}
