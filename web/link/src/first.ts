// What the first screen needs ships as one file: the later screens import this
// too, and a bundler puts what both need in one place.

export { start } from "./page.ts";
