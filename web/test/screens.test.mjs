// What each screen says to the server, and how it behaves on the way there.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../scripts/browser.mjs";
import { strike, visit } from "../scripts/poses.mjs";
import { startGallery } from "../scripts/gallery-site.mjs";

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startGallery(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens a screen, hands its page over, and checks that nothing was refused or broke. */
async function on(name, act, options) {
  const { page, errors, close } = await visit(browser, { reducedMotion: "reduce", ...options });
  await strike(page, site.origin, name);
  await act(page);
  assert.deepEqual(await page.evaluate(() => window.refused), []);
  assert.deepEqual(errors, []);
  await close();
}

/** Opens a screen without what an earlier look at it left in the session history. */
async function anew(page, screen) {
  await page.goto("about:blank");
  await strike(page, site.origin, screen);
}

const key = (page, name) => page.locator(`[data-key="${name}"]`);
const sent = (page) => page.evaluate(() => window.gallery.sent.map(({ flow, ...rest }) => rest));
const focused = (page) => page.evaluate(() => document.activeElement.dataset.key ?? document.activeElement.tagName);
const desk = { viewport: { width: 1280, height: 900 } };

describe("each control sends its action", () => {
  /** Screen, controls in the order in which they are used, what the last one sends. */
  const rows = [
    ["landing", ["start"], { action: "start" }],
    ["main", ["connect-Commerce"], { action: "connect", sourceType: "Commerce" }],
    ["main-midway", ["replace-Accounting"], { action: "replace", sourceType: "Accounting" }],
    ["main-midway", ["reconnect-Commerce"], { action: "reconnect", connectionId: "c-shop" }],
    ["main-midway", ["resume-Banking"], { action: "resume", connectionId: "c-alba" }],
    ["main-several", ["share-Commerce"], { action: "share", sourceType: "Commerce" }],
    ["main-several", ["addAnother-Banking"], { action: "addAnother", sourceType: "Banking" }],
    ["main-several", ["finish"], { action: "finish" }],
    // A pointer's choice leads on by itself; keys move it about, and "next" leads on.
    ["picker", ["row-frsh", "next"], { action: "choose", integrationKey: "frsh" }, ["row-frsh"]],
    ["picker-preselected", ["next"], { action: "choose", integrationKey: "alba" }],
    ["picker", ["notListed"], { action: "notListed", sourceType: "Accounting" }],
    ["picker", ["row-frsh", "handOver"], { action: "handOver", integrationKey: "frsh" }, ["handOver", "row-frsh"]],
    ["picker", ["handOver", "row-frsh", "next"], { action: "handOver", integrationKey: "frsh" }, ["handOver", "row-frsh"]],
    ["picker-preselected", ["otherDevice"], { action: "device", integrationKey: "alba" }],
    ["picker-no-match", ["notListed"], { action: "notListed", sourceType: "Accounting" }],
    ["picker-desktop", ["device"], { action: "device", integrationKey: "desk" }],
    ["picker-package", ["device"], { action: "device", integrationKey: "suit" }],
    ["picker-package", ["next"], { action: "choose", integrationKey: "suit" }],
    ["notListed-sent", ["continue"], { action: "continue" }],
    ["notListed-sent", ["leave"], { action: "leave" }],
    ["consent", ["accept"], { action: "accept" }],
    ["consent", ["handOver"], { action: "handOver" }],
    ["consent-handover", ["accept"], { action: "accept" }],
    ["consent-art-who", ["accept"], { action: "accept" }],
    ["error-role", ["handOver"], { action: "handOver" }],
    ["error-role", ["retry"], { action: "retry" }],
    ["guide-plain", ["confirm"], { action: "confirm" }],
    ["guide", ["row-confirm", "confirm"], { action: "confirm" }],
    ["guide", ["handOver"], { action: "handOver" }],
    ["guide-after", ["later"], { action: "later" }],
    ["credentials", ["handOver"], { action: "handOver" }],
    ["closed-linked", ["continue"], { action: "continue" }],
    ["tenants", ["row-t2", "next"], { action: "selectTenant", tenantId: "t2" }],
    ["tenants", ["cancel"], { action: "cancel" }],
    ["tenants-many", ["next"], { action: "selectTenants", tenantIds: ["t1", "t2", "t3"] }],
    ["tenants-many", ["row-t2", "next"], { action: "selectTenants", tenantIds: ["t1", "t3"] }],
    ["tenants-many", ["all", "row-t3", "next"], { action: "selectTenants", tenantIds: ["t3"] }],
    ["success-another", ["another"], { action: "addAnother", sourceType: "Banking" }],
    ["success-another", ["continue"], { action: "continue" }],
    ["success-last", ["continue"], { action: "finish" }],
    ["error", ["retry"], { action: "retry" }],
    ["share", ["share"], { action: "share" }],
    ["share", ["connect"], { action: "connect", sourceType: "Accounting" }],
    ["shared", ["continue"], { action: "continue" }],
    ["main-manage", ["manage"], { action: "manage" }],
    ["manage", ["row-c-shop"], { action: "details", connectionId: "c-shop" }],
    ["manage", ["connect"], { action: "connect" }],
    ["manage", ["finish"], { action: "finish" }],
    ["managed", ["disconnect"], { action: "disconnect" }],
    ["managed-ended", ["reconnect"], { action: "reconnect", connectionId: "c-clbk" }],
    ["managed-replaces", ["reconnect"], { action: "reconnect", connectionId: "c-clbk" }],
    ["managed", ["platforms"], { action: "back" }],
    ["disconnect", ["confirm"], { action: "confirm" }],
    ["disconnect", ["cancel"], { action: "cancel" }],
    ["disconnected", ["continue"], { action: "continue" }],
    ["mismatch", ["retry"], { action: "retry" }],
    ["mismatch-many", ["cancel"], { action: "cancel" }],
    ["success-managed", ["continue"], { action: "continue" }],
    ["handover", ["continue"], { action: "continue" }],
    ["handover", ["signIn"], { action: "signIn" }],
    ["device", ["back"], { action: "back" }],
    ["helper", ["help"], { action: "help" }],
  ];
  test("by pointer", async () => {
    const { page, errors, close } = await visit(browser, { reducedMotion: "reduce" });
    for (const [screen, byKeys, expected, controls = byKeys] of rows) {
      await anew(page, screen);
      for (const name of controls) await key(page, name).click();
      assert.deepEqual((await sent(page)).at(-1), expected, `${screen}: ${controls}`);
    }
    assert.deepEqual(errors, []);
    await close();
  });

  test("and by the keyboard alone", async () => {
    const { page, close } = await visit(browser, { reducedMotion: "reduce" });
    for (const [screen, controls, expected] of rows) {
      await anew(page, screen);
      for (const name of controls) {
        // A radio group is one stop; its arrows are tried in gallery.test.mjs.
        if (name.startsWith("row-")) await key(page, name).focus();
        for (let n = 0; n < 40 && await focused(page) !== name; n++) await page.keyboard.press("Tab");
        assert.equal(await focused(page), name, `${screen}: ${name} is reached`);
        await page.keyboard.press(name.startsWith("row-") ? "Space" : "Enter");
      }
      assert.deepEqual((await sent(page)).at(-1), expected, `${screen}: ${controls}`);
    }
    await close();
  });
});

describe("forms", () => {
  test("credentials: what is missing is said at the field, then everything is sent", () => on("credentials", async (page) => {
    await key(page, "submit").click();
    assert.equal(await focused(page), "field-shop");
    assert.deepEqual(await sent(page), []);
    const shop = key(page, "field-shop");
    assert.equal(await shop.getAttribute("aria-invalid"), "true");
    const described = await shop.evaluate((input) => input.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent));
    assert.deepEqual(described, ["https://", ".clearledger.example", "Please fill this in."]);
    await shop.fill(" rosas-cafe ");
    await key(page, "field-key").fill("cl_live_1");
    await page.keyboard.press("Enter");
    await page.locator("[data-step=handoff]").waitFor();
    assert.deepEqual(await sent(page), [{ action: "submit", fields: { shop: "rosas-cafe", key: "cl_live_1", branch: "" } }]);
  }));

  test("credentials: a secret is masked until it is shown, may be pasted, and is offered no old value", () => on("credentials", async (page) => {
    const secret = key(page, "field-key");
    await secret.fill("cl_live_1");
    assert.equal(await secret.getAttribute("type"), "password");
    await page.getByRole("button", { name: "Show API key" }).click();
    assert.equal(await secret.getAttribute("type"), "text");
    assert.equal(await secret.inputValue(), "cl_live_1");
    assert.equal(await secret.getAttribute("autocomplete"), "one-time-code");
    await page.evaluate(() => document.querySelector("[data-key=field-key]").addEventListener("paste", (event) => (window.pasted = !event.defaultPrevented)));
    await secret.evaluate((input) => input.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true })));
    assert.equal(await page.evaluate(() => window.pasted), true);
  }));

  test("a list to choose from has the words of a field, and keeps what was right", () => on("inputs-wrong", async (page) => {
    const region = page.getByRole("combobox", { name: "Region" });
    assert.equal(await region.inputValue(), "");
    assert.equal(await region.getAttribute("aria-invalid"), "true");
    const described = await region.evaluate((select) => select.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent));
    assert.deepEqual(described, ["Where you signed up for Clear Ledger.", "Please fill this in."]);
    await page.getByRole("alert").getByRole("button", { name: "Region" }).click();
    assert.equal(await focused(page), "field-region");
    await region.selectOption("Europe");
    await key(page, "submit").click();
    await page.locator("[data-step=handoff]").waitFor();
    assert.deepEqual(await sent(page), [{ action: "submit", fields: { region: "eu", address: "rosas-cafe", file: "b" } }]);
  }));

  test("the provider's own button has its words, and changes under a pointer and the focus", () => on("consent-art", async (page) => {
    const button = page.getByRole("button", { name: "Connect to Clear Ledger", exact: true });
    const over = () => button.locator("img").nth(1).evaluate((image) => getComputedStyle(image).opacity);
    assert.equal(await over(), "0");
    await button.hover();
    assert.equal(await over(), "1");
    await page.mouse.move(0, 0);
    assert.equal(await over(), "0");
    await page.keyboard.press("Tab"); // from here on, focus is shown
    await button.focus();
    assert.equal(await over(), "1");
    assert.notEqual(await button.evaluate((one) => getComputedStyle(one).outlineStyle), "none");
    assert.ok((await button.boundingBox()).height >= 44);
  }));

  test("credentials: what the server refused is read out and leads to the field", () => on("credentials-wrong", async (page) => {
    assert.match(await page.getByRole("alert").first().innerText(), /did not accept[\s\S]*API key[\s\S]*not known/);
    await page.getByRole("alert").getByRole("button", { name: "API key" }).click();
    assert.equal(await focused(page), "field-key");
    assert.equal(await key(page, "field-shop").inputValue(), "rosas-cafe");
    assert.equal(await key(page, "field-key").inputValue(), "");
  }));

  test("what was typed outlives a lost answer", () => on("credentials", async (page) => {
    await page.evaluate(() => (window.gallery.answer = "fail"));
    await key(page, "field-shop").fill("rosas-cafe");
    await key(page, "field-key").fill("k");
    await key(page, "submit").click();
    await page.locator(".fault").waitFor();
    assert.equal(await key(page, "field-shop").inputValue(), "rosas-cafe");
  }));

  test("invite: letters, digits and a few signs; the curly apostrophe of phones is straightened", () => on("invite", async (page) => {
    const name = page.getByRole("textbox", { name: "Name of your company" });
    for (const bad of ["", "  ", "a<b", "a;b", "a/b", "a\u202eb"]) {
      await name.fill(bad);
      await key(page, "submit").click();
      await page.locator(".problem").waitFor();
      assert.deepEqual(await sent(page), [], bad);
    }
    await name.fill("Café Rosa’s & Söhne 24 - “no”".replace(/[“”]/g, ""));
    await key(page, "submit").click();
    await page.locator("[data-step=main]").waitFor();
    assert.deepEqual(await sent(page), [{ action: "create", name: "Café Rosa's & Söhne 24 - no" }]);
  }));

  test("a name that is not listed is sent, at most 100 letters of it", () => on("notListed", async (page) => {
    await page.getByRole("textbox").pressSequentially("Abacus");
    assert.equal(await page.getByRole("textbox").getAttribute("maxlength"), "100");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Thank you, noted" }).waitFor();
    assert.deepEqual(await sent(page), [{ action: "request", name: "Abacus" }]);
  }));

  test("a guided step waits for its tick and says so", () => on("guide", async (page) => {
    await key(page, "confirm").click({ force: true });
    await page.getByRole("status").filter({ hasText: "Tick the box" }).waitFor();
    assert.deepEqual(await sent(page), []);
  }));

  test("several organizations: the count is said, none is refused with a reason", () => on("tenants-many", async (page) => {
    await page.getByRole("status").filter({ hasText: "3 of 3 selected" }).waitFor();
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("status").filter({ hasText: "0 of 3 selected" }).waitFor();
    await key(page, "next").click({ force: true });
    await page.getByRole("status").filter({ hasText: "Choose at least one." }).waitFor();
    assert.deepEqual(await sent(page), []);
    await page.getByRole("button", { name: "Select all" }).click();
    assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 3);
  }));
});

