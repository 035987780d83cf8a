import type { ComponentChildren, VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";

interface ButtonProps {
  /** Names the control in its screen: marks it busy and finds it again on the way back. */
  name: string;
  /** risky and final: what ends something, and does so at once (manage.css). */
  kind?: "solid" | "outline" | "quiet" | "art" | "risky" | "final";
  icon?: string;
  submit?: boolean;
  /** Stays focusable while unavailable, so that a keyboard does not lose its place. */
  disabled?: boolean;
  onClick?: () => void;
  children: ComponentChildren;
}

/** A button that spins while its own action is under way and then ignores clicks. */
export function Button(props: ButtonProps, { stage }: OnStage): VNode {
  const { shown, words } = stage;
  const busy = shown.busy === props.name;
  return (
    <button
      type={props.submit ? "submit" : "button"}
      class={`button ${props.kind ?? "solid"}`}
      data-key={props.name}
      aria-disabled={props.disabled || shown.busy !== undefined || undefined}
      aria-busy={busy || undefined}
      onClick={() => {
        if (!props.disabled) props.onClick?.();
      }}
    >
      <span class="label">
        {props.icon && <Icon path={props.icon} />}
        <span>{props.children}</span>
      </span>
      {busy && <span class="spinner" role="img" aria-label={words("busy")} />}
    </button>
  );
}
