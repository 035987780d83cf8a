package bowline

import (
	"net/url"
	"regexp"
	"strings"
)

// BrandPicturePath is where pictures are served that the fintech has uploaded:
// the SHA-256 of their bytes in hex, and an extension, follow.
const BrandPicturePath = "/assets/brand/"

var brandPicture = regexp.MustCompile(BrandPicturePath + `([0-9a-f]{64})\.(png|jpg|gif|ico|svg)$`)

// BrandPicture is the address of a picture that was uploaded.
func (l Links) BrandPicture(hash, extension string) string {
	return l.PublicURL + BrandPicturePath + hash + "." + extension
}

// BrandPictureHash returns the hash in the address of a picture that was
// uploaded, and false for any other address.
func BrandPictureHash(address string) (string, bool) {
	found := brandPicture.FindStringSubmatch(address)
	if found == nil {
		return "", false
	}
	return found[1], true
}

// Current is the address of a picture that was uploaded as it is now: the server
// may have been known by another name when it was. Any other address stays.
func (l Links) Current(address string) string {
	if found := brandPicture.FindStringSubmatch(address); found != nil && ownPicture(address) {
		return l.BrandPicture(found[1], found[2])
	}
	return address
}

// ownPicture says whether an address is that of an uploaded picture. A Bowline on
// somebody's laptop has no https, and yet has pictures.
func ownPicture(address string) bool {
	u, err := url.Parse(address)
	if _, ours := BrandPictureHash(address); err != nil || !ours {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" &&
		u.Fragment == "" && len(address) <= maxURL && !strings.ContainsAny(address, "()<>\"\\ ")
}
