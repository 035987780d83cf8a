import type { VNode } from "preact";
import { labelOn, parseHex } from "@bowline/ui/colour.ts";

/** Whatever has a name and perhaps a picture: a platform, a connection, the client. */
export interface Named {
  name: string;
  logoUrl?: string;
  /** Letters and colour of a tile that needs no request. A picture with a colour is a tile by itself and fills the place. */
  monogram?: string;
  color?: string;
}

/** First letters of up to two words, for a name whose picture is missing. */
export function monogram(name: string): string {
  const letters = name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toLocaleUpperCase();
}

interface LogoProps { of: Named; size?: "small" | "large" }

/**
 * The logo of a platform or client on a light plate, so that dark logos survive
 * dark mode. It decorates the name beside it. Letters stand where there is no
 * picture, and under it until it is there. Colours are set through the object
 * model: the page's policy allows no style attributes.
 */
export function Logo({ of, size }: LogoProps): VNode {
  const url = of.logoUrl;
  const colour = parseHex(of.color);
  return (
    <span
      class={`logo ${size ?? ""} ${url ? colour ? "full" : "" : "letters"}`}
      aria-hidden="true"
      style={url || !colour ? undefined : { background: of.color, color: labelOn(colour) }}
    >
      {of.monogram ?? monogram(of.name)}
      {url && (
        <img
          key={url}
          src={url}
          alt=""
          width={44}
          height={44}
          loading="lazy"
          decoding="async"
          onError={(event) => {
            event.currentTarget.hidden = true;
          }}
        />
      )}
    </span>
  );
}
