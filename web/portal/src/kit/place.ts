// Where things open that belong to a button: below it and inside the window.

export type Align = "start" | "end";

/** Puts an open popover at its anchor; above it where there is no room below. */
export function place(panel: HTMLElement, anchor: Element, align: Align = "start", gap = 4): void {
  const from = anchor.getBoundingClientRect();
  const edge = 8;
  const { style } = panel;
  style.position = "fixed";
  style.inset = "auto";
  style.margin = "0";
  style.maxHeight = "";
  const width = panel.offsetWidth;
  const height = panel.offsetHeight;
  const wide = document.documentElement.clientWidth;
  const tall = innerHeight;
  const rtl = getComputedStyle(panel).direction === "rtl";
  const left = (align === "start") !== rtl ? from.left : from.right - width;
  style.left = `${Math.max(edge, Math.min(left, wide - width - edge))}px`;
  const below = tall - from.bottom - gap - edge;
  const above = from.top - gap - edge;
  if (height <= below || below >= above) {
    style.top = `${from.bottom + gap}px`;
    style.maxHeight = `${Math.max(120, below)}px`;
  } else {
    style.top = `${Math.max(edge, from.top - gap - Math.min(height, above))}px`;
    style.maxHeight = `${above}px`;
  }
}
