import type { ComponentChildren, VNode } from "preact";
import type { OnStage } from "../context.ts";
import { FaultRegion, Frame, Mark } from "./frame.tsx";

interface SheetProps {
  /** id of the heading inside, which names the dialog. */
  labelledBy: string;
  actions: ComponentChildren;
  /** What Escape does: the safe way on. */
  onEscape: () => void;
  children: ComponentChildren;
}

/**
 * A bottom sheet over the dimmed screen that it answers. The screen below is
 * inert, so focus needs no trap. With nothing below (the person just came back
 * from the provider) the same content fills the card.
 */
export function Sheet(props: SheetProps, { stage }: OnStage): VNode {
  const { shown } = stage;
  if (!shown.under) return <Frame calm actions={props.actions}>{props.children}</Frame>;
  return (
    <div class="over">
      <div class="shade" />
      <div
        class="sheet"
        role="dialog"
        aria-modal="true"
        aria-labelledby={props.labelledBy}
        onKeyDown={(event) => {
          if (event.key === "Escape") props.onEscape();
        }}
      >
        <div class="sheet-body">{props.children}</div>
        <div class="foot">
          <FaultRegion />
          <div class="actions">{props.actions}</div>
          <Mark />
        </div>
      </div>
    </div>
  );
}
