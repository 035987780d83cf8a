// Quiet ways on for those whom the main one does not fit.

import type { ComponentChildren, VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Button } from "./frame.tsx";

/** Stands around them, at the end of a screen. */
export function Ways(props: { children: ComponentChildren }, { stage }: OnStage): VNode {
  return <div class="ways" role="group" aria-label={stage.words("otherWays")}>{props.children}</div>;
}

/** Lets somebody else sign in. `onClick` replaces the plain action. */
export function HandOverWay(props: { kind?: "quiet" | "outline"; onClick?: () => void }, { stage }: OnStage): VNode {
  const { words, journey } = stage;
  return (
    <Button
      name="handOver"
      kind={props.kind ?? "quiet"}
      icon={paths.person}
      onClick={props.onClick ?? (() => journey.act({ action: "handOver" }, "handOver"))}
    >
      {words("handOver")}
    </Button>
  );
}
