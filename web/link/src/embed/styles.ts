// Style sheets inside a shadow root under any policy: a constructed sheet is no inline
// style, so `style-src 'self'` without a nonce lets it be.

const made = new Map<string, CSSStyleSheet>();

/** Gives a sheet to a root. Browsers without constructed sheets get a style element with the host's nonce. */
export function adopt(root: ShadowRoot, css: string, nonce: string | undefined): void {
  try {
    let sheet = made.get(css);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      made.set(css, sheet);
    }
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  } catch {
    const style = document.createElement("style");
    if (nonce) style.nonce = nonce;
    style.textContent = css;
    root.append(style);
  }
}
