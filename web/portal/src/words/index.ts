import { define } from "../i18n.ts";
import { english } from "./en-US.ts";
import { french } from "./fr-CA.ts";

/** Texts of the shell, and names that pages share: of roles, of pages. */
export const shellWords = define(english, french);
