package connection

// Leaving are paths that try to leave the base of an API.
var Leaving = []string{
	"/..", "/../admin", "/a/../../b", "/a/..", "/./a", "/.", "/%2e%2e/a", "/%2E%2e", "/.%2e/a", "/a/%2e%2e%2fb", "/a%2fb", "/a%2Fb", "/a%5cb", `/a\b`, `/..\a`,
	"/%252e%252e/a", "/%25252e%25252e/a", "/%252fa", "/%255ca", "//evil.example", "//evil.example/a", "/a//b", "/https://evil.example", "https://evil.example/",
	"@evil.example", ":80@evil.example", ".evil.example", "/..;/a", "/..;x=1/a", "/;/", "/a/;x/b", "/%20/a", "/%2e%2e;/a", "/.;/a", "/a%0d%0aHost:%20evil", "/a%00", "/a%0a", "/a%250d%250a", "/%c0%ae%c0%ae/a",
	"/...", "/.. /a", "/..%20/a", "/..%09/a", "/a%7f", "/%ff",
}
