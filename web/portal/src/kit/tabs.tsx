import { normalizeProps, useMachine } from "./machines.ts";
import * as machine from "@zag-js/tabs";
import type { ComponentChildren, JSX, RefObject, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { number } from "../i18n.ts";
import css from "./tabs.css?text";

adopt(css);

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
}

/** Where there is no room for all of them, the chosen one is in sight. */
function useInSight(row: RefObject<HTMLElement | null>, chosen: string): void {
  useLayoutEffect(() => {
    const one = row.current?.querySelector<HTMLElement>("[aria-current], [aria-selected=true]");
    if (!one || !row.current) return;
    const { offsetLeft, offsetWidth } = one;
    const { scrollLeft, clientWidth } = row.current;
    const from = offsetLeft - row.current.offsetLeft;
    if (from < scrollLeft || from + offsetWidth > scrollLeft + clientWidth) row.current.scrollLeft = from - (clientWidth - offsetWidth) / 2;
  }, [chosen]);
}

/** Parts of a page with addresses of their own: links, of which one is the present one. */
export function TabLinks({ label, tabs, current }: { label: string; tabs: readonly (Tab & { href: string })[]; current: string }): VNode {
  const row = useRef<HTMLElement>(null);
  useInSight(row, current);
  return (
    <nav class="tabs" aria-label={label} ref={row}>
      {tabs.map((tab) => (
        <a key={tab.id} class="tab" href={tab.href} aria-current={tab.id === current ? "page" : undefined}>
          {tab.label}{tab.count !== undefined && <span class="count">{number(tab.count)}</span>}
        </a>
      ))}
    </nav>
  );
}

/** Parts of one form or card: arrow keys choose, Tab goes into the panel. */
export function Tabs({ label, tabs, selected, onSelect, children }: {
  label: string;
  tabs: readonly Tab[];
  selected: string;
  onSelect: (id: string) => void;
  /** The panel of the selected tab. */
  children: ComponentChildren;
}): VNode {
  const service = useMachine(machine.machine, { id: useId(), value: selected, onValueChange: ({ value }) => onSelect(value), loopFocus: true });
  const parts = machine.connect(service, normalizeProps);
  const row = useRef<HTMLDivElement>(null);
  useInSight(row, selected);
  return (
    <div {...parts.getRootProps()} class="stack">
      <div {...parts.getListProps()} class="tabs" aria-label={label} ref={row}>
        {tabs.map((tab) => (
          <button key={tab.id} {...parts.getTriggerProps({ value: tab.id }) as JSX.IntrinsicElements["button"]} class="tab">
            {tab.label}{tab.count !== undefined && <span class="count">{number(tab.count)}</span>}
          </button>
        ))}
      </div>
      <div key={selected} {...parts.getContentProps({ value: selected })} class="panel">{children}</div>
    </div>
  );
}
