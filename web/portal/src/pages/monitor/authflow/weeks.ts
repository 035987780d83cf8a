// ISO weeks, as the server names them: 2026-W36.

const day = 86_400_000;

/** The first day of an ISO week: week 1 is the one with January 4. */
export function mondayOf(week: string): string {
  const [year, number] = week.split("-W").map(Number) as [number, number];
  const fourth = new Date(Date.UTC(year, 0, 4));
  const at = fourth.getUTCDate() - ((fourth.getUTCDay() + 6) % 7) + (number - 1) * 7;
  return new Date(Date.UTC(year, 0, at, 12)).toISOString();
}

/** Every Monday from the first week of a list to its last, with the week where the list has it: time runs evenly. */
export function everyWeek<T extends { week: string }>(weeks: readonly T[]): { monday: string; week: T | undefined }[] {
  const known = new Map(weeks.map((one) => [mondayOf(one.week), one]));
  const mondays = [...known.keys()].sort();
  const all = [];
  for (let at = Date.parse(mondays[0] ?? ""); at <= Date.parse(mondays.at(-1) ?? ""); at += 7 * day) {
    const monday = new Date(at).toISOString();
    all.push({ monday, week: known.get(monday) });
  }
  return all;
}
