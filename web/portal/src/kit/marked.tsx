import type { VNode } from "preact";

/** Text with what was looked for marked; case and accents do not matter. */
export function Marked({ text, sought }: { text: string; sought: string }): VNode {
  if (!sought) return <>{text}</>;
  // Folded letter by letter, so that places in the one are places in the other.
  const fold = (part: string): string => [...part].map((letter) => letter.normalize("NFD")[0]!.toLowerCase()).join("");
  const letters = [...text];
  const at = fold(text).indexOf(fold(sought));
  if (at < 0) return <>{text}</>;
  const end = at + [...sought].length;
  return <>{letters.slice(0, at).join("")}<mark>{letters.slice(at, end).join("")}</mark>{letters.slice(end).join("")}</>;
}
