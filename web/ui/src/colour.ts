// Contrast arithmetic of WCAG 2.2 for the client's brand colour. A client picks
// one colour; every shade that text or a control needs is derived here so that
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

const black: RGB = [0, 0, 0];
const white: RGB = [255, 255, 255];

/**
 * Custom properties for a brand colour: the fill and its label, an ink for text
 * and a rim for shapes in either theme. The ink is judged at 5.5:1 rather than
 * 4.5:1 because it also stands on tinted surfaces. An unreadable value gives an
 * empty record and the style sheet's own colours stay.
 */
export function brandProperties(primary: string | undefined): Record<string, string> {
  const brand = parseHex(primary);
  if (!brand) return {};
  const light = parseHex(surfaces.light)!;
  const dark = parseHex(surfaces.dark)!;
  const label = contrast(brand, white) >= contrast(brand, black) ? white : black;
  return {
    "--brand": toHex(brand),
    "--brand-label": toHex(label),
    "--brand-ink-light": toHex(readable(brand, light, 5.5)),
    "--brand-ink-dark": toHex(readable(brand, dark, 5.5)),
    "--brand-rim-light": toHex(readable(brand, light, 3)),
    "--brand-rim-dark": toHex(readable(brand, dark, 3)),
  };
}
