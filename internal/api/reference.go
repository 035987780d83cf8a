package api

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

//go:embed reference.html
var referenceHTML string

//go:embed reference.css
var referenceCSS string

// referencePolicy lets the page load nothing but its own stylesheet, which
// stands in the page and is named by its hash.
var referencePolicy = func() string {
	sum := sha256.Sum256([]byte(referenceCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// Where the reference page and the document are.
const (
	pagePath     = "/docs/api"
	documentPath = pagePath + "/openapi.json"
)

// Docs serves the reference page at /docs/api and the document beside it; other
// paths are not found. Both are public: they say nothing about any customer.
func (a *API) Docs() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != documentPath && strings.TrimSuffix(r.URL.Path, "/") != pagePath {
			rest.WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "NotFound"))
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if r.URL.Path == documentPath {
			h.Set("Content-Type", "application/json")
			h.Set("Access-Control-Allow-Origin", "*")
			_, _ = w.Write(a.document())
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", referencePolicy)
		_, _ = w.Write(a.page())
	})
}

// The part of the document that the page shows.
type (
	docFile struct {
		Info struct {
			Title, Description, Version string
		}
		Servers    []struct{ URL string }
		Tags       []struct{ Name, Description string }
		Paths      map[string]map[string]docOperation
		Components struct {
			Schemas map[string]docSchema
		}
	}
	docOperation struct {
		OperationID string
		Summary     string
		Description string
		Tags        []string
		Deprecated  bool
		Extension   bool `json:"x-bowline-extension"`
		Parameters  []docParameter
		RequestBody *struct {
			Required bool
			Content  map[string]struct{ Schema docSchema }
		}
		Responses map[string]struct {
			Description string
			Content     map[string]struct{ Schema docSchema }
		}
		Security []map[string][]string
	}
	docParameter struct {
		Name, In, Description string
		Required              bool
		Schema                docSchema
	}
	docSchema struct {
		Ref                  string `json:"$ref"`
		Type                 any
		Format               string
		Description          string
		Enum                 []any
		Default              any
		Items                *docSchema
		Properties           map[string]docSchema
		Required             []string
		AdditionalProperties json.RawMessage
	}
)

// The page's own model.
type (
	page struct {
		Title, Base, Document, Curl string
		Intro                       []template.HTML
		Style                       template.CSS
		Groups                      []pageGroup
		Schemas                     []pageSchema
	}
	pageGroup struct {
		Name, ID, Description string
		Operations            []pageOperation
	}
	pageOperation struct {
		ID, Method, Title, Description string
		Path                           []pathPart
		Deprecated, Extension, Token   bool
		Parameters                     []pageField
		Body                           *pageBody
		Responses                      []pageResponse
	}
	pathPart struct{ Text string }
	pageBody struct {
		Type     pageType
		Required bool
		Fields   []pageField
	}
	pageResponse struct {
		Code, Meaning string
		Good          bool
		Type          pageType
	}
	pageSchema struct {
		Name   string
		Fields []pageField
	}
	pageField struct {
		Name, In, Note, Default string
		Required                bool
		Type                    pageType
		Enum                    []string
	}
	// pageType is a type in words, with a link where it is a schema.
	pageType struct{ Before, Schema, After string }
)

// referencePage draws the document as a page that needs no script.
func referencePage(document []byte) ([]byte, error) {
	var doc docFile
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	p := page{
		Title: doc.Info.Title, Base: doc.Servers[0].URL, Style: template.CSS(referenceCSS), //nolint:gosec // our own file
		Document: strings.TrimSuffix(doc.Servers[0].URL, "/api") + documentPath,
		Curl: "curl -u \"$API_KEY:\" \\\n  -H \"Content-Type: application/json\" \\\n" +
			"  -d '{\"name\": \"Harbour Bakery\"}' \\\n  " + doc.Servers[0].URL + "/companies",
	}
	for _, paragraph := range strings.Split(doc.Info.Description, "\n\n") {
		p.Intro = append(p.Intro, codeSpans(paragraph))
	}
	for _, tag := range doc.Tags {
		p.Groups = append(p.Groups, pageGroup{
			Name: tag.Name, ID: anchor(tag.Name), Description: tag.Description, Operations: operationsOf(doc, tag.Name),
		})
	}
	for name, s := range doc.Components.Schemas {
		p.Schemas = append(p.Schemas, pageSchema{Name: name, Fields: fieldsOf(s)})
	}
	slices.SortFunc(p.Schemas, func(a, b pageSchema) int { return cmp.Compare(a.Name, b.Name) })
	t, err := template.New("reference").Parse(referenceHTML)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("draw page: %w", err)
	}
	return out.Bytes(), nil
}

