// What pages copy. A browser has one clipboard for all its windows, and the scenarios share a
// browser: what one of them copied, another would read. So each page also keeps its own.

/** Lets the pages of a context copy, and keeps what each copied last. */
export async function keepCopies(context) {
  await context.addInitScript(() => {
    if (!window.Clipboard) return; // a page without TLS has none
    const write = Clipboard.prototype.writeText;
    Clipboard.prototype.writeText = async function (text) {
      await write.call(this, text);
      window.copiedLast = text;
    };
  });
}

/** What this page copied last, once the browser had taken it. */
export function copied(page) {
  return page.evaluate(() => window.copiedLast);
}
