import type { VNode } from "preact";
import type { QRCode } from "@bowline/ui/view.ts";

/** Modules of light around a symbol, without which cameras miss it (ISO/IEC 18004). */
const quiet = 4;

/** A QR symbol: black on white in the dark theme too. */
export function Symbol({ of, label }: { of: QRCode; label: string }): VNode {
  const side = of.size + 2 * quiet;
  return (
    <svg class="symbol" viewBox={`${-quiet} ${-quiet} ${side} ${side}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect x={-quiet} y={-quiet} width={side} height={side} fill="#fff" />
      <path d={of.path} fill="#000" />
    </svg>
  );
}