func anchor(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

// codeSpans escapes a paragraph and marks what stands between backticks.
func codeSpans(text string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		out.WriteString(part)
	}
	return template.HTML(out.String()) //nolint:gosec // escaped above
}

// methodOrder sorts the operations of one path as people think of them.
var methodOrder = []string{"get", "post", "put", "patch", "delete"}

func operationsOf(doc docFile, tag string) []pageOperation {
	var found []pageOperation
	paths := make([]string, 0, len(doc.Paths))
	for path := range doc.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		for _, method := range methodOrder {
			op, ok := doc.Paths[path][method]
			if ok && slices.Contains(op.Tags, tag) {
				found = append(found, pageOperationOf(doc, method, path))
			}
		}
	}
	return found
}

func pageOperationOf(doc docFile, method, path string) pageOperation {
	op := doc.Paths[path][method]
	out := pageOperation{
		ID: op.OperationID, Method: strings.ToUpper(method), Title: op.Summary, Description: op.Description,
		Deprecated: op.Deprecated, Extension: op.Extension,
		Token: slices.ContainsFunc(op.Security, func(s map[string][]string) bool { _, ok := s[tokenScheme]; return ok }),
	}
	for _, part := range strings.SplitAfter(path, "/") {
		out.Path = append(out.Path, pathPart{part})
	}
	for _, p := range op.Parameters {
		field := fieldOf(p.Name, p.Schema, p.Required)
		field.In = p.In
		field.Note = cmp.Or(p.Description, field.Note)
		out.Parameters = append(out.Parameters, field)
	}
	if op.RequestBody != nil {
		schema := op.RequestBody.Content["application/json"].Schema
		out.Body = &pageBody{Type: typeOf(schema), Required: op.RequestBody.Required, Fields: fieldsOf(doc.resolve(schema))}
	}
	for code, r := range op.Responses {
		response := pageResponse{Code: code, Meaning: r.Description, Good: code[0] == '2'}
		if media, ok := r.Content["application/json"]; ok {
			response.Type = typeOf(media.Schema)
		}
		out.Responses = append(out.Responses, response)
	}
	slices.SortFunc(out.Responses, func(a, b pageResponse) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

// resolve follows a reference to its schema.
func (d docFile) resolve(s docSchema) docSchema {
	if s.Ref == "" {
		return s
	}
	return d.Components.Schemas[typeOf(s).Schema]
}

// fieldsOf lists the members of an object, the required ones first.
func fieldsOf(s docSchema) []pageField {
	var fields []pageField
	for name, property := range s.Properties {
		fields = append(fields, fieldOf(name, property, slices.Contains(s.Required, name)))
	}
	slices.SortFunc(fields, func(a, b pageField) int {
		if a.Required != b.Required {
			if a.Required {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return fields
}

func fieldOf(name string, s docSchema, required bool) pageField {
	f := pageField{Name: name, Required: required, Type: typeOf(s), Note: s.Description}
	if s.Default != nil {
		f.Default = fmt.Sprint(s.Default)
	}
	for _, v := range s.Enum {
		f.Enum = append(f.Enum, fmt.Sprint(v))
	}
	return f
}

func typeOf(s docSchema) pageType {
	if s.Ref != "" {
		return pageType{Schema: s.Ref[strings.LastIndex(s.Ref, "/")+1:]}
	}
	if s.Items != nil {
		inner := typeOf(*s.Items)
		inner.Before = "list of " + inner.Before
		return inner
	}
	name, _ := s.Type.(string)
	if name == "object" && len(s.AdditionalProperties) > 0 && s.AdditionalProperties[0] == '{' {
		var values docSchema
		if json.Unmarshal(s.AdditionalProperties, &values) == nil {
			return pageType{Before: "map of " + typeOf(values).Before}
		}
	}
	if s.Format != "" && name == "string" {
		return pageType{Before: s.Format}
	}
	return pageType{Before: cmp.Or(name, "any")}
}
