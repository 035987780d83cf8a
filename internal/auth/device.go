package auth

import "strings"

// Names of browsers and systems, by what their User-Agent holds. Many pretend to
// be others, so that the order matters.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS X", "Mac"}, {"Linux", "Linux"},
	}
)

// device is what people recognize a browser of theirs by. The rest of the
// User-Agent is not kept.
func device(userAgent string) string {
	browser, system := named(browsers, userAgent), named(systems, userAgent)
	switch {
	case browser == "" && system == "":
		return "Unknown browser"
	case system == "":
		return browser
	case browser == "":
		return system
	}
	return browser + " on " + system
}

func named(list [][2]string, text string) string {
	for _, entry := range list {
		if strings.Contains(text, entry[0]) {
			return entry[1]
		}
	}
	return ""
}
