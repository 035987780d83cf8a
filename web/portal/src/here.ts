// Addresses of this server, as the page reaches it. The server gives them with the name that
// customers know it by; a page may be open under another one, and shows nothing of strangers.

/** What is ours: pictures, and the pages that are drawn in a frame. */
const own = /^\/(link\/logos|assets\/brand|portal\/preview)\//;

/** The path of an address where it is one of ours; any other address stays. */
export function here(address: string): string {
  if (!URL.canParse(address)) return address;
  const { pathname, search, hash } = new URL(address);
  return own.test(pathname) ? pathname + search + hash : address;
}
