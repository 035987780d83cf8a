// Pictures of the Portal against the mock, into test-results/portal: desk and phone, light
// and dark.
//
//	node portal/dev/shots.mjs                  every place of the list below
//	node portal/dev/shots.mjs users keys       those whose name contains one of these
//	node portal/dev/shots.mjs --locale fr-CA --width 390,1280,640 --scheme dark users
//	node portal/dev/shots.mjs --path /companies --role analyst   any address

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../../scripts/browser.mjs";
import { Mock } from "./mock.mjs";
import { startPortal } from "./serve.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../test-results/portal");

/** Name -> address below /portal, what is done there first, and how the mock stands. */
export const places = {
  "kit": { path: "/_kit" },
  "kit-dialog": { path: "/_kit", act: (page) => page.getByRole("button", { name: "Open a dialog" }).click() },
  "kit-menu": { path: "/_kit", act: (page) => page.getByRole("button", { name: "Menu", exact: true }).click() },
  "kit-toast": { path: "/_kit", act: (page) => page.getByRole("button", { name: "Toast with undo" }).click() },
  "kit-confirm": { path: "/_kit", act: (page) => page.getByRole("button", { name: "Delete…" }).click() },
  "sign-in": { path: "/sign-in", out: true },
  "sign-in-refused": { path: "/sign-in?sso=noAccess", out: true, set: (mock) => { mock.signInSettings = { password: true, message: "Ask Bram in room 4 for access.", sso: { label: "Harbour ID" } }; }, act: async (page) => {
    await page.getByLabel(/email|courriel/i).fill("ada@example.com");
    await page.getByLabel(/^(Password|Mot de passe)$/).fill("wrong");
    await page.getByRole("button", { name: /^(Sign in|Se connecter)$/ }).click();
    await page.getByRole("alert").getByText("not right").waitFor();
  } },
  "setup": { path: "/setup#token", out: true, set: (mock) => { mock.setUp = true; } },
  "setup-none": { path: "/setup", out: true, set: (mock) => { mock.setUp = true; } },
  "invitation": { path: "/invitation#token", out: true },
  "invitation-dead": { path: "/invitation#dead", out: true },
  "reset": { path: "/reset#token", out: true },
  "account": { path: "/account" },
  "account-linked": { path: "/account?sso=linked", set: (mock) => { mock.atService = { external: true, hasPassword: true, signInService: "Harbour ID", knownAs: "maximiliane.featherstonehaugh-oyelaran@subsidiary.elsewhere.example" }; } },
  "account-link-refused": { path: "/account?sso=noAuthTime", set: (mock) => { mock.atService = { external: false, hasPassword: true, signInService: "Harbour ID" }; } },
  "users": { path: "/settings/users" },
  "users-history": { path: "/settings/users/history" },
  "users-invite": { path: "/settings/users", act: (page) => page.getByRole("button", { name: /Invite|Inviter/ }).first().click() },
  "users-menu": { path: "/settings/users", act: (page) => page.getByRole("button", { name: /Bram/ }).click() },
  "users-sessions": { path: "/settings/users", act: async (page) => {
    await page.getByRole("button", { name: /^Actions.*Ada/ }).click();
    await page.getByRole("menuitem", { name: "Sessions" }).click();
  } },
  "settings-sign-in": { path: "/settings/sign-in" },
  "settings-sign-in-sso": { path: "/settings/sign-in", set: (mock) => {
    mock.signInSettings = { ...mock.signInSettings, tested: { at: new Date().toISOString(), ok: true, email: "ada@example.com", emailVerified: true, groups: ["staff", "lending-admins"], role: "administrator" }, sso: { issuer: "https://login.example.com/realms/harbour", clientId: "bowline", hasSecret: true, label: "Harbour ID", groupsClaim: "groups", scopes: [], mapping: [{ group: "lending-admins", role: "administrator", instanceId: null }, { group: "support", role: "onboarding", instanceId: mock.instances[0].id }] } };
  } },
  "instances": { path: "/settings/instances" },
  "instances-new": { path: "/settings/instances", act: (page) => page.getByRole("button", { name: /New|Nouvelle/ }).click() },
  "access": { path: "/settings/access" },
  "keys": { path: "/developers/keys" },
  "keys-new": { path: "/developers/keys", act: (page) => page.getByRole("button", { name: /New|Nouvelle/ }).click() },
  "keys-left": { path: "/developers/keys", set: (mock) => { mock.keys[0] = { ...mock.keys[0], makerGone: true }; } },
  "keys-none": { path: "/developers/keys", set: (mock) => { mock.keys = []; } },
  "notices": { path: "/account", set: (mock) => {
    const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
    const hooks = "https://hooks.a-really-rather-long-company-name-without-any-end.example/bowline/in/production?token=1";
    mock.notices = [
      { id: "1", kind: "consumer.disabled", severity: "bad", since: at(-6), subject: "1", name: hooks, unread: true },
      { id: "2", kind: "key.expired", severity: "bad", since: at(-1), subject: "2", name: "Nightly export", unread: true },
      { id: "3", kind: "consumer.failing", severity: "warn", since: at(-2), due: at(3), subject: "3", name: "https://hooks.example/in", unread: true },
      { id: "4", kind: "certificate.expiring", severity: "warn", since: at(-2), due: at(20), subject: "3", name: "https://hooks.example/in", unread: false },
      { id: "5", kind: "connections.deauthorized", severity: "warn", since: at(-0.1), count: 1240, more: true, unread: true },
      { id: "6", kind: "integration.incomplete", severity: "warn", since: at(-9), subject: "gbol", name: "Xero", unread: false },
      { id: "7", kind: "key.makerGone", severity: "warn", subject: "7", name: "Loan engine", unread: false },
      ...mock.notices,
    ];
  }, act: (page) => page.getByRole("button", { name: /^Notifications/ }).click() },
  "notices-none": { path: "/account", set: (mock) => { mock.notices = []; }, act: (page) => page.getByRole("button", { name: /^Notifications/ }).click() },
  "deprecations": { path: "/developers/deprecations", set: (mock) => { mock.deprecations[0].optedIn = true; } },
  "deprecations-none": { path: "/developers/deprecations", set: (mock) => { mock.deprecations = []; } },
  "find": { path: "/settings/users", act: async (page) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("searchbox").or(page.getByRole("dialog").getByRole("textbox")).first().fill("har");
    await page.waitForTimeout(400);
  } },
  "nav": { path: "/settings/users", act: async (page) => { const open = page.getByRole("button", { name: /Open navigation|Ouvrir/ }); if (await open.isVisible()) await open.click(); } },
  "test-instance": { path: "/settings/users", set: (mock) => { mock.instances = [mock.instances[1], mock.instances[0]]; }, act: (page) => page.getByRole("button", { name: /Instance/ }).first().click() },
  "forbidden": { path: "/settings/users", set: (mock) => { mock.me.role = "onboarding"; } },
  "missing": { path: "/no-such-page" },
};

