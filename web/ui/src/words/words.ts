// The catalogue's grammar: {name} takes a value, a plural chooses its form by
// the rules of the language (CLDR, through Intl). Sentences are never joined
// from pieces, because languages order them differently.
//
// A language is two files: what the first screen says, and the rest, which is
// fetched while the person reads.

import type { Locale } from "../view.ts";
import type { enUS } from "./en-US.ts";
import type { enUS as enUSLater } from "./later/en-US.ts";

/** Forms of a countable message; `count` chooses and is also a value. */
export interface Plural { one: string; other: string }

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

/** Every language must have exactly the keys of en-US, in the same kinds. */
export type Catalogue = Shape<typeof enUS>;
export type LaterCatalogue = Shape<typeof enUSLater>;

type Values = Record<string, string | number>;

export type Word = keyof Catalogue | keyof LaterCatalogue;

/** Looks up one message and fills in its values. */
export interface Words {
  (key: Word, values?: Values): string;
  locale: Locale;
  /** Which way the language is written. */
  dir: "ltr" | "rtl";
  /** Fetches the words of the screens after the first, once; until then they are empty. */
  more(): Promise<void>;
}

/** Builds the lookup for one language. A missing value stays visible as typed. */
export function speak(locale: Locale, first: Catalogue, fetchLater: () => Promise<LaterCatalogue>): Words {
  const rules = new Intl.PluralRules(locale);
  let catalogue: Partial<Catalogue & LaterCatalogue> = first;
  let later: Promise<void> | undefined;
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
    more: () => (later ??= fetchLater().then(
      (found) => void (catalogue = { ...first, ...found }),
      (reason: unknown) => {
        later = undefined;
        throw reason;
      },
    )),
  });
}

interface Language { first(): Promise<Catalogue>; later(): Promise<LaterCatalogue> }

/** Each language is fetched on its own: a reader loads the one they read. */
export const languages: Record<Locale, Language> = {
  "en-US": {
    first: () => import("./en-US.ts").then((file) => file.enUS),
    later: () => import("./later/en-US.ts").then((file) => file.enUS),
  },
  "en-GB": {
    first: () => import("./en-GB.ts").then((file) => file.enGB),
    later: () => import("./later/en-GB.ts").then((file) => file.enGB),
  },
  "fr-CA": {
    first: () => import("./fr-CA.ts").then((file) => file.frCA),
    later: () => import("./later/fr-CA.ts").then((file) => file.frCA),
  },
  "fr-FR": {
    first: () => import("./fr-FR.ts").then((file) => file.frFR),
    later: () => import("./later/fr-FR.ts").then((file) => file.frFR),
  },
  "de-DE": {
    first: () => import("./de-DE.ts").then((file) => file.deDE),
    later: () => import("./later/de-DE.ts").then((file) => file.deDE),
  },
  "es-ES": {
    first: () => import("./es-ES.ts").then((file) => file.esES),
    later: () => import("./later/es-ES.ts").then((file) => file.esES),
  },
  "nl-NL": {
    first: () => import("./nl-NL.ts").then((file) => file.nlNL),
    later: () => import("./later/nl-NL.ts").then((file) => file.nlNL),
  },
  "it-IT": {
    first: () => import("./it-IT.ts").then((file) => file.itIT),
    later: () => import("./later/it-IT.ts").then((file) => file.itIT),
  },
  "pt-PT": {
    first: () => import("./pt-PT.ts").then((file) => file.ptPT),
    later: () => import("./later/pt-PT.ts").then((file) => file.ptPT),
  },
};

/** Fetches the words of a language; English for one that is unknown. */
export async function wordsFor(locale: Locale): Promise<Words> {
  const known = Object.hasOwn(languages, locale) ? locale : "en-US";
  const language = languages[known];
  return speak(known, await language.first(), language.later);
}
