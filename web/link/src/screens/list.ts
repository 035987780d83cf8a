// The list of types: the first screen, or behind the sheets of a journey that begins
// elsewhere.

import "../first.ts";
import { Main } from "./Main.tsx";

export { default as css } from "./list.css?text";

/** The screens by the step that they draw. */
export const screens = { main: Main };
