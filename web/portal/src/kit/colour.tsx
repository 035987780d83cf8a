import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { contrast, labelOn, parseHex } from "@bowline/ui/colour.ts";
import { adopt } from "../adopt.ts";
import { number, useWords } from "../i18n.ts";
import { Field, type FieldProps } from "./field.tsx";
import css from "./file.css?text";
import { Icon } from "./icon.tsx";
import { kitWords } from "./words.ts";

adopt(css);

/** A colour, by picking or by writing, with its contrast against what it will stand on. */
export function ColorField({ value, onChange, against = "#ffffff", least = 4.5, samples = [], sample, ...field }: FieldProps & {
  /** "#rrggbb", or empty. */
  value: string;
  onChange: (value: string) => void;
  against?: string;
  /** The ratio below which it warns. */
  least?: number;
  samples?: readonly string[];
  /** Words on a sample of the colour, such as "Continue". */
  sample?: string;
}): VNode {
  const t = useWords(kitWords);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const colour = parseHex(value);
  const ratio = colour ? contrast(colour, parseHex(against)!) : undefined;
  // Rounded down: 4.49 must not look like 4.5.
  const shown = ratio === undefined ? "" : number(Math.floor(ratio * 10) / 10, { minimumFractionDigits: 1 });
  const wrong = text !== "" && !parseHex(text) ? t.badColour : undefined;
  return (
    <Field {...field} error={wrong ?? field.error}>
      {(control) => (
        <>
          <div class="colourfield">
            <input {...control} type="color" value={colour ? value : "#14495c"} onInput={(event) => onChange(event.currentTarget.value)} />
            <input
              class="input mono" type="text" aria-label={`${field.label}, ${t.hex}`} aria-invalid={wrong ? true : undefined} value={text} placeholder="#14495C" maxLength={7} spellcheck={false}
              onInput={(event) => {
                const typed = event.currentTarget.value.trim();
                setText(typed);
                if (/^#[0-9a-f]{6}$/i.test(typed) || typed === "") onChange(typed);
              }}
              onBlur={() => {
                const short = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
                if (short) onChange(`#${short.length === 3 ? [...short].map((one) => one + one).join("") : short}`);
              }}
            />
            {sample && colour && <span class="sample" style={{ background: value, color: labelOn(colour) }}>{sample}</span>}
          </div>
          {samples.length > 0 && (
            <div class="swatches">{samples.map((one) => <button key={one} type="button" style={{ background: one }} aria-label={one} onClick={() => onChange(one)} />)}</div>
          )}
          {ratio !== undefined && (
            <p class={`contrast ${ratio < least ? "poor" : ""}`} role="status">
              <Icon name={ratio < least ? "alert" : "ok"} /><span>{t.contrast(shown)} {ratio < least ? t.contrastPoor : t.contrastGood}</span>
            </p>
          )}
        </>
      )}
    </Field>
  );
}
