// Runs in the page, in a world of its own: it sees the document and nothing of
// the page's script. It says when the first platform has been painted, and when
// a touch on it has had its effect, in milliseconds since the navigation began.

(({ button, answered, patience }) => {
  const say = (what) => globalThis.benchmarkSays(JSON.stringify(what));

  /** Calls back after the paint of the frame that is being made. */
  const afterPaint = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  };

  /** Where to touch a platform that can be seen, and on which nothing lies. */
  const place = () => {
    const first = document.querySelector(button);
    if (!first?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return undefined;
    const { left, top, width, height } = first.getBoundingClientRect();
    const at = { x: left + width / 2, y: top + height / 2 };
    const hit = width > 0 && height > 0 && document.elementFromPoint(at.x, at.y);
    return hit && first.contains(hit) ? at : undefined;
  };

  const eachFrame = (look) => requestAnimationFrame(() => look() || eachFrame(look));

  let touches = 0;
  addEventListener("touchstart", () => touches++, { capture: true, passive: true });

  eachFrame(() => {
    const at = place();
    if (!at) return false;
    const early = document.querySelector(answered) !== null;
    afterPaint(() => say({ visible: performance.now(), early, at }));
    const again = setInterval(() => say({ at: place() }), patience);
    eachFrame(() => {
      if (!document.querySelector(answered)) return false;
      clearInterval(again);
      afterPaint(() => say({ usable: performance.now(), lost: touches - 1 }));
      return true;
    });
    return true;
  });
})
