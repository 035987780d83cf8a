import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { useWords } from "../i18n.ts";
import { encode } from "./qrcode.ts";
import { kitWords } from "./words.ts";

/** Modules of light around a symbol, without which cameras miss it (ISO/IEC 18004). */
const quiet = 4;

/** A QR symbol of a text, black on white in the dark theme too; nothing for a text that is too long. */
export function QR({ text, label, size = 168 }: { text: string; label?: string; size?: number }): VNode | null {
  const t = useWords(kitWords);
  const modules = useMemo(() => encode(text), [text]);
  if (!modules) return null;
  const side = modules.length + 2 * quiet;
  const path = modules.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return (
    <svg width={size} height={size} viewBox={`${-quiet} ${-quiet} ${side} ${side}`} role="img" aria-label={label ?? t.qr} shape-rendering="crispEdges">
      <rect x={-quiet} y={-quiet} width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
