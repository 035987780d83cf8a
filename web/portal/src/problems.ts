// Which field of a form a refusal is about.

/** One thing that was wrong with what was sent. */
export interface FieldProblem {
  /** Name or path of a member, such as landing.title or dataTypes[2]. */
  itemId: string;
  message: string;
}

/** Whether a problem with an item is one of a field, given by its name or path; of a list with any of its lines. */
export function isAbout(itemId: string, field: string): boolean {
  const item = itemId.replace(/\[\d+\]$/, "");
  return item === field || item.endsWith(`.${field}`);
}

/** What is to be said at a field, where a sentence need not name it: "url must be…" is "Must be…" there. */
export function problemOf(problems: readonly FieldProblem[], field: string): string | undefined {
  const found = problems.find(({ itemId }) => isAbout(itemId, field));
  if (!found) return undefined;
  const { itemId, message } = found;
  const rest = message.startsWith(`${itemId} `) ? message.slice(itemId.length + 1) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
