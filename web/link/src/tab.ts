// The browser tab in which the provider's sign-in happens. It must be opened while
// a click still counts, before anybody knows whether it will be needed; so it opens
// empty, and is led away or closed once the answer is there.

import type { Action, View } from "@bowline/ui/view.ts";
import type { TabState } from "./context.ts";

/** Whether an action taken on a view may be answered by a sign-in in another tab. */
export function mayLead(action: Action, { consent, guide, credentials, error, mismatch, managed, handoff }: View): boolean {
  if (/^re(sume|connect)$|^signIn$/.test(action.action)) return managed?.leads ?? true;
  return /^(accept|confirm|submit|retry)$/.test(action.action) && !("return" in action)
    && !!(handoff || (consent ?? guide ?? credentials ?? error ?? mismatch)?.leads);
}

export class Tab implements TabState {
  led = false;
  readonly #words: () => string;
  /** Opened for an answer that is still under way. */
  #tab: Window | null = null;

  /** `words` stand in the tab until it is led away. */
  constructor(words: () => string) {
    this.#words = words;
  }

  /**
   * Call within the person's gesture. A browser that refuses leaves nothing behind.
   * Each time is a new tab: the provider gets no handle on this page, and from then
   * on browsers do not let us lead or close the tab that it is in.
   */
  open(): void {
    this.close();
    try {
      const tab = window.open("", "_blank")!;
      tab.document.title = tab.document.body.textContent = this.#words();
      tab.opener = null;
      this.#tab = tab;
    } catch {
      // Blocked. The waiting screen has a link.
    }
  }

  /** The answer is there: to the address, or nowhere. */
  settle(address: string | undefined): void {
    if (!address || !this.#tab) return this.close();
    this.#tab.location.replace(address);
    this.#tab = null;
    this.led = true;
  }

  /** Closes the tab while it is empty. Once it was led away it is the person's. */
  close(): void {
    this.#tab?.close();
    this.#tab = null;
    this.led = false;
  }
}
