// The catalogue's grammar: {name} takes a value, a plural chooses its form by
// the rules of the language (CLDR, through Intl). Sentences are never joined
// from pieces, because languages order them differently.

import type { Locale } from "../view.ts";
import type { enUS } from "./en-US.ts";

/** Forms of a countable message; `count` chooses and is also a value. */
export interface Plural { one: string; other: string }

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

/** Every language must have exactly the keys of en-US, in the same kinds. */
export type Catalogue = Shape<typeof enUS>;

type Values = Record<string, string | number>;

export type Word = keyof Catalogue;

/** Looks up one message and fills in its values. */
export type Words = ((key: Word, values?: Values) => string) & { locale: Locale };

/** Builds the lookup for one language. A missing value stays visible as typed. */
export function speak(locale: Locale, catalogue: Catalogue): Words {
  const rules = new Intl.PluralRules(locale);
  const say = (key: Word, values: Values = {}): string => {
    const message = catalogue[key];
    const text = typeof message === "string"
      ? message
      : message[rules.select(Number(values.count)) === "one" ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (typed, name: string) => String(values[name] ?? typed));
  };
  return Object.assign(say, { locale });
}

/** Each language is a file of its own: a reader fetches the one they read. */
const languages: Record<Locale, () => Promise<Catalogue>> = {
  "en-US": () => import("./en-US.ts").then((file) => file.enUS),
  "fr-CA": () => import("./fr-CA.ts").then((file) => file.frCA),
};

/** Fetches the words of a language; English for one that is unknown. */
export async function wordsFor(locale: Locale): Promise<Words> {
  const known = Object.hasOwn(languages, locale) ? locale : "en-US";
  return speak(known, await languages[known]());
}
