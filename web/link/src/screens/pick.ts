// The list of software: the second screen, or the first where there is only one kind to
// connect. As light as the first one, it needs no Preact either.

import "../first.ts";
import { Picker } from "./Picker.tsx";

export { default as css } from "./pick.css?text";

/** The screens by the step that they draw. */
export const screens = { picker: Picker };
