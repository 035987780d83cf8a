import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import type { IconName } from "../icons.ts";
import { Icon } from "./icon.tsx";
import css from "./menu.css?text";
import { place, type Align } from "./place.ts";

adopt(css);

/** What a button needs to open something: spread it on the button (`rest` of Button). */
export interface TriggerProps {
  id: string;
  popovertarget: string;
  "aria-expanded": boolean;
  "aria-controls": string;
  "aria-haspopup": "menu" | "dialog";
}

function useOpening(align: Align) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const settle = (): void => {
      const anchor = document.getElementById(`${id}-trigger`);
      if (panel.current && anchor) place(panel.current, anchor, align);
    };
    settle();
    const closing = (event: Event): void => {
      // What scrolls inside the panel is the panel's own.
      if (!panel.current?.contains(event.target as Node)) settle();
    };
    addEventListener("scroll", closing, { capture: true, passive: true });
    addEventListener("resize", settle);
    return () => {
      removeEventListener("scroll", closing, { capture: true });
      removeEventListener("resize", settle);
    };
  }, [open]);
  const trigger = (has: "menu" | "dialog"): TriggerProps => ({
    id: `${id}-trigger`, popovertarget: id, "aria-expanded": open, "aria-controls": id, "aria-haspopup": has,
  });
  return { id, panel, open, setOpen, trigger };
}

export interface MenuItem {
  label: string;
  /** A second, softer line. */
  note?: string;
  icon?: IconName;
  onSelect?: () => void;
  href?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Makes it one of a choice, chosen or not. */
  checked?: boolean;
  /** Of that choice several may be chosen: the menu stays open. */
  several?: boolean;
}

export type MenuEntry = MenuItem | "-" | { heading: string };

const isItem = (entry: MenuEntry): entry is MenuItem => entry !== "-" && "label" in entry;

/** Actions behind a button. Arrow keys, Home, End and the first letter move; Escape and Tab close. */
export function Menu({ label, items, align = "start", trigger }: {
  label: string;
  items: readonly MenuEntry[];
  align?: Align;
  trigger: (props: TriggerProps) => ComponentChildren;
}): VNode {
  const opening = useOpening(align);
  const { panel } = opening;
  const all = (): HTMLElement[] => [...(panel.current?.querySelectorAll<HTMLElement>(".item") ?? [])];
  const close = (): void => {
    panel.current?.hidePopover();
    document.getElementById(`${opening.id}-trigger`)?.focus();
  };
  useEffect(() => {
    if (opening.open) (all().find((one) => one.getAttribute("aria-checked") === "true") ?? all()[0])?.focus({ preventScroll: true });
  }, [opening.open]);
  const key = (event: KeyboardEvent): void => {
    const list = all();
    const now = list.indexOf(document.activeElement as HTMLElement);
    const to = (index: number): void => {
      event.preventDefault();
      list[(index + list.length) % list.length]?.focus();
    };
    if (event.key === "ArrowDown") to(now + 1);
    else if (event.key === "ArrowUp") to(now < 0 ? -1 : now - 1);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(-1);
    else if (event.key === "Tab") close();
    else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLocaleLowerCase();
      const next = [...list.slice(now + 1), ...list.slice(0, now + 1)].find((one) => one.textContent?.trim().toLocaleLowerCase().startsWith(letter));
      next?.focus();
    }
  };
  return (
    <>
      {trigger(opening.trigger("menu"))}
      <div
        ref={panel} id={opening.id} class="popover menu" popover="auto" role="menu" aria-label={label} onKeyDown={key}
        onToggle={(event) => {
          const open = (event as unknown as ToggleEvent).newState === "open";
          opening.setOpen(open);
        }}
      >
        {opening.open && items.map((entry, index) => {
          if (entry === "-") return <hr key={index} />;
          if (!isItem(entry)) return <div key={index} class="heading" role="presentation">{entry.heading}</div>;
          const choice = entry.checked !== undefined;
          const common = {
            class: `item ${entry.danger ? "danger" : ""}`, tabIndex: -1, role: !choice ? "menuitem" as const : entry.several ? "menuitemcheckbox" as const : "menuitemradio" as const,
            "aria-disabled": entry.disabled || undefined, ...(choice && { "aria-checked": entry.checked }),
          };
          const inside = (
            <>
              {choice && (entry.checked ? <Icon name="check" /> : <span class="mark-place" />)}
              {entry.icon && <Icon name={entry.icon} />}
              <span class="words">{entry.label}{entry.note && <small>{entry.note}</small>}</span>
            </>
          );
          const select = (): void => {
            if (entry.disabled) return;
            if (!entry.several) close();
            entry.onSelect?.();
          };
          return entry.href !== undefined
            ? <a key={index} {...common} href={entry.href} onClick={select}>{inside}</a>
            : <button key={index} {...common} type="button" onClick={select}>{inside}</button>;
        })}
      </div>
    </>
  );
}

/** Anything behind a button: filters, a choice of columns. Tab moves inside it; Escape closes it. */
export function Popover({ label, align = "start", trigger, children, class: more, onClose }: {
  label: string;
  align?: Align;
  trigger: (props: TriggerProps) => ComponentChildren;
  /** Drawn while it is open; `close` shuts it. */
  children: (close: () => void) => ComponentChildren;
  class?: string;
  onClose?: () => void;
}): VNode {
  const opening = useOpening(align);
  const close = (): void => {
    opening.panel.current?.hidePopover();
    document.getElementById(`${opening.id}-trigger`)?.focus();
  };
  return (
    <>
      {trigger(opening.trigger("dialog"))}
      <div
        ref={opening.panel} id={opening.id} class={`popover ${more ?? ""}`} popover="auto" role="dialog" aria-label={label}
        onToggle={(event) => {
          const open = (event as unknown as ToggleEvent).newState === "open";
          opening.setOpen(open);
          if (!open) onClose?.();
        }}
      >
        {opening.open && children(close)}
      </div>
    </>
  );
}
