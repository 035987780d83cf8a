// Where the focus goes when the screen changes. Asked for with the later screens: the
// first one takes no focus.

import type { Shown } from "./journey.ts";

/** The control of that name within a root. */
function control(root: HTMLElement, key: string | undefined): HTMLElement | undefined {
  return key === undefined ? undefined : [...root.querySelectorAll<HTMLElement>("[data-key]")].find((one) => one.dataset.key === key);
}

/**
 * Whether a new screen in somebody else's page may take the focus. It must not be
 * pulled out of their controls, and news that come by themselves do not even take
 * it from nowhere.
 */
export function mayFocus(root: HTMLElement, news: boolean): boolean {
  const within = root.getRootNode() as ShadowRoot;
  const { activeElement, body } = document;
  return !!within.activeElement || (!news && (!activeElement || activeElement === body));
}

/** Moves the focus to what a view that has just been drawn begins with. */
export function arrive(root: HTMLElement, { under, arrival, focus }: Shown, embedded: boolean): void {
  // A page that has just loaded keeps its focus, unless a dialog is open on it.
  if (arrival === "first" && (embedded || !under)) return;
  const back = arrival === "back" ? control(root, focus) : undefined;
  if (back) return back.focus();
  const heading = [...root.querySelectorAll<HTMLElement>("[data-heading]")].at(-1);
  (embedded ? heading : root)?.scrollIntoView({ block: embedded ? "nearest" : "start" });
  heading?.focus({ preventScroll: true });
}

/** Makes the screen below the question whether to leave unreachable, or gives it back. */
export function cover(root: HTMLElement, covered: boolean): void {
  for (const child of root.querySelector(".card")!.children as Iterable<HTMLElement & Element>) {
    child.inert = covered && !child.matches(".over");
  }
  const next = covered ? [...root.querySelectorAll<HTMLElement>("[data-heading]")].at(-1) : control(root, "close");
  next?.focus({ preventScroll: true });
}
