import type { VNode } from "preact";
import { adopt } from "../adopt.ts";
import css from "./code.css?text";
import { CopyButton } from "./copy.tsx";

adopt(css);

/** Pieces that are coloured alike in every language that we show: strings, comments, numbers, words that mean something. */
const token = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(\/\/[^\n]*|(?<=^|\s)#[^\n]*)|\b(\d+(?:\.\d+)?)\b|\b(const|let|var|import|from|export|await|async|function|return|new|if|else|for|try|catch|def|with|as|func|package|use|public|class|true|false|null|None|nil|curl)\b/gm;

function coloured(code: string): (VNode | string)[] {
  const parts: (VNode | string)[] = [];
  let at = 0;
  for (const found of code.matchAll(token)) {
    const kind = found[1] ? "str" : found[2] ? "com" : found[3] ? "num" : "key";
    parts.push(code.slice(at, found.index), <span class={kind}>{found[0]}</span>);
    at = found.index + found[0].length;
  }
  return [...parts, code.slice(at)];
}

/** Code or data to read and to take away. */
export function CodeBlock({ code, taken, label, wrap, plain }: {
  code: string;
  /** What the copy button takes, where that is not what is shown, word for word. */
  taken?: string;
  /** What it is, for those who listen and on the copy button. */
  label: string;
  wrap?: boolean;
  /** No colours: logs and bodies of unknown kind. */
  plain?: boolean;
}): VNode {
  return (
    <div class="codeblock">
      <pre class={wrap ? "wrap" : ""} tabIndex={0} role="region" aria-label={label}><code>{plain || code.length > 20_000 ? code : coloured(code)}</code></pre>
      <div class="act"><CopyButton value={taken ?? code} what={label} /></div>
    </div>
  );
}
