import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { useWords } from "../i18n.ts";
import css from "./combobox.css?text";
import { Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import menuCss from "./menu.css?text";
import { place } from "./place.ts";
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

/**
 * One or several of many, found by typing (WAI-ARIA combobox with a list box). `value` holds whole
 * options, because a search on the server need not find again what was chosen before.
 */
export function Combobox(props: Common & (
  | { multiple?: false; value: Option | null; onChange: (value: Option | null) => void }
  | { multiple: true; value: readonly Option[]; onChange: (value: Option[]) => void }
)): VNode {
  const t = useWords(kitWords);
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { found, busy } = useOptions(props, text, open);
  const chosen = props.multiple ? props.value : props.value ? [props.value] : [];
  const has = (option: Option): boolean => chosen.some(({ value }) => value === option.value);

  useEffect(() => {
    const list = panel.current;
    if (!list || !frame.current) return;
    if (open && !list.matches(":popover-open")) list.showPopover();
    if (!open && list.matches(":popover-open")) list.hidePopover();
    if (open) {
      list.style.minWidth = `${frame.current.offsetWidth}px`;
      place(list, frame.current);
    }
  }, [open, found.length, busy, chosen.length]);
  useEffect(() => {
    if (open && active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, open]);

  const show = (): void => {
    if (props.disabled) return;
    setOpen(true);
  };
  const hide = (): void => {
    setOpen(false);
    setActive(-1);
    setText("");
  };
  const pick = (option: Option | undefined): void => {
    if (!option || option.disabled) return;
    if (props.multiple) {
      props.onChange(has(option) ? props.value.filter(({ value }) => value !== option.value) : [...props.value, option]);
      setText("");
      input.current?.focus();
    } else {
      props.onChange(option);
      hide();
    }
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) show();
      if (found.length) setActive((active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1) + found.length) % found.length);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      pick(found[active < 0 && found.length === 1 ? 0 : active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === "Backspace" && !text && props.multiple && props.value.length) props.onChange(props.value.slice(0, -1));
  };
  const single = !props.multiple && props.value ? props.value.label : "";
  return (
    <Field {...props}>
      {(control) => (
        <div class="combobox">
          <div class={`around ${props.error ? "invalid" : ""}`} ref={frame} onMouseDown={(event) => {
            if ((event.target as Element).closest("button, input")) return;
            event.preventDefault();
            input.current?.focus();
            show();
          }}>
            {props.multiple && props.value.map((one) => (
              <span class="chip" key={one.value}>
                <span class="truncate">{one.label}</span>
                <button type="button" aria-label={t.remove(one.label)} onClick={() => props.onChange(props.value.filter(({ value }) => value !== one.value))}><Icon name="close" /></button>
              </span>
            ))}
            <input
              {...control} ref={input} class="input" type="text" role="combobox" autocomplete="off" spellcheck={false} aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list"
              aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined} disabled={props.disabled} placeholder={chosen.length ? "" : (props.placeholder ?? t.choose)}
              value={open || text ? text : single} onFocus={(event) => event.currentTarget.select()} onClick={show} onKeyDown={key} onBlur={hide}
              onInput={(event) => {
                setText(event.currentTarget.value);
                setActive(0);
                show();
              }}
            />
            {!props.multiple && props.value && !props.required && <button type="button" class="button iconic quiet small" aria-label={t.clear} onClick={() => props.onChange(null)}><Icon name="close" /></button>}
            <Icon name="down" />
          </div>
          <div
            ref={panel} id={`${id}-list`} class="popover listbox" popover="manual" role="listbox" aria-label={props.label} aria-multiselectable={props.multiple || undefined}
            onMouseDown={(event) => event.preventDefault()}
          >
            {open && found.map((option, index) => (
              <div
                key={option.value} id={`${id}-${index}`} class="option" role="option" aria-selected={has(option)} aria-disabled={option.disabled || undefined} data-active={index === active}
                onMouseMove={() => setActive(index)} onClick={() => pick(option)}
              >
                <Icon name="check" /><span>{option.label}{option.note && <small>{option.note}</small>}</span>
              </div>
            ))}
          </div>
          <span class="unseen" role="status">{open && !busy ? (found.length ? t.results(found.length) : t.nothingFound) : ""}</span>
          {open && !busy && !found.length && <p class="small soft" aria-hidden="true">{t.nothingFound}</p>}
        </div>
      )}
    </Field>
  );
}
