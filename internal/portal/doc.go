// Package portal is where the fintech's staff will work. The staff app is not
// part of this version: the package serves the page that says what can be done
// today and where, so that the address printed at first start leads somewhere.
//
// The page shows nothing that needs a sign-in.
package portal
