// The catalogue's grammar: {name} takes a value, a plural chooses its form by
// the rules of the language (CLDR, through Intl). Sentences are never joined
// from pieces, because languages order them differently.
//
// A language is three files: what a first screen says; what the list of types says
// besides, which is the first screen of many journeys but not of all; and the rest,
// which is fetched while the person reads.

import type { Locale } from "../view.ts";
import type { first as enUS } from "./en-US.ts";
import type { list as enUSList } from "./list/en-US.ts";
import type { rest as enUSLater } from "./later/en-US.ts";

/** Forms of a countable message; `count` chooses and is also a value. */
export interface Plural { one: string; other: string }

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

/** Every language must have exactly the keys of en-US, in the same kinds. */
export type Catalogue = Shape<typeof enUS>;
export type ListCatalogue = Shape<typeof enUSList>;
export type LaterCatalogue = Shape<typeof enUSLater>;

type Values = Record<string, string | number>;

export type Word = keyof Catalogue | keyof ListCatalogue | keyof LaterCatalogue;

/** Looks up one message and fills in its values. */
export interface Words {
  (key: Word, values?: Values): string;
  locale: Locale;
  /** Which way the language is written. */
  dir: "ltr" | "rtl";
  /** Fetches the words of the list of types, once; until then they are empty. */
  list(): Promise<void>;
  /** Fetches all other words, once. */
  more(): Promise<void>;
}

/** The ways to the words that come later. */
export interface Further { list(): Promise<ListCatalogue>; rest(): Promise<LaterCatalogue> }

/** Builds the lookup for one language. A missing value stays visible as typed. */
export function speak(locale: Locale, first: Catalogue, further: Further): Words {
  const rules = new Intl.PluralRules(locale);
  const catalogue: Partial<Catalogue & ListCatalogue & LaterCatalogue> = { ...first };
  const once = (fetch: () => Promise<object>) => {
    let fetched: Promise<void> | undefined;
    return () => (fetched ??= fetch().then(
      (found) => void Object.assign(catalogue, found),
      (reason: unknown) => {
        fetched = undefined;
        throw reason;
      },
    ));
  };
  const list = once(further.list);
  const rest = once(further.rest);
  const say = (key: Word, values: Values = {}): string => {
    const message = catalogue[key] ?? "";
    const text = typeof message === "string"
      ? message
      : message[rules.select(Number(values.count)) === "one" ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (typed, name: string) => String(values[name] ?? typed));
  };
  return Object.assign(say, {
    locale,
    dir: /^(ar|fa|he|ur)/.test(locale) ? "rtl" as const : "ltr" as const,
    list,
    more: async () => void await Promise.all([list(), rest()]),
  });
}

/** What the first file of a language gives: its words, and the way to the rest. */
export interface Language {
  first: Catalogue;
  list(): Promise<{ list: ListCatalogue }>;
  later(): Promise<{ rest: LaterCatalogue }>;
}

/** Each language is fetched on its own: a reader loads the one they read. */
export const languages: Record<Locale, () => Promise<Language>> = {
  "en-US": () => import("./en-US.ts"),
  "en-GB": () => import("./en-GB.ts"),
  "fr-CA": () => import("./fr-CA.ts"),
  "fr-FR": () => import("./fr-FR.ts"),
  "de-DE": () => import("./de-DE.ts"),
  "es-ES": () => import("./es-ES.ts"),
  "nl-NL": () => import("./nl-NL.ts"),
  "it-IT": () => import("./it-IT.ts"),
  "pt-PT": () => import("./pt-PT.ts"),
};

/** Fetches the words of a language; English for one that is unknown. */
export async function wordsFor(locale: Locale): Promise<Words> {
  const known = Object.hasOwn(languages, locale) ? locale : "en-US";
  const { first, list, later } = await languages[known]();
  return speak(known, first, { list: () => list().then((file) => file.list), rest: () => later().then((file) => file.rest) });
}
