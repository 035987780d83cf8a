package french

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

func TestSay(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ english, want string }{
		{"Please sign in.", "Connectez-vous."},
		{"password must have 12 to 128 characters.", "Le mot de passe doit compter de 12 à 128 caractères."},
		{"Your role (Analyst) cannot manage instances.", "Votre rôle (Analyse) ne permet pas de gérer les instances."},
		{"redirectUrl has a { without its }.", "L’adresse de redirection contient une accolade { sans celle qui la ferme, }."},
		{"No webhook consumer exists with ID 7", "Aucune adresse de webhooks n’a l’identifiant 7"},
		{"No thing exists with ID 7", "Rien de ce type (thing) n’a l’identifiant 7"},
		{"Another instance is called Live.", "Une autre instance s’appelle déjà Live."},
		{"Another instance is called Please sign in..", "Une autre instance s’appelle déjà Please sign in.."}, // what somebody typed stays
		{"the script threw: oh no (line 3)", "le script a lancé une exception\u00a0: oh no (ligne 3)"},
		{"name: expected string", "name\u00a0: un texte est attendu"},
		{"exchange code: refused: invalid_grant (status 400): the provider says: Gone: away",
			"échange du code\u00a0: refusé\u00a0: invalid_grant (code 400)\u00a0; le fournisseur dit\u00a0: Gone: away"},
		{"with a refresh token; the access token ends at 2026-09-01 10:00:00 UTC; scopes a b",
			"avec un jeton d’actualisation\u00a0; le jeton d’accès expire le 2026-09-01 10:00:00 UTC\u00a0; permissions a b"},
		{"All many API keys are in use; delete one first.", "All many API keys are in use; delete one first."}, // %d is a number
		{"Nothing that we say: at all", "Nothing that we say: at all"},
		{"", ""},
	} {
		if got := Say(row.english); got != row.want {
			t.Errorf("%q is %q, want %q", row.english, got, row.want)
		}
	}
}

// TestAnyTextComesBack says that a provider's text, however strange, is neither
// lost nor slow.
func TestAnyTextComesBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("a: ", 10_000), strings.Repeat("%s", 1000), "%[1]s %[9]w", strings.Repeat("(", 5000) + " (status 4)"} {
		if got := Say(text); !strings.Contains(got, text[:2]) {
			t.Errorf("%.40q became %.40q", text, got)
		}
	}
}

// TestArgumentsAreKept wants every argument of the English in the French, once or
// more, and no other.
func TestArgumentsAreKept(t *testing.T) {
	t.Parallel()
	for english, said := range pairs() {
		p := parse(english, said)
		used := make([]bool, len(p.verbs))
		for _, piece := range p.french {
			switch {
			case piece.arg >= len(used):
				t.Errorf("%q: there is no argument %d", said, piece.arg+1)
			case piece.arg >= 0:
				used[piece.arg] = true
			}
			if strings.Contains(piece.text, "%[") {
				t.Errorf("%q: %q is no argument", said, piece.text)
			}
		}
		left := slices.Index(used, false)
		if left >= 0 && !strings.HasPrefix(english, "expected string to be RFC") && !leavesOut[english] {
			t.Errorf("%q does not say argument %d of %q", said, left+1, english)
		}
		if bare := regexp.MustCompile(`%[sdvq]`).FindString(said); bare != "" {
			t.Errorf("%q: arguments have numbers, as %%[1]s", said)
		}
		sample := make([]any, len(p.verbs))
		text := p.texts[0]
		for i := range p.verbs {
			sample[i] = strconv.Itoa(40 + i)
			if p.verbs[i] == 'q' {
				sample[i] = strconv.Quote(strconv.Itoa(40 + i))
			}
			text += sample[i].(string) + p.texts[i+1]
		}
		if said == english || p.plain() {
			continue
		}
		if got := Say(text); got == text {
			t.Errorf("%q is not recognized as %q", text, english)
		}
	}
}

// leavesOut are formats whose argument is the words of a parser in English.
var leavesOut = map[string]bool{"expected string to be regex: %v": true, "expected duration: %v": true}

// TestTypography: a non-breaking space before what French sets apart, an
// apostrophe that is one, and quotation marks that are.
func TestTypography(t *testing.T) {
	t.Parallel()
	wrong := regexp.MustCompile(`[^\s\x{a0}][;?!](\s|$)|[^\x{a0}]:(\s|$)|«[^\x{a0}]|[^\x{a0}]»|\pL'|'\pL|\.\.\.| [:;?!»]|  `)
	for english, said := range pairs() {
		if found := wrong.FindString(strings.ReplaceAll(said, "Authorization: ", "")); found != "" { // which is a header
			t.Errorf("%q: %q", said, found)
		}
		if last := english[len(english)-1:]; last == "." && !strings.HasSuffix(said, ".") && len(english) > 30 {
			t.Errorf("%q does not end as %q does", said, english)
		}
	}
}

