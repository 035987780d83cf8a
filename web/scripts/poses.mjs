// Screens as they look after somebody touched them: name -> screen, and what to
// do there. Pictures and accessibility checks cover these too.

/** Keys move the choice without going on. */
const choose = (page, name) => page.getByRole("radio", { name }).press("Space");

export const poses = {
  "picker-chosen": { screen: "picker", async act(page) {
    await choose(page, "Freshly Books");
  } },
  "picker-search": { screen: "picker", async act(page) {
    await page.getByRole("searchbox").fill("comptab");
    await page.getByRole("searchbox").press("Enter");
    await page.locator("mark").waitFor();
  } },
  "picker-no-match": { screen: "picker", async act(page) {
    await page.getByRole("searchbox").fill("abacus & sons");
  } },
  "picker-nudge": { screen: "picker", async act(page) {
    await page.locator("[data-key=next]").click({ force: true });
    await page.locator(".nudge:not(:empty)").waitFor();
  } },
  "consent-open": { screen: "consent", async act(page) {
    await page.getByRole("button", { name: "Access" }).click();
    await page.getByRole("button", { name: "Platform data" }).click();
  } },
  "consent-busy": { screen: "consent", answer: "hang", async act(page) {
    await page.locator("[data-key=accept]").click();
    await page.locator("[aria-busy]").waitFor();
  } },
  "consent-fault": { screen: "consent", answer: "fail", async act(page) {
    await page.locator("[data-key=accept]").click();
    await page.locator(".fault").waitFor();
  } },
  "error-stale": { screen: "error-sheet", answer: "stale", async act(page) {
    await page.locator("[data-key=retry]").click();
    await page.locator(".fault").waitFor();
  } },
  "picker-desktop": { screen: "picker-letters", async act(page) {
    await choose(page, "Counting House Desktop");
  } },
  "picker-package": { screen: "picker-letters", async act(page) {
    await choose(page, "SuiteLedger");
  } },
  "picker-handover-nudge": { screen: "picker", async act(page) {
    await page.locator("[data-key=handOver]").click();
    await page.locator(".nudge:not(:empty)").waitFor();
  } },
  "language-menu": { screen: "landing-bar", async act(page) {
    await page.locator("[data-key=language]").click();
    await page.getByRole("menu").waitFor();
  } },
  "main-embedded": { screen: "main-several", embedded: true },
  "handoff-tab-embedded": { screen: "handoff-tab", embedded: true },
  "manage-embedded": { screen: "manage-alone", embedded: true },
  "manage-empty-embedded": { screen: "manage-empty", embedded: true },
  "managed-embedded": { screen: "managed-alone", embedded: true },
  "disconnect-embedded": { screen: "disconnect-data", embedded: true },
  "mismatch-embedded": { screen: "mismatch", embedded: true },
  "manage-busy": { screen: "manage", answer: "hang", async act(page) {
    await page.locator("[data-key=row-c-clbk]").click();
    await page.locator("[aria-busy]").waitFor();
  } },
  "exit": { screen: "consent-leaving", embedded: true, async act(page) {
    await page.locator("[data-key=close]").click();
    await page.getByRole("dialog", { name: "Leave" }).or(page.locator(".over")).first().waitFor();
  } },
  "guide-ticked": { screen: "guide", async act(page) {
    await page.getByRole("checkbox").check();
  } },
  "guide-nudge": { screen: "guide", async act(page) {
    await page.locator("[data-key=confirm]").click({ force: true });
    await page.locator(".nudge:not(:empty)").waitFor();
  } },
  "credentials-empty": { screen: "credentials", async act(page) {
    await page.locator("[data-key=submit]").click();
    await page.locator(".problem").first().waitFor();
  } },
  "invite-letters": { screen: "invite", async act(page) {
    await page.getByRole("textbox").fill("Rosa <b>");
    await page.locator("[data-key=submit]").click();
    await page.locator(".problem").waitFor();
  } },
  "tenants-none": { screen: "tenants-many", async act(page) {
    await page.locator("[data-key=all]").click();
    await page.locator("[data-key=next]").click({ force: true });
    await page.locator(".nudge:not(:empty)").waitFor();
  } },
  "tenants-chosen": { screen: "tenants", async act(page) {
    await page.getByRole("radio").first().check();
  } },
};

/** A page that remembers what the policy refused and what went wrong in script. */
export async function visit(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  await context.addInitScript(() => {
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
  });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  return { page, errors, close: () => context.close() };
}

/** Opens a gallery screen or pose, in its own language or the given one, and waits until it is drawn. */
export async function strike(page, origin, name, locale = "") {
  const pose = poses[name] ?? { screen: name };
  const embedded = pose.embedded ? "&embedded=1" : "";
  await page.goto(`${origin}/?screen=${pose.screen}&answer=${pose.answer ?? ""}&locale=${locale}${embedded}`);
  await page.waitForSelector("[data-ready]");
  await pose.act?.(page);
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined))));
}
