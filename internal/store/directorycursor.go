package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"

	"github.com/bowline/bowline"
)

// never is when a company without an exchange was last synced, where those come
// after all others.
const never = math.MaxInt64

// cursorTotal is how many companies there were when the first page was made:
// pages that follow do not count again.
type cursorTotal struct {
	Total int64 `json:"t"`
	Exact bool  `json:"x"`
}

// cursor is where a page ended. It is readable and not sealed: it holds nothing
// that the page did not show, and only says where to begin.
type cursor struct {
	cursorTotal
	Of      string     `json:"o"` // digest of what the list is of
	Number  int64      `json:"n,omitempty"`
	Text    string     `json:"s,omitempty"`
	Company bowline.ID `json:"c"`
}

// maxCursor bounds a cursor: what a name is sorted by, in base 64, and the rest.
const maxCursor = 2048

var errCursor = bowline.Errorf(bowline.CodeInvalid, "cursor is not one of this list.")

// resume reads the cursor, if there is one.
func (d *search) resume() error {
	if d.Cursor == "" {
		return nil
	}
	if len(d.Cursor) > maxCursor {
		return errCursor
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(d.Cursor)
	var c cursor
	if err != nil || json.Unmarshal(text, &c) != nil {
		return errCursor
	}
	of, err := d.digest()
	if err != nil {
		return err
	}
	if _, err := bowline.ParseID(string(c.Company)); err != nil || c.Of != of || c.Total < 0 || strings.ContainsRune(c.Text, 0) { // PostgreSQL takes no NUL
		return errCursor
	}
	if d.Sort == bowline.SortName && c.Number != 0 || d.Sort != bowline.SortName && c.Text != "" {
		return errCursor
	}
	d.after = &item{company: c.Company, key: sortKey{c.Number, c.Text}}
	d.told = &c.cursorTotal
	return nil
}

// digest tells lists apart; pages of one list may differ in size.
func (d *search) digest() (string, error) {
	l := d.DirectoryList
	l.Cursor, l.Limit = "", 0
	text, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:9]), nil
}

// cut leaves as many companies as were asked for and returns the cursor of what
// comes after them.
func (d *search) cut(f *found) (string, error) {
	last := f.stop
	if len(f.items) > d.Limit {
		f.items = f.items[:d.Limit]
		last = &f.items[d.Limit-1]
	}
	if last == nil {
		return "", nil
	}
	of, err := d.digest()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(cursor{cursorTotal{f.total, f.exact}, of, last.key.n, last.key.s, last.company})
	return base64.RawURLEncoding.EncodeToString(text), err
}
