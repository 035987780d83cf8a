// What the host passes, and how its callbacks are called.

import { title } from "./product.ts";
import type { Callback, Props } from "./site.ts";

/** Not instanceof: an element of another window is an element too. */
export function isElement(target: unknown): target is HTMLElement {
  return (target as Node | undefined)?.nodeType === 1;
}

/** Tells the host's developers, in the console. */
export function say(how: "error" | "warn", ...what: unknown[]): void {
  console[how](title, ...what);
}

/** Calls a callback as the host has it now. Whatever it throws stays with the host. */
export function call(props: Props, name: Callback, argument?: object): void {
  const failed = (reason: unknown) => say("error", name, reason);
  try {
    const answer: unknown = (props[name] as ((argument?: object) => unknown) | undefined)?.(argument);
    if (answer instanceof Promise) answer.catch(failed);
  } catch (reason) {
    failed(reason);
  }
}
