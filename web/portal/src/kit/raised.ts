// What opens over the page. The machines of Zag say when and where; the browser's
// top layer keeps it over everything, a modal dialog included.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export type Align = "start" | "end";

/** Where it opens: below, or above where there is no room, and never out of the window. */
export const placing = (align: Align) => ({
  placement: align === "end" ? "bottom-end" as const : "bottom-start" as const,
  strategy: "fixed" as const, gutter: 4, overflowPadding: 8, fitViewport: true,
});

/**
 * The window less the buttons at its end: a list that stays open while several are chosen would
 * lie over what comes next.
 */
export function besideButtons(): { x: number; y: number; width: number; height: number } {
  const { clientWidth: width, clientHeight } = document.documentElement;
  const within = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  let height = clientHeight;
  for (const bar of within.querySelectorAll(".savebar, .modal .foot")) {
    const { top } = bar.getBoundingClientRect();
    if (top > clientHeight / 2) height = Math.min(height, top);
  }
  return { x: 0, y: 0, width, height };
}

/** Spread on the positioner: raises it while it is open. */
export function useRaised(open: boolean): { ref: RefObject<HTMLDivElement | null>; popover: "manual" } {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const panel = ref.current;
    if (!panel || panel.matches(":popover-open") === open) return;
    if (open) panel.showPopover();
    else panel.hidePopover();
  }, [open]);
  return { ref, popover: "manual" };
}
