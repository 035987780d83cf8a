import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import type { Locale } from "../ui/src/view.ts";
import { first as enUS } from "../ui/src/words/en-US.ts";
import { list as enUSList } from "../ui/src/words/list/en-US.ts";
import { rest as enUSLater } from "../ui/src/words/later/en-US.ts";
import { manage as enUSManage } from "../ui/src/words/manage/en-US.ts";
import { languages, speak, wordsFor, type Plural } from "../ui/src/words/words.ts";

type Messages = Record<string, string | Plural>;

const english: Messages = { ...enUS, ...enUSList, ...enUSManage, ...enUSLater };
const locales = Object.keys(languages) as Locale[];
const others = locales.filter((locale) => !locale.startsWith("en"));

const forms = (message: string | Plural) => (typeof message === "string" ? [message] : [message.one, message.other]);
const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

/** What a language says, as it ships. */
async function catalogue(locale: Locale): Promise<Record<"first" | "list" | "manage" | "later" | "all", Messages>> {
  const language = await languages[locale]();
  const [{ list }, { manage }, { rest }] = await Promise.all([language.list(), language.manage(), language.later()]);
  return { first: language.first, list, manage, later: rest, all: { ...language.first, ...list, ...manage, ...rest } };
}

/** Calls back for every sentence of a language, in each of its forms. */
async function everySentence(locale: Locale, check: (text: string, key: string) => void): Promise<void> {
  for (const [key, message] of Object.entries((await catalogue(locale)).all)) {
    for (const text of forms(message)) check(text, `${locale} ${key}: ${text}`);
  }
}

/** A language with all of its words. */
async function all(locale: Locale) {
  const words = await wordsFor(locale);
  await Promise.all([words.more(), words.manage()]);
  return words;
}

test("the files of a language share no key", () => {
  assert.equal(Object.keys(english).length, [enUS, enUSList, enUSManage, enUSLater].flatMap(Object.keys).length);
});

test("the screens speak the languages of the server's own words", async () => {
  const files = (await readdir("../internal/link/words")).filter((name) => name.endsWith(".json"));
  assert.deepEqual(files.map((name) => name.replace(".json", "")).sort(), [...locales].sort());
});