// TestFilesSayEachOnce keeps one English from having two French.
func TestFilesSayEachOnce(t *testing.T) {
	t.Parallel()
	entries, err := files.ReadDir("words")
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]string{}
	for _, entry := range entries {
		text, err := files.ReadFile("words/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		for {
			key, err := decoder.Token()
			if err != nil {
				break
			}
			english, isText := key.(string)
			if !isText {
				continue
			}
			if in[english] != "" {
				t.Errorf("%q is in %s and in %s", english, in[english], entry.Name())
			}
			in[english] = entry.Name()
			if _, err := decoder.Token(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCatalogHasFrench: whoever adds an integration says in both languages how it
// is set up.
func TestCatalogHasFrench(t *testing.T) {
	t.Parallel()
	c, err := catalog.Described("")
	if err != nil {
		t.Fatal(err)
	}
	all, asked := pairs(), 0
	for _, in := range c.All() {
		said := append(slices.Clone(in.Setup.Steps), in.Setup.Review)
		for _, field := range in.Setup.Fields {
			said = append(said, field.Label, field.Help)
		}
		if in.Notices != nil {
			said = append(said, in.Notices.Register)
		}
		for _, field := range in.Inputs {
			if field.Name == in.Setup.ClientPer {
				for _, option := range field.Options {
					said = append(said, option.Label)
				}
			}
		}
		for _, text := range said {
			if _, known := all[text]; text != "" && !known {
				t.Errorf("%s: no French for %q: add it to internal/french/words/guides.json", in.Name, text)
			}
			asked++
		}
	}
	if asked < 100 {
		t.Errorf("only %d texts were looked at", asked)
	}
}

func TestEventsHaveFrench(t *testing.T) {
	t.Parallel()
	all := pairs()
	for _, d := range bowline.EventCatalogue() {
		if _, known := all[d.Description]; !known {
			t.Errorf("no French for %q", d.Description)
		}
	}
}

func TestRolesHaveFrench(t *testing.T) {
	t.Parallel()
	all := pairs()
	for _, action := range append(bowline.Actions(), bowline.ActionNever) {
		if err := bowline.RoleAnalyst.Refuse(action); action != bowline.ActionSelf && strings.Contains(Say(err.(*bowline.Error).Message), "cannot") {
			t.Errorf("%s is refused in English", action)
		}
	}
	for _, role := range bowline.Roles() {
		if _, known := all[role.Name()]; !known {
			t.Errorf("no French for the role %s", role.Name())
		}
	}
}

// TestSchemaHasFrench looks at what the check of bodies and parameters says.
func TestSchemaHasFrench(t *testing.T) {
	t.Parallel()
	all := pairs()
	for _, text := range []string{
		validation.MsgUnexpectedProperty, validation.MsgExpectedRFC3339DateTime, validation.MsgExpectedRFC3339Date, validation.MsgExpectedRFC5322Email,
		validation.MsgExpectedRFC3986URI, validation.MsgExpectedRFC4122UUID, validation.MsgExpectedMatchAtLeastOneSchema,
		validation.MsgExpectedMatchExactlyOneSchema, validation.MsgExpectedBoolean, validation.MsgExpectedNumber, validation.MsgExpectedInteger,
		validation.MsgExpectedString, validation.MsgExpectedBase64String, validation.MsgExpectedArray, validation.MsgExpectedObject,
		validation.MsgExpectedArrayItemsUnique, validation.MsgExpectedOneOf, validation.MsgExpectedMinimumNumber, validation.MsgExpectedMaximumNumber,
		validation.MsgExpectedMinLength, validation.MsgExpectedMaxLength, validation.MsgExpectedBePattern, validation.MsgExpectedMatchPattern,
		validation.MsgExpectedMinItems, validation.MsgExpectedMaxItems, validation.MsgExpectedMinProperties, validation.MsgExpectedMaxProperties,
		validation.MsgExpectedRequiredProperty, validation.MsgExpectedDependentRequiredProperty,
	} {
		if _, known := all[text]; !known {
			t.Errorf("no French for %q", text)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	for b.Loop() {
		Say("password must have 12 to 128 characters.")
	}
}

// FuzzSay: whatever comes, something comes back, and what is not ours as it was.
func FuzzSay(f *testing.F) {
	for _, text := range []string{"Please sign in.", "a: b: c", "No x exists with ID y", "%[1]s", "the script threw: (line 9)", "\xff: \x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Say(text)
		if (got == "") != (text == "") {
			t.Errorf("%q became %q", text, got)
		}
		if len(got) > 40*len(text)+400 {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
	})
}
