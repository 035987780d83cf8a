/** Watches for an element leaving the document. */
export interface Removal {
  /** Looks at once, without waiting for the browser to report. */
  look(): void;
  stop(): void;
}

/**
 * Calls back when an element has left the document, by its own removal or an
 * ancestor's. Being moved is not leaving. An element that was never in the document
 * may wait outside for as long as its parent keeps it.
 */
export function whenRemoved(element: HTMLElement, removed: () => void): Removal {
  let seen = false;
  const look = () => {
    if (element.isConnected) seen = true;
    else if (seen || !element.parentNode) removed();
  };
  const children = new MutationObserver(look);
  children.observe(element.parentNode!, { childList: true });
  // An ancestor may be in any tree. Whoever leaves the document loses their box, and this hears of it.
  const box = new ResizeObserver(look);
  box.observe(element);
  look();
  return {
    look,
    stop: () => {
      children.disconnect();
      box.disconnect();
    },
  };
}
