import type { ComponentChildren, VNode } from "preact";
import { adopt } from "../adopt.ts";
import type { IconName } from "../icons.ts";
import { Icon } from "./icon.tsx";
import css from "./pill.css?text";

adopt(css);

export type Tone = "good" | "warn" | "bad" | "info" | "neutral" | "test";

/** The shape of each tone: colour is never the only cue. */
export const shapes: Record<Tone, IconName> = { good: "ok", warn: "alert", bad: "stop", info: "clock", neutral: "minus", test: "flask" };

/** A status: a word, a shape and a colour. `icon={null}` for what is no status, such as a tag. */
export function Pill({ tone = "neutral", icon, children }: { tone?: Tone; icon?: IconName | null; children: ComponentChildren }): VNode {
  return (
    <span class={`pill ${tone} ${icon === null ? "plain" : ""}`}>
      {icon !== null && <Icon name={icon ?? shapes[tone]} />}<span class="truncate">{children}</span>
    </span>
  );
}
