// What the first screen needs ships as one file: the later screens import this
// too, and a bundler puts what both need in one place. In the embedded journey the
// build puts embed/core.ts in the place of this file.

import "./carried.ts";
import { start } from "./page.ts";

// What is drawn with the first screen may lie in the page in scripts of its own: they have run by then.
addEventListener("DOMContentLoaded", () => void start());
