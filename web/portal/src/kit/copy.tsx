import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { useWords } from "../i18n.ts";
import { Button, IconButton } from "./button.tsx";
import css from "./copy.css?text";
import { Field, type FieldProps } from "./field.tsx";
import { kitWords } from "./words.ts";

adopt(css);

/** Copies, also where the page is served without TLS and the clipboard is out of reach. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  // Inside an open dialog, or the rest of the page would be inert.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, (text) => void copy(text).then(() => setCopied(true))];
}

/** Copies a value; `what` names it: "Copy Link URL". With `text` it shows words, otherwise a picture. */
export function CopyButton({ value, what, text, size, variant }: { value: string; what: string; text?: string; size?: "small" | "medium"; variant?: "primary" | "secondary" | "quiet" }): VNode {
  const t = useWords(kitWords);
  const [copied, take] = useCopied();
  const status = <span class="unseen" role="status">{copied ? t.copied : ""}</span>;
  if (text !== undefined) {
    return <><Button {...(size && { size })} {...(variant && { variant })} icon={copied ? "check" : "copy"} onClick={() => take(value)}>{copied ? t.copied : text}</Button>{status}</>;
  }
  return <><IconButton size={size ?? "small"} icon={copied ? "check" : "copy"} label={copied ? t.copied : t.copyOf(what)} onClick={() => take(value)} />{status}</>;
}

/** A value to take away: an address, an id, a secret that is shown once. */
export function CopyField({ value, ...field }: FieldProps & { value: string }): VNode {
  const t = useWords(kitWords);
  return (
    <Field {...field}>
      {(control) => (
        <div class="copyfield">
          <input {...control} class="input mono" type="text" readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
          <CopyButton value={value} what={field.label} text={t.copy} />
        </div>
      )}
    </Field>
  );
}
