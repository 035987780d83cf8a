// The screens of a simple journey after its first. They are fetched while the
// person reads the first one, so that it stands on the page sooner.

import "../first.ts";
import "../shared.ts";
import { Consent } from "./Consent.tsx";
import { Done } from "./Done.tsx";
import { Failure } from "./Failure.tsx";
import { Handoff } from "./Handoff.tsx";
import { Success } from "./Success.tsx";
import { Tenants } from "./Tenants.tsx";

export { aids } from "../aids.ts";
export { default as css } from "./later.css?text";

/** The screens by the step that they draw. */
export const screens = {
  consent: Consent,
  handoff: Handoff,
  tenants: Tenants,
  success: Success,
  error: Failure,
  done: Done,
};
