package catalog

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"
)

// Tree is a JSON value whose texts may hold variables. Values are put into the
// tree, so none of them can add to it.
type Tree struct {
	// Exactly one of these is set.
	Members map[string]Tree
	Items   []Tree
	Text    *Secret
	Raw     json.RawMessage // a number, true, false or null
}

// UnmarshalJSON reads any JSON value.
func (t *Tree) UnmarshalJSON(text []byte) error {
	switch text = bytes.TrimSpace(text); {
	case bytes.HasPrefix(text, []byte("{")):
		t.Members = map[string]Tree{}
		return json.Unmarshal(text, &t.Members)
	case bytes.HasPrefix(text, []byte("[")):
		t.Items = []Tree{}
		return json.Unmarshal(text, &t.Items)
	case bytes.HasPrefix(text, []byte(`"`)):
		t.Text = new(Secret)
		return json.Unmarshal(text, t.Text)
	}
	t.Raw = bytes.Clone(text)
	return nil
}

// Fill returns the tree as a value to encode, with fill applied to its texts.
func (t Tree) Fill(fill func(string) string) any {
	switch {
	case t.Members != nil:
		members := make(map[string]any, len(t.Members))
		for name, member := range t.Members {
			members[name] = member.Fill(fill)
		}
		return members
	case t.Items != nil:
		items := make([]any, len(t.Items))
		for i, item := range t.Items {
			items[i] = item.Fill(fill)
		}
		return items
	case t.Text != nil:
		return fill(t.Text.Reveal())
	}
	return t.Raw
}

func (t Tree) texts(all []string) []string {
	for _, member := range t.Members {
		all = member.texts(all)
	}
	for _, item := range t.Items {
		all = item.texts(all)
	}
	if t.Text != nil {
		all = append(all, t.Text.Reveal())
	}
	return all
}

// XMLText is an XML document whose texts and attributes may hold variables. It
// is cut at these, so that whatever replaces one can be escaped.
type XMLText struct {
	Parts []XMLPart
}

// XMLPart is a piece of the document as it is, or a variable, which becomes the
// operator's value when it is one of those.
type XMLPart struct {
	Literal  Secret
	Variable Secret
	// Setup says that Variable is the operator's.
	Setup bool
}

// UnmarshalJSON cuts a text at its variables.
func (x *XMLText) UnmarshalJSON(text []byte) error {
	var whole string
	if err := json.Unmarshal(text, &whole); err != nil {
		return fmt.Errorf("read xml of a probe: %w", err)
	}
	for whole != "" {
		place := variable.FindStringIndex(whole)
		if place == nil {
			x.Parts = append(x.Parts, XMLPart{Literal: Secret(whole)})
			break
		}
		name := whole[place[0]:place[1]]
		x.Parts = append(x.Parts, XMLPart{Literal: Secret(whole[:place[0]])}, XMLPart{Variable: Secret(name), Setup: strings.HasPrefix(name, "${setup.")})
		whole = whole[place[1]:]
	}
	return nil
}

// Fill returns the document with fill applied to its variables and the result
// escaped. fill is not asked for values of the operator's.
func (x XMLText) Fill(fill func(string) string) []byte {
	var out bytes.Buffer
	for _, part := range x.Parts {
		out.WriteString(part.Literal.Reveal())
		value := part.Variable.Reveal()
		if value != "" && !part.Setup {
			value = fill(value)
		}
		_ = xml.EscapeText(&out, []byte(value)) // a buffer takes everything
	}
	return out.Bytes()
}

// mark stands for a variable while the document around it is checked.
const mark = "bowlinevariable"

var errMisplaced = errors.New("can hold variables in texts and attributes only")

// check wants a well-formed document without a document type, whose variables
// stand where escaping keeps them.
func (x XMLText) check() error {
	var text strings.Builder
	marks := 0
	for _, part := range x.Parts {
		text.WriteString(part.Literal.Reveal())
		if part.Variable != "" {
			text.WriteString(mark)
			marks++
		}
	}
	if strings.Contains(text.String(), "<![CDATA[") {
		return errors.New("cannot hold CDATA sections")
	}
	decoder := xml.NewDecoder(strings.NewReader(text.String()))
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && marks == 0:
			return nil
		case errors.Is(err, io.EOF):
			return errMisplaced
		case err != nil:
			return errors.New("is not well-formed XML")
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("cannot have a document type")
		case xml.CharData:
			marks -= strings.Count(string(t), mark)
		case xml.StartElement:
			for _, a := range t.Attr {
				marks -= strings.Count(a.Value, mark)
			}
		}
	}
}

// trimAddress makes an address of what people copy from the address bar.
func trimAddress(value string) string {
	scheme, rest, found := strings.Cut(value, "://")
	switch {
	case !found:
		rest = value
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return value
	}
	if rest == "" {
		return ""
	}
	host, folder, _ := strings.Cut(strings.TrimRight(rest, "/"), "/")
	if folder != "" {
		folder = "/" + folder
	}
	return "https://" + strings.ToLower(host) + folder
}

// IsAddress says whether a text is the address of a website without a slash at
// its end: https, a host name of at least two labels, perhaps a port, and
// perhaps folders. Whoever chooses it chooses no other part of a request.
func IsAddress(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || strings.ContainsAny(text, "?#\\") || len(u.Host) > 260 ||
		!hostName.MatchString(u.Hostname()) || len(u.Hostname()) > 253 || strings.HasSuffix(text, "/") || strings.HasSuffix(u.Host, ":") {
		return false
	}
	if u.Path == "" {
		return true
	}
	for _, folder := range strings.Split(u.Path, "/")[1:] {
		if folder == "" || folder == "." || folder == ".." || strings.ContainsFunc(folder, isControl) {
			return false
		}
	}
	return !strings.Contains(strings.ToLower(u.EscapedPath()), "%2f")
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }
