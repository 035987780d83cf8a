package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// maxPages bounds the calls that one question for a list leads to.
const maxPages = 100

// listing is a question for a list, with what is left of its calls.
type listing struct {
	c     *Client
	op    string
	in    catalog.Integration
	calls int
	cut   bool // there is more than was read
}

// list is one call of a listing, as the entry describes it.
type list struct {
	call  catalog.Call
	pages *catalog.Pages
	items string // path to the array
	id    string // where this leads somewhere, an object is a list of one
}

// read asks for a list, page by page. What is told twice is there twice.
func (l *listing) read(ctx context.Context, of list, values catalog.Values) ([]any, error) {
	var all []any
	address := ""
	for number := 1; ; number++ {
		if l.calls == 0 {
			l.cut = true
			return all, nil
		}
		l.calls--
		m, err := l.page(of, values, number, address)
		if err != nil {
			return nil, err
		}
		document, got, err := l.c.put(ctx, m)
		if err != nil {
			return nil, err
		}
		items, whole, err := itemsOf(l.op, document, of)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if whole || of.pages == nil {
			return all, nil
		}
		if of.pages.Follows() {
			before := m.address
			if address, err = following(l.op, *of.pages, before, document, got); err != nil || address == "" {
				return all, err
			}
		} else if !goesOn(*of.pages, document, number) {
			return all, nil
		}
	}
}

// page is the request for a page: the one with a number, or the one at an
// address that the page before has named.
func (l *listing) page(of list, values catalog.Values, number int, address string) (message, error) {
	values = values.With(catalog.Values{"page.number": strconv.Itoa(number)})
	m, err := l.c.apiMessage(l.op, l.in, of.call, values)
	if err == nil && address != "" {
		m.address, m.body, m.format = address, nil, "" // it holds the parameters
	}
	return m, err
}

// itemsOf finds the items of a page; whole says that it is the only one.
func itemsOf(op string, document any, of list) (items []any, whole bool, err error) {
	found := catalog.At(document, of.items)
	if only, ok := found.(map[string]any); ok && of.id != "" && catalog.Text(catalog.At(only, of.id)) != "" {
		return []any{only}, true, nil
	}
	items, ok := found.([]any)
	if !ok {
		return nil, false, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer holds no list")}
	}
	return items, false, nil
}

// following is the address of the next page, "" where there is none. A page leads
// to no other origin: the request carries the access token.
func following(op string, p catalog.Pages, before string, document any, got answer) (string, error) {
	next := got.next
	if p.Link != "" {
		switch found := catalog.At(document, p.Link).(type) {
		case nil:
			return "", nil
		case string:
			next = found
		default:
			return "", &Error{Op: op, Reason: Invalid, cause: errors.New("the next page has no address")}
		}
	}
	if next == "" {
		return "", nil
	}
	from, err := url.Parse(before)
	if err != nil {
		return "", &Error{Op: op, Reason: Misconfigured, cause: errors.New("endpoint is not a URL")}
	}
	to, err := from.Parse(next)
	if err != nil || to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) || to.User != nil {
		return "", &Error{Op: op, Reason: Invalid, cause: errors.New("the next page is somewhere else")}
	}
	to.Fragment, to.RawFragment = "", ""
	if address := to.String(); address != before {
		return address, nil
	}
	return "", &Error{Op: op, Reason: Invalid, cause: errors.New("a page leads to itself")}
}

// goesOn says whether there is a page after the one with a number.
func goesOn(p catalog.Pages, document any, number int) bool {
	if p.Count != "" {
		count, err := strconv.Atoi(catalog.Text(catalog.At(document, p.Count)))
		return err == nil && number < count
	}
	switch more := catalog.At(document, p.More).(type) {
	case nil:
		return false
	case bool:
		return more
	case string:
		return more != ""
	case json.Number:
		return more != "0"
	}
	return true
}

// nextOf is the target of the link with rel="next" of a header Link (RFC 8288
// section 3), "" for none.
func nextOf(headers []string) string {
	for _, header := range headers {
		for rest := header; ; {
			_, after, found := strings.Cut(rest, "<")
			if !found {
				break
			}
			target, parameters, closed := strings.Cut(after, ">")
			if !closed {
				break
			}
			own, _, _ := strings.Cut(parameters, "<") // those of this link
			if hasRel(own, "next") {
				return target
			}
			rest = parameters
		}
	}
	return ""
}

// hasRel says whether the parameters of a link name a relation.
func hasRel(parameters, wanted string) bool {
	for _, one := range strings.FieldsFunc(parameters, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(one, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for _, rel := range strings.Fields(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, wanted) {
				return true
			}
		}
	}
	return false
}
