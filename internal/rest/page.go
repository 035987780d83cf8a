package rest

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
)

// PageOf is one page of a list (platform-api section 13).
type PageOf[T any] struct {
	Results      []T       `json:"results"`
	PageNumber   int       `json:"pageNumber"`
	PageSize     int       `json:"pageSize"`
	TotalResults int64     `json:"totalResults"`
	Links        PageLinks `json:"_links"`
}

// PageLinks leads through the pages of a list.
type PageLinks struct {
	Self     Hypertext  `json:"self"`
	Current  Hypertext  `json:"current"`
	Next     *Hypertext `json:"next,omitempty"`
	Previous *Hypertext `json:"previous,omitempty"`
}

// Hypertext is one link: a reference relative to the API's base URL.
type Hypertext struct {
	Href string `json:"href"`
}

// Listing is what was asked for: where, which page, and the parameters that
// every link of the page repeats.
type Listing struct {
	Path   string // of the list, without a query string
	Page   bowline.Page
	Params []Param
}

// Param is one query parameter; an empty value is left out of links.
type Param struct{ Name, Value string }

// NewPage puts results and their links together. total counts all results
// after filtering.
func NewPage[T any](l Listing, results []T, total int64) PageOf[T] {
	if results == nil {
		results = []T{}
	}
	p := PageOf[T]{
		Results: results, PageNumber: l.Page.Number, PageSize: l.Page.Size, TotalResults: total,
		Links: PageLinks{Self: Hypertext{l.Path}, Current: Hypertext{l.href(l.Page.Number)}},
	}
	if l.Page.Offset()+int64(l.Page.Size) < total {
		p.Links.Next = &Hypertext{l.href(l.Page.Number + 1)}
	}
	if l.Page.Number > 1 {
		p.Links.Previous = &Hypertext{l.href(l.Page.Number - 1)}
	}
	return p
}

func (l Listing) href(number int) string {
	var b strings.Builder
	b.WriteString(l.Path)
	b.WriteString("?page=")
	b.WriteString(strconv.Itoa(number))
	b.WriteString("&pageSize=")
	b.WriteString(strconv.Itoa(l.Page.Size))
	for _, p := range l.Params {
		if p.Value != "" {
			b.WriteString("&" + p.Name + "=" + escape(p.Value))
		}
	}
	return b.String()
}

// escape percent-encodes a value; %20 rather than + for a space, because every
// reader of a URL agrees on it.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
