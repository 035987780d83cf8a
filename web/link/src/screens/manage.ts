// What is connected and may be looked after (link.md 1.3.17 and 3.2). It is the first screen of
// the Connections SDK, and of Link on a later visit: as light as the others, it needs no Preact.

import "../first.ts";
import { Manage } from "./Manage.tsx";

export { default as css } from "./manage.css?text";

/** The screens by the step that they draw. */
export const screens = { manage: Manage };
