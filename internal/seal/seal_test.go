package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func newSealer(t testing.TB) (*Sealer, string) {
	t.Helper()
	text, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s, text
}

func mustSeal(t testing.TB, s *Sealer, plain string, bind ...string) []byte {
	t.Helper()
	sealed, err := s.Seal([]byte(plain), bind...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		bind := rapid.SliceOf(rapid.String()).Draw(t, "bind")
		sealed, err := s.Seal(plain, bind...)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := s.Open(sealed, bind...)
		if err != nil || !bytes.Equal(opened, plain) {
			t.Fatalf("opened %x, %v; sealed %x", opened, err, plain)
		}
		if len(sealed) != len(plain)+33 {
			t.Fatalf("%d bytes grew to %d", len(plain), len(sealed))
		}
		if s.Stale(sealed) {
			t.Fatal("fresh value is stale")
		}
	})
}

func TestTextRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	sealed, err := s.SealText("état", "cookie", "session")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Trim(sealed, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		t.Errorf("sealed text %q needs escaping", sealed)
	}
	if got, err := s.OpenText(sealed, "cookie", "session"); err != nil || got != "état" {
		t.Errorf("OpenText = %q, %v", got, err)
	}
	for _, bad := range []string{"", "!", sealed + "=", sealed[:len(sealed)-2], sealed + "\n", " " + sealed} {
		if _, err := s.OpenText(bad, "cookie", "session"); !errors.Is(err, ErrOpen) {
			t.Errorf("OpenText(%q) = %v, want ErrOpen", bad, err)
		}
	}
}

func TestBindingRefusesOtherPlaces(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	sealed := mustSeal(t, s, "token", "ab", "c")
	for _, bind := range [][]string{
		nil, {""}, {"ab"}, {"c", "ab"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"ab", "c", ""}, {"\x02ab\x01c"}, {"ab", "C"},
	} {
		if _, err := s.Open(sealed, bind...); err != ErrOpen {
			t.Errorf("opened at %q: %v", bind, err)
		}
	}
}

