import * as machine from "@zag-js/combobox";
import { mergeProps, normalizeProps, useMachine } from "./machines.ts";
import type { JSX, VNode } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { useWords } from "../i18n.ts";
import css from "./combobox.css?text";
import { Field, type Control, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import menuCss from "./menu.css?text";
import { besideButtons, placing, useRaised } from "./raised.ts";
import { kitWords } from "./words.ts";

adopt(menuCss);
adopt(css);

export interface Option {
  value: string;
  label: string;
  note?: string;
  disabled?: boolean;
}

interface Common extends FieldProps {
  /** All options, searched by their labels; or a search on the server. */
  options?: readonly Option[];
  search?: (text: string) => Promise<Option[]>;
  placeholder?: string;
  disabled?: boolean;
}

/** Folds what people do not tell apart while searching. */
const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Options while somebody types; what came late for an older text is dropped. */
function useOptions({ options, search }: Common, text: string, open: boolean): { found: readonly Option[]; busy: boolean } {
  const [answer, setAnswer] = useState<{ text: string; found: Option[] }>({ text: "", found: [] });
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!search || !open) return;
    let stale = false;
    setBusy(true);
    const timer = setTimeout(() => {
      search(text).then((found) => !stale && setAnswer({ text, found }), () => !stale && setAnswer({ text, found: [] })).finally(() => !stale && setBusy(false));
    }, text ? 180 : 0);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [text, open]);
  if (search) return { found: answer.found, busy };
  return { found: (options ?? []).filter(({ label }) => folded(label).includes(folded(text))), busy: false };
}

type Props = Common & (
  | { multiple?: false; value: Option | null; onChange: (value: Option | null) => void }
  | { multiple: true; value: readonly Option[]; onChange: (value: Option[]) => void }
);

/**
 * One or several of many, found by typing. `value` holds whole options, because a search on the
 * server need not find again what was chosen before.
 */
export function Combobox(props: Props): VNode {
  return <Field {...props}>{(control) => <Search {...props} control={control} />}</Field>;
}

function Search(props: Props & { control: Control }): VNode {
  const t = useWords(kitWords);
  const { control } = props;
  const chosen = props.multiple ? props.value : props.value ? [props.value] : [];
  const [text, setText] = useState(""); // as typed: what was chosen filters nothing
  const [open, setOpen] = useState(false);
  const { found, busy } = useOptions(props, text, open);
  const known = [...found, ...chosen.filter(({ value }) => !found.some((one) => one.value === value))];
  const service = useMachine(machine.machine as machine.Machine<Option>, {
    id: useId(), ids: { input: control.id }, positioning: { ...placing("start"), sameWidth: true, boundary: besideButtons }, openOnClick: true, inputBehavior: "autohighlight", loopFocus: true,
    multiple: props.multiple, disabled: props.disabled, invalid: Boolean(props.error), required: control.required,
    placeholder: chosen.length ? "" : (props.placeholder ?? t.choose),
    collection: machine.collection({ items: found, itemToValue: ({ value }) => value, itemToString: ({ label }) => label, isItemDisabled: ({ disabled }) => Boolean(disabled) }),
    value: chosen.map(({ value }) => value), defaultInputValue: props.multiple ? "" : (props.value?.label ?? ""),
    onInputValueChange: ({ inputValue, reason }) => {
      setText(reason === "input-change" ? inputValue : "");
    },
    onOpenChange: (now) => {
      setOpen(now.open);
      if (!now.open) setText("");
    },
    onValueChange: ({ value }) => {
      const options = value.map((one) => known.find((option) => option.value === one)).filter((one) => one !== undefined);
      if (props.multiple) props.onChange(options);
      else props.onChange(options[0] ?? null);
    },
  });
  const list = machine.connect(service, normalizeProps);
  const raised = useRaised(list.open);
  const input = mergeProps(list.getInputProps(), {
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === "Backspace" && !list.inputValue && props.multiple && props.value.length) props.onChange(props.value.slice(0, -1));
    },
  });
  return (
    <div {...list.getRootProps()} class="combobox">
      <div {...list.getControlProps()} class={`around ${props.error ? "invalid" : ""}`}>
        {props.multiple && props.value.map((one) => (
          <span class="chip" key={one.value}>
            <span class="truncate">{one.label}</span>
            <button type="button" aria-label={t.remove(one.label)} onClick={() => props.onChange(props.value.filter(({ value }) => value !== one.value))}><Icon name="close" /></button>
          </span>
        ))}
        <input {...input as JSX.IntrinsicElements["input"]} {...control} class="input" />
        {!props.multiple && props.value && !props.required && <button type="button" class="button iconic quiet small" aria-label={t.clear} onClick={() => list.clearValue()}><Icon name="close" /></button>}
        <button {...list.getTriggerProps() as JSX.IntrinsicElements["button"]} class="opens" aria-label={props.label}><Icon name="down" /></button>
      </div>
      <div {...list.getPositionerProps()} {...raised} class="raised">
        <div {...list.getContentProps()} aria-labelledby={undefined} aria-label={props.label} class="popover listbox">
          {list.open && found.map((option) => (
            <div key={option.value} {...list.getItemProps({ item: option })} class="option">
              <Icon name="check" /><span>{option.label}{option.note && <small>{option.note}</small>}</span>
            </div>
          ))}
        </div>
      </div>
      <span class="unseen" role="status">{list.open && !busy ? (found.length ? t.results(found.length) : t.nothingFound) : ""}</span>
      {list.open && !busy && !found.length && <p class="small soft" aria-hidden="true">{t.nothingFound}</p>}
    </div>
  );
}
