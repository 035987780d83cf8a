// Style sheets that come with the script which needs them. A constructed sheet needs no
// exception from the policy, and is there before the first element that it dresses.

const adopted = new Set<string>();

/** Adds a style sheet to the page, once. Call it where a module is evaluated. */
export function adopt(css: string): void {
  if (adopted.has(css)) return;
  adopted.add(css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
