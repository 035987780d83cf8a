import type { ComponentChildren, VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";

/** A few words that stand out from the screen around them. */
export function Notice(props: { icon: string; kind?: "warn" | "bad"; children: ComponentChildren }): VNode {
  return <div class={`notice ${props.kind ?? ""}`}><Icon path={props.icon} /><div>{props.children}</div></div>;
}
