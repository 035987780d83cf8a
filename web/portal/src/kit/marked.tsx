import type { VNode } from "preact";

// Folded letter by letter, so that places in the one are places in the other.
const fold = (text: string): string => [...text].map((letter) => letter.normalize("NFD")[0]!.toLowerCase()).join("");

/** Whether a text has in it what was looked for, as [Marked] sees it. */
export const contains = (text: string, sought: string): boolean => sought !== "" && fold(text).includes(fold(sought));

/** Text with what was looked for marked; case and accents do not matter. */
export function Marked({ text, sought }: { text: string; sought: string }): VNode {
  if (!sought) return <>{text}</>;
  const letters = [...text];
  const at = fold(text).indexOf(fold(sought));
  if (at < 0) return <>{text}</>;
  const end = at + [...sought].length;
  return <>{letters.slice(0, at).join("")}<mark>{letters.slice(at, end).join("")}</mark>{letters.slice(end).join("")}</>;
}
