package query

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
)

// fruit is a schema with every kind, for tests.
var fruit = Schema{Noun: "Fruit", Fields: map[string]Field{
	"id":         {Column: "f.id", Kind: UUID},
	"name":       {Column: "f.name"},
	"weight":     {Column: "f.weight", Kind: Number},
	"ripe":       {Column: "f.ripe", Kind: Bool},
	"picked":     {Column: "f.picked", Kind: Date},
	"colour":     {Column: "f.colour", Kind: Enum, Enum: []string{"Red", "Green"}},
	"seeds.size": {Column: "s.size", Kind: Number, Many: &Join{Table: "seeds s", On: "s.fruit = f.id"}},
	"seeds.name": {Column: "s.name", Many: &Join{Table: "seeds s", On: "s.fruit = f.id"}},
}}

var fruitTags = Tags{Join: Join{Table: "tags t", On: "t.fruit = f.id"}, Key: "t.key", Value: "t.value"}

func TestCompile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "TRUE",
		"   ":                             "TRUE",
		"name=Apple":                      "lower(f.name) = $1",
		"NAME ~ a=b":                      "replace(lower(f.name), $1, '') <> lower(f.name)",
		"name!=x":                         "(lower(f.name) = $1) IS NOT TRUE",
		"id=A":                            "f.id = $1",
		"weight>=1.5":                     "f.weight >= CAST($1 AS DOUBLE PRECISION)",
		"ripe=TRUE":                       "f.ripe = $1",
		"picked=2026-01-31":               "f.picked >= $1 AND f.picked < $2",
		"picked>2026-01-31":               "f.picked >= $1",
		"name=a||name=b&&ripe=true":       "(lower(f.name) = $1 OR (lower(f.name) = $2 AND f.ripe = $3))",
		"{name=a||name=b}&&ripe=true":     "((lower(f.name) = $1 OR lower(f.name) = $2) AND f.ripe = $3)",
		"{ { name=a } } && name = a & b":  "(lower(f.name) = $1 AND lower(f.name) = $2)",
		"name={x":                         "lower(f.name) = $1",
		"seeds.size>1":                    "EXISTS (SELECT 1 FROM seeds s WHERE s.fruit = f.id AND s.size > CAST($1 AS DOUBLE PRECISION))",
		"seeds.name!=a":                   "NOT EXISTS (SELECT 1 FROM seeds s WHERE s.fruit = f.id AND lower(s.name) = $1)",
		"name='; DROP TABLE companies;--": "lower(f.name) = $1",
	} {
		e, err := Parse(text)
		if err != nil {
			t.Errorf("parse %q: %v", text, err)
			continue
		}
		var args Args
		if got, err := Compile(e, fruit, &args); err != nil || got != want {
			t.Errorf("%q: got %s (%v), want %s", text, got, err, want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string][]any{
		"name = A b ":                          {"a b"},
		"name=ÄB":                              {"Äb"},
		"weight=1e2":                           {100.0},
		"ripe=False":                           {false},
		"picked=2026-01-31":                    {day.UnixMicro(), day.AddDate(0, 0, 1).UnixMicro()},
		"picked<=2026-01-31":                   {day.AddDate(0, 0, 1).UnixMicro()},
		"picked>=2026-01-31T00:00:00.0000001Z": {day.UnixMicro()},
		"picked>=2026-01-31T01:00+01:00":       {day.UnixMicro()},
		"picked>=2026-01-31T01:00:00 01:00":    {day.UnixMicro()},
		"picked>=2026-01-31t00:00:00":          {day.UnixMicro()},
		"colour=red":                           {"red"},
		"colour~e":                             {"e"},
	} {
		e, err := Parse(text)
		if err != nil {
			t.Errorf("parse %q: %v", text, err)
			continue
		}
		var args Args
		if _, err := Compile(e, fruit, &args); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got := args.Values(); len(got) != len(want) || got[0] != want[0] || got[len(got)-1] != want[len(want)-1] {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"shoeSize=1":                         "property shoeSize is not known on Fruit",
		"seeds=1":                            "property seeds is not known",
		"name":                               "an operator is missing",
		"name!x":                             "an operator is missing",
		"=x":                                 "a property name is missing",
		"name=":                              "a value is missing after name =",
		"name=x&&":                           "an operator is missing",
		"name=x||||name=y":                   "a property name is missing",
		"{name=x":                            "a closing brace is missing",
		"name=x}":                            "a closing brace has no opening one",
		"{}":                                 "a property name is missing",
		"name=a\x00b":                        "not valid UTF-8",
		"name=\xff":                          "not valid UTF-8",
		"name>x":                             "operator > cannot be used with property name",
		"weight~1":                           "operator ~ cannot be used",
		"ripe>true":                          "operator > cannot be used",
		"weight=ten":                         "ten is not a number",
		"weight=NaN":                         "is not a number",
		"weight=1e999":                       "is not a number",
		"ripe=yes":                           "either true or false",
		"picked=31.1.2026":                   "is not a date",
		"colour=Blue":                        "Blue is not one of Red, Green",
		"name=" + strings.Repeat("x", 2043):  "2048 characters",
		strings.Repeat("{", 200) + "name=x":  "nested more than",
		"a=1" + strings.Repeat("||a=1", 200): "more than 128 conditions",
		strings.Repeat("p", 100) + "=1":      strings.Repeat("p", 60) + "… is not known",
	} {
		e, err := Parse(text)
		if err == nil {
			err = Check(e, fruit)
		}
		var public *bowline.Error
		if !errors.As(err, &public) || public.Code != bowline.CodeInvalid ||
			!strings.HasPrefix(public.Message, "Error parsing query - ") || !strings.Contains(public.Message, want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
	if _, err := Parse("name=" + strings.Repeat("ü", 2042)); err != nil { // 2047 characters in more bytes
		t.Errorf("longest text: %v", err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":         "TRUE",
		"My key=V": "EXISTS (SELECT 1 FROM tags t WHERE t.fruit = f.id AND t.key = $1 AND t.value = $2)",
		"k!=V":     "NOT EXISTS (SELECT 1 FROM tags t WHERE t.fruit = f.id AND t.key = $1 AND t.value = $2)",
		"k~V":      "EXISTS (SELECT 1 FROM tags t WHERE t.fruit = f.id AND t.key = $1 AND replace(t.value, $2, '') <> t.value)",
	} {
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var args Args
		if got, err := CompileTags(e, fruitTags, &args); err != nil || got != want {
			t.Errorf("%q: got %s (%v)", text, got, err)
		}
		if text != "" && args.Values()[1] != "V" {
			t.Errorf("%q: values %v", text, args.Values())
		}
	}
	e, _ := Parse("k>1")
	if _, err := CompileTags(e, fruitTags, &Args{}); bowline.CodeOf(err) != bowline.CodeInvalid {
		t.Errorf("k>1: %v", err)
	}
}

func TestParseOrder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": " false", "Name": "f.name false", "-picked": "f.picked true", " -weight ": "f.weight true",
		"-": "error", "--name": "error", "nope": "error", "seeds.name": "error", "name desc": "error",
	} {
		column, desc, err := ParseOrder(text, fruit)
		got := column + map[bool]string{true: " true", false: " false"}[desc]
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: got %q (%v), want %q", text, got, err, want)
		}
	}
}