for (const locale of locales) {
  test(`${locale} has every key of American English in the same file, kind and with the same values`, async () => {
    const { first, list, manage, later, all: both } = await catalogue(locale);
    assert.deepEqual(Object.keys(first).sort(), Object.keys(enUS).sort());
    assert.deepEqual(Object.keys(list).sort(), Object.keys(enUSList).sort());
    assert.deepEqual(Object.keys(manage).sort(), Object.keys(enUSManage).sort());
    assert.deepEqual(Object.keys(later).sort(), Object.keys(enUSLater).sort());
    for (const [key, message] of Object.entries(english)) {
      const ours = forms(message);
      const theirs = forms(both[key]!);
      assert.equal(theirs.length, ours.length, key);
      theirs.forEach((text, n) => {
        assert.equal(text, text?.trim(), key);
        assert.ok(text, key);
        assert.deepEqual(values(text), values(ours[n]!), key);
      });
    }
  });

  test(`${locale} counts with the forms that its plural rules ask for`, async () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    // "many" is for a round million and answered with "other".
    assert.deepEqual(categories.filter((name) => !["one", "other", "many"].includes(name)), []);
    const words = await all(locale);
    for (const count of [0, 1, 2, 5, 21, 1_000_000]) {
      assert.match(words("results", { count }), new RegExp(`^${count}\\s\\p{L}+$`, "u"));
      assert.doesNotMatch(words("tenantsCount", { count, total: 9 }), /[{}]/);
    }
  });

  test(`${locale} has typographic quotes, apostrophes and ellipses`, async () => {
    await everySentence(locale, (text, where) => assert.doesNotMatch(text, /['"`]|\.\.\.| {2}/, where));
    const quotes = { en: "“”", fr: "«»", de: "„“", es: "«»", nl: "‘’", it: "«»", pt: "«»" }[locale.slice(0, 2)]!;
    const noMatch = (await all(locale))("noMatchTitle", { query: "X" });
    assert.deepEqual(noMatch.match(/[«»„“”‘’]/g)?.join(""), locale === "en-GB" ? "‘’" : quotes);
  });
}

/** Sentences that are rightly the same as in English, by language. */
const alike: Partial<Record<Locale, string[]>> = { "fr-CA": ["commerce"] };

for (const locale of others) {
  test(`${locale} leaves nothing in English`, async () => {
    const { all: both } = await catalogue(locale);
    const same = Object.keys(english).filter((key) => forms(both[key]!).some((text) => forms(english[key]!).includes(text)));
    assert.deepEqual(same, alike[locale] ?? []);
  });
}

test("British English differs from American only where usage does", async () => {
  const { all: both } = await catalogue("en-GB");
  const different = Object.keys(english).filter((key) => forms(both[key]!).join() !== forms(english[key]!).join());
  assert.deepEqual(different, ["noMatchTitle", "commerceAbout", "detailAuthorized", "tenantsTitle", "tenantsManyTitle"]);
  await everySentence("en-GB", (text, where) => assert.doesNotMatch(text, /organiz|color|favor|center/i, where));
});

test("French typography: no-break spaces as in Québec and as in France", async () => {
  // The list of letters shows the marks alone.
  const marks = { "fr-CA": /[^\u00a0]:(\s|$)|\s[?!;]| »|« /, "fr-FR": /[^\u00a0]:(\s|$)|[^\u202f][?!;]|[^\u00a0]»|«[^\u00a0]/ };
  for (const locale of ["fr-CA", "fr-FR"] as const) {
    await everySentence(locale, (text, where) => where.includes(" inviteLetters:") || assert.doesNotMatch(text, marks[locale], where));
  }
});

test("Spanish questions and exclamations open with their own marks", async () => {
  await everySentence("es-ES", (text, where) => {
    if (/ inviteLetters:/.test(where)) return;
    assert.equal(text.split("¿").length, text.split("?").length, where);
    assert.equal(text.split("¡").length, text.split("!").length, where);
  });
});

/**
 * Words that neither half of the product says: a familiar address where the house is
 * formal, another country's usage, and second names for what has one already.
 */
const unsaid: Partial<Record<Locale, { words: string[]; parts?: RegExp }>> = {
  "fr-CA": { words: ["tu", "ton", "ta", "tes", "toi", "link"], parts: /e-mail/i },
  "fr-FR": { words: ["tu", "ton", "ta", "tes", "toi", "link"], parts: /courriel|fureteur/i },
  "de-DE": { words: ["du", "dein", "deine", "deinen", "dir", "dich", "euch", "euer", "eure"], parts: /einwillig|verknüpf/i },
  "es-ES": { words: ["tú", "tu", "tus", "te", "vos", "ustedes", "software"], parts: /computador|vincul/i },
  "nl-NL": { words: ["je", "jij", "jouw", "jou", "jullie", "data", "verbinden"] },
  "it-IT": { words: ["tu", "tuo", "tua", "tuoi", "tue", "ti"], parts: /connett/i },
  "pt-PT": {
    words: ["você", "tu", "teu", "tua", "teus", "tuas", "link", "links", "tela", "senha"],
    parts: /compartilh|usuário|arquivo|celular|conect|caractere/i,
  },
};

for (const [locale, { words, parts }] of Object.entries(unsaid) as [Locale, { words: string[]; parts?: RegExp }][]) {
  test(`${locale} keeps to one address and one set of terms, here and on the server`, async () => {
    const check = (text: string, where: string) => {
      const said = text.replace(/\{\w+\}/g, "");
      assert.deepEqual(said.toLowerCase().match(/\p{L}+/gu)?.filter((word) => words.includes(word)) ?? [], [], where);
      if (parts) assert.doesNotMatch(said, parts, where);
    };
    await everySentence(locale, check);
    JSON.parse(await readFile(`../internal/link/words/${locale}.json`, "utf8"), (key, value: unknown) => {
      if (typeof value === "string") check(value, `server, ${locale} ${key}: ${value}`);
      return value;
    });
  });
}

test("plurals follow the language: zero is one in French", async () => {
  const [en, fr, pt] = await Promise.all([all("en-US"), all("fr-CA"), all("pt-PT")]);
  const counted = (words: typeof en) => [0, 1, 2].map((count) => words("results", { count }));
  assert.deepEqual(counted(en), ["0 results", "1 result", "2 results"]);
  assert.deepEqual(counted(fr), ["0 résultat", "1 résultat", "2 résultats"]);
  assert.deepEqual(counted(pt), ["0 resultados", "1 resultado", "2 resultados"]);
});

test("values are filled in literally and a missing one stays as typed", async () => {
  const en = await all("en-US");
  assert.equal(en("handoffTitle", { name: "$& {client} <b>" }), "Taking you to $& {client} <b>");
  assert.equal(en("handoffTitle"), "Taking you to {name}");
});

test("later words are empty until they are there, and a lost file is asked for again", async () => {
  let tries = 0;
  const words = speak("en-US", enUS, {
    list: () => Promise.resolve({ list: enUSList }),
    manage: () => Promise.resolve({ manage: enUSManage }),
    later: () => (tries++ ? Promise.resolve({ rest: enUSLater }) : Promise.reject(new Error("offline"))),
  });
  assert.equal(words("copy") + words("connect"), "");
  await words.list();
  assert.equal(words("copy") + words("connect"), "Connect");
  await assert.rejects(words.more());
  await Promise.all([words.more(), words.more()]);
  assert.equal(words("copy"), "Copy");
  assert.equal(words("next"), "Next");
  assert.equal(tries, 2);
  assert.equal(words("disconnect"), "");
  await words.manage();
  assert.equal(words("disconnect"), "Disconnect");
});

test("the direction follows the language", () => {
  const further = {
    list: () => Promise.resolve({ list: enUSList }), manage: () => Promise.resolve({ manage: enUSManage }), later: () => Promise.resolve({ rest: enUSLater }),
  };
  const dir = (locale: string) => speak(locale as "en-US", enUS, further).dir;
  assert.deepEqual(["en-US", "fr-CA", "ar-XB", "he-IL"].map(dir), ["ltr", "ltr", "rtl", "rtl"]);
});

test("an unknown language is answered in English", async () => {
  const words = await wordsFor("xx-XX" as "en-US");
  assert.equal(words("next"), "Next");
  assert.equal((await wordsFor("fr-CA"))("next"), "Suivant");
});