func TestTamperingRefused(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	sealed := mustSeal(t, s, "token", "row")
	for i := range sealed {
		for _, flip := range []byte{1, 0x80} {
			bad := bytes.Clone(sealed)
			bad[i] ^= flip
			if _, err := s.Open(bad, "row"); err != ErrOpen {
				t.Fatalf("byte %d altered: %v", i, err)
			}
		}
		if _, err := s.Open(sealed[:i], "row"); err != ErrOpen {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := s.Open(append(bytes.Clone(sealed), 0), "row"); err != ErrOpen {
		t.Errorf("lengthened: %v", err)
	}
	other, _ := newSealer(t)
	if _, err := other.Open(sealed, "row"); err != ErrOpen {
		t.Errorf("another keyset: %v", err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	before, text := newSealer(t)
	old := mustSeal(t, before, "token", "row")
	for range 3 {
		rotated, err := Rotate(text)
		if err != nil {
			t.Fatal(err)
		}
		after, err := Parse("\n " + rotated + "\r\n")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := after.Open(old, "row"); err != nil || string(plain) != "token" {
			t.Fatalf("value from before the rotation: %q, %v", plain, err)
		}
		if !after.Stale(old) {
			t.Error("value under the old key is not stale")
		}
		fresh := mustSeal(t, after, "token", "row")
		if after.Stale(fresh) {
			t.Error("value under the new key is stale")
		}
		if _, err := before.Open(fresh, "row"); err != ErrOpen {
			t.Errorf("the old keyset opens what the new key sealed: %v", err)
		}
		text, before = rotated, after
	}
	for _, odd := range [][]byte{nil, {1}, []byte("plain text")} {
		if !before.Stale(odd) {
			t.Errorf("%q is not stale", odd)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	_, text := newSealer(t)
	encoded := strings.TrimPrefix(text, keysetPrefix)
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	altered := func(from, to string) string {
		return keysetPrefix + base64.RawURLEncoding.EncodeToString(bytes.Replace(raw, []byte(from), []byte(to), 1))
	}
	for name, bad := range map[string]string{
		"empty":            "",
		"no prefix":        encoded,
		"other version":    "bowline-keyset-v2." + encoded,
		"prefix only":      keysetPrefix,
		"cut":              text[:len(text)-9],
		"wrapped":          text[:40] + "\n" + text[40:],
		"padded":           text + "==",
		"standard base64":  keysetPrefix + "+/+/" + encoded,
		"other key type":   altered("AesGcmKey", "AesEaxKey"),
		"twice":            text + text,
		"random":           keysetPrefix + base64.RawURLEncoding.EncodeToString([]byte("hello, world, hello")),
		"beyond the limit": text + strings.Repeat(" ", maxKeysetText),
	} {
		_, err := Parse(bad)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if strings.Contains(err.Error(), encoded[:16]) {
			t.Errorf("%s: the error repeats the keyset: %v", name, err)
		}
		if _, err := Rotate(bad); err == nil {
			t.Errorf("%s: rotated", name)
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	s := Secret("hunter2")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "secret", s, "in", struct{ S Secret }{s}, "ptr", &s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "secret", s, "in", []Secret{s})
	encoded, err := json.Marshal(map[string]any{"a": s, "b": []Secret{s}})
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.3s"} {
		shown += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, struct{ S Secret }{s}) + fmt.Sprintf(verb, []Secret{s})
	}
	for _, leak := range []string{"hunter2", "68756e74657232", "68756E74657232", "104 117"} {
		if strings.Contains(shown, leak) {
			t.Errorf("%q leaks in %s", leak, shown)
		}
	}
	if s.Reveal() != "hunter2" {
		t.Error("Reveal does not")
	}
}

func FuzzParse(f *testing.F) {
	_, text := newSealer(f)
	f.Add(text)
	f.Add(keysetPrefix)
	f.Add("bowline-keyset-v1.CAES")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if _, err := s.Open(mustSeal(t, s, "x", "y"), "y"); err != nil {
			t.Fatalf("an accepted keyset does not open its own seal: %v", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	s, _ := newSealer(f)
	genuine := mustSeal(f, s, "token", "row")
	f.Add(genuine)
	f.Add(genuine[:5])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		_, err := s.Open(sealed, "row")
		if err == nil != bytes.Equal(sealed, genuine) {
			t.Fatalf("Open(%x) = %v", sealed, err)
		}
		s.Stale(sealed)
	})
}

func BenchmarkSeal(b *testing.B) {
	s, _ := newSealer(b)
	plain := bytes.Repeat([]byte("x"), 1500)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Seal(plain, "connections", "0198", "tokens"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	s, _ := newSealer(b)
	sealed := mustSeal(b, s, strings.Repeat("x", 1500), "connections", "0198", "tokens")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Open(sealed, "connections", "0198", "tokens"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRotationWithoutDowntime is a rolling change of two replicas: at no moment
// does one of them meet a value that it cannot open.
func TestRotationWithoutDowntime(t *testing.T) {
	t.Parallel()
	before, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	added, err := Add(before)
	if err != nil {
		t.Fatal(err)
	}
	promoted, err := Promote(added)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range [][2]string{{before, added}, {added, added}, {added, promoted}, {promoted, promoted}} {
		for _, pair := range [][2]string{step, {step[1], step[0]}} {
			writer, err := Parse(pair[0])
			if err != nil {
				t.Fatal(err)
			}
			reader, err := Parse(pair[1])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := reader.Open(mustSeal(t, writer, "token", "row"), "row"); err != nil {
				t.Errorf("one replica cannot open what another sealed: %v", err)
			}
		}
	}
	old, err := Parse(before)
	if err != nil {
		t.Fatal(err)
	}
	now, err := Parse(promoted)
	if err != nil {
		t.Fatal(err)
	}
	if !now.Stale(mustSeal(t, old, "token", "row")) {
		t.Error("after the promotion old values are not stale")
	}
}
