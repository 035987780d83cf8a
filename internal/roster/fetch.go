package roster

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// maxRows bounds a list: more than anybody searches, and what a page can hold.
const maxRows = 1000

// fetch asks a provider for its rows. The errors hold nothing of its answer.
func (r *Roster) fetch(ctx context.Context, from catalog.Rows) ([]bowline.ProviderRow, error) {
	address, err := catalog.FillURL(from.URL, nil) // the operator's variables have their values
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the address of the list is none")
	}
	request.Header.Set("Accept", "application/json")
	answer, err := r.HTTP.Do(request)
	if err != nil {
		return nil, safehttp.Bare(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the provider answered with status %d", answer.StatusCode)
	}
	body, err := io.ReadAll(answer.Body) // the client caps it
	if err != nil {
		return nil, safehttp.Bare(err)
	}
	return read(body, from)
}

// read takes the usable rows out of an answer, by name. An answer without any is
// an error: no provider closes all its banks at once.
func read(body []byte, from catalog.Rows) ([]bowline.ProviderRow, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // ids can be numbers
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return nil, errors.New("the answer is not valid JSON")
	}
	items, ok := catalog.At(document, from.Items).([]any)
	if !ok {
		return nil, errors.New("the answer has no list where the catalog entry says")
	}
	var rows []bowline.ProviderRow
	seen := map[string]bool{}
	for _, item := range items {
		row := bowline.ProviderRow{ID: catalog.Text(catalog.At(item, from.ID)), Name: tidy(catalog.Text(catalog.At(item, from.Name)))}
		if from.Logo != "" {
			row.LogoURL = catalog.Text(catalog.At(item, from.Logo))
		}
		if !row.Usable() {
			row.LogoURL = "" // a bank without a picture is still a bank
		}
		if seen[row.ID] || !row.Usable() {
			continue
		}
		seen[row.ID] = true
		if rows = append(rows, row); len(rows) == maxRows {
			break
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("the answer has no row that could be shown")
	}
	slices.SortFunc(rows, func(a, b bowline.ProviderRow) int {
		return cmp.Or(cmp.Compare(folded(a.Name), folded(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return rows, nil
}

// folded is a name as it is looked up: without capitals and accents.
func folded(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFD.String(name))
}

// tidy makes one line of a name, without characters that cannot be seen or that
// turn the ones around them.
func tidy(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case c == unicode.ReplacementChar || !unicode.IsPrint(c):
			return -1
		}
		return c
	}, name)
	return strings.Join(strings.Fields(name), " ")
}
