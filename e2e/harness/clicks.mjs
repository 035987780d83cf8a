// Counts what a journey asks of the customer: every trusted click and key press that is not
// on the provider's pages, as the pages themselves see them.

/** Counts what a browser is given by hand; returns the list that it fills. */
export async function count(context) {
  const given = [];
  await context.exposeBinding("__given", ({ page }, what) => {
    if (!new URL(page.url()).pathname.startsWith("/sandbox/")) given.push(what);
  });
  await context.addInitScript(() => {
    for (const type of ["click", "keydown"]) {
      addEventListener(type, (event) => {
        const [target] = event.composedPath();
        // A click on a label is followed by one on its control.
        if (event.isTrusted && (type === "keydown" || event.detail > 0)) window.__given(`${type} on ${target.closest?.("[data-key], label")?.innerText ?? target.localName}`);
      }, true);
    }
  });
  return given;
}
