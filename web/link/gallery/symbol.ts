// A drawing that looks like a QR symbol, for the gallery: the server draws the real ones.

import type { QRCode } from "@bowline/ui/view.ts";

/** Three finders and a fixed scatter of modules between them. */
export function symbol(size: number): QRCode {
  const finder = (x: number, y: number) => `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`;
  const corner = (x: number, y: number) => (x < 8 && y < 8) || (x >= size - 8 && y < 8) || (x < 8 && y >= size - 8);
  let path = finder(0, 0) + finder(size - 7, 0) + finder(0, size - 7);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!corner(x, y) && (x * 7 + y * 13 + x * y * 5) % 11 < 5) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  return { size, path };
}
