/**
 * A day and time in the reader's language and time zone, or the text itself if it is no time. Day and
 * month, and the parts of the hour, stay on one line. In French the first of a month is its "1er",
 * which Intl leaves out.
 */
export function moment(rfc3339: string, locale: string): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return rfc3339;
  const text = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(at);
  const whole = text.replace(/\s(?=\d{1,2}\b)|(?<=\b\d{1,2}\.?)\s/g, "\u00a0");
  return locale.startsWith("fr") ? whole.replace(/^1\b/, "1er") : whole;
}
