/** Whether the journey is on a phone or tablet, where some software cannot be connected (link.md 1.3.4). */
export function onPhone(): boolean {
  return matchMedia("(max-width: 640px), (pointer: coarse)").matches;
}
