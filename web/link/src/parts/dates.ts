/** A day and time in the reader's language and time zone, or the text itself if it is no time. */
export function moment(rfc3339: string, locale: string): string {
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime()) ? rfc3339 : new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(at);
}
