package store

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bowline/bowline"
)

// row reads the columns of one result row from left to right. It takes what
// the drivers hand out below database/sql, because reflection over thirty
// columns would cost more than the query. NULL reads as the zero value. The
// first fault sticks and is in err.
type row struct {
	lite   []driver.Value            // SQLite
	pg     [][]byte                  // PostgreSQL, as on the wire
	fields []pgconn.FieldDescription // says in which format
	next   int
	err    error
}

func (r *row) fail(want string) {
	if r.err == nil {
		r.err = fmt.Errorf("column %d is not %s", r.next, want)
	}
}

// null says whether the next column is NULL, without taking it.
func (r *row) null() bool {
	if r.pg != nil {
		return r.pg[r.next] == nil
	}
	return r.lite[r.next] == nil
}

func (r *row) text() string {
	i := r.next
	r.next++
	if r.pg != nil {
		return string(r.pg[i])
	}
	switch v := r.lite[i].(type) {
	case string:
		return v
	case nil:
		return ""
	}
	r.fail("text")
	return ""
}

func (r *row) id() bowline.ID { return bowline.ID(r.text()) }

// peekID looks at column i without taking it.
func (r *row) peekID(i int) bowline.ID {
	next := r.next
	r.next = i
	id := r.id()
	r.next = next
	return id
}

func (r *row) bytes() []byte {
	i := r.next
	r.next++
	if r.pg != nil {
		return append([]byte(nil), r.pg[i]...) // the driver reuses its buffer
	}
	switch v := r.lite[i].(type) {
	case []byte:
		return v
	case nil:
		return nil
	}
	r.fail("bytes")
	return nil
}

func (r *row) int() int64 {
	i := r.next
	r.next++
	if r.pg != nil {
		return r.pgInt(r.pg[i], r.fields[i].Format)
	}
	switch v := r.lite[i].(type) {
	case int64:
		return v
	case nil:
		return 0
	}
	r.fail("an integer")
	return 0
}

func (r *row) pgInt(b []byte, format int16) int64 {
	switch {
	case b == nil:
		return 0
	case format == pgx.TextFormatCode:
		n, err := strconv.ParseInt(string(b), 10, 64)
		if err != nil {
			r.fail("an integer")
		}
		return n
	case len(b) == 8:
		return int64(binary.BigEndian.Uint64(b)) //nolint:gosec // two's complement on the wire
	case len(b) == 4:
		return int64(int32(binary.BigEndian.Uint32(b))) //nolint:gosec // as above
	}
	r.fail("an integer")
	return 0
}

// bool reads an integer that is 0 or 1: the form in which both engines keep it.
func (r *row) bool() bool { return r.int() != 0 }

// time reads microseconds; 0 and NULL are the zero time.
func (r *row) time() time.Time {
	micros := r.int()
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// timeOrNil reads microseconds; NULL is nil.
func (r *row) timeOrNil() *time.Time {
	if r.null() {
		r.next++
		return nil
	}
	t := r.time()
	return &t
}

// json decodes a column into into, unless it is empty.
func (r *row) json(into any) {
	text := r.text()
	if text == "" || r.err != nil {
		return
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		r.err = fmt.Errorf("column %d: %w", r.next, err)
	}
}

// micros is how a time is stored: microseconds since 1970, UTC; 0 for the zero
// time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// microsOrNil is micros for a time that may be absent.
func microsOrNil(t *time.Time) any {
	if t == nil {
		return nil
	}
	return micros(*t)
}

// encode is how lists and maps are stored: as JSON, or as empty text when
// there is nothing in them, which spares most reads the decoding.
func encode(v any, empty bool) (string, error) {
	if empty {
		return "", nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode row: %w", err)
	}
	return string(text), nil
}
