// What hosted pages have beside the card, in the preview. The SDK that the preview runs does not
// know of it, because an embedding page has words of its own there: so it is laid over.

import { brandProperties } from "@bowline/ui/colour.ts";
import { RichText } from "@bowline/ui/richtext.tsx";
import type { Client } from "@bowline/ui/view.ts";
import { once } from "../draw/once.ts";
import css from "./panel.css?text";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** Shows the words of a client in the shadow root of the SDK, in place of those before. */
export function besideCard(shadow: ShadowRoot, client: Client): void {
  const before = shadow.querySelector<HTMLElement>(".beside");
  if (!client.panel) return before?.remove();
  const layer = before ?? shadow.appendChild(document.createElement("div"));
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets.push(sheet);
  layer.className = "bowline beside";
  if (client.colorScheme) layer.dataset.scheme = client.colorScheme;
  else delete layer.dataset.scheme;
  for (const [name, value] of Object.entries(brandProperties(client.primaryColor, client.secondaryColor))) layer.style.setProperty(name, value);
  const { header, body } = client.panel;
  once(
    <>
      {/* Panel.css asks whether there is a picture behind the words. */}
      {client.heroUrl && <span class="hero" hidden />}
      <div class="panel">
        {header && <h2>{header}</h2>}
        {body && <div class="lead"><RichText text={body} newTab="↗" /></div>}
      </div>
    </>,
    layer,
  );
}
