package notice

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

const style = `body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#f6f7f9}
main{max-width:26rem;padding:2rem;text-align:center}h1{font-size:1.35rem;margin:0 0 .5rem}p{margin:0}
@media (prefers-color-scheme:dark){body{color:#eef0f2;background:#15181c}}`

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>{{.Title}}</title><style>` + style + `</style>
<main><h1>{{.Title}}</h1><p>{{.Text}}</p></main></html>
`))

// policy lets nothing in but the page's own style.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// words are a title with the name of the software, and what there is to do.
type words struct{ title, text string }

// languages by their primary subtag (RFC 5646).
var languages = map[string]words{
	"en": {"%s is disconnected", "Nothing new will be read from it. You can close this page."},
	"fr": {"%s est déconnecté", "Plus aucune nouvelle donnée ne sera lue. Vous pouvez fermer cette page."},
	"de": {"%s ist getrennt", "Es werden keine neuen Daten mehr gelesen. Sie können diese Seite schließen."},
	"es": {"%s está desconectado", "No se leerán datos nuevos. Ya puede cerrar esta página."},
	"it": {"%s è scollegato", "Non verranno più letti nuovi dati. Può chiudere questa pagina."},
	"nl": {"%s is ontkoppeld", "Er worden geen nieuwe gegevens meer gelezen. U kunt deze pagina sluiten."},
	"pt": {"%s está desligado", "Não serão lidos novos dados. Pode fechar esta página."},
}

// goodbye shows a customer that all is done.
func (h *Handler) goodbye(w http.ResponseWriter, r *http.Request, name string) {
	lang := preferred(r.Header.Get("Accept-Language"))
	said := languages[lang]
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept-Language")
	err := page.Execute(w, struct{ Lang, Title, Text string }{lang, strings.Replace(said.title, "%s", name, 1), said.text})
	if err != nil {
		h.Logger.DebugContext(r.Context(), "a page could not be sent", "error", err)
	}
}

// preferred is the first language of a header that there are words for. Browsers
// write the best first (RFC 9110 section 12.5.4).
func preferred(header string) string {
	for _, one := range strings.Split(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(one), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if _, known := languages[primary]; known {
			return primary
		}
	}
	return "en"
}