const value = (name, usual) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : usual);

/** One picture, or several of a page that is too long to be looked at in one. */
async function picture(page, path, whole) {
  const { height, width } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, width: document.documentElement.clientWidth }));
  const most = 1600;
  if (!whole || height <= most) return page.screenshot({ path: `${path}.png`, fullPage: whole });
  for (let y = 0, part = 1; y < height; y += most, part++) {
    await page.screenshot({ path: `${path}-${part}.png`, fullPage: true, clip: { x: 0, y, width, height: Math.min(most, height - y) } });
  }
}

async function main() {
  const wanted = process.argv.slice(2).filter((one, at, all) => !one.startsWith("--") && !all[at - 1]?.startsWith("--"));
  const path = value("path");
  const list = path ? { [path.replaceAll(/\W+/g, "-").replace(/^-/, "")]: { path } } : Object.fromEntries(Object.entries(places).filter(([name]) => !wanted.length || wanted.some((one) => name.includes(one))));
  await mkdir(folder, { recursive: true });
  const browser = await launch();
  try {
    for (const [name, { path: at, act, out, set }] of Object.entries(list)) {
      const mock = new Mock({ role: value("role", "administrator") });
      mock.signedIn = !out;
      mock.locale = value("locale", "");
      set?.(mock);
      const site = await startPortal({ mock });
      for (const width of value("width", "1280,390").split(",").map(Number)) {
        for (const colorScheme of value("scheme", "light,dark").split(",")) {
          const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, colorScheme, locale: value("locale", "en-US"), reducedMotion: "reduce", ...(width < 600 && { hasTouch: true, isMobile: true }) });
          const page = await context.newPage();
          page.on("console", (message) => ["error", "warning"].includes(message.type()) && !/401/.test(message.text()) && console.error(`${name}: ${message.text()}`));
          page.on("pageerror", (thrown) => console.error(`${name}: ${thrown.stack}`));
          await page.goto(`${site.origin}/portal${at}`);
          await page.locator("h1").first().waitFor();
          await page.waitForLoadState("networkidle");
          page.setDefaultTimeout(5000);
          await Promise.resolve(act?.(page)).catch((thrown) => console.error(`${name} at ${width}: ${thrown}`));
          await page.waitForTimeout(250);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (overflow > 0) console.error(`${name} at ${width}: ${overflow} px too wide`);
          await picture(page, join(folder, `${name}-${width}-${colorScheme}`), !act);
          await context.close();
        }
      }
      await site.stop();
    }
  } finally {
    await browser.close();
  }
  console.log(`pictures in test-results/portal`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
