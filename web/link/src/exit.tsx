import type { VNode } from "preact";
import type { OnStage } from "./context.ts";
import { Button } from "./parts/button.tsx";
import { Heading } from "./parts/frame.tsx";
import { Sheet } from "./parts/sheet.tsx";

interface ExitProps {
  onStay: () => void;
  onLeave: () => void;
}

/** Asks before an embedded journey is left half-way. Escape is the safe answer. */
export function Exit({ onStay, onLeave }: ExitProps, { stage }: OnStage): VNode {
  const { words, shown } = stage;
  return (
    <Sheet
      labelledBy="exit-title"
      onEscape={onStay}
      actions={
        <>
          <Button name="stay" onClick={onStay}>{words("exitStay")}</Button>
          <Button name="leave" kind="outline" onClick={onLeave}>{words("exitLeave")}</Button>
        </>
      }
    >
      <Heading id="exit-title">{words("exitTitle")}</Heading>
      <p class="lead">{shown.view.exitMessage || words("exitBody")}</p>
    </Sheet>
  );
}
