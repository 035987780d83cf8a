// A request as a command, to be tried once more by hand.

import type { SentRequest } from "./types.ts";

/** What stands where a value is hidden. */
export const blank = "REPLACE-ME";

/** As one word of a POSIX shell, whatever is in it. */
const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request for a shell. Values that are hidden are left to be filled in. */
export function curl({ method, url, headers, body }: SentRequest): string {
  // Curl reckons the length itself, and would take brackets for patterns.
  const said = headers.filter(({ name }) => name !== "content-length");
  return [
    `curl${/[[\]{}]/.test(url) ? " --globoff" : ""} -X ${method} ${word(url)}`,
    ...said.map(({ name, value, hidden }) => `-H ${word(`${name}: ${hidden ? blank : value ?? ""}`)}`),
    `--data-raw ${word(body)}`,
  ].join(" \\\n  ");
}
