import type { ComponentChildren, VNode } from "preact";
import { adopt } from "../adopt.ts";
import { ApiError } from "../api.ts";
import { useWords } from "../i18n.ts";
import css from "./banner.css?text";
import { Button, IconButton } from "./button.tsx";
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

/** A refusal as a banner, with its number where our side was at fault, and a way to try again. */
export function Failure({ error, onRetry }: { error: ApiError | undefined; onRetry?: () => void }): VNode | null {
  const t = useWords(kitWords);
  if (!error) return null;
  return (
    <Banner tone="bad" actions={onRetry && <Button size="small" icon="refresh" onClick={onRetry}>{t.retry}</Button>}>
      <p>{error.message}</p>
      {error.status >= 500 && error.correlationId && <p class="small">{t.fault} <span class="mono">{error.correlationId}</span></p>}
    </Banner>
  );
}