describe("devices", () => {
  test("on a phone, software for computers leads to a computer and nowhere else", () => on("picker-desktop", async (page) => {
    assert.equal(await key(page, "next").count(), 0);
    await page.keyboard.press("Enter");
    assert.deepEqual(await sent(page), [{ action: "device", integrationKey: "desk" }]);
  }));

  test("a computer warns of nothing", () => on("picker-desktop", async (page) => {
    assert.equal(await page.locator(".notice").count(), 0);
    await key(page, "next").click();
    assert.deepEqual(await sent(page), [{ action: "choose", integrationKey: "desk" }]);
  }, desk));

  test("a wide screen that is touched counts as a phone", () => on("picker-desktop", async (page) => {
    assert.equal(await page.locator(".notice").count(), 1);
  }, { ...desk, hasTouch: true, isMobile: true }));

  test("the QR symbol is dark on light in the dark theme, with its quiet zone", () => on("device-fr", async (page) => {
    const box = await page.locator(".symbol").evaluate((svg) => ({
      view: svg.getAttribute("viewBox"), light: getComputedStyle(svg.querySelector("rect")).fill, dark: getComputedStyle(svg.querySelector("path")).fill,
    }));
    assert.deepEqual(box, { view: "-4 -4 41 41", light: "rgb(255, 255, 255)", dark: "rgb(0, 0, 0)" });
  }, { colorScheme: "dark", ...desk }));
});

