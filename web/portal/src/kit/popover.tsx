import * as machine from "@zag-js/popover";
import { normalizeProps, useMachine } from "./machines.ts";
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { adopt } from "../adopt.ts";
import menuCss from "./menu.css?text";
import type { TriggerProps } from "./menu.tsx";
import { placing, useRaised, type Align } from "./raised.ts";

adopt(menuCss);

/** Anything behind a button: filters, a choice of columns. Tab moves inside it; Escape closes it. */
export function Popover({ label, align = "start", trigger, children, class: more, onClose, defaultOpen = false }: {
  label: string;
  align?: Align;
  trigger: (props: TriggerProps) => ComponentChildren;
  /** Drawn while it is open; `close` shuts it. */
  children: (close: () => void) => ComponentChildren;
  class?: string;
  onClose?: () => void;
  /** Open from the beginning. */
  defaultOpen?: boolean;
}): VNode {
  const service = useMachine(machine.machine, {
    id: useId(), defaultOpen, positioning: placing(align), onOpenChange: ({ open }) => {
      if (!open) onClose?.();
    },
  });
  const popover = machine.connect(service, normalizeProps);
  const raised = useRaised(popover.open);
  return (
    <>
      {trigger(popover.getTriggerProps() as TriggerProps)}
      <div {...popover.getPositionerProps()} {...raised} class="raised">
        <div {...popover.getContentProps()} aria-labelledby={undefined} aria-describedby={undefined} aria-label={label} class={`popover ${more ?? ""}`}>
          {popover.open && children(() => popover.setOpen(false))}
        </div>
      </div>
    </>
  );
}
