import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import type { ApiError } from "../api.ts";
import { useWords } from "../i18n.ts";
import css from "./banner.css?text";
import { Button, IconButton } from "./button.tsx";
import { isAbout } from "../problems.ts";
import { Icon } from "./icon.tsx";
import { kitWords } from "./words.ts";

adopt(css);

const icons = { info: "info", good: "ok", warn: "alert", bad: "stop", neutral: "info" } as const;

/** Something to know about this page or form. `bad` is read out at once. */
export function Banner({ tone = "info", title, children, actions, onDismiss }: {
  tone?: keyof typeof icons;
  title?: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  onDismiss?: () => void;
}): VNode {
  const t = useWords(kitWords);
  return (
    <div class={`banner ${tone}`} role={tone === "bad" ? "alert" : undefined}>
      <Icon name={icons[tone]} />
      <div class="says">
        {title && <strong>{title}</strong>}
        {children}
        {actions && <div class="acts">{actions}</div>}
      </div>
      {onDismiss && <IconButton icon="close" size="small" label={t.dismiss} onClick={onDismiss} />}
    </div>
  );
}

/**
 * A refusal as a banner, with its number where our side was at fault, and a way to try again.
 * `fields`: those of the form that tell what is wrong with them; a refusal that is told there
 * is not told twice, and the focus goes to the first of them.
 */
export function Failure({ error, onRetry, fields = [] }: { error: ApiError | undefined; onRetry?: () => void; fields?: readonly string[] }): VNode | null {
  const t = useWords(kitWords);
  const mark = useRef<HTMLSpanElement>(null);
  const told = !!error?.problems.length && error.problems.every(({ itemId }) => fields.some((field) => isAbout(itemId, field)));
  useEffect(() => {
    if (told) mark.current?.closest("form, dialog, main")?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [told, error]);
  if (!error) return null;
  if (told) return <span class="unseen" role="alert" ref={mark}>{error.message}</span>;
  return (
    <Banner tone="bad" actions={onRetry && <Button size="small" icon="refresh" onClick={onRetry}>{t.retry}</Button>}>
      <p>{error.message}</p>
      {error.status >= 500 && error.correlationId && <p class="small">{t.fault} <span class="mono">{error.correlationId}</span></p>}
    </Banner>
  );
}
