// Two languages, typed equal: French must have every text that English has, with the
// same values in it. Dates and numbers follow the language of the person.

import { cell, useCell } from "./cell.ts";

export const locales = ["en-US", "fr-CA"] as const;
export type Locale = (typeof locales)[number];

/** How a language calls itself. */
export const localeNames: Record<Locale, string> = { "en-US": "English", "fr-CA": "Français (Canada)" };

export const isLocale = (text: unknown): text is Locale => locales.includes(text as Locale);

const kept = "bowline.locale";

function initial(): Locale {
  const chosen = localStorage.getItem(kept);
  if (isLocale(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith("fr") ? "fr-CA" : "en-US";
}

/** The language that everything is shown in. */
export const locale = cell<Locale>(initial());

const dress = (chosen: Locale): void => {
  document.documentElement.lang = chosen;
};
dress(locale.get());
locale.watch((chosen) => {
  localStorage.setItem(kept, chosen);
  dress(chosen);
});

export type Words<T> = Record<Locale, T>;

/** The texts of one part of the Portal: an object of strings and of functions that give strings. */
export function define<T extends object>(english: T, french: NoInfer<T>): Words<T> {
  return { "en-US": english, "fr-CA": french };
}

/** The texts in the language of the person; a component that uses it is drawn again when that changes. */
export function useWords<T>(words: Words<T>): T {
  return words[useCell(locale)];
}

/** The same where nothing is drawn, such as in a message after an action. */
export function wordsNow<T>(words: Words<T>): T {
  return words[locale.get()];
}

// Making a formatter costs more than using it, and a table uses it in every row.
const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  const name = `${locale.get()} ${key}`;
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

/** One of two texts by number, as the language counts: French says 0 like 1. */
export function plural(count: number, one: string, other: string): string {
  return once("plural", () => new Intl.PluralRules(locale.get())).select(count) === "one" ? one : other;
}

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return once(`number ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale.get(), options)).format(value);
}

/** A share of 1 as a percentage without decimals, unless it asks for some. */
export const percent = (share: number, digits = 0): string => number(share, { style: "percent", maximumFractionDigits: digits });

export function date(iso: string, options: Intl.DateTimeFormatOptions = { dateStyle: "medium" }): string {
  return once(`date ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale.get(), options)).format(new Date(iso));
}

/** A day that is the same everywhere: announced as a date, in UTC. */
export const day = (iso: string): string => date(iso, { dateStyle: "medium", timeZone: "UTC" });

export const dateTime = (iso: string): string => date(iso, { dateStyle: "medium", timeStyle: "short" });

/** To the millisecond: for what is compared with a log. */
export const exactTime = (iso: string): string =>
  date(iso, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3600], ["minute", 60],
];

/** "3 hours ago", "in 2 days"; within a minute, "now". */
export function relative(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const format = once("relative", () => new Intl.RelativeTimeFormat(locale.get(), { numeric: "auto" }));
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** "A, B and C". */
export function list(items: string[]): string {
  return once("list", () => new Intl.ListFormat(locale.get())).format(items);
}

export function bytes(count: number): string {
  const [unit, size] = count >= 1e6 ? ["megabyte", 1e6] as const : count >= 1e3 ? ["kilobyte", 1e3] as const : ["byte", 1] as const;
  return number(count / size, { style: "unit", unit, maximumFractionDigits: count >= 1e6 ? 1 : 0 });
}
