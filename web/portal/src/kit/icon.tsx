import type { VNode } from "preact";
import { icons, type IconName } from "../icons.ts";

/** An icon in the colour and size of its text. It decorates: the words beside it carry the meaning. */
export function Icon({ name, class: more }: { name: IconName; class?: string }): VNode {
  return (
    <svg class={more ? `icon ${more}` : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  );
}
