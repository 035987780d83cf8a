// Entry of the embedded journey: what a page imports from /sdk/link.js.

export { Embedding as Link, Embedding as BowlineLink, Embedding as CodatLink } from "./embed/embed.ts";
