import type { ComponentChildren, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { number, useWords } from "../i18n.ts";
import type { IconName } from "../icons.ts";
import { IconButton } from "./button.tsx";
import css from "./field.css?text";
import { Icon } from "./icon.tsx";
import { kitWords } from "./words.ts";

adopt(css);

/** What a field gives to the control inside it. */
export interface Control {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
  required: boolean | undefined;
}

export interface FieldProps {
  label: string;
  /** The label is for those who listen only; the sight of the page says it. */
  hideLabel?: boolean | undefined;
  help?: ComponentChildren;
  error?: string | undefined;
  /** How much of how much is used. */
  count?: { used: number; most: number };
  required?: boolean | undefined;
  /** Says "optional" beside the label: in forms where most is required. */
  optional?: boolean | undefined;
  class?: string;
}

/** Label, help, error and counter around any control. */
export function Field(props: FieldProps & { children: (control: Control) => ComponentChildren }): VNode {
  const t = useWords(kitWords);
  const id = useId();
  const { label, help, error, count } = props;
  const left = count ? count.most - count.used : 0;
  // Somebody who listens need not hear the number at each key.
  const near = count && left <= Math.max(10, count.most / 10);
  const described = [help && `${id}-help`, error && `${id}-error`, near && `${id}-count`].filter(Boolean).join(" ");
  return (
    <div class={`field ${props.class ?? ""}`}>
      <label class={props.hideLabel ? "unseen" : "label"} for={id}>
        {label}{props.optional && <span class="optional"> ({t.optional})</span>}
      </label>
      {props.children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined, required: props.required })}
      {error && <p class="error" id={`${id}-error`}><Icon name="stop" /><span>{error}</span></p>}
      {(help || count) && (
        <div class="below">
          {help && <div class="help" id={`${id}-help`}>{help}</div>}
          {count && (
            <span class={`counter ${left < 0 ? "over" : ""}`} id={`${id}-count`}>
              {left < 0 ? t.over(number(-left)) : t.left(number(left))}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

export interface TextFieldProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "url" | "search" | "password" | "number" | "date" | "datetime-local";
  placeholder?: string;
  autocomplete?: string;
  inputmode?: "text" | "email" | "url" | "numeric" | "search";
  /** Counts the characters against this; more than it can be typed and is marked, so that pasting loses nothing. */
  most?: number;
  icon?: IconName;
  disabled?: boolean | undefined;
  readonly?: boolean | undefined;
  autofocus?: boolean;
  mono?: boolean;
  min?: string | number;
  max?: string | number;
  name?: string;
  onBlur?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

const counted = ({ most, value }: { most?: number; value: string }) => (most === undefined ? {} : { count: { used: [...value].length, most } });

/** One line of text. A password can be shown. */
export function TextField(props: TextFieldProps): VNode {
  const t = useWords(kitWords);
  const [shown, setShown] = useState(false);
  const { type = "text", icon, value } = props;
  return (
    <Field {...props} {...counted(props)}>
      {(control) => {
        // The types of JSX want one known type; all of these have the same attributes.
        const kind = { type: type === "password" && shown ? "text" : type } as { type: "text" };
        const input = (
          <input
            {...control} class={`input ${props.mono ? "mono" : ""}`} {...kind} value={value} placeholder={props.placeholder}
            autocomplete={props.autocomplete ?? "off"} inputmode={props.inputmode} disabled={props.disabled} readOnly={props.readonly} autofocus={props.autofocus}
            min={props.min} max={props.max} name={props.name} spellcheck={type === "text" && !props.mono ? undefined : false} onBlur={props.onBlur} onKeyDown={props.onKeyDown}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        );
        if (!icon && type !== "password" && type !== "search") return input;
        return (
          <div class={`around ${props.error ? "invalid" : ""}`}>
            {(icon || type === "search") && <Icon name={icon ?? "search"} />}
            {input}
            {type === "password" && <IconButton size="small" icon={shown ? "hide" : "eye"} label={`${shown ? t.hide : t.show}: ${props.label}`} onClick={() => setShown(!shown)} />}
            {type === "search" && value && <IconButton size="small" icon="close" label={t.clear} onClick={() => props.onInput("")} />}
          </div>
        );
      }}
    </Field>
  );
}

export interface TextAreaProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  most?: number;
  rows?: number;
  placeholder?: string;
  disabled?: boolean | undefined;
  readonly?: boolean | undefined;
  mono?: boolean;
}

/** Several lines of text; it grows with them where the browser can. */
export function TextArea(props: TextAreaProps): VNode {
  return (
    <Field {...props} {...counted(props)}>
      {(control) => (
        <textarea
          {...control} class={`input ${props.mono ? "mono" : ""}`} rows={props.rows ?? 3} value={props.value} placeholder={props.placeholder} disabled={props.disabled} readOnly={props.readonly}
          spellcheck={props.mono ? false : undefined} style={{ minHeight: `calc(${(props.rows ?? 3) * 1.4}em + 18px)` }} onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<V extends string = string> {
  value: V;
  label: string;
  help?: ComponentChildren;
  disabled?: boolean;
  /** Of a Select: the heading that it stands under, with its neighbours of the same. */
  group?: string;
}

function grouped<V extends string>(options: readonly Choice<V>[]): { group: string | undefined; options: Choice<V>[] }[] {
  const groups: { group: string | undefined; options: Choice<V>[] }[] = [];
  for (const one of options) {
    const last = groups.at(-1);
    if (last && last.group === one.group) last.options.push(one);
    else groups.push({ group: one.group, options: [one] });
  }
  return groups;
}

/** One of a few, as the device shows it. For many, or with a search: Combobox. */
export function Select<V extends string>(props: FieldProps & { value: V; options: readonly Choice<V>[]; onChange: (value: V) => void; placeholder?: string; disabled?: boolean | undefined }): VNode {
  return (
    <Field {...props}>
      {(control) => (
        <select {...control} class="input" value={props.value} disabled={props.disabled} onChange={(event) => props.onChange(event.currentTarget.value as V)}>
          {props.placeholder !== undefined && <option value="" disabled>{props.placeholder}</option>}
          {grouped(props.options).map(({ group, options }) => {
            const list = options.map(({ value, label, disabled }) => <option key={value} value={value} disabled={disabled} selected={value === props.value}>{label}</option>);
            return group ? <optgroup key={group} label={group}>{list}</optgroup> : list;
          })}
        </select>
      )}
    </Field>
  );
}
