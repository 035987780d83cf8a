package simulator

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

//go:embed pages
var pageFiles embed.FS

// pageSet is parsed on first use; stylePolicy allows the one style sheet, which
// stands in the page itself, by its hash.
var (
	pageSet = sync.OnceValues(func() (*template.Template, error) {
		return template.New("").ParseFS(pageFiles, "pages/*.html")
	})
	style = sync.OnceValue(func() template.CSS {
		b, err := pageFiles.ReadFile("pages/style.css")
		if err != nil {
			return ""
		}
		return template.CSS(b) // #nosec G203 -- our own file
	})
	stylePolicy = sync.OnceValue(func() string {
		sum := sha256.Sum256([]byte(style()))
		return "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	})
)

// consentPage is what a person sees at a provider.
type consentPage struct {
	Style    template.CSS
	Provider string
	Problem  string   // says why nothing can be decided here
	Scopes   []string // as asked for
	Choices  []choice
	Kind     string // "checkbox" or "radio"
	What     string // heading of the choices
}

type choice struct {
	ID, Name string
	Ticked   bool
}

func (c *call) showConsent() {
	page := consentPage{Style: style(), Provider: c.p.name, Scopes: c.asked(), Kind: "radio", What: "Sign in for"}
	if c.p.chooses == several {
		page.Kind, page.What = "checkbox", "Organisations to share"
	}
	if c.p.chooses != nothing {
		for i, t := range c.choices() {
			page.Choices = append(page.Choices, choice{t.id, t.name, i == 0})
		}
	}
	c.render(http.StatusOK, page)
}

// showPage tells a person why it does not go on.
func (c *call) showPage(status int, problem string) {
	name := ""
	if words := c.at[0]; words != nil {
		name = words.name
	}
	c.render(status, consentPage{Style: style(), Provider: name, Problem: problem})
}

func (c *call) render(status int, page consentPage) {
	body, err := rendered("consent.html", page)
	if err != nil {
		http.Error(c.w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	c.w.header.Set("Content-Type", "text/html; charset=utf-8")
	c.w.header.Set("Content-Security-Policy", stylePolicy())
	c.w.header.Set("X-Content-Type-Options", "nosniff")
	c.finish(status, body)
}

func rendered(name string, page any) ([]byte, error) {
	set, err := pageSet()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, name, page); err != nil {
		return nil, err
	}
	return bytes.TrimLeft(b.Bytes(), "\n"), nil
}

// indexPage is the first page for people.
type indexPage struct {
	Style template.CSS
	Base  string
	Open  string // the key that was changed last
	Rows  []indexRow
}

type indexRow struct {
	Key, Name, Redirect string
	OAuth               bool
	Client              Client
	Switches            []indexSwitch
	On                  int
	Seen                []string
}

type indexSwitch struct {
	Pathology
	Text string
	On   bool
}

// showIndex lists the providers, the registrations and the switches.
func (s *Simulator) showIndex(w http.ResponseWriter, r *http.Request) {
	page := indexPage{Style: style(), Base: s.o.Base, Open: r.URL.Query().Get("open")}
	for _, key := range s.Keys() {
		page.Rows = append(page.Rows, s.indexRow(key))
	}
	body, err := rendered("index.html", page)
	if err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", stylePolicy()+"; form-action 'self'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the client may have gone
}

func (s *Simulator) indexRow(key string) indexRow {
	row := indexRow{Key: key, Name: strings.Join(s.keyed[key].hosts, ", "), OAuth: s.OAuth(key), Client: s.Client(key)}
	if row.OAuth {
		row.Name, row.Redirect = s.providers[key].name, s.o.RedirectURI(key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range pathologies {
		if Applies(key, known.Pathology) {
			on := s.on(key, known.Pathology)
			row.Switches = append(row.Switches, indexSwitch{known.Pathology, known.text, on})
			if on {
				row.On++
			}
		}
	}
	for _, hop := range s.seen[key][max(0, len(s.seen[key])-8):] {
		row.Seen = append(row.Seen, strings.TrimSpace(hop.Time.UTC().Format("15:04:05")+" "+hop.Method+" "+hop.Host+hop.Path))
	}
	return row
}

// changeIndex takes the form of one provider: its switches, or everything
// taken back.
func (s *Simulator) changeIndex(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.ParseForm() != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	key := r.PostForm.Get("key")
	if r.PostForm.Get("do") == "revoke" {
		s.Revoke(key)
	} else {
		wanted := map[Pathology]bool{}
		for _, name := range r.PostForm["on"] {
			wanted[Pathology(name)] = true
		}
		s.mu.Lock()
		for _, p := range Pathologies() {
			if wanted[p] != s.on(key, p) {
				s.switchLocked(key, p, wanted[p])
			}
		}
		s.mu.Unlock()
	}
	w.Header().Set("Location", "./?"+url.Values{"open": {key}}.Encode()+"#"+url.PathEscape(key))
	w.WriteHeader(http.StatusSeeOther)
}
