// Contrast arithmetic of WCAG 2.2 for the client's brand colours. A client picks
// them; every shade that text or a control needs is derived here so that
// no choice of theirs can make a screen unreadable.

type RGB = readonly [number, number, number];

/** The surface colours of tokens.css, needed to judge contrast against them. */
export const surfaces = { light: "#ffffff", dark: "#1c1c1a" } as const;

/** Reads #rgb or #rrggbb. Anything else is no colour, and undefined. */
export function parseHex(text: string | undefined): RGB | undefined {
  const match = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(text?.trim() ?? "");
  if (!match) return undefined;
  const hex = match[2] ?? [...match[1]!].map((digit) => digit + digit).join("");
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as RGB;
}

function toHex(rgb: RGB): string {
  return "#" + rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

function luminance(rgb: RGB): number {
  const [r, g, b] = rgb.map((part) => {
    const s = part / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as unknown as RGB;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: RGB, b: RGB): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/**
 * Moves a colour towards black or white until it reads on the background at the
 * wanted ratio. Small steps keep as much of the brand as the ratio allows.
 */
function readable(colour: RGB, background: RGB, ratio: number): RGB {
  const towards = luminance(background) > 0.18 ? 0 : 255;
  for (let mix = 0; mix < 1; mix += 0.02) {
    const moved = colour.map((part) => part + (towards - part) * mix) as unknown as RGB;
    if (contrast(moved, background) >= ratio) return moved;
  }
  return [towards, towards, towards];
}

/** Black or white, whichever reads better on a colour: always at least 4.5:1. */
export function labelOn(colour: RGB): string {
  return contrast(colour, [255, 255, 255]) >= contrast(colour, [0, 0, 0]) ? "#ffffff" : "#000000";
}

/**
 * Custom properties for the brand's colours: the fill and its label, an ink for
 * text and a rim for shapes in either theme, and the navigation bar with its
 * label. The ink is judged at 5.5:1 rather than 4.5:1 because it also stands on
 * tinted surfaces, and at 9:1 for a brand near black, whose grey on dark would look
 * switched off. An unreadable value gives no properties and the style sheet's
 * own colours stay.
 */
export function brandProperties(primary: string | undefined, secondary?: string): Record<string, string> {
  const made: Record<string, string> = {};
  const brand = parseHex(primary);
  if (brand) {
    made["--brand"] = toHex(brand);
    made["--brand-label"] = labelOn(brand);
    for (const theme of ["light", "dark"] as const) {
      const surface = parseHex(surfaces[theme])!;
      made[`--brand-ink-${theme}`] = toHex(readable(brand, surface, luminance(brand) < 0.02 ? 9 : 5.5));
      made[`--brand-rim-${theme}`] = toHex(readable(brand, surface, 3));
    }
  }
  const bar = parseHex(secondary);
  if (bar) {
    made["--bar"] = toHex(bar);
    made["--bar-label"] = labelOn(bar);
  }
  return made;
}
