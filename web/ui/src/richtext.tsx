// Client-supplied text as vnodes. The safe subset: paragraphs, "- " and "1. "
// lists, **bold**, and [links](https://…). Everything else is shown as typed:
// there is no path from this text to markup, attributes or any scheme but https.

import type { ComponentChildren, VNode } from "preact";

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "bold"; parts: Inline[] }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "list"; ordered: boolean; items: Inline[][] };

/** The address if it is a plain https one without credentials, else undefined. */
export function safeHref(address: string): string | undefined {
  if (!/^https:\/\/[^\s\0-\x1f\x7f]+$/i.test(address)) return undefined;
  try {
    const url = new URL(address);
    return url.protocol === "https:" && !url.username && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Bold, or a link. Every part stops at its own mark, so no input makes the
 * engine look at a stretch of text more than a few times.
 */
const marks = /\*\*([^*]+)\*\*|\[([^[\]]+)\]\(([^()\s]+)\)/g;

/** Bold and links of one line. Whatever is not quite a mark is shown as typed. */
export function parseInline(line: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  const plain = (end: number) => end > at && parts.push({ kind: "text", text: line.slice(at, end) });
  for (const match of line.matchAll(marks)) {
    const [typed, bold, text, address] = match;
    const href = address && safeHref(address);
    if (!bold && !href) continue;
    plain(match.index);
    parts.push(bold ? { kind: "bold", parts: parseInline(bold) } : { kind: "link", text: text!, href: href! });
    at = match.index + typed.length;
  }
  plain(line.length);
  return parts;
}

/** Splits text into paragraphs and lists. */
export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const item = /^ {0,3}(?:([-*])|\d{1,3}[.)]) +(.*)$/.exec(line);
    if (item) {
      const ordered = item[1] === undefined;
      if (open?.kind !== "list" || open.ordered !== ordered) {
        blocks.push((open = { kind: "list", ordered, items: [] }));
      }
      open.items.push(parseInline(item[2]!.trim()));
    } else if (!line.trim()) {
      open = undefined;
    } else {
      if (open?.kind !== "paragraph") blocks.push((open = { kind: "paragraph", lines: [] }));
      open.lines.push(parseInline(line.trim()));
    }
  }
  return blocks;
}

function draw(parts: Inline[], newTab: string): ComponentChildren {
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    if (part.kind === "bold") return <strong>{draw(part.parts, newTab)}</strong>;
    return (
      <a href={part.href} target="_blank" rel="noopener noreferrer">
        {part.text}<span class="vh"> ({newTab})</span>
      </a>
    );
  });
}

/** One line of the subset, for a list item or a heading's companion. */
export function InlineText(props: { text: string; newTab: string }): VNode {
  return <>{draw(parseInline(props.text), props.newTab)}</>;
}

/** A whole text of the subset. `newTab` is read out after each link. */
export function RichText(props: { text: string; newTab: string }): VNode {
  return (
    <div class="rich">
      {parse(props.text).map((block) => {
        if (block.kind === "list") {
          const items = block.items.map((item) => <li>{draw(item, props.newTab)}</li>);
          return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
        }
        return (
          <p>{block.lines.map((line, n) => <>{n > 0 && <br />}{draw(line, props.newTab)}</>)}</p>
        );
      })}
    </div>
  );
}
