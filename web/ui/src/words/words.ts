// The catalogue's grammar: {name} takes a value, a plural chooses its form by
// the rules of the language (CLDR, through Intl). Sentences are never joined
// from pieces, because languages order them differently.
//
// A language is four files: what a first screen says; what the list of types says
// besides, which is the first screen of many journeys but not of all; what is said about
// connections that are looked after, which few journeys show; and the rest, which is
// fetched while the person reads.

import type { Locale } from "../view.ts";
import type { first as enUS } from "./en-US.ts";
import type { list as enUSList } from "./list/en-US.ts";
import type { rest as enUSLater } from "./later/en-US.ts";
import type { manage as enUSManage } from "./manage/en-US.ts";

/** Forms of a countable message; `count` chooses and is also a value. */
export interface Plural { one: string; other: string }

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

/** Every language must have exactly the keys of en-US, in the same kinds. */
export type Catalogue = Shape<typeof enUS>;
export type ListCatalogue = Shape<typeof enUSList>;
export type LaterCatalogue = Shape<typeof enUSLater>;
export type ManageCatalogue = Shape<typeof enUSManage>;

type Values = Record<string, string | number>;

export type Word = keyof Catalogue | keyof ListCatalogue | keyof LaterCatalogue | keyof ManageCatalogue;

/** Looks up one message and fills in its values. */
export interface Words {
  (key: Word, values?: Values): string;
  locale: Locale;
  /** Which way the language is written. */
  dir: "ltr" | "rtl";
  /** Fetches the words of the list of types, once; until then they are empty. */
  list(): Promise<void>;
  /** Fetches those about connections that are looked after, once. */
  manage(): Promise<void>;
  /** Fetches the words of all other screens and those of the list, once. */
  more(): Promise<void>;
}

/** The ways to the words that come later. Each file gives one catalogue, under any name. */
export interface Further {
  list(): Promise<{ list: ListCatalogue }>;
  manage(): Promise<{ manage: ManageCatalogue }>;
  later(): Promise<{ rest: LaterCatalogue }>;
}

/** Builds the lookup for one language. A missing value stays visible as typed. */
export function speak(locale: Locale, first: Catalogue, further: Further): Words {
  const rules = new Intl.PluralRules(locale);
  const catalogue: Partial<Catalogue & ListCatalogue & LaterCatalogue & ManageCatalogue> = { ...first };
  const once = (fetch: () => Promise<object>) => {
    let fetched: Promise<void> | undefined;
    return () => (fetched ??= fetch().then(
      (file) => void Object.assign(catalogue, ...Object.values(file)),
      (reason: unknown) => {
        fetched = undefined;
        throw reason;
      },
    ));
  };
  const list = once(further.list);
  const rest = once(further.later);
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
    manage: once(further.manage),
    more: async () => void await Promise.all([list(), rest()]),
  });
}

/** What the first file of a language gives: its words, and the way to the rest. */
export interface Language extends Further { first: Catalogue }

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
  const language = await languages[known]();
  return speak(known, language.first, language);
}
