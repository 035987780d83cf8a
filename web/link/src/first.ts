// What the first screen needs ships as one file: the later screens import this
// too, and a bundler puts what both need in one place. In the embedded journey the
// build puts embed/core.ts in the place of this file.

import "./carried.ts";
import { start } from "./page.ts";

void start();
