package auth

import (
	"slices"
	"strings"
	"unicode"
)

// commonWords are what the most common passwords are made of. A password is
// refused when nothing is left of it without them, digits and punctuation: so
// does a short list stand for the many forms in which people write these.
var commonWords = []string{
	"password", "passwort", "motdepasse", "contrasena", "senha", "parola", "haslo", "wachtwoord", "passphrase", "passw", "pass", "pwd",
	"secret", "geheim", "letmein", "welcome", "willkommen", "bienvenue", "changeme", "default", "example", "temporary", "test", "testing",
	"administrator", "admin", "root", "guest", "login", "signin", "user", "username", "master", "access", "system", "server", "manager",
	"bowline", "portal", "company", "business", "office",
	"qwertyuiop", "qwertyui", "qwerty", "qwertz", "qwertzuiop", "azertyuiop", "azerty", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn", "yxcvbnm",
	"qazwsxedc", "qazwsx", "wsxedc", "abcdefghijklmnopqrstuvwxyz", "abcdefgh", "abcdef", "abcd", "abc", "aaa", "xxx",
	"iloveyou", "ilove", "loveyou", "loveme", "love", "lover", "sunshine", "princess", "dragon", "monkey", "football", "baseball", "basketball",
	"superman", "batman", "spiderman", "starwars", "pokemon", "pikachu", "naruto", "minecraft", "liverpool", "chelsea", "arsenal", "barcelona",
	"michael", "jennifer", "jessica", "ashley", "daniel", "charlie", "thomas", "michelle", "samantha", "nicole", "andrew", "jordan", "robert",
	"chocolate", "cookie", "cheese", "butterfly", "flower", "summer", "winter", "spring", "autumn", "january", "february", "october", "november", "december",
	"computer", "internet", "google", "facebook", "samsung", "microsoft", "windows", "apple", "trustno", "whatever", "freedom", "forever", "friends", "family",
	"hello", "hallo", "bonjour", "shadow", "killer", "ninja", "mustang", "ferrari", "harley", "mercedes", "yankees", "soccer", "hockey", "tigger",
	"correcthorsebatterystaple", "correct", "horse", "battery", "staple", "please", "mypassword", "this", "isthe", "is", "the", "my", "me", "you", "your", "not", "in", "and", "new", "old", "our", "one", "two",
}

// runs are orders in which people press keys.
var runs = []string{
	"01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
	"qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "qazwsxedcrfvtgbyhnujm", "azertyuiopqsdfghjklmwxcvbn",
}

// leet are signs that stand for letters.
var leet = strings.NewReplacer("@", "a", "4", "a", "8", "b", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t", "+", "t")

// wordsBySize has the longest first, so that a short word does not spoil a long
// one that holds it.
var wordsBySize = func() []string {
	words := slices.Clone(commonWords)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}()

// leftOver is how many characters that nothing is known of a password needs.
const leftOver = 5

// fewSigns is how many different characters are too few.
const fewSigns = 5

// guessable says whether a password is made of what everybody tries first: few
// signs, a run on the keyboard, common words, or what is known of the person.
func guessable(password string, about []string) bool {
	plain := strings.ToLower(password)
	different := map[rune]bool{}
	for _, r := range plain {
		different[r] = true
	}
	if len(different) < fewSigns {
		return true
	}
	var known []string // first: no common word may spoil a name that holds it
	for _, text := range about {
		for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(word) > 2 {
				known = append(known, word)
			}
		}
	}
	known = append(known, wordsBySize...)
	return rest(plain, known) < leftOver || rest(leet.Replace(plain), known) < leftOver
}

// rest counts the letters that are in none of the words and in no run.
func rest(text string, known []string) int {
	for _, run := range runs {
		text = cut(text, run)
	}
	for _, word := range known {
		text = strings.ReplaceAll(text, word, " ")
	}
	count := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			count++
		}
	}
	// Digits and signs count for less than letters: years and exclamation marks
	// are what people add.
	others := 0
	for _, r := range text {
		if !unicode.IsLetter(r) && r != ' ' {
			others++
		}
	}
	return count + others/2
}

// cut takes parts of a run of at least four characters out of a text.
func cut(text, run string) string {
	const least = 4
	for size := min(len(run), len(text)); size >= least; size-- {
		for at := 0; at+size <= len(run); at++ {
			text = strings.ReplaceAll(text, run[at:at+size], " ")
		}
	}
	return text
}
