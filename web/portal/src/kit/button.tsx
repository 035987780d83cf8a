import type { ComponentChildren, VNode } from "preact";
import { adopt } from "../adopt.ts";
import type { IconName } from "../icons.ts";
import css from "./button.css?text";
import { Icon } from "./icon.tsx";
import { Tooltip } from "./tooltip.tsx";

adopt(css);

export interface ButtonProps {
  children?: ComponentChildren;
  /** One primary button a view; secondary is the usual one. `danger` is drawn solid inside a confirmation. */
  variant?: "primary" | "secondary" | "quiet" | "danger";
  solid?: boolean;
  size?: "small" | "medium";
  icon?: IconName;
  iconAfter?: IconName;
  /** Under way: it keeps its place and its focus, and does nothing. */
  busy?: boolean | undefined;
  disabled?: boolean | undefined;
  /** Makes it a link that looks like a button. */
  href?: string;
  onClick?: (event: MouseEvent) => void;
  type?: "button" | "submit";
  /** Everything else that a button or a link may have. */
  rest?: Record<string, unknown>;
  class?: string;
}

/** A button, or a link in its clothes. A disabled one stays reachable, so that one can learn that it is there. */
export function Button(props: ButtonProps): VNode {
  const { variant = "secondary", size = "medium", icon, iconAfter, busy, disabled, href } = props;
  const off = Boolean(busy || disabled);
  const look = `button ${variant}${size === "small" ? " small" : ""}${props.solid ? " solid" : ""} ${props.class ?? ""}`;
  const inside = (
    <>
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {props.children}
      {iconAfter && <Icon name={iconAfter} />}
    </>
  );
  if (href !== undefined) return <a class={look} href={href} onClick={props.onClick} {...(props.rest as object)}>{inside}</a>;
  const click = (event: MouseEvent): void => {
    if (!off) return props.onClick?.(event);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button type={props.type ?? "button"} class={look} aria-disabled={off || undefined} aria-busy={busy || undefined} onClick={click} {...(props.rest as object)}>
      {inside}
    </button>
  );
}

export interface IconButtonProps {
  icon: IconName;
  /** What it does, for everybody who cannot tell from the picture: it is the name and the tooltip. */
  label: string;
  size?: "small" | "medium";
  pressed?: boolean;
  busy?: boolean;
  disabled?: boolean;
  href?: string;
  onClick?: (event: MouseEvent) => void;
  rest?: Record<string, unknown>;
  class?: string;
}

/** A button that is only a picture. Its label shows when it is pointed at or focused. */
export function IconButton({ icon, label, size, pressed, busy, disabled, href, onClick, rest, class: more }: IconButtonProps): VNode {
  return (
    <Tooltip text={label} names>
      <Button
        class={`iconic ${more ?? ""}`} variant="quiet" {...(size && { size })} icon={icon} busy={busy} disabled={disabled} {...(href !== undefined && { href })} {...(onClick && { onClick })}
        rest={{ "aria-label": label, ...(pressed !== undefined && { "aria-pressed": pressed }), ...rest }}
      />
    </Tooltip>
  );
}
