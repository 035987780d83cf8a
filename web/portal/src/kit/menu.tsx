import * as machine from "@zag-js/menu";
import { normalizeProps, useMachine } from "./machines.ts";
import type { ComponentChildren, JSX, VNode } from "preact";
import { useId } from "preact/hooks";
import { adopt } from "../adopt.ts";
import type { IconName } from "../icons.ts";
import { Icon } from "./icon.tsx";
import css from "./menu.css?text";
import { placing, useRaised, type Align } from "./raised.ts";

adopt(css);

/** What a button needs to open something: spread it on the button (`rest` of Button). */
export type TriggerProps = JSX.IntrinsicElements["button"];

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

const isItem = (entry: MenuEntry | undefined): entry is MenuItem => entry !== undefined && entry !== "-" && "label" in entry;

/** Actions behind a button. Arrow keys, Home, End and letters move; Escape and Tab close. */
export function Menu({ label, items, align = "start", trigger }: {
  label: string;
  items: readonly MenuEntry[];
  align?: Align;
  trigger: (props: TriggerProps) => ComponentChildren;
}): VNode {
  const service = useMachine(machine.machine, {
    id: useId(), "aria-label": label, positioning: placing(align), loopFocus: true, onSelect: ({ value }) => {
      const entry = items[Number(value)];
      if (isItem(entry)) entry.onSelect?.();
    },
  });
  const menu = machine.connect(service, normalizeProps);
  const raised = useRaised(menu.open);
  return (
    <>
      {trigger(menu.getTriggerProps() as TriggerProps)}
      <div {...menu.getPositionerProps()} {...raised} class="raised">
        <div {...menu.getContentProps()} aria-labelledby={undefined} class="popover menu">
          {menu.open && items.map((entry, index) => {
            if (entry === "-") return <hr key={index} />;
            if (!isItem(entry)) return <div key={index} class="heading" role="presentation">{entry.heading}</div>;
            const { checked, several, disabled = false } = entry;
            const common = { value: String(index), valueText: entry.label, disabled, closeOnSelect: !several };
            const props = checked === undefined
              ? menu.getItemProps(common)
              : menu.getOptionItemProps({ ...common, type: several ? "checkbox" : "radio", checked });
            const inside = (
              <>
                {checked !== undefined && (checked ? <Icon name="check" /> : <span class="mark-place" />)}
                {entry.icon && <Icon name={entry.icon} />}
                <span class="words">{entry.label}{entry.note && <small>{entry.note}</small>}</span>
              </>
            );
            const look = `item ${entry.danger ? "danger" : ""}`;
            return entry.href === undefined
              ? <div key={index} {...props} class={look}>{inside}</div>
              : <a key={index} {...props as { role: "menuitem" }} class={look} href={entry.href} tabIndex={-1}>{inside}</a>;
          })}
        </div>
      </div>
    </>
  );
}
