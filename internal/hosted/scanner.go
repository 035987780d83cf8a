package hosted

import (
	"net/http"
	"strings"
)

// scanners are programs that open links which people send to each other, by
// what their User-Agent holds. They get a page without data (link.md 4.8): what
// they show or keep is seen by others than the customer. Browsers inside the
// same apps name themselves otherwise and are not on the list. A program that
// hides what it is learns what the link alone may tell; one-time links are the
// answer to that.
var scanners = []struct{ agent, why string }{
	{"facebookexternalhit", "previews in Facebook, Messenger and Instagram; Apple's Messages calls itself so too"},
	{"facebot", "Facebook's crawler"},
	{"meta-externalagent", "Meta's crawler"},
	{"twitterbot", "previews in X"},
	{"linkedinbot", "previews in LinkedIn"},
	{"slackbot", "previews in Slack"},
	{"slack-imgproxy", "pictures for previews in Slack"},
	{"discordbot", "previews in Discord"},
	{"telegrambot", "previews in Telegram"},
	{"skypeuripreview", "previews in Skype and Teams"},
	{"microsoftpreview", "previews in Microsoft's products"},
	{"bingpreview", "previews in Bing, and Outlook looking at links in mails"},
	{"bingbot", "Bing's crawler"},
	{"googlebot", "Google's crawler"},
	{"google-inspectiontool", "Google's tests of pages"},
	{"googleimageproxy", "pictures in Gmail"},
	{"google-safety", "Google looking for abuse"},
	{"apis-google", "push messages of Google's services"},
	{"feedfetcher-google", "previews in Google Chat and feeds"},
	{"yahoomailproxy", "pictures in Yahoo Mail"},
	{"applebot", "Apple's crawler, for suggestions in Mail and Messages"},
	{"duckduckbot", "DuckDuckGo's crawler"},
	{"yandexbot", "Yandex's crawler"},
	{"baiduspider", "Baidu's crawler"},
	{"redditbot", "previews in Reddit"},
	{"pinterestbot", "previews in Pinterest"},
	{"snap url preview service", "previews in Snapchat"},
	{"vkshare", "previews in VK"},
	{"embedly", "previews for many products"},
	{"iframely", "previews for many products"},
	{"notion-embedder", "previews in Notion"},
	{"atlassian", "previews in Jira and Confluence"},
	{"zoombot", "previews in Zoom"},
	{"mattermost", "previews in Mattermost"},
	{"rocket.chat", "previews in Rocket.Chat"},
	{"synapse", "previews in Matrix"},
	{"mimecast", "a scanner of links in mails"},
	{"proofpoint", "a scanner of links in mails"},
	{"barracuda", "a scanner of links in mails"},
	{"trendmicro", "a scanner of links in mails"},
	{"sophos", "a scanner of links in mails"},
	{"fireeye", "a scanner of links in mails"},
	{"forcepoint", "a scanner of links in mails"},
	{"virustotal", "a scanner of links that people hand in"},
	{"urlscan", "a scanner that publishes what it sees"},
	{"safe browsing", "a scanner for browsers"},
	{"gptbot", "a crawler for language models"},
	{"chatgpt-user", "a program that reads links from chats"},
	{"claudebot", "a crawler for language models"},
	{"perplexitybot", "a crawler for language models"},
	{"ccbot", "a crawler for an open archive"},
	{"ia_archiver", "a crawler for an archive"},
	{"archive.org_bot", "a crawler for an archive"},
}

// whatsApp begins the User-Agent of previews in WhatsApp, which the sender's
// own app makes.
const whatsApp = "WhatsApp/"

func isScanner(userAgent string) bool {
	if strings.HasPrefix(userAgent, whatsApp) {
		return true
	}
	lower := strings.ToLower(userAgent)
	for _, s := range scanners {
		if strings.Contains(lower, s.agent) {
			return true
		}
	}
	return false
}

// scannerPage is the same for every address. Its title is what a preview shows.
const scannerPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">` +
	`<title>Connect your business</title></head><body><p>Open this link in your browser to connect your business.</p></body></html>`

// forPeople keeps scanners from a page: they see no data, start nothing, count
// for nothing and get no cookie.
func (h *Handler) forPeople(serve func(http.ResponseWriter, *http.Request)) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if !isScanner(r.UserAgent()) {
			serve(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(scannerPage)) // fails only when the scanner has gone
	}
}
