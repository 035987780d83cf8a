import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { useWords } from "../i18n.ts";
import type { Choice } from "./field.tsx";
import fieldCss from "./field.css?text";
import { Icon } from "./icon.tsx";
import css from "./toggle.css?text";
import { kitWords } from "./words.ts";

adopt(fieldCss);
adopt(css);

export interface ToggleProps {
  label: ComponentChildren;
  help?: ComponentChildren;
  error?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean | undefined;
  /** Some of what it stands for, and not all. */
  indeterminate?: boolean;
  hideLabel?: boolean;
  /** The control comes after its words: in lists of settings. */
  after?: boolean;
}

function Toggle(props: ToggleProps & { role?: "switch" }): VNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = props.indeterminate ?? false;
  }, [props.indeterminate]);
  const described = [props.help && `${id}-help`, props.error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={`toggle ${props.role ?? "check"} ${props.after ? "after" : ""} ${props.hideLabel && !props.help && !props.error ? "bare" : ""}`}>
      <input
        ref={input} id={id} type="checkbox" role={props.role} checked={props.checked} disabled={props.disabled} aria-describedby={described || undefined} aria-invalid={props.error ? true : undefined}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          // What is shown is what the page says, also when it says no.
          event.currentTarget.checked = props.checked;
          props.onChange(checked);
        }}
      />
      <div class="text">
        <label for={id} class={props.hideLabel ? "unseen" : ""}>{props.label}</label>
        {props.help && <div class="help" id={`${id}-help`}>{props.help}</div>}
        {props.error && <p class="error" id={`${id}-error`}><Icon name="stop" /><span>{props.error}</span></p>}
      </div>
    </div>
  );
}

/** Yes or no, as part of a form that is saved. */
export const Checkbox = (props: ToggleProps): VNode => <Toggle {...props} />;

/** On or off, of something that is in force. */
export const Switch = (props: ToggleProps): VNode => <Toggle {...props} role="switch" />;

/** One of a few that are all seen: as a list, as cards with explanations, or as segments of one control. */
export function RadioGroup<V extends string>(props: {
  label: string;
  hideLabel?: boolean;
  help?: ComponentChildren;
  error?: string | undefined;
  value: V | "";
  options: readonly (Choice<V> & { icon?: Parameters<typeof Icon>[0]["name"] })[];
  onChange: (value: V) => void;
  variant?: "list" | "cards" | "segments";
  disabled?: boolean;
  optional?: boolean;
}): VNode {
  const t = useWords(kitWords);
  const id = useId();
  const { label, help, error, value, options, onChange, variant = "list" } = props;
  return (
    <fieldset class="field" disabled={props.disabled} aria-describedby={[help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined}>
      <legend class={props.hideLabel ? "unseen" : ""}>{label}{props.optional && <span class="optional"> ({t.optional})</span>}</legend>
      {help && <div class="help" id={`${id}-help`}>{help}</div>}
      <div class={`choices ${variant}`}>
        {options.map((one) => (
          <div class="toggle" key={one.value}>
            <input
              type="radio" id={`${id}-${one.value}`} name={id} value={one.value} checked={one.value === value} disabled={one.disabled}
              aria-describedby={one.help ? `${id}-${one.value}-help` : undefined} onChange={() => onChange(one.value)}
            />
            <div class="text">
              <label for={`${id}-${one.value}`}>{one.icon && <Icon name={one.icon} />}{one.label}</label>
              {one.help && <div class="help" id={`${id}-${one.value}-help`}>{one.help}</div>}
            </div>
          </div>
        ))}
      </div>
      {error && <p class="error" id={`${id}-error`}><Icon name="stop" /><span>{error}</span></p>}
    </fieldset>
  );
}
