// Lines that bend. Between two points a curve stays between their values, so that a share
// never seems to pass 0 or 100 % (Fritsch and Carlson, monotone piecewise cubics).

export interface Spot {
  x: number;
  y: number;
}

/** The slope of the curve at each point. */
function slopes(spots: readonly Spot[]): number[] {
  const steps = spots.slice(1).map(({ x, y }, at) => (y - spots[at]!.y) / (x - spots[at]!.x));
  const inner = steps.slice(1).map((next, at) => (next * steps[at]! <= 0 ? 0 : (next + steps[at]!) / 2));
  const all = [steps[0] ?? 0, ...inner, steps.at(-1) ?? 0];
  steps.forEach((step, at) => {
    if (step === 0) return void (all[at] = all[at + 1] = 0);
    const [from, to] = [all[at]! / step, all[at + 1]! / step];
    const reach = Math.hypot(from, to);
    if (reach > 3) [all[at], all[at + 1]] = [(3 / reach) * from * step, (3 / reach) * to * step];
  });
  return all;
}

/** A path of SVG through points that are sorted by x. */
export function curve(spots: readonly Spot[]): string {
  const slope = slopes(spots);
  const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return spots.map(({ x, y }, index) => {
    const before = spots[index - 1];
    if (!before) return `M${at(x, y)}`;
    const third = (x - before.x) / 3;
    return `C${at(before.x + third, before.y + slope[index - 1]! * third)} ${at(x - third, y - slope[index]! * third)} ${at(x, y)}`;
  }).join("");
}
