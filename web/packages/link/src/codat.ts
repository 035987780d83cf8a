// The names that pages written for Codat Link already use.

import type {
  ColorsOptions, LinkOptions, LinkProps, SourceTypesOptions, TextOptions, TextOptionsDataTypesKeys, TextOptionsKeys, ThemeOptions,
} from "./types.js";

export type CodatLinkProps = LinkProps;
export type CodatLinkOptions = LinkOptions;
export type CodatThemeOptions = ThemeOptions;
export type CodatColorsOptions = ColorsOptions;
export type CodatSourceTypesOptions = SourceTypesOptions;
export type CodatTextOptions = TextOptions;
export type CodatTextOptionsKeys = TextOptionsKeys;
export type CodatTextOptionsDataAccessDataTypesKeys = TextOptionsDataTypesKeys;
