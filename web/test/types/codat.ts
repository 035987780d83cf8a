// Whatever the public types of Codat Link accept, ours accept: a page written for one
// compiles against the other. Nothing here runs; `npm run check` compiles it.

import type * as codat from "@codat/sdk-link-types";
import * as ours from "../../packages/link/src/index.ts";

type Fn = (...given: never[]) => unknown;

/**
 * Names of members that theirs has and ours lacks, at any depth. Being assignable is not
 * enough: an optional member that is unknown to ours is refused in an object literal.
 */
type Lacking<Theirs, Ours, Path extends string = ""> =
  Theirs extends Fn | string | number | boolean | readonly unknown[] ? never : {
    [Name in keyof Theirs & string]: Name extends keyof Ours
      ? Lacking<NonNullable<Theirs[Name]>, NonNullable<Ours[Name]>, `${Path}${Name}.`>
      : `${Path}${Name}`;
  }[keyof Theirs & string];

/** "yes", or what stands in the way. */
type Accepts<Theirs, Ours> = [Lacking<Theirs, Ours>] extends [never] ? ([Theirs] extends [Ours] ? "yes" : "types differ") : Lacking<Theirs, Ours>;

/** The same for names. */
type Within<Theirs, Ours> = [Theirs] extends [Ours] ? "yes" : Exclude<Theirs, Ours>;

const yes = <Answer extends "yes">(...given: Answer extends "yes" ? [] : [Answer]): void => void given;

// What a host passes.
yes<Accepts<codat.CodatLinkProps, ours.CodatLinkProps>>();
yes<Accepts<codat.CodatLinkProps, ours.LinkProps>>();
yes<Accepts<codat.CodatLinkOptions, ours.CodatLinkOptions>>();
yes<Accepts<codat.CodatThemeOptions, ours.CodatThemeOptions>>();
yes<Accepts<codat.CodatColorsOptions, ours.CodatColorsOptions>>();
yes<Accepts<codat.CodatSourceTypesOptions, ours.CodatSourceTypesOptions>>();
yes<Accepts<codat.CodatTextOptions, ours.CodatTextOptions>>();
yes<Within<codat.CodatTextOptionsKeys, ours.CodatTextOptionsKeys>>();
yes<Within<codat.CodatTextOptionsDataAccessDataTypesKeys, ours.CodatTextOptionsDataAccessDataTypesKeys>>();

// What a host is told goes the other way: its handlers, typed by theirs, take ours.
yes<Accepts<ours.ConnectionCallbackArgs, codat.ConnectionCallbackArgs>>();
yes<Accepts<ours.ErrorCallbackArgs, codat.ErrorCallbackArgs>>();
yes<Accepts<ours.ConsentCallbackArgs, codat.ConsentCallbackArgs>>();
yes<Accepts<codat.ConnectionCallbackArgs, ours.ConnectionCallbackArgs>>();
yes<Accepts<codat.ErrorCallbackArgs, ours.ErrorCallbackArgs>>();
yes<Accepts<codat.ConsentCallbackArgs, ours.ConsentCallbackArgs>>();

// The helper, where theirs is expected.
export const helper: typeof codat.initializeCodatLink = ours.initializeCodatLink;

// This test can fail: each of these is less than theirs, and is noticed.
// @ts-expect-error an optional member is missing
yes<Accepts<codat.CodatLinkProps, Omit<ours.LinkProps, "onConsent">>>();
// @ts-expect-error a member deep inside is missing
yes<Accepts<codat.CodatLinkProps, Omit<ours.LinkProps, "options"> & { options?: Omit<ours.LinkOptions, "theme"> & { theme?: { colors?: object } } }>>();
// @ts-expect-error something is required that theirs does not require
yes<Accepts<codat.CodatLinkProps, ours.LinkProps & { accessToken: string }>>();
// @ts-expect-error a text key is missing
yes<Accepts<codat.CodatTextOptions, Omit<ours.TextOptions, "commerce.dataAccess.consent">>>();
// @ts-expect-error a callback gives less than theirs expects
yes<Accepts<codat.ConnectionCallbackArgs, ours.ConnectionCallbackArgs & { more: string }>>();

// What theirs does not have yet, and the documentation does.
export const fuller: ours.LinkOptions = {
  nonce: "x",
  text: { "accounting.consents.headers.purpose": "Why", "banking.additionalConsents.nextButton": "Share", "commerce.consents.accountInfo": "x", "commerce.dataTypes": ["x"] },
};
// @ts-expect-error a key that nobody has
export const unknown: ours.LinkOptions = { colour: "red" };
