package auth

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/bowline/bowline"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "short", "elevenchars", strings.Repeat("Aa1-Bb2_Cc3+", 11), "aaaaaaaaaaaa", "abababababab", "123456789012", "098765432109",
		"password1234", "P@ssw0rd1234", "Password2026!", "passwordpassword", "qwertyuiop12", "qwertyuiopasdf", "1q2w3e4r5t6y7u", "1qaz2wsx3edc",
		"iloveyou1234", "letmeinletmein", "welcome12345", "administrator", "Administrator1!", "changeme12345", "correcthorsebatterystaple",
		"motdepasse123", "Passwort12345", "azertyuiop123", "bowlinebowline", "BowlinePortal1", "summer202620", "sunshine1234", "abcdefghijkl",
		"ada.lovelace1", "LovelaceAda12", "example.com12", "ada lovelace 1815", "football12345", "baseball2026!", "Mypassword123", "superman12345",
		"thunder\xff\xfe mystic",
	} {
		if err := CheckPassword(bad, "Ada Lovelace", "ada.lovelace@example.com"); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("%q is accepted", bad)
		} else if bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("the refusal repeats %q", bad)
		}
	}
	for _, good := range []string{
		"thunder mystic island 7", "velvet harbour lantern", "x7#Kq9!vLm2$", "Zwiebelkuchen im Regen", "vélo rouge et tomates", "8 Möwen am Kai!", "tr0ub4dor&3xyz",
		"日本語のパスワードは長い方がよい", strings.Repeat("Aa1-Bb2_Cc3+", 10) + "velvet!!",
	} {
		if err := CheckPassword(good, "Ada Lovelace", "ada.lovelace@example.com"); err != nil {
			t.Errorf("%q is refused: %v", good, err)
		}
	}
}

func TestPasswordHashes(t *testing.T) {
	t.Parallel()
	p := newPasswords(Cost{Memory: 64, Passes: 1, Lanes: 1})
	hash, err := p.hash(t.Context(), "caf\u00e9 by the sea")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(hash, err)
	}
	for _, row := range []struct {
		password, hash string
		want           bool
	}{
		{"caf\u00e9 by the sea", hash, true}, {"cafe\u0301 by the sea", hash, true}, {"cafe by the sea", hash, false},
		{"", "", false}, {"x", "", false},
	} {
		if got, _, err := p.matches(t.Context(), row.password, row.hash); err != nil || got != row.want {
			t.Errorf("%q: %t %v", row.password, got, err)
		}
	}
	if _, outdated, _ := newPasswords(Cost{Memory: 128, Passes: 1, Lanes: 1}).matches(t.Context(), "x", hash); !outdated {
		t.Error("a hash of a lower cost is not made anew")
	}
	for _, broken := range []string{"$", "$argon2i$v=19$m=64,t=1,p=1$AA$AA", "$argon2id$v=19$m=64,t=0,p=1$AA$AA", strings.Replace(hash, "v=19", "v=16", 1), hash[:len(hash)-20]} {
		if ok, _, err := p.matches(t.Context(), "x", broken); ok || err == nil {
			t.Errorf("%q is read", broken)
		}
	}
}

// TestDecoyCostsAsMuch: an account that does not exist is checked like one that
// does, with the same memory, the same passes and the same length.
func TestDecoyCostsAsMuch(t *testing.T) {
	t.Parallel()
	p := newPasswords(Cost{})
	cost, salt, hash, err := parseHash(p.decoy)
	if err != nil || cost != defaultCost || len(salt) != saltLength || len(hash) != hashLength {
		t.Errorf("the decoy costs %+v, %v", cost, err)
	}
	if other := newPasswords(Cost{}); other.decoy == p.decoy {
		t.Error("the decoy is a constant, so that somebody could know its password")
	}
}

// TestFloodOfPasswords: whatever comes at once, memory stays bounded and those
// beyond the queue are told to come back.
func TestFloodOfPasswords(t *testing.T) {
	t.Parallel()
	p := newPasswords(Cost{Memory: 8 << 10, Passes: 1, Lanes: 1})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	held := []func(){}
	for range atOnce {
		done, err := p.turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, done)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	refused, waited := 0, 0
	ctx, cancel := context.WithCancel(t.Context())
	for range 4 * mayWait {
		group.Go(func() {
			_, _, err := p.matches(ctx, "wrong", "")
			mu.Lock()
			defer mu.Unlock()
			if bowline.CodeOf(err) == bowline.CodeTooMany {
				refused++
				if refused == 3*mayWait { // all the others wait now
					cancel()
				}
			} else {
				waited++
			}
		})
	}
	group.Wait()
	cancel()
	for _, done := range held {
		done()
	}
	runtime.ReadMemStats(&after)
	if refused != 3*mayWait || waited != mayWait || len(p.slots) != 0 {
		t.Errorf("%d were refused, %d waited", refused, waited)
	}
	if grown := int64(after.Sys) - int64(before.Sys); grown > 64<<20 { //nolint:gosec // far below the limit
		t.Errorf("memory grew by %d MiB", grown>>20)
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                   "Chrome on Mac",
		"curl/8": "Unknown browser",
	} {
		if got := device(agent); got != want {
			t.Errorf("%s: %s", agent, got)
		}
	}
}

func TestLocalPaths(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/portal/companies?q=a": "/portal/companies?q=a", "": "/portal/", "//evil.example/portal/": "/portal/", "https://evil.example/portal/": "/portal/",
		"/portal/\\evil": "/portal/", "/api/companies": "/portal/", "/portal/\n": "/portal/", "/portal": "/portal/", "javascript:alert(1)": "/portal/",
		"/portal/../api/x": "/portal/", "/portal/%2e%2e/api": "/portal/", "/portal/sso/start": "/portal/",
	} {
		if got := localPath(path); got != want {
			t.Errorf("%q leads to %q", path, got)
		}
	}
}
