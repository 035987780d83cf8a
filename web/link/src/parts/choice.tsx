// One row of a list to choose from: a native radio button under a generous
// label. Its arrow keys are the ones that every assistive technology knows.

import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";

interface ChoiceProps {
  /** Name of the radio group. */
  group: string;
  value: string;
  chosen: boolean;
  onChoose: () => void;
  children: ComponentChildren;
}

export function Choice(props: ChoiceProps): VNode {
  return (
    <label class="row">
      <input
        type="radio"
        name={props.group}
        value={props.value}
        checked={props.chosen}
        data-key={`row-${props.value}`}
        onChange={props.onChoose}
      />
      {props.children}
      <span class="tick"><Icon path={paths.check} /></span>
    </label>
  );
}
