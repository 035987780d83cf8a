// The Portal in a real browser, against a backend in memory and under Bowline's policy:
// accessibility of every component and of the pages about people, keyboard, focus, narrow
// windows, French, and what happens when a session ends or the server does not answer.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { Mock } from "../portal/dev/mock.mjs";
import { places } from "../portal/dev/shots.mjs";
import { startPortal } from "../portal/dev/serve.mjs";
import { launch } from "../scripts/browser.mjs";

let browser, site, axe;
const servers = []; // of pages that a failed test left open, too

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [browser, site] = await Promise.all([launch(), startPortal({ mock: new Mock() })]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site, ...servers].map((one) => one?.stop()));
});

/** A page with a backend of its own, and what went wrong on it. */
async function open(path, { set, out, ...options } = {}) {
  const mock = new Mock();
  mock.signedIn = !out;
  set?.(mock);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults = [];
  page.on("pageerror", (thrown) => faults.push(String(thrown)));
  page.on("console", (message) => message.type() === "error" && !/status of (401|403|404|409|410|429|5\d\d)|ERR_FAILED/.test(message.text()) && faults.push(message.text()));
  const own = await startPortal({ mock, files: site.files });
  servers.push(own);
  await page.goto(`${own.origin}/portal${path}`);
  await page.locator("h1").first().waitFor();
  const close = async () => {
    await context.close();
    await servers.splice(servers.indexOf(own), 1)[0].stop();
    assert.deepEqual(faults, []);
  };
  return { page, mock, close, origin: own.origin };
}

/** Evaluates with axe in the page's own world, where the policy does not reach. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** What has the focus, or what of it is the present one (aria-activedescendant). */
const focused = (page) => page.evaluate(() => {
  const { activeElement: has } = document;
  const one = document.getElementById(has?.getAttribute("aria-activedescendant") ?? "") ?? has;
  return one?.getAttribute("aria-label") || one?.textContent || one?.tagName;
});

/** Waits until the present one is what is expected. */
async function presently(page, what) {
  await page.waitForFunction(([text]) => {
    const { activeElement: has } = document;
    const one = document.getElementById(has?.getAttribute("aria-activedescendant") ?? "") ?? has;
    return new RegExp(text).test(one?.getAttribute("aria-label") || one?.textContent || "");
  }, [what.source]);
}

