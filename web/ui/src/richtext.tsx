// Client-supplied text as vnodes. The safe subset of Markdown: paragraphs, lists,
// tables, **bold**, *italic*, <br/>, and [links](https://…); a backslash takes a
// mark's meaning away. Everything else is shown as typed: there is no path from
// this text to markup, attributes or any scheme but https.

import type { ComponentChildren, VNode } from "preact";

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "bold" | "italic"; parts: Inline[] }
  | { kind: "link"; parts: Inline[]; href: string };

export type Block =
  | { kind: "paragraph"; parts: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] };

/** The address if it is a plain https one without credentials, else undefined. */
export function safeHref(address: string): string | undefined {
  if (!/^https:\/\/[^\s\0-\x1f\x7f\\"<>`]+$/i.test(address)) return undefined;
  try {
    const url = new URL(address);
    return url.protocol === "https:" && !url.username && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In turn: an escaped mark, a break, bold, italic, a link. Every part stops at its own
 * mark, so no input makes the engine look at a stretch of text more than a few times.
 */
const marks =
  /\\([!-/:-@[-`{-~])|(<br ?\/?>)|\*\*((?:[^*]|\*(?!\*))+)\*\*|(?<![\w*])([*_])(?![\s*_])([^*_]+)(?<!\s)\4(?![\w*])|\[([^[\]]+)\]\(([^()\s]+)\)/gi;

/** The marks of one line. Whatever is not quite one is shown as typed. */
export function parseInline(line: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  const add = (text: string) => {
    const last = parts.at(-1);
    if (last?.kind === "text") last.text += text;
    else if (text) parts.push({ kind: "text", text });
  };
  for (const match of line.matchAll(marks)) {
    const [typed, escaped, broken, bold, , italic, text, address] = match;
    const href = address && safeHref(address);
    if (address && !href) continue;
    add(line.slice(at, match.index));
    at = match.index + typed.length;
    if (escaped) add(escaped);
    else if (broken) parts.push({ kind: "break" });
    else if (href) parts.push({ kind: "link", parts: parseInline(text!), href });
    else parts.push({ kind: bold ? "bold" : "italic", parts: parseInline((bold ?? italic)!) });
  }
  add(line.slice(at));
  return parts;
}

/** The cells of a table's line; undefined for a line without any. */
function cells(line: string | undefined): string[] | undefined {
  if (!line?.includes("|")) return undefined;
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** Controls of direction could make a text read as what it is not. */
const turns = /[\u202a-\u202e\u2066-\u2069]/g;

/** Splits text into paragraphs, lists and tables. */
export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  const lines = text.replace(turns, "").split(/\r\n?|\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const item = /^ {0,3}(?:([-*])|\d{1,3}[.)]) +(.*)$/.exec(line);
    const row = cells(line);
    const rule = cells(lines[at + 1]);
    if (item) {
      const ordered = !item[1];
      if (open?.kind !== "list" || open.ordered !== ordered) blocks.push((open = { kind: "list", ordered, items: [] }));
      open.items.push(parseInline(item[2]!.trim()));
    } else if (row && open?.kind === "table") {
      open.rows.push(open.head.map((_, n) => parseInline(row[n] ?? "")));
    } else if (row && rule?.length === row.length && rule.every((cell) => /^:?-+:?$/.test(cell))) {
      blocks.push((open = { kind: "table", head: row.map(parseInline), rows: [] }));
      at++;
    } else if (!line.trim()) {
      open = undefined;
    } else {
      if (open?.kind === "paragraph") open.parts.push({ kind: "break" });
      else blocks.push((open = { kind: "paragraph", parts: [] }));
      for (const part of parseInline(line.trim())) open.parts.push(part);
    }
  }
  return blocks;
}

function draw(parts: Inline[], newTab: string): ComponentChildren {
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    if (part.kind === "break") return <br />;
    const inside = draw(part.parts, newTab);
    if (part.kind === "link") {
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          {inside}<span class="vh"> ({newTab})</span>
        </a>
      );
    }
    return part.kind === "bold" ? <strong>{inside}</strong> : <em>{inside}</em>;
  });
}

/** One line of the subset, for a list item or a heading. `newTab` is read out after each link. */
export function InlineText(props: { text: string; newTab: string }): VNode {
  return <>{draw(parseInline(props.text.replace(turns, "")), props.newTab)}</>;
}

/** A whole text of the subset. */
export function RichText(props: { text: string; newTab: string }): VNode {
  const inline = (parts: Inline[]) => draw(parts, props.newTab);
  return (
    <div class="rich">
      {parse(props.text).map((block) => {
        if (block.kind === "paragraph") return <p>{inline(block.parts)}</p>;
        if (block.kind === "table") {
          return (
            <table>
              <thead><tr>{block.head.map((cell) => <th>{inline(cell)}</th>)}</tr></thead>
              <tbody>{block.rows.map((row) => <tr>{row.map((cell) => <td>{inline(cell)}</td>)}</tr>)}</tbody>
            </table>
          );
        }
        const items = block.items.map((item) => <li>{inline(item)}</li>);
        return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
      })}
    </div>
  );
}
