import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { place } from "./place.ts";
import css from "./tooltip.css?text";

adopt(css);

/**
 * Words that show while something is pointed at or focused; Escape hides them (WCAG 1.4.13). `names`:
 * the thing has these words as its name already. Never the only place of something that matters.
 */
export function Tooltip({ text, names, children, class: more }: { text: string; names?: boolean; children: ComponentChildren; class?: string }): VNode {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef(0);
  const hide = (): void => {
    clearTimeout(timer.current);
    if (tip.current?.matches(":popover-open")) tip.current.hidePopover();
  };
  const show = (after: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const [panel, at] = [tip.current, anchor.current?.firstElementChild ?? anchor.current];
      // A tip would lie over the menu that its button has opened.
      if (!panel || !at || panel.matches(":popover-open") || at.getAttribute("aria-expanded") === "true") return;
      panel.showPopover();
      place(panel, at, "start", 6);
    }, after) as unknown as number;
  };
  useEffect(() => {
    if (!names) anchor.current?.firstElementChild?.setAttribute("aria-describedby", id);
    return () => clearTimeout(timer.current);
  }, [names, id]);
  return (
    <span
      ref={anchor} class={`tipped ${more ?? ""}`} onMouseEnter={() => show(350)} onMouseLeave={hide} onMouseDown={hide} onFocusOut={hide}
      onFocusIn={(event) => (event.target as Element).matches(":focus-visible") && show(150)}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {children}
      <span ref={tip} id={id} class="tooltip" popover="manual" role="tooltip" aria-hidden={names}>{text}</span>
    </span>
  );
}
