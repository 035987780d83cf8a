// Light, dark, or as the device has it.

import { cell } from "./cell.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const kept = "bowline.theme";
const read = localStorage.getItem(kept) as Theme | null;

export const theme = cell<Theme>(read && themes.includes(read) ? read : "system");

function dress(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = chosen;
}
dress(theme.get());
theme.watch((chosen) => {
  localStorage.setItem(kept, chosen);
  dress(chosen);
});
