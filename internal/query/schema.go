package query

import "strings"

// Kind is the type of a property; it decides which operators are valid and how
// a value is read.
type Kind int

// The kinds. Column types that go with them: TEXT for String, Enum and UUID,
// numeric for Number, integer microseconds since 1970 for Date, boolean for Bool.
const (
	String Kind = iota // = != ~, without regard to ASCII case
	Number             // = != > < >= <=
	Date               // as Number; a value of day precision means the whole day, UTC
	Bool               // = !=
	Enum               // as String; a value outside the list is refused
	UUID               // as String; stored in lower case, so that an index can serve it
)

// Field is one property of a record.
type Field struct {
	Column string   // SQL expression, e.g. c.name; unused by Match
	Kind   Kind     // its type
	Enum   []string // the values of an Enum; empty accepts any
	Many   *Join    // set when the path goes through an array
}

// Join leads from a record to the elements of an array, in the terms of a SQL
// subquery: SELECT 1 FROM Table WHERE On.
type Join struct {
	Table string // table and alias, e.g. connections x
	On    string // what ties an element to its record, e.g. x.company_id = c.id
}

// Schema lists what may be asked of a list.
type Schema struct {
	Noun   string           // names the record in messages, e.g. Company
	Fields map[string]Field // by path in lower case; property names have no case
}

// Tags says where the tags of a record are, for [CompileTags].
type Tags struct {
	Join
	Key, Value string // SQL expressions of a tag's two columns
}

func (s Schema) field(path string) (Field, error) {
	f, ok := s.Fields[strings.ToLower(path)]
	if !ok {
		return Field{}, invalid("property %s is not known on %s", shorten(path), s.Noun)
	}
	return f, nil
}

// ParseOrder reads an orderBy parameter (platform-api section 14): a property,
// with a leading minus for descending order. It returns the property's column;
// blank text gives an empty column. A path through an array has no order and
// is refused like an unknown one.
func ParseOrder(text string, s Schema) (column string, desc bool, err error) {
	path, desc := strings.CutPrefix(strings.TrimSpace(text), "-")
	if path == "" && !desc {
		return "", false, nil
	}
	f, err := s.field(path)
	if err != nil {
		return "", false, err
	}
	if f.Many != nil {
		return "", false, invalid("a list cannot be ordered by %s", shorten(path))
	}
	return f.Column, desc, nil
}
