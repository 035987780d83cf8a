// One row of a list to choose from: a native radio button or check box under a
// generous label. Its keys are the ones that every assistive technology knows.

import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";

interface ChoiceProps {
  /** Name of the group. */
  group: string;
  value: string;
  chosen: boolean;
  /** Any number of the group may be chosen. */
  many?: boolean;
  /** id of what explains the row. */
  describedBy?: string;
  onChoose: () => void;
  /** A finger or mouse chose the row. Keys only move the choice: they may pass over rows on their way. */
  onPick?: () => void;
  children: ComponentChildren;
}

export function Choice(props: ChoiceProps): VNode {
  return (
    // The click that a label passes on to its input, and those of keys, count no pointer clicks.
    <label class={props.many ? "row many" : "row"} onClick={(event) => event.detail > 0 && props.onPick?.()}>
      <input
        type={props.many ? "checkbox" : "radio"}
        name={props.group}
        value={props.value}
        checked={props.chosen}
        aria-describedby={props.describedBy}
        data-key={`row-${props.value}`}
        onChange={props.onChoose}
      />
      {props.children}
      <span class="tick"><Icon path={paths.check} /></span>
    </label>
  );
}
