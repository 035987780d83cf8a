// Entry of the embedded journey: what a page imports from /sdk/link.js.

export { Link, Link as BowlineLink, Link as CodatLink } from "./embed/embed.ts";
