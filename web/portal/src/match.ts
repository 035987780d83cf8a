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
      const text = decodeURIComponent(value);
      // A part stays one part: what names a thing here goes into addresses of the API.
      if (/[/\\]/.test(text)) return undefined;
      params[part.slice(1).replace("?", "")] = text;
    } catch {
      return undefined;
    }
  }
  return given.length > wanted.length ? undefined : params;
}

/**
 * Where a place lies in another instance: the same page, or, of one thing that only this
 * instance has, the list of such things. What the query says of such things is left out.
 */
export function elsewhere(routes: readonly { path: string }[], path: string, query: URLSearchParams): string {
  const route = routes.find((one) => match(one.path, path));
  const thing = route?.path.split("/").indexOf(":id") ?? -1;
  if (thing > 0) return path.split("/").slice(0, thing).join("/");
  const kept = new URLSearchParams([...query].filter(([, value]) => !/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(value)));
  return path + (kept.size ? `?${kept}` : "");
}
