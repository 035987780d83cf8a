// The screens about one connection that is looked after: its details, ending it, and the
// sign-in that was for another one (link.md 1.3.17, 1.3.18 and 3.2).

import "../first.ts";
import "../shared.ts";
import { Disconnect, Disconnected } from "./Disconnect.tsx";
import { Managed } from "./Managed.tsx";
import { Mismatch } from "./Mismatch.tsx";

export { default as css } from "./managed.css?text";

/** The screens by the step that they draw. */
export const screens = {
  managed: Managed,
  disconnect: Disconnect,
  disconnected: Disconnected,
  mismatch: Mismatch,
};
