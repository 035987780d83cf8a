// The list of types: the first screen, or behind the sheets of a journey that begins
// elsewhere. The embedded journey has it in its first script.

import "../first.ts";
import { Main } from "./Main.tsx";

/** The screens by the step that they draw. */
export const screens = { main: Main };
