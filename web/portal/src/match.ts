// Addresses against patterns. web/portal.go reads the same patterns.

/** The values of a path that fits a pattern; undefined where it does not. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/").slice(1);
  const given = path.split("/").slice(1);
  if (path === "/") given.length = 0;
  if (pattern === "/") wanted.length = 0;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at];
    if (!part.startsWith(":")) {
      if (value !== part) return undefined;
      continue;
    }
    if (value === undefined || value === "") {
      if (!part.endsWith("?")) return undefined;
      continue;
    }
    try {
      params[part.slice(1).replace("?", "")] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return given.length > wanted.length ? undefined : params;
}
