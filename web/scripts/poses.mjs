// Screens as they look after somebody touched them: name -> screen, and what to
// do there. Pictures and accessibility checks cover these too.

export const poses = {
  "picker-chosen": { screen: "picker", async act(page) {
    await page.getByRole("radio", { name: "Freshly Books" }).check();
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
  "tenants-chosen": { screen: "tenants", async act(page) {
    await page.getByRole("radio").first().check();
  } },
};

/** Opens a gallery screen or pose and waits until it is drawn. */
export async function strike(page, origin, name) {
  const pose = poses[name] ?? { screen: name };
  await page.goto(`${origin}/?screen=${pose.screen}&answer=${pose.answer ?? ""}`);
  await page.waitForSelector("[data-ready]");
  await pose.act?.(page);
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined))));
}
