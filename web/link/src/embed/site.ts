// What the two halves of the embedded journey know of each other: the entry, which
// is on the page at once, and the core, which draws the screens and comes after it.

import type { View } from "@bowline/ui/view.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { ConnectionsOptions, ConnectionsProps } from "../../../packages/link/src/connections-types.ts";
import type { LinkOptions, LinkProps } from "../../../packages/link/src/types.ts";
import type { Fault } from "../journey.ts";
import type { Reply } from "../transport.ts";

/** What the host passes, of Link or of the Connections SDK: anything may be missing. */
export type Props = Partial<Omit<LinkProps, "options"> & Omit<ConnectionsProps, "options">> & { options?: LinkOptions & ConnectionsOptions };

/** A callback of the host. */
export type Callback = Extract<keyof Props, `on${string}`>;

/** What differs between Link and the Connections SDK, or from company to company. */
export interface About {
  /** What assistive technology calls it. */
  readonly label: Word;
  /** Where the journey begins. */
  readonly path: string;
  /** Names what sessionStorage keeps of it. */
  readonly memory: string;
}

/** The place in the host's page, as the core sees it. */
export interface Site extends About {
  /** Element within the shadow root that the screens are drawn in. */
  readonly root: HTMLElement;
  /** Leaves the journey; absent where the host has no onClose. */
  readonly close: (() => void) | undefined;
  /** No border and no shadow. */
  readonly plain: boolean;
  /** Gives a style sheet to the shadow root, once. */
  adopt(css: string): void;
  send(message: object, path: string): Promise<Reply>;
  /** Calls the host back, unless Link has left the page. */
  call(name: Callback, argument?: object): void;
  /** Tells the host's developers, in the console. */
  warn(text: string): void;
  /** Starts all over. */
  restart(): void;
  /** A timer that ends with the site; returns the way to forget it. */
  after(delay: number, run: () => void): () => void;
}

/** What the core gives to the entry. */
export interface Core {
  /** Fetches what is likely to be needed. Never fails. */
  warm(language: string): void;
  /** Draws a view and keeps on drawing; resolves to the way to take it all down. */
  draw(site: Site, view: View, fault?: Fault): Promise<() => void>;
}

