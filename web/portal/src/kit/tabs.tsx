import type { ComponentChildren, VNode } from "preact";
import { useId, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { number } from "../i18n.ts";
import css from "./tabs.css?text";

adopt(css);

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
}

/** Parts of a page with addresses of their own: links, of which one is the present one. */
export function TabLinks({ label, tabs, current }: { label: string; tabs: readonly (Tab & { href: string })[]; current: string }): VNode {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.id} class="tab" href={tab.href} aria-current={tab.id === current ? "page" : undefined}>
          {tab.label}{tab.count !== undefined && <span class="count">{number(tab.count)}</span>}
        </a>
      ))}
    </nav>
  );
}

/** Parts of one form or card (WAI-ARIA tabs): arrow keys choose, Tab goes into the panel. */
export function Tabs({ label, tabs, selected, onSelect, children }: {
  label: string;
  tabs: readonly Tab[];
  selected: string;
  onSelect: (id: string) => void;
  /** The panel of the selected tab. */
  children: ComponentChildren;
}): VNode {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const key = (event: KeyboardEvent): void => {
    const now = tabs.findIndex((tab) => tab.id === selected);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length]!;
    onSelect(next.id);
    row.current?.querySelector<HTMLElement>(`[id="${id}-${next.id}"]`)?.focus();
  };
  return (
    <div class="stack">
      <div class="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={key}>
        {tabs.map((tab) => (
          <button
            key={tab.id} id={`${id}-${tab.id}`} type="button" class="tab" role="tab" aria-selected={tab.id === selected} aria-controls={tab.id === selected ? `${id}-panel` : undefined}
            tabIndex={tab.id === selected ? 0 : -1} onClick={() => onSelect(tab.id)}
          >
            {tab.label}{tab.count !== undefined && <span class="count">{number(tab.count)}</span>}
          </button>
        ))}
      </div>
      <div class="panel" id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${selected}`} tabIndex={0}>{children}</div>
    </div>
  );
}
