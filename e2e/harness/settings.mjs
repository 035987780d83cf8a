// What the fintech's staff set, through the API: everything that is not named
// goes back to its default.

/** The settings of Link. */
export function linkSettings(bowline, settings) {
  return bowline.api("PUT", "/settings/link", settings);
}

/** The looks of Link. */
export function branding(bowline, looks) {
  return bowline.api("PUT", "/settings/branding", looks);
}

/** Name and redirects of the fintech. */
export function profile(bowline, { name = "Harbour Lending", redirectUrl = "", whiteListUrls = [] } = {}) {
  return bowline.api("PUT", "/profile", { name, redirectUrl, whiteListUrls });
}

/** Nothing is required, so that one may finish at any time. */
export const allOptional = { accounting: { enabled: true, optional: true } };

/** The id of the fintech, as its invite URL has it. */
export async function instanceOf(bowline) {
  const [{ id }] = await bowline.query("SELECT id FROM instances");
  return id;
}
