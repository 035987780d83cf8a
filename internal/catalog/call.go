package catalog

import "encoding/base64"

// Call is a request to the provider that is described by data. Its texts may
// hold variables (Values).
type Call struct {
	// Method is GET when the file is silent, POST for one with a body.
	Method string `json:"method"`
	URL    string `json:"url"`
	// Format is how Params are sent: in the query for GET and DELETE unless
	// said otherwise, else as FormatForm or FormatJSON.
	Format string `json:"format"`
	// Params are the members of the body or query. One whose variables have no
	// value is left out.
	Params map[string]Secret `json:"params"`
	// Headers come on top of API.Headers; an empty value takes one of those
	// away.
	Headers map[string]Secret `json:"headers"`
	// Authentication is how the request shows who we are: AuthBearer with the
	// access token, or Basic, Post, SecretOnly and None as for the token
	// endpoint. What is usual where the call stands when it is "".
	Authentication string `json:"authentication"`
	// Status is what a good answer has, in place of any of 200 to 299.
	Status int `json:"status"`
}

// AuthBearer is the value of Call.Authentication that sends the access token
// (RFC 6750), in the form that API.Authorization gives.
const AuthBearer = "bearer"

// API says how requests to the provider's API look, beside the token.
type API struct {
	// URL is where requests go that the fintech sends through us: what it names
	// comes after the path of URL, which it cannot leave, and parameters of URL's
	// query go along. "" for an API that cannot be asked this way, such as one
	// that wants its credentials in the body.
	URL string `json:"url"`
	// Rate is how often the API may be asked, nil where nothing is known.
	Rate *APIRate `json:"rate"`
	// Authorization is the value of that header, "Bearer ${grant.accessToken}"
	// when the file is silent, "" for none.
	Authorization Secret `json:"authorization"`
	// Headers are sent with every call.
	Headers map[string]Secret `json:"headers"`
	// Logins are headers that carry a second sign-in beside the grant.
	Logins map[string]Login `json:"logins"`
}

// APIRate is how many requests a provider takes within so many seconds.
type APIRate struct {
	Requests int `json:"requests"`
	Seconds  int `json:"seconds"`
	// Per is RateTenant or RateClient; RateTenant when the file is silent.
	Per string `json:"per"`
}

// The values of APIRate.Per.
const (
	RateTenant = "tenant" // each organisation that is connected
	RateClient = "client" // the operator's registration, whoever is asked about
)

// Login is a user name and a password, sent as Base64 of both with a colon
// between (RFC 7617 section 2, without the word Basic).
type Login struct {
	Username Secret `json:"username"`
	Password Secret `json:"password"`
}

// LoginHeaders returns the headers of Logins. One whose user name has no value
// is left out; a password without a value is empty.
func (a API) LoginHeaders(v Values) map[string]string {
	headers := make(map[string]string, len(a.Logins))
	for name, login := range a.Logins {
		username, err := FillText(login.Username.Reveal(), v)
		if err != nil {
			continue
		}
		password, err := FillText(login.Password.Reveal(), v)
		if err != nil {
			password = ""
		}
		headers[name] = base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
	}
	return headers
}

// BearerAuthorization is API.Authorization where a file is silent (RFC 6750
// section 2.1).
const BearerAuthorization = "Bearer ${grant.accessToken}" //nolint:gosec // a template and no token
