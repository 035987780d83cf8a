package picture

import (
	"regexp"
	"strings"
)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		all[name] = true
	}
	return all
}

// What draws and does nothing else (SVG 2). Animation, links, scripts, foreign
// content, embedded pictures and fonts are not in here.
var (
	elements = set(`svg g defs symbol use title desc style
		path rect circle ellipse line polyline polygon text tspan
		linearGradient radialGradient stop pattern clipPath mask marker
		filter feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
		feGaussianBlur feMerge feMergeNode feMorphology feOffset`)

	attributes = set(`class viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points dx dy rotate
		textLength lengthAdjust pathLength version transform role aria-label aria-hidden
		gradientUnits gradientTransform spreadMethod offset patternUnits patternContentUnits patternTransform
		clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient
		filterUnits primitiveUnits in in2 result mode operator k1 k2 k3 k4 type values stdDeviation edgeMode radius
		tableValues slope intercept amplitude exponent`)

	// presentation are attributes that are properties of style sheets, too.
	presentation = set(`fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
		stroke-miterlimit stroke-dasharray stroke-dashoffset paint-order color opacity display visibility overflow
		clip-path clip-rule mask mask-type filter flood-color flood-opacity lighting-color stop-color stop-opacity
		marker marker-start marker-mid marker-end vector-effect shape-rendering text-rendering image-rendering
		color-interpolation color-interpolation-filters font-family font-size font-style font-weight font-stretch
		font-variant letter-spacing word-spacing text-anchor text-decoration dominant-baseline alignment-baseline
		baseline-shift writing-mode isolation mix-blend-mode transform transform-origin transform-box white-space`)

	// refers are elements whose href may name another part of the document.
	refers = set(`use linearGradient radialGradient pattern`)

	// functions may stand in values.
	functions = set(`rgb rgba hsl hsla url translate translatex translatey scale scalex scaley rotate matrix skewx skewy calc`)
)

var (
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.:-]{0,199}$`)
	// references are "#id" as a whole value, and url(#id).
	references = regexp.MustCompile(`^#([A-Za-z_][A-Za-z0-9_.:-]*)$|url\(#([A-Za-z_][A-Za-z0-9_.:-]*)\)`)
	called     = regexp.MustCompile(`([A-Za-z-]*)\s*\(`)
	local      = regexp.MustCompile(`^url\(#[A-Za-z_][A-Za-z0-9_.:-]{0,199}\)`)
	selector   = regexp.MustCompile(`^[A-Za-z0-9_.#,>*\s-]+$`)
	property   = regexp.MustCompile(`^[a-z-]+$`)
	comment    = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// harmless says whether the value of a property refers to nothing outside. There
// are no escapes in it, so that nothing is written in another way.
func harmless(value string) bool {
	if strings.ContainsAny(value, `\<>@{};`) || strings.Contains(value, "/*") || strings.Contains(value, "//") {
		return false
	}
	// A quote that is left open would join what follows to it, for a browser and not for us.
	if strings.Count(value, `"`)%2 != 0 || strings.Count(value, `'`)%2 != 0 || strings.Contains(value, `"`) && strings.Contains(value, `'`) ||
		strings.Count(value, "(") != strings.Count(value, ")") {
		return false
	}
	for _, at := range called.FindAllStringSubmatchIndex(value, -1) {
		name := value[at[2]:at[3]]
		if !functions[strings.ToLower(name)] {
			return false
		}
		if strings.EqualFold(name, "url") && !local.MatchString(value[at[0]:]) {
			return false
		}
	}
	return !strings.Contains(value, ":")
}

// unquoted writes references as drawing programs do not all.
var unquoted = strings.NewReplacer(`url("#`, `url(#`, `url('#`, `url(#`, `")`, `)`, `')`, `)`)

// declarations keeps those of a style attribute, or of a rule, that are known
// and harmless.
func declarations(text string) string {
	var kept []string
	for one := range strings.SplitSeq(comment.ReplaceAllString(text, ""), ";") {
		name, value, found := strings.Cut(one, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		value = unquoted.Replace(value)
		if found && property.MatchString(name) && presentation[name] && value != "" && harmless(value) {
			kept = append(kept, name+":"+value)
		}
	}
	return strings.Join(kept, ";")
}

// rule is one of a style sheet.
type rule struct{ selector, body string }

// styleSheet keeps the plain rules of a style sheet: no at-rules, no selectors
// that look at more than names and classes.
func styleSheet(text string) (kept []rule) {
	text = comment.ReplaceAllString(text, "")
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		before = strings.TrimSpace(before)
		if at := strings.LastIndexByte(before, ';'); at >= 0 { // an at-rule without a block came before
			before = strings.TrimSpace(before[at+1:])
		}
		if !found {
			break
		}
		body, after, closed := block(rest)
		if !closed {
			break
		}
		text = after
		if !selector.MatchString(before) || strings.Contains(body, "{") {
			continue
		}
		if rules := declarations(body); rules != "" {
			kept = append(kept, rule{strings.Join(strings.Fields(before), " "), rules})
		}
	}
	return kept
}

// block returns what stands before the brace that closes the one that was open.
func block(text string) (body, after string, closed bool) {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:i], text[i+1:], true
			}
		}
	}
	return "", "", false
}
