// Line icons on a 24-unit grid, drawn for Bowline: round ends, 1.75 stroke. They
// decorate; the words beside them carry the meaning, so they are hidden from
// assistive technology.

import type { VNode } from "preact";

/** Paths of the icons that more than one part of the screens needs; each brings its own besides. */
export const paths = {
  check: "m5 12.5 4.5 4.5L19 7.5",
  left: "M14.5 5.5 8 12l6.5 6.5",
  close: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  knot: "M4 20c7 0 12-4.5 12-10a4 4 0 0 0-8 0c0 5.5 5 10 12 10M12 14.5c3.5-.5 6.5-2 8-4",
  question: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9.5 9.5A2.5 2.5 0 1 1 12 12.2v1.3M12 16.5v.1",
  person: "M9.5 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM3 19.5c.5-3.4 3.1-5 6.5-5s6 1.6 6.5 5M18 8.5v6M15 11.5h6",
} as const;

/** An icon in the colour of its text, 1.25em unless the style sheet says otherwise. */
export function Icon(props: { path: string; class?: string }): VNode {
  return (
    <svg class={`icon ${props.class ?? ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={props.path} />
    </svg>
  );
}
