import type { VNode } from "preact";

/** An address to read or copy, broken only where its parts end. `strong` is the end that matters. */
export function Address(props: { url: string; strong?: string }): VNode {
  const { url, strong = "" } = props;
  const start = strong && url.endsWith(strong) ? url.slice(0, -strong.length) : url;
  const parts = start.split(/(?<=[/#])(?=[^/#])/);
  return (
    <code class="address" dir="ltr">
      {parts.map((part) => <>{part}<wbr /></>)}
      {start !== url && <strong>{strong}</strong>}
    </code>
  );
}
