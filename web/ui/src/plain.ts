/**
 * Whether a text of the client reads the same with and without richtext.tsx, so
 * that the first screen need not wait for it. Rather says no once too often.
 */
export function plain(text = ""): boolean {
  return !/[*_[\\<|\n\r\u202a-\u202e\u2066-\u2069]|^\s*([-*]|\d+[.)])\s/.test(text);
}
