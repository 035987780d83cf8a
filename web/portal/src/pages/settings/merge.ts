// What becomes of settings that two people have changed: pure functions.

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** What is left out is nothing, like an empty list. */
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b) || (empty(a) && empty(b));
const empty = (value: unknown): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

interface Over<T> {
  /** `now` with all that was changed from `base` to `mine`. */
  mine: T;
  /** `now` with what nobody else changed too. */
  theirs: T;
  /** Members that both changed, and not to the same, with dots; lists as a whole. */
  clashes: string[];
}

/** Lays what somebody changed over what is stored by now. */
export function laidOver<T extends object>(base: T, mine: T, now: T): Over<T> {
  const clashes: string[] = [];
  const lay = (b: unknown, m: unknown, n: unknown, at: string): [mine: unknown, theirs: unknown] => {
    if (isObject(m) && isObject(n)) {
      const over: Record<string, unknown> = {};
      const under: Record<string, unknown> = {};
      const was = isObject(b) ? b : {};
      for (const name of new Set([...Object.keys(n), ...Object.keys(m)])) [over[name], under[name]] = lay(was[name], m[name], n[name], at ? `${at}.${name}` : name);
      return [over, under];
    }
    if (same(b, m) || same(m, n)) return [n, n];
    if (same(b, n)) return [m, m];
    clashes.push(at);
    return [m, n];
  };
  const [over, under] = lay(base, mine, now, "");
  return { mine: over as T, theirs: under as T, clashes };
}
