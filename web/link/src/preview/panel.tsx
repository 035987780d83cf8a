// What hosted pages have around the card, in the preview: ground, picture and the client's words. The SDK that the preview runs does not
// know of it, because an embedding page has words of its own there: so it is laid over.

import { brandProperties } from "@bowline/ui/colour.ts";
import { RichText } from "@bowline/ui/richtext.tsx";
import type { Client } from "@bowline/ui/view.ts";
import { once } from "../draw/once.ts";
import css from "./panel.css?text";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** Shows what is around the card in the shadow root of the SDK, in place of what was there before. */
export function aroundCard(shadow: ShadowRoot, client: Client): void {
  const before = shadow.querySelector<HTMLElement>(".beside");
  const layer = before ?? shadow.appendChild(document.createElement("div"));
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets.push(sheet);
  layer.className = "bowline beside";
  if (client.colorScheme) layer.dataset.scheme = client.colorScheme;
  else delete layer.dataset.scheme;
  for (const [name, value] of Object.entries(brandProperties(client.primaryColor, client.secondaryColor))) layer.style.setProperty(name, value);
  (shadow.host as HTMLElement).style.setProperty("--behind", client.heroUrl ? `url(${JSON.stringify(client.heroUrl)})` : "none");
  once(
    <>
      {/* Panel.css asks whether there is a picture behind the words. */}
      {client.heroUrl && <span class="hero" hidden />}
      {client.panel && (
        <div class="panel">
          {client.panel.header && <h2>{client.panel.header}</h2>}
          {client.panel.body && <div class="lead"><RichText text={client.panel.body} newTab="↗" /></div>}
        </div>
      )}
    </>,
    layer,
  );
}