describe("what is taken elsewhere", () => {
  test("a link is copied and that is said", () => on("handover", async (page) => {
    await key(page, "copy").click();
    await page.getByRole("status").filter({ hasText: /^Copied$/ }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "https://link.harbor.example/link/go#K7QF-2MXD-9WRT-HB4C");
  }, { permissions: ["clipboard-read", "clipboard-write"] }));

  test("a refused clipboard is said too", () => on("guide", async (page) => {
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await key(page, "copy-0").click();
    await page.getByRole("status").filter({ hasText: "Could not copy." }).waitFor();
  }));

  test("the mail says who asks for what, and until when", () => on("handover", async (page) => {
    const mail = new URL(await key(page, "email").getAttribute("href"));
    assert.equal(mail.protocol, "mailto:");
    assert.equal(mail.searchParams.get("subject"), "Please connect Clear Ledger for Rosa’s Corner Café");
    assert.match(mail.searchParams.get("body"), /Harbor Lending[\s\S]*\r\n\r\nhttps:\/\/link\.harbor\.example\/link\/go#K7QF-2MXD-9WRT-HB4C\r\n[\s\S]*December\s1, 2026/);
  }));

  test("dates are written in the reader's language", () => on("handover-fr", async (page) => {
    assert.match(await page.locator(".ticket").innerText(), /1er\sdécembre 2026/);
  }));
});

describe("the frame", () => {
  test("the language menu works by keyboard, and its choice is sent", () => on("landing", async (page) => {
    const button = page.getByRole("button", { name: "Language EN" });
    await button.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "English");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Français (Canada)");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "language");
    assert.equal(await page.getByRole("menu").count(), 0);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Partagez vos données" }).waitFor();
    assert.deepEqual(await sent(page), [{ action: "language", locale: "fr-CA" }]);
  }));

  test("the menu closes when focus goes elsewhere", () => on("language-menu", async (page) => {
    await page.keyboard.press("Tab");
    await page.getByRole("menu").waitFor({ state: "detached" });
    assert.deepEqual(await sent(page), []);
  }));

  for (const [screen, colorScheme, surface] of [
    ["main-light-only", "dark", "rgb(255, 255, 255)"], ["main-dark-only", "light", "rgb(28, 28, 26)"],
    ["main", "dark", "rgb(28, 28, 26)"], ["main", "light", "rgb(255, 255, 255)"],
  ]) {
    test(`${screen} on a device that asks for ${colorScheme}`, () => on(screen, async (page) => {
      assert.equal(await page.locator(".card").evaluate((card) => getComputedStyle(card).backgroundColor), surface);
    }, { colorScheme }));
  }

  test("the mark goes where the client may hide it; the bar takes the second colour", () => on("landing-bar", async (page) => {
    assert.equal(await page.locator(".mark").count(), 0);
    const bar = await page.locator(".top").evaluate((top) => [getComputedStyle(top).backgroundColor, getComputedStyle(top).color]);
    assert.deepEqual(bar, ["rgb(14, 42, 71)", "rgb(255, 255, 255)"]);
  }));

  test("a main screen without words keeps a name for whoever cannot see it", () => on("main-no-words", async (page) => {
    const heading = page.getByRole("heading", { level: 1, name: "Share your records with Harbor Lending" });
    assert.ok((await heading.boundingBox()).width <= 1);
    assert.equal(await page.locator(".lead").count(), 0);
  }));

  test("the tab of the provider closes itself", () => on("closed-failed", async (page) => {
    assert.deepEqual(await page.evaluate(() => window.gallery.left), ["close"]);
  }));

  test("letters on tiles read on any colour, and ask for nothing", () => on("picker-letters", async (page) => {
    const tiles = await page.locator(".row .logo").evaluateAll((all) => all.map((one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]));
    assert.deepEqual(tiles.slice(0, 2), [["rgb(11, 122, 117)", "rgb(255, 255, 255)"], ["rgb(255, 210, 63)", "rgb(0, 0, 0)"]]);
    assert.equal(await page.locator(".row img").count(), 0);
  }));

  test("nothing moves where motion is not wanted", () => on("handoff", async (page) => {
    const longest = await page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => one.effect.getComputedTiming().endTime)));
    assert.ok(longest <= 1, `${longest} ms`);
  }));
});

