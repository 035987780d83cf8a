package trace

import (
	"strings"
	"testing"
	"time"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 10, 14, 25, 120e6, time.UTC)
	hops := []Hop{
		{At: at, Kind: "authorization redirect", Method: "GET", URL: "https://login.example/authorize?response_type=code&state=[masked, 43 characters]"},
		{
			At: at, Took: 132400 * time.Microsecond, Method: "POST", URL: "https://login.example/token", Status: 400,
			RequestHeaders:  []Header{{"Content-Type", "application/x-www-form-urlencoded"}},
			RequestBody:     "grant_type=authorization_code&code=[masked, 3 characters]",
			ResponseHeaders: []Header{{"Content-Type", "application/json"}},
			ResponseBody:    `{"error":"invalid_grant","text":"\u001b[2J"}`,
		},
		{At: at, Took: 15 * time.Second, Method: "GET", URL: "https://a.example/\x1b[31m\u202e", Error: "no answer\x07 in time"},
	}
	const want = ` 1  10:14:25.120  authorization redirect https://login.example/authorize
    response_type=code&
    state=[masked, 43 characters]

 2  10:14:25.120  POST https://login.example/token
  > Content-Type: application/x-www-form-urlencoded
  >
  > grant_type=authorization_code&
  > code=[masked, 3 characters]
  < 400 Bad Request (132.4ms)
  < Content-Type: application/json
  <
  < {
  <   "error": "invalid_grant",
  <   "text": "\u001b[2J"
  < }

 3  10:14:25.120  GET https://a.example/�[31m�
  x no answer� in time (after 15s)

`
	var plain, colored strings.Builder
	if err := Write(&plain, hops); err != nil {
		t.Fatal(err)
	}
	if plain.String() != want {
		t.Errorf("got\n%s", plain.String())
	}
	if err := WriteColor(&colored, hops); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(colored.String(), "\x1b[31m< 400 Bad Request\x1b[0m") {
		t.Errorf("got\n%s", colored.String())
	}
}
