import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { InlineText } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";

/** What is shared, one kind of data a line. Items hold Markdown. */
export function Items(props: { items: string[] }, { stage }: OnStage): VNode {
  return (
    <ul class="items">
      {props.items.map((item) => (
        <li key={item}><Icon path={paths.check} /><span><InlineText text={item} newTab={stage.words("newTab")} /></span></li>
      ))}
    </ul>
  );
}
