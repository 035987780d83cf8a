package query

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"
)

// record is a fruit as Match sees it.
type record map[string][]any

func (r record) get(path string) []any { return r[path] }

// words make equal, contained and wildcard-like texts likely.
var words = []string{"a", "A", "ab", "aB ", "%", "_", "a%b", "ä", "Ä", "'", "\\", "$1", "1", "true", "Red", "green"}

var dates = []string{
	"2026-01-30", "2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T09:30:00.5Z", "2026-01-31T10:30:00.5+01:00", "2026-02-01",
}

// TestCompileAndMatchAgree generates records and expressions and asks a
// database and memory alike.
func TestCompileAndMatchAgree(t *testing.T) {
	t.Parallel()
	db := openFruit(t)
	records := fillFruit(t, db)
	rapid.Check(t, func(t *rapid.T) {
		text := expression(t, 3)
		e, err := Parse(text)
		if err != nil {
			t.Fatalf("parse %q: %v", text, err)
		}
		var args Args
		condition, err := Compile(e, fruit, &args)
		if err != nil {
			t.Fatalf("compile %q: %v", text, err)
		}
		inDatabase := map[string]bool{}
		rows, err := db.Query("SELECT f.id FROM fruits f WHERE "+condition, args.Values()...) //nolint:gosec // the point of the test
		if err != nil {
			t.Fatalf("query %q: %v", text, err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			inDatabase[id] = true
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			id := r["id"][0].(string)
			ok, err := Match(e, fruit, r.get)
			if err != nil || ok != inDatabase[id] {
				t.Fatalf("%q on %v: memory says %v (%v), the database %v", text, r, ok, err, inDatabase[id])
			}
		}
	})
}

// expression generates a text that Parse and Compile accept.
func expression(t *rapid.T, depth int) string {
	if depth > 0 && rapid.Bool().Draw(t, "nested") {
		join := rapid.SampledFrom([]string{"&&", " || "}).Draw(t, "join")
		left, right := expression(t, depth-1), expression(t, depth-1)
		if rapid.Bool().Draw(t, "braces") {
			return "{" + left + join + right + "}"
		}
		return left + join + right
	}
	ordered := []string{"=", "!=", ">", "<", ">=", "<="}
	textual := []string{"=", "!=", "~"}
	draw := func(from []string) string { return rapid.SampledFrom(from).Draw(t, "part") }
	switch path := draw([]string{"id", "name", "weight", "ripe", "picked", "colour", "seeds.size", "Seeds.Name"}); path {
	case "weight", "seeds.size":
		return path + draw(ordered) + draw([]string{"0", "1", "1.5", "-2", "1e1"})
	case "ripe":
		return path + draw([]string{"=", "!="}) + draw([]string{"true", "False"})
	case "picked":
		return path + draw(ordered) + draw(dates)
	case "colour":
		return path + " " + draw([]string{"=", "!="}) + " " + draw([]string{"red", "Green"})
	default:
		return path + draw(textual) + draw(words)
	}
}

func openFruit(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "fruit.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{
		`CREATE TABLE fruits (id TEXT, name TEXT, weight REAL, ripe INTEGER, picked INTEGER, colour TEXT) STRICT`,
		`CREATE TABLE seeds (fruit TEXT, size INTEGER, name TEXT) STRICT`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func fillFruit(t *testing.T, db *sql.DB) []record {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same fruit in every run
	pick := func(values ...any) any { return values[random.IntN(len(values))] }
	exec := func(statement string, args ...any) {
		if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	var all []record
	for i := range 60 {
		at, _ := time.Parse(time.RFC3339, fmt.Sprintf("2026-01-%02dT09:30:00.5Z", 29+i%3))
		if i%7 == 0 {
			at = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
		}
		r := record{
			"id": {strconv.Itoa(i)}, "name": {words[i%len(words)]}, "weight": {pick(0.0, 1.0, 1.5, 10.0)},
			"ripe": {pick(true, false)}, "picked": {at}, "colour": {pick("Red", "Green")},
		}
		var picked any = at.UnixMicro()
		if i%5 == 0 {
			picked = nil
			delete(r, "picked")
		}
		exec(`INSERT INTO fruits VALUES ($1, $2, $3, $4, $5, $6)`,
			r["id"][0], r["name"][0], r["weight"][0], r["ripe"][0], picked, r["colour"][0])
		for range random.IntN(3) {
			size, name := int64(random.IntN(3)), words[random.IntN(len(words))]
			r["seeds.size"] = append(r["seeds.size"], size)
			r["seeds.name"] = append(r["seeds.name"], name)
			exec(`INSERT INTO seeds VALUES ($1, $2, $3)`, r["id"][0], size, name)
		}
		all = append(all, r)
	}
	return all
}

// compiled matches all that Compile and CompileTags may write for fruit.
var compiled = regexp.MustCompile(`^(?:TRUE|NOT |EXISTS |IS NOT TRUE|SELECT 1 FROM (?:seeds s WHERE s\.fruit = f\.id|tags t WHERE t\.fruit = f\.id)| AND | OR |` +
	`f\.(?:id|name|weight|ripe|picked|colour)|s\.(?:size|name)|t\.(?:key|value)|lower|replace|CAST| AS DOUBLE PRECISION|, ''|, |` +
	`\$[0-9]+| (?:=|<>|<=|>=|<|>) | |[()])*$`)

// FuzzParse proves that no text panics and that what comes out consists of our
// words and ascending placeholders only.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"name=a&&{ripe=true||weight>=1}", "seeds.name!=x", "picked<2026-01-31", "{{{", "a!b", "name='$1'", "}=~", "id=\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		var args, tagArgs Args
		if condition, err := Compile(e, fruit, &args); err == nil {
			checkCompiled(t, condition, len(args.Values()))
			if _, err := Match(e, fruit, record{"name": {"a"}}.get); err != nil {
				t.Errorf("compiles but does not match: %v", err)
			}
		}
		if condition, err := CompileTags(e, fruitTags, &tagArgs); err == nil {
			checkCompiled(t, condition, len(tagArgs.Values()))
		}
		_, _, _ = ParseOrder(text, fruit)
	})
}

func checkCompiled(t *testing.T, condition string, values int) {
	t.Helper()
	if !compiled.MatchString(condition) {
		t.Errorf("foreign text in %s", condition)
	}
	if strings.Count(condition, "(") != strings.Count(condition, ")") {
		t.Errorf("unbalanced %s", condition)
	}
	used := regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(condition, -1)
	if len(used) != values {
		t.Errorf("%d placeholders for %d values in %s", len(used), values, condition)
	}
	for i, match := range used {
		if match[1] != strconv.Itoa(i+1) {
			t.Errorf("placeholder %d is $%s in %s", i+1, match[1], condition)
		}
	}
}
