import { Component, type VNode } from "preact";

/** First letters of up to two words, for a name whose picture is missing. */
export function monogram(name: string): string {
  const letters = name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toLocaleUpperCase();
}

interface LogoProps { name: string; url?: string; size?: "small" | "large" }

/**
 * The logo of a platform or client on a light plate, so that dark logos survive
 * dark mode. It decorates the name beside it. Without a picture, or when it
 * fails to load, letters stand in.
 */
export class Logo extends Component<LogoProps, { broken?: string }> {
  override render({ name, url, size }: LogoProps): VNode {
    const bare = !url || this.state.broken === url;
    return (
      <span class={`logo ${size ?? ""} ${bare ? "letters" : ""}`} aria-hidden="true">
        {bare
          ? monogram(name)
          : <img src={url} alt="" decoding="async" onError={() => this.setState({ broken: url })} />}
      </span>
    );
  }
}
