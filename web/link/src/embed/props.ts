// What the host passes, and how its callbacks are called.

import type { LinkProps } from "../../../packages/link/src/types.ts";
import type { Callback } from "./site.ts";

/** Not instanceof: an element of another window is an element too. */
export function isElement(target: unknown): target is HTMLElement {
  return (target as Node | undefined)?.nodeType === 1;
}

/** Says what is wrong with the arguments; undefined when nothing is. */
export function problem(target: unknown, props: Partial<LinkProps>): string | undefined {
  if (!isElement(target)) return "target is no element";
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(props.companyId))) return "companyId is no UUID";
  const absent = (["onConnection", "onError", "onFinish"] as const).find((name) => typeof props[name] !== "function");
  return absent && `${absent} is no function`;
}

/** Tells the host's developers, in the console. */
export function say(how: "error" | "warn", ...what: unknown[]): void {
  console[how]("Bowline Link:", ...what);
}

/** Calls a callback as the host has it now. Whatever it throws stays with the host. */
export function call(props: Partial<LinkProps>, name: Callback, argument?: object): void {
  const failed = (reason: unknown) => say("error", name, reason);
  try {
    const answer: unknown = (props[name] as ((argument?: object) => unknown) | undefined)?.(argument);
    if (answer instanceof Promise) answer.catch(failed);
  } catch (reason) {
    failed(reason);
  }
}
