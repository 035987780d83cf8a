package french

import (
	"strconv"
	"strings"
)

// pattern is one English format with its French. English holds the verbs that the
// code formats with: %s, %d, %v and %q. French holds them by number, as %[1]s, or
// as %[1]w where the argument is itself something that has a French, such as a
// deed or a reason.
type pattern struct {
	english string
	texts   []string // what stands around the verbs, one more than there are
	verbs   []byte
	french  []piece
	weight  int // length of texts
}

// piece is a text of the French, and the argument behind it.
type piece struct {
	text    string
	arg     int // from 0; -1 for none
	inWords bool
}

func (p pattern) plain() bool { return len(p.verbs) == 0 }

// parse reads both forms. A % that begins no verb is a percent sign.
func parse(english, said string) pattern {
	p := pattern{english: english}
	text := ""
	for rest := english; rest != ""; {
		if len(rest) > 1 && rest[0] == '%' && strings.IndexByte("sdvq", rest[1]) >= 0 {
			p.texts, p.verbs, text = append(p.texts, text), append(p.verbs, rest[1]), ""
			rest = rest[2:]
			continue
		}
		text, rest = text+rest[:1], rest[1:]
	}
	p.texts = append(p.texts, text)
	p.weight = len(strings.Join(p.texts, ""))
	p.french = pieces(said)
	return p
}

func pieces(said string) []piece {
	var all []piece
	for {
		before, rest, more := strings.Cut(said, "%[")
		number, after, closed := strings.Cut(rest, "]")
		n, err := strconv.Atoi(number)
		if !more || !closed || err != nil || after == "" || (after[0] != 's' && after[0] != 'w') {
			return append(all, piece{said, -1, false})
		}
		all = append(all, piece{before, n - 1, after[0] == 'w'})
		said = after[1:]
	}
}

// match returns what stands in the places of the verbs. The text between two
// verbs is looked for from the left, that behind the last one stands at the end.
func (p pattern) match(english string) ([]string, bool) {
	rest, fits := strings.CutPrefix(english, p.texts[0])
	if !fits {
		return nil, false
	}
	args := make([]string, len(p.verbs))
	for i, verb := range p.verbs {
		next := p.texts[i+1]
		at := strings.Index(rest, next)
		if i == len(p.verbs)-1 {
			at = len(rest) - len(next)
			if !strings.HasSuffix(rest, next) {
				return nil, false
			}
		}
		if at < 0 || !suits(verb, rest[:at]) {
			return nil, false
		}
		args[i], rest = rest[:at], rest[at+len(next):]
	}
	return args, true
}

// suits says whether a verb can have printed the text.
func suits(verb byte, text string) bool {
	switch verb {
	case 'd':
		_, err := strconv.ParseInt(text, 10, 64)
		return err == nil
	case 'q':
		_, err := strconv.Unquote(text)
		return err == nil
	}
	return text != ""
}

// fill puts arguments into the French.
func (p pattern) fill(args []string, say func(string) string) string {
	var b strings.Builder
	for _, piece := range p.french {
		b.WriteString(piece.text)
		switch {
		case piece.arg < 0 || piece.arg >= len(args):
		case piece.inWords:
			b.WriteString(say(args[piece.arg]))
		default:
			b.WriteString(args[piece.arg])
		}
	}
	return b.String()
}