test("a right-to-left language mirrors the screens", async () => {
  const { page, errors, close } = await visit(browser, { reducedMotion: "reduce" });
  const middle = async (selector) => {
    const box = await page.locator(selector).first().boundingBox();
    return box.x + box.width / 2;
  };
  const expected = [
    ["picker", { ".back": "right", ".row .logo": "right", ".row .tick": "left", ".search > .icon": "right" }],
    ["landing-bar", { ".client": "right", ".language": "left" }],
    ["main", { ".type .plate": "right", ".pill": "left" }],
    ["consent", { ".section .plate": "right", ".section .turn": "left" }],
    ["guide", { ".guide-head .logo": "right", ".confirm .tick": "right", ".copyable .button": "left" }],
    ["tenants-many", { ".tally .minor": "right", ".tally button": "left" }],
  ];
  for (const [screen, sides] of expected) {
    await strike(page, site.origin, screen, "mirror");
    for (const [selector, side] of Object.entries(sides)) {
      assert.equal(await middle(selector) > 195 ? "right" : "left", side, `${screen} ${selector}`);
    }
  }
  await strike(page, site.origin, "picker", "mirror");
  assert.equal(await page.locator(".back .icon").evaluate((icon) => getComputedStyle(icon).scale), "-1 1");
  assert.equal(await page.locator(".bowline").getAttribute("dir"), "rtl");
  assert.deepEqual(errors, []);
  await close();
});