/** Asks again until it is so: pages follow some keys a frame later. */
async function until(what, ask) {
  for (const end = Date.now() + 30_000; !(await ask());) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("every place", () => {
  const shapes = [
    { colorScheme: "light", locale: "en-US", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    { colorScheme: "dark", locale: "fr-CA", viewport: { width: 1280, height: 900 } },
  ];
  const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const shape of shapes) {
    const { colorScheme, locale, viewport: { width } } = shape;
    test(`is accessible, fits and has one heading: ${colorScheme}, ${width} px, ${locale}`, async () => {
      const wrong = {};
      for (const [name, { path, act, out, set }] of Object.entries(places)) {
        // What is done there is found by English words.
        if (locale !== "en-US" && act && !["users-invite", "keys-new", "instances-new"].includes(name)) continue;
        const { page, close } = await open(path, { ...shape, out, set });
        await page.waitForFunction(() => location.pathname.endsWith("_kit") || !document.querySelector("main .skeleton, .under-way"));
        await act?.(page);
        const found = await violations(page);
        if (await overflow(page) > 0) found.push(`${await overflow(page)} px too wide`);
        if (await page.locator("h1").count() !== 1) found.push("not one h1");
        if (!/Bowline/.test(await page.title())) found.push("no title");
        if (await page.evaluate(() => document.documentElement.lang) !== locale) found.push("wrong language");
        if (width < 600) {
          // As at 400 % zoom (WCAG 1.4.10).
          await page.setViewportSize({ width: 320, height: 480 });
          if (await overflow(page) > 0) found.push(`${await overflow(page)} px too wide at 320`);
        }
        if (found.length) wrong[name] = found;
        await close();
      }
      assert.deepEqual(wrong, {});
    });
  }
});

describe("components by the keyboard", () => {
  test("a menu opens, moves, types ahead, closes and gives focus back", async () => {
    const { page, close } = await open("/_kit");
    const trigger = page.getByRole("button", { name: "Menu", exact: true });
    await trigger.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Edit" }).waitFor();
    assert.equal(await trigger.getAttribute("aria-expanded"), "true");
    await presently(page, /^Edit/);
    await page.keyboard.press("ArrowUp");
    await presently(page, /^Delete/); // past "Not now", which is disabled
    await page.keyboard.press("e");
    await presently(page, /^Edit/);
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await presently(page, /^Menu/);
    assert.equal(await trigger.getAttribute("aria-expanded"), "false");
    await close();
  });

  test("a dialog takes focus, keeps it, and gives it back", async () => {
    const { page, close } = await open("/_kit");
    const trigger = page.getByRole("button", { name: "Open a dialog" });
    await trigger.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Invite somebody" });
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "INPUT");
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press("Tab");
      // Between the last element and the first, browsers let focus out to their own bars.
      assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog")));
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.match(await focused(page), /Open a dialog/);
    await close();
  });

  test("a combobox finds, chooses and takes back", async () => {
    const { page, close } = await open("/_kit");
    const one = page.getByRole("combobox", { name: "Country" });
    await one.focus();
    await page.keyboard.type("united");
    await page.getByRole("option", { name: /United States/ }).waitFor();
    assert.equal(await page.getByRole("listbox", { name: "Country" }).getByRole("option").count(), 2);
    await presently(page, /^United Kingdom/);
    await page.keyboard.press("ArrowDown");
    await presently(page, /^United States/);
    await page.keyboard.press("Enter");
    await until("what was chosen", async () => (await one.inputValue()) === "United States");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await until("the list to close", async () => (await one.getAttribute("aria-expanded")) === "false");
    assert.equal(await one.inputValue(), "United States");
    const many = page.getByRole("combobox", { name: "Countries" });
    await many.focus();
    await page.keyboard.press("Backspace");
    await page.getByRole("button", { name: "Remove Canada" }).waitFor({ state: "detached" });
    await page.keyboard.type("germ");
    await presently(page, /^Germany/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove Germany" }).waitFor();
    await close();
  });

  test("several are chosen from a list that covers no buttons, and closes when one goes on", async () => {
    const { page, close } = await open("/_kit", { viewport: { width: 1280, height: 700 } });
    // A bar like that of a long form, below the field.
    await page.evaluate(() => {
      const bar = document.createElement("div");
      bar.className = "savebar";
      bar.id = "bar";
      bar.style.cssText = "position:fixed;inset:auto 0 0;height:90px";
      document.body.append(bar);
    });
    const many = page.getByRole("combobox", { name: "Countries" });
    await many.evaluate((field) => scrollTo(0, field.getBoundingClientRect().top + scrollY - 420));
    await many.click();
    const list = page.getByRole("listbox", { name: "Countries" });
    await list.getByRole("option", { name: "Germany" }).click();
    await list.waitFor(); // there may be more to choose
    assert.ok((await list.boundingBox()).height > 60);
    const { bottom, top } = await page.evaluate(() => ({
      bottom: [...document.querySelectorAll(".listbox")].find((one) => one.checkVisibility()).getBoundingClientRect().bottom, top: document.getElementById("bar").getBoundingClientRect().top,
    }));
    assert.ok(bottom <= top, `the list ends at ${bottom}, the buttons begin at ${top}`);
    await page.locator("h1").click();
    await list.waitFor({ state: "hidden" });
    await many.click();
    await list.waitFor();
    await page.getByRole("combobox", { name: "Country", exact: true }).focus();
    await list.waitFor({ state: "hidden" });
    await close();
  });

  test("a message shows in front of a dialog, can be put away there, and takes no focus", async () => {
    const { page, close } = await open("/_kit");
    await page.getByRole("button", { name: "Open a drawer" }).click();
    const again = page.getByRole("button", { name: "Send again" });
    await again.click();
    const told = page.locator(".toast").filter({ hasText: "Sent again." });
    await told.waitFor();
    assert.equal(await focused(page), "Send again");
    const over = async () => page.evaluate(() => {
      const [a, b] = [".toast", "dialog[open] .foot .button"].map((one) => document.querySelector(one).getBoundingClientRect());
      return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    });
    assert.equal(await over(), false, "it lies over the buttons of the drawer");
    await page.setViewportSize({ width: 390, height: 700 });
    assert.equal(await over(), false, "it lies over the buttons of the drawer, on a phone");
    assert.deepEqual(await violations(page), []);
    await told.getByRole("button", { name: "Dismiss" }).click();
    await told.waitFor({ state: "detached" });
    await page.getByRole("dialog", { name: "Timeline of Xero" }).waitFor();
    // One that outlives its dialog goes on in the page, and is not read out again.
    await again.click();
    await told.waitFor();
    await page.locator("dialog .toast[aria-live=off]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(await page.locator(".toast[aria-live=off]").count(), 1);
    await told.getByRole("button", { name: "Dismiss" }).click();
    await told.waitFor({ state: "detached" });
    await close();
  });

  test("tabs are chosen with the arrows; columns sort and say so; a chart is a table too", async () => {
    const { page, close } = await open("/_kit");
    await page.getByRole("tab", { name: "Accounting" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: /Banking/, selected: true }).waitFor();
    const table = page.getByRole("table", { name: "Companies", exact: true });
    const created = table.getByRole("columnheader", { name: "Created" });
    assert.equal(await created.getAttribute("aria-sort"), "descending");
    await created.getByRole("button").press("Enter");
    assert.equal(await created.getAttribute("aria-sort"), "ascending");
    await page.getByRole("button", { name: "Show as a table" }).first().press("Enter");
    await page.getByRole("rowheader", { name: "W47" }).waitFor();
    await close();
  });
});

describe("the shell", () => {
  test("moves focus to the heading, and Back returns", async () => {
    const { page, close } = await open("/settings/users");
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    await presently(page, /^API keys$/);
    await until("the title", async () => /^API keys/.test(await page.title()));
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
    await close();
  });

  test("finds pages and companies with Ctrl+K", async () => {
    const { page, close } = await open("/settings/users");
    await page.keyboard.press("Control+k");
    await until("the cursor in the search", () => page.getByRole("searchbox").last().evaluate((field) => field === document.activeElement));
    await page.keyboard.type("insta");
    await page.getByRole("link", { name: /^Instances/ }).last().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Instances|Companies/ }).waitFor();
    await close();
  });

  test("shouts TEST, switches instances, and asks for the right one", async () => {
    const { page, mock, close } = await open("/settings/users");
    assert.equal(await page.locator(".topbar.test").count(), 0);
    await page.getByRole("button", { name: /^Instance:/ }).click();
    await page.getByRole("menuitemradio", { name: /sandbox/ }).click();
    await page.locator(".topbar.test").getByText("TEST", { exact: true }).waitFor();
    await page.getByRole("row").nth(1).waitFor();
    const asked = () => mock.requests.filter(({ path }) => path.startsWith("/portal/api/users")).at(-1).instance;
    await until("the people of the other instance to be asked for", () => asked() === mock.instances[1].id);
    await page.reload();
    await page.locator(".topbar.test").waitFor();
    await close();
  });

  test("asks to sign in again where a session ends, and loses nothing that was typed", async () => {
    const { page, mock, close } = await open("/settings/users");
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByLabel("Name").fill("Grace Okoro");
    await page.getByLabel("Email").fill("grace@example.com");
    mock.signedIn = false;
    await page.getByRole("button", { name: "Make the invitation" }).click();
    const again = page.getByRole("dialog", { name: "Your session has ended" });
    await again.getByLabel("Password", { exact: true }).fill("anything at all");
    await again.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("dialog", { name: /Invitation for Grace Okoro/ }).waitFor();
    assert.equal(mock.users.filter(({ name }) => name === "Grace Okoro").length, 1);
    await close();
  });

  test("asks for notices when somebody comes back, keeps the bell in its place, and asks nobody to sign in", async () => {
    const { page, mock, close } = await open("/account", { set: (mock) => { mock.delay = 150; } });
    const bell = page.getByRole("button", { name: /^Notifications/ });
    const before = await bell.boundingBox();
    await page.getByRole("button", { name: "Notifications, 1 new", exact: true }).waitFor();
    assert.deepEqual(await bell.boundingBox(), before);
    const asked = () => mock.requests.filter(({ path }) => path === "/portal/api/notices").length;
    const comesBack = async (minutes) => {
      const answered = page.waitForResponse("**/portal/api/notices", { timeout: 2000 }).catch(() => undefined);
      await page.evaluate((minutes) => {
        const now = Date.now() + minutes * 60_000;
        Date.now = () => now;
        dispatchEvent(new Event("focus"));
      }, minutes);
      await answered;
    };
    assert.equal(asked(), 1);
    await comesBack(0.2);
    assert.equal(asked(), 1, "asked again too soon");
    mock.notices = [];
    await comesBack(1);
    await page.getByRole("button", { name: "Notifications", exact: true }).waitFor();
    assert.equal(asked(), 2);
    mock.signedIn = false;
    await comesBack(1);
    assert.equal(asked(), 3);
    assert.equal(await page.getByRole("dialog", { name: "Your session has ended" }).count(), 0);
    await close();
  });

  test("says that the server does not answer, and goes on when it does", async () => {
    const { page, close } = await open("/settings/instances");
    await page.getByRole("row").nth(1).waitFor();
    await page.route("**/portal/api/users", (route) => route.abort());
    await page.getByRole("link", { name: "Users" }).click();
    await page.getByRole("alert").getByText(/cannot be reached/).waitFor();
    await page.unroute("**/portal/api/users");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("row").nth(1).waitFor();
    await close();
  });

  test("keeps where somebody was going, and never another site", async () => {
    const { page, mock, close, origin } = await open("/settings/instances", { out: true });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const enter = async () => {
      await page.getByLabel("Work email").fill("ada@example.com");
      await page.getByLabel("Password", { exact: true }).fill("anything at all");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    };
    await enter();
    await page.getByRole("heading", { level: 1, name: "Instances" }).waitFor();
    for (const to of ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in"]) {
      mock.signedIn = false;
      await page.goto(`${origin}/portal/sign-in?to=${encodeURIComponent(to)}`);
      await enter();
      await page.locator(".topbar").waitFor();
      assert.equal(new URL(page.url()).origin, origin);
      assert.doesNotMatch(page.url(), /sign-in/);
    }
    await close();
  });

  test("asks before unsaved changes are left", async () => {
    const { page, close } = await open("/settings/sign-in");
    await page.getByLabel(/Message on the sign-in page/).fill("Ask Bram.");
    await page.getByRole("link", { name: "Users" }).click();
    const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
    await question.getByRole("button", { name: "Stay here" }).click();
    assert.equal(await page.getByLabel(/Message on the sign-in page/).inputValue(), "Ask Bram.");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".toast").waitFor();
    await page.getByRole("link", { name: "Users" }).click();
    await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
    await close();
  });
});
