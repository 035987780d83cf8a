// Line icons on a 24-unit grid, drawn for Bowline: round ends, 1.75 stroke. They
// decorate; the words beside them carry the meaning, so they are hidden from
// assistive technology.

import type { VNode } from "preact";

/** Paths of the icons that every screen may need; later screens bring their own. */
export const paths = {
  accounting: "M6 3.5h9.5A2.5 2.5 0 0 1 18 6v14.5H7A2.5 2.5 0 0 1 4.5 18V5A1.5 1.5 0 0 1 6 3.5ZM4.5 18A2.5 2.5 0 0 1 7 15.5h11M8.5 8H14M8.5 11.5h3",
  banking: "M3.5 9.5 12 4.5l8.5 5zM5.5 13v4.5M9.8 13v4.5M14.2 13v4.5M18.5 13v4.5M3.5 20.5h17",
  commerce: "M5 10.5v8.5a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19v-8.5M3.5 8 5.5 3.5h13l2 4.5a2.8 2.8 0 0 1-5.6 0A2.9 2.9 0 0 1 12 10.5 2.9 2.9 0 0 1 9.1 8a2.8 2.8 0 0 1-5.6 0ZM9.5 20.5v-5h5v5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2",
  alert: "M12 8.5v4.5M12 16.3v.1M10.7 4.2 2.9 17.7a1.5 1.5 0 0 0 1.3 2.3h15.6a1.5 1.5 0 0 0 1.3-2.3L13.3 4.2a1.5 1.5 0 0 0-2.6 0Z",
  left: "M14.5 5.5 8 12l6.5 6.5",
  close: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  globe: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
  lock: "M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5ZM8 10.5V8a4 4 0 0 1 8 0v2.5",
  knot: "M4 20c7 0 12-4.5 12-10a4 4 0 0 0-8 0c0 5.5 5 10 12 10M12 14.5c3.5-.5 6.5-2 8-4",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 20 20",
  clear: "m7 7 10 10M17 7 7 17",
  question: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9.5 9.5A2.5 2.5 0 1 1 12 12.2v1.3M12 16.5v.1",
  computer: "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 5ZM2.5 19.5h19",
  phone: "M8.5 3h7A1.5 1.5 0 0 1 17 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 19.5v-15A1.5 1.5 0 0 1 8.5 3ZM11 17.5h2",
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
