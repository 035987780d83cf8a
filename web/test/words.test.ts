import assert from "node:assert/strict";
import { test } from "node:test";
import { enUS } from "../ui/src/words/en-US.ts";
import { frCA } from "../ui/src/words/fr-CA.ts";
import { speak, wordsFor, type Plural } from "../ui/src/words/words.ts";

const forms = (message: string | Plural) => (typeof message === "string" ? [message] : [message.one, message.other]);
const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("French has every key of English with the same values, and no words left over", () => {
  assert.deepEqual(Object.keys(frCA).sort(), Object.keys(enUS).sort());
  for (const key of Object.keys(enUS) as (keyof typeof enUS)[]) {
    const english = forms(enUS[key]);
    const french = forms(frCA[key]);
    assert.equal(french.length, english.length, key);
    french.forEach((text, n) => {
      assert.ok(text.trim(), key);
      assert.deepEqual(values(text), values(english[n]!), key);
    });
  }
});

test("French typography: no-break space before a colon, none before a question mark", () => {
  for (const [key, message] of Object.entries(frCA)) {
    for (const text of forms(message)) {
      assert.doesNotMatch(text, /[^\u00a0]:(\s|$)| [?!:»]|« |'/, key);
    }
  }
});

test("plurals follow the language: zero is one in French", () => {
  const en = speak("en-US", enUS);
  const fr = speak("fr-CA", frCA);
  assert.deepEqual([0, 1, 2].map((count) => en("results", { count })), ["0 results", "1 result", "2 results"]);
  assert.deepEqual([0, 1, 2].map((count) => fr("results", { count })), ["0 résultat", "1 résultat", "2 résultats"]);
});

test("values are filled in literally and a missing one stays as typed", () => {
  const en = speak("en-US", enUS);
  assert.equal(en("handoffTitle", { name: "$& {client} <b>" }), "Taking you to $& {client} <b>");
  assert.equal(en("handoffTitle"), "Taking you to {name}");
});

test("an unknown language is answered in English", async () => {
  const words = await wordsFor("xx-XX" as "en-US");
  assert.equal(words("next"), "Next");
  assert.equal((await wordsFor("fr-CA"))("next"), "Suivant");
});
