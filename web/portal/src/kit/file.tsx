import type { ComponentChildren, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { bytes, useWords } from "../i18n.ts";
import { Button } from "./button.tsx";
import { Field, type FieldProps } from "./field.tsx";
import css from "./file.css?text";
import { kitWords } from "./words.ts";

adopt(css);

/** A file to give, by choosing or dropping. Kind and size are looked at here first; the server looks at the content. */
export function FilePicker(props: FieldProps & {
  /** Types and endings, as in the accept attribute: ["image/png", ".svg"]. */
  accept: readonly string[];
  /** How the allowed types are called in a message: "PNG, JPG, SVG". */
  acceptNames: string;
  maxBytes: number;
  onPick: (file: File) => void;
  busy?: boolean;
  disabled?: boolean;
  /** Address of the picture that there is now. */
  preview?: string | undefined;
  previewAlt?: string;
  /** Beside it, such as a button that removes the picture. */
  actions?: ComponentChildren;
}): VNode {
  const t = useWords(kitWords);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState("");
  const take = (file: File | undefined): void => {
    if (!file || props.disabled || props.busy) return;
    const fits = props.accept.some((one) => (one.startsWith(".") ? file.name.toLowerCase().endsWith(one) : file.type === one));
    if (!fits) return setWrong(t.wrongType(props.acceptNames));
    if (file.size > props.maxBytes) return setWrong(t.tooBig(bytes(props.maxBytes)));
    setWrong("");
    props.onPick(file);
  };
  return (
    <Field {...props} error={wrong || props.error}>
      {(control) => (
        <div
          class={`filepicker ${over ? "over" : ""}`} onDragLeave={() => setOver(false)}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer?.files[0]);
          }}
        >
          {props.preview && <span class="picture"><img src={props.preview} alt={props.previewAlt ?? ""} /></span>}
          <div class="drop">
            <input
              {...control} ref={input} type="file" accept={props.accept.join(",")} disabled={props.disabled}
              onChange={(event) => {
                take(event.currentTarget.files?.[0]);
                // The same file again is a change too.
                event.currentTarget.value = "";
              }}
            />
            <Button icon="upload" busy={props.busy} disabled={props.disabled} onClick={() => input.current?.click()} rest={{ tabIndex: -1, "aria-hidden": true }}>{t.pickFile}</Button>
            <span class="soft small">{t.orDrop}</span>
          </div>
          {props.actions}
        </div>
      )}
    </Field>
  );
}
