// The picker's search: a substring of name or supplier, blind to case and
// accents, and where it was found in the text as written.

import type { Tile } from "@bowline/ui/view.ts";

const ligatures: Record<string, string> = { "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'" };

/** Folded text, with the place in the original that each folded letter came from. */
function fold(text: string): { folded: string; from: number[] } {
  let folded = "";
  const from: number[] = [];
  let at = 0;
  for (const letter of text) {
    const lower = letter.toLowerCase();
    const plain = (ligatures[lower] ?? lower).normalize("NFD").replace(/\p{M}/gu, "");
    for (let n = 0; n < plain.length; n++) from.push(at);
    folded += plain;
    at += letter.length;
  }
  from.push(at);
  return { folded, from };
}

/** A piece of a text, marked when it is what the person typed. */
export interface Piece { text: string; hit: boolean }

/** Splits a text around the first match; undefined when there is none. */
export function highlight(text: string, query: string): Piece[] | undefined {
  const wanted = fold(query.trim()).folded;
  if (!wanted) return [{ text, hit: false }];
  const { folded, from } = fold(text);
  const at = folded.indexOf(wanted);
  if (at < 0) return undefined;
  const start = from[at]!;
  // A combining accent belongs to the letter before it.
  let end = from[at + wanted.length]!;
  while (/\p{M}/u.test(text[end] ?? "")) end++;
  return [
    { text: text.slice(0, start), hit: false },
    { text: text.slice(start, end), hit: true },
    { text: text.slice(end), hit: false },
  ].filter((piece) => piece.text);
}

/** One row of the picker that matches, with its text cut for highlighting. */
export interface Match { tile: Tile; name: Piece[]; provider?: Piece[] }

/** The tiles that match, in the order they were given. */
export function search(tiles: Tile[], query: string): Match[] {
  return tiles.flatMap((tile) => {
    const name = highlight(tile.name, query);
    const provider = tile.provider ? highlight(tile.provider, query) : undefined;
    if (!name && !provider) return [];
    return [{
      tile,
      name: name ?? [{ text: tile.name, hit: false }],
      provider: tile.provider ? provider ?? [{ text: tile.provider, hit: false }] : undefined,
    }];
  });
}
