/**
 * A day and time in the reader's language and time zone, or the text itself if it is no time. Day and
 * month, and the parts of the hour, stay on one line. In French the first of a month is its "1er",
 * which Intl leaves out.
 */
export function moment(rfc3339: string, locale: string, dateStyle: "long" | "medium" = "long"): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return rfc3339;
  const text = new Intl.DateTimeFormat(locale, { dateStyle, timeStyle: "short" }).format(at);
  const whole = text.replace(/\s(?=\d{1,2}\b)|(?<=\b\d{1,2}\.?)\s/g, "\u00a0");
  return locale.startsWith("fr") ? whole.replace(/^1\b/, "1er") : whole;
}

/** Seconds of each unit, the longest first. */
const units = { year: 31_557_600, month: 2_629_800, day: 86_400, hour: 3600, minute: 60 };

/** How long a time lies back, in the reader's language: "5 minutes ago", "2 months ago". Empty if it is no time. */
export function since(rfc3339: string, locale: string): string {
  const seconds = Math.max(0, Date.now() - Date.parse(rfc3339)) / 1000;
  if (Number.isNaN(seconds)) return "";
  const [unit, length] = Object.entries(units).find(([, one]) => seconds >= one) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(seconds / length), unit as Intl.RelativeTimeFormatUnit);
}
