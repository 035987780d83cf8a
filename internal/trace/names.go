package trace

import (
	"slices"
	"strings"
	"unicode"
)

// Words in names of members and headers that speak of credentials. The first
// list is looked for anywhere in a name, because many are written as one word
// (clientsecret); the second only as words of their own.
var (
	tellingParts = []string{
		"secret", "token", "password", "passwd", "passphrase", "assertion", "verifier", "session", "nonce", "hmac",
		"signature", "credential", "apikey", "authorization", "cookie",
	}
	tellingWords = []string{"key", "keys", "state", "pin", "pwd", "pass", "sig", "jwt", "otp", "sid", "auth"}
	// plainCodes are codes that are no credentials.
	plainCodes = []string{
		"error", "status", "country", "currency", "post", "postal", "zip", "language", "locale", "region", "response",
		"result", "reason", "fault", "tax", "account", "nominal", "product", "item", "industry", "http", "sort", "bar",
	}
	// aboutWords end names that are about a credential and do not hold it.
	aboutWords  = []string{"supported", "endpoint", "type", "types", "method", "methods"}
	expiryWords = []string{"expires", "expiry", "expiration", "expire", "lifetime", "ttl"}
)

// maxAbout is how long a value about a credential may be, in bytes.
const maxAbout = 80

// hides says whether the value of a member must not be shown.
func hides(name, value string) bool {
	switch value {
	case "", "true", "false", "null":
		return false
	}
	words := wordsOf(name)
	if len(words) == 0 {
		return false
	}
	last := len(words) - 1
	if !telling(words) {
		// An error's number is no authorization code.
		return isCode(words) && !(len(value) <= 5 && strings.Trim(value, "0123456789") == "")
	}
	if last > 0 && words[last] == "hint" && words[last-1] == "type" {
		last--
	}
	if last > 0 && slices.Contains(aboutWords, words[last]) {
		return len(value) > maxAbout
	}
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(expiryWords, w) }) {
		return len(value) > 40 || strings.Trim(value, "0123456789TZ:.+- ") != ""
	}
	return true
}

func telling(words []string) bool {
	joined := strings.Join(words, "")
	for _, part := range tellingParts {
		if strings.Contains(joined, part) {
			return true
		}
	}
	return strings.HasSuffix(joined, "key") || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(tellingWords, w) })
}

// isCode says whether a name is that of a code such as OAuth's.
func isCode(words []string) bool {
	joined := strings.TrimSuffix(strings.Join(words, ""), "s")
	of, ok := strings.CutSuffix(joined, "code")
	return ok && !slices.ContainsFunc(plainCodes, func(plain string) bool { return strings.HasSuffix(of, plain) })
}

// wordsOf splits a name written in any of the usual ways into lower-case words.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, c := range runes {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			flush()
			continue
		case i > 0 && unicode.IsUpper(c) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			flush()
		}
		word = append(word, c)
	}
	flush()
	return words
}

// credentialHeader says whether a header is hidden whatever it holds.
func credentialHeader(name, value string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "set-cookie2":
		return value != ""
	}
	words := wordsOf(name)
	return telling(words) && hides(name, value)
}

// requestNumber says whether a header holds what support asks for: it may look
// like a token and is none.
func requestNumber(name string) bool {
	words := wordsOf(name)
	joined := strings.Join(words, "")
	return joined == "traceparent" || joined == "cfray" || slices.Contains(words, "tid") ||
		slices.Contains(words, "id") && (slices.Contains(words, "request") || slices.Contains(words, "correlation") || slices.Contains(words, "trace"))
}
