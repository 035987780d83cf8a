package link

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// consentView asks for the consent to connect an integration (link.md 1.3.5).
// With forColleague somebody else is to sign in, and the text says so.
func (s *Service) consentView(pg page, in pick, forColleague bool) (View, error) {
	t := bowline.SourceType(in.SourceType)
	shown := s.drawConsent(pg, in.Integration, forColleague)
	shown.Integration = s.tilePicked(in)
	v, err := s.view(pg, proof{
		Step: StepConsent, SourceType: t, Integration: in.Key, Row: in.row.ID, ForColleague: forColleague,
		TextVersion: textVersion(consentText(*shown)),
	})
	v.Consent = shown
	// The text that is recorded has no part in these: they are about the way on.
	shown.Leads = !forColleague && !in.UsesCredentials() && len(in.Before) == 0 && len(in.Inputs) == 0
	shown.Who = pg.who(in.Integration)
	return v, err
}

func (s *Service) drawConsent(pg page, in catalog.Integration, forColleague bool) *ConsentView {
	t := bowline.SourceType(in.SourceType)
	texts := pg.set.consents[t]
	fill := markdownFiller(in.Name, pg.set.client.Name)
	shown := &ConsentView{
		SourceType: t, Integration: s.tile(in),
		Title: fill.Replace(texts.title), Subtitle: fill.Replace(texts.subtitle),
		Sections: consentSections(texts, dataTypesOf(pg, in), fill),
		Terms:    texts.terms, Button: texts.button, CanHandOver: pg.canHandOver(),
	}
	if shown.Button == "" || in.Button.Exists() && in.ConsentButton != "" {
		shown.Button = in.ConsentButton // the provider's brand may ask for its own
	}
	if shown.Button == "" {
		shown.Button = pg.set.words.Consent.Button
	}
	if in.Button.Exists() && !forColleague {
		shown.ButtonImage = &ButtonImage{Default: s.Links.Button(in.Key, false), Hover: s.Links.Button(in.Key, true)}
	}
	if forColleague {
		shown.HandOver, shown.Button = true, pg.set.words.Consent.HandOverButton
		shown.Subtitle = paragraphs(shown.Subtitle, fill.Replace(pg.set.words.Consent.HandOver))
	}
	return shown
}

// dataTypesOf are the kinds of data that a connection would share: none of ours
// to list where the provider shows its own list.
func dataTypesOf(pg page, in catalog.Integration) []string {
	if in.ListsOwnData {
		return nil
	}
	for _, asked := range pg.set.types {
		if string(asked.sourceType) == in.SourceType && asked.dataTypes != nil {
			return asked.dataTypes
		}
	}
	return in.DataTypes
}

// consentSections are the accordions in their fixed order, those with content.
func consentSections(texts consentTexts, dataTypes []string, fill names) []ConsentSection {
	sections := []ConsentSection{}
	for _, section := range []ConsentSection{
		{ID: "purpose", Header: texts.headers.Purpose, Body: fill.Replace(texts.purpose)},
		{ID: "access", Header: texts.headers.Access, Body: fill.Replace(texts.access)},
		{ID: "accountInformation", Header: texts.headers.AccountInformation, Body: fill.Replace(texts.accountInformation)},
		{ID: "platformData", Header: texts.headers.PlatformData, Items: dataTypes},
		{ID: "retention", Header: texts.headers.Retention, Body: fill.Replace(texts.retention)},
	} {
		if section.Body != "" || len(section.Items) > 0 {
			sections = append(sections, section)
		}
	}
	return sections
}

// consentText is the Markdown of everything on a consent screen, closed
// sections included: the evidence of what was agreed to.
func consentText(v ConsentView) string {
	var b strings.Builder
	if v.Title != "" {
		b.WriteString("# " + v.Title + "\n\n")
	}
	if v.Subtitle != "" {
		b.WriteString(v.Subtitle + "\n")
	}
	for _, section := range v.Sections {
		if section.Header != "" {
			b.WriteString("\n## " + section.Header + "\n")
		}
		b.WriteString("\n")
		if section.Body != "" {
			b.WriteString(section.Body + "\n")
		}
		for _, item := range section.Items {
			b.WriteString("- " + item + "\n")
		}
	}
	if v.Terms != "" {
		b.WriteString("\n" + v.Terms + "\n")
	}
	b.WriteString("\n[" + v.Button + "]\n")
	return b.String()
}

func textVersion(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// names are those of the software and of the fintech, to be put into texts.
type names struct{ platform, client string }

// filler puts names into a plain text.
func filler(platform, client string) names { return names{platform, client} }

// markdownFiller does the same in Markdown, where a name stays a name whatever
// characters it has.
func markdownFiller(platform, client string) names {
	return names{bowline.EscapeMarkdown(platform), bowline.EscapeMarkdown(client)}
}

// Replace fills the placeholders of a text. It does not look into the names, and
// leaves other braces as they are.
func (n names) Replace(text string) string {
	if strings.IndexByte(text, '{') < 0 {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		placeholder, after, closed := strings.Cut(rest, "}")
		text = after
		switch {
		case closed && (placeholder == "platform" || placeholder == "platformName"):
			b.WriteString(n.platform)
		case closed && (placeholder == "client" || placeholder == "companyName"):
			b.WriteString(n.client)
		default:
			b.WriteByte('{')
			text = rest
		}
	}
}
