// Package portal is where the fintech's staff come in: it signs them in and out,
// serves the page around the app, and passes what the app asks for on to the
// Platform API.
//
// A person is known by a session cookie and by nothing else. What the cookie
// stands for is looked up in each request, the instance of a request is named by
// a header, and the API gets both as a caller; /portal/api never looks at API
// keys, as /api never looks at cookies. Requests that change something must come
// from our own pages.
//
// The package must not know what people may do, nor any resource of the API.
package portal
