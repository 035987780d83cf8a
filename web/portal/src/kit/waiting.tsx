import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { percent, useWords } from "../i18n.ts";
import css from "./waiting.css?text";
import { kitWords } from "./words.ts";

adopt(css);

/** Numbers are pixels; Preact adds no unit of its own. */
const size = (length: string | number | undefined): string | undefined => (typeof length === "number" ? `${length}px` : length);

/** Room for what is being fetched, of the size that it will have. */
export function Skeleton({ lines = 1, width, height }: { lines?: number; width?: string | number; height?: number }): VNode {
  const t = useWords(kitWords);
  if (height) return <span class="skeleton block" style={{ height: size(height), width: size(width) }} role="img" aria-label={t.loading} />;
  return (
    <span role="img" aria-label={t.loading}>
      {Array.from({ length: lines }, (_, at) => <span key={at} class="skeleton" style={{ width: size(width) ?? (lines > 1 && at === lines - 1 ? "60%" : "100%") }} />)}
    </span>
  );
}

/** How far something is; without `value` only that it goes on. */
export function Progress({ label, value }: { label: string; value?: number }): VNode {
  const id = useId();
  return (
    <div class="progress">
      <div class="row between small"><span id={id}>{label}</span>{value !== undefined && <span class="numeric soft">{percent(value)}</span>}</div>
      <div class="track" role="progressbar" aria-labelledby={id} aria-valuemin={0} aria-valuemax={100} aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}>
        <div class={`bar ${value === undefined ? "unknown" : ""}`} style={value === undefined ? {} : { width: `${value * 100}%` }} />
      </div>
    </div>
  );
}
