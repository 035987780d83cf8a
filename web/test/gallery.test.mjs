// The screens in a real browser, under the hosted page's policy: accessibility of
// every screen in both themes, the keyboard, focus, history, and small windows.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { launch } from "../scripts/browser.mjs";
import { poses, strike, visit } from "../scripts/poses.mjs";
import { startGallery } from "../scripts/gallery-site.mjs";

let site, browser, axe;

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [site, browser] = await Promise.all([startGallery(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const open = (options) => visit(browser, options);

async function allNames(page) {
  await page.goto(site.origin);
  return [...await page.evaluate(() => window.gallery.names), ...Object.keys(poses)];
}

/** Evaluates with axe in the page's own world, where the policy does not reach. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const sent = (page) => page.evaluate(() => window.gallery.sent);
const step = (page, name) => page.locator(`.bowline[data-step=${name}]`).waitFor();
const focused = (page) => page.evaluate(() => document.activeElement.dataset.key ?? document.activeElement.tagName);

describe("every screen", () => {
  for (const [colorScheme, viewport] of [["light", { width: 390, height: 844 }], ["dark", { width: 1280, height: 900 }]]) {
    test(`has no accessibility violation in the ${colorScheme} theme, and a heading and a title`, async () => {
      const { page, errors, close } = await open({ colorScheme, viewport, reducedMotion: "reduce" });
      const found = {};
      for (const name of await allNames(page)) {
        await strike(page, site.origin, name);
        const wrong = [...await violations(page), ...await page.evaluate(() => window.refused)];
        if (!await page.locator(":not([inert] *) > h1").filter({ visible: true }).count()) wrong.push("has no heading of the first level");
        if (await page.title() === "Link") wrong.push("has no title");
        if (wrong.length) found[name] = wrong;
      }
      assert.deepEqual(found, {});
      assert.deepEqual(errors, []);
      await close();
    });
  }

  for (const locale of ["", "de-DE", "fr-CA", "mirror"]) {
    test(`fits 320 pixels without sideways scrolling, with targets of at least 44 pixels and nothing covered (${locale || "own language"})`, async () => {
      const { page, close } = await open({ viewport: { width: 320, height: 422 }, reducedMotion: "reduce" });
      const found = {};
      for (const name of await allNames(page)) {
        // Poses find controls by their English names.
        if (locale && poses[name]) continue;
        await strike(page, site.origin, name, locale);
        const wrong = await page.evaluate(() => {
          const complaints = document.documentElement.scrollWidth > window.innerWidth ? ["scrolls sideways"] : [];
          for (const one of document.querySelectorAll(".bowline :is(button, .button, input, .row, .quiet-link, .iconed[href])")) {
            if (one.closest("[inert]") || one.matches(".row input")) continue;
            const say = (what) => complaints.push(`${one.dataset.key ?? one.className} ${what}`);
            one.scrollIntoView({ block: "center" });
            const box = one.getBoundingClientRect();
            if (box.width < 44 || box.height < 44) say(`is ${box.width} by ${box.height}`);
            if (box.left < 0 || box.right > window.innerWidth || box.top < 0 || box.bottom > window.innerHeight) say("is cut off");
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            if (!one.contains(top) && !top?.contains(one)) say(`is covered by ${top?.className}`);
          }
          return complaints;
        });
        if (wrong.length) found[name] = wrong;
      }
      assert.deepEqual(found, {});
      await close();
    });
  }
});

describe("the keyboard alone", () => {
  test("goes from the list through search to the provider", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "main");
    assert.equal(await focused(page), "BODY", "a page that has just loaded keeps its focus");

    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "connect-Accounting");
    await page.keyboard.press("Enter");
    await step(page, "picker");
    assert.equal(await focused(page), "H1");

    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "search");
    await page.keyboard.type("CAFE");
    await page.getByRole("status").filter({ hasText: "1 result" }).waitFor();
    assert.equal(await page.locator("mark").innerText(), "Café");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "row-cafe");
    assert.equal((await sent(page)).length, 1, "Enter in the search sends nothing");

    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("searchbox").inputValue(), "");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "row-cafe", "the arrow goes to the chosen row");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "row-frsh");
    await page.keyboard.press("End");
    assert.equal(await focused(page), "row-mqjo");
    await page.keyboard.press("Home");
    assert.equal(await focused(page), "row-clbk");
    await page.keyboard.press("Enter");
    await step(page, "consent");
    assert.equal((await sent(page)).at(-1).integrationKey, "clbk");

    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.equal(await page.locator("[data-key=section-purpose]").getAttribute("aria-expanded"), "true");
    await page.locator("[data-key=accept]").focus();
    await page.keyboard.press("Enter");
    await step(page, "handoff");
    await page.waitForFunction(() => window.gallery.left.length === 1);
    assert.deepEqual(await page.evaluate(() => window.gallery.left), ["https://provider.example/authorize"]);
    assert.deepEqual((await sent(page)).map((one) => one.action), ["connect", "choose", "accept"]);
    await close();
  });

  test("Escape in a search box without text and Next without a choice send nothing", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "picker");
    await page.getByRole("searchbox").press("Escape");
    await page.locator("[data-key=next]").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "Choose one from the list first." }).waitFor();
    assert.deepEqual(await sent(page), []);
    await close();
  });

  test("a choice that the search hides is not sent", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "picker-chosen");
    await page.getByRole("searchbox").fill("zenb");
    assert.equal(await page.locator("[data-key=next]").getAttribute("aria-disabled"), "true");
    await page.getByRole("button", { name: "Clear search" }).click();
    assert.equal(await page.getByRole("radio", { name: "Freshly Books" }).isChecked(), true);
    await close();
  });

  test("stays inside a sheet, and Escape takes the safe way on", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "error-sheet");
    assert.equal(await focused(page), "H1");
    const reached = [];
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press("Tab");
      reached.push(await focused(page));
    }
    assert.ok(reached.every((key) => ["retry", "continue", "BODY"].includes(key)), reached.join());
    await page.locator("[data-key=retry]").focus();
    await page.keyboard.press("Escape");
    await step(page, "main");
    assert.equal((await sent(page))[0].action, "continue");
    await close();
  });
});

describe("the way back", () => {
  test("the Back gesture returns to each screen, its choice and its control", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "main");
    await page.locator("[data-key=connect-Accounting]").click();
    await step(page, "picker");
    // Keys choose; a pointer would lead on at once.
    await page.getByRole("radio", { name: "Freshly Books" }).focus();
    await page.keyboard.press("Space");
    await page.locator("[data-key=next]").click();
    await step(page, "consent");
    await page.goBack();
    await step(page, "picker");
    assert.equal(await focused(page), "next");
    assert.equal(await page.getByRole("radio", { name: "Freshly Books" }).isChecked(), true);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await step(page, "main");
    assert.equal(await focused(page), "connect-Accounting");
    assert.equal((await sent(page)).length, 2, "going back asks the server nothing");
    await page.goForward();
    await step(page, "picker");
    await close();
  });

  test("giving up on a handover shows the consent again and does not leave", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "consent");
    await page.locator("[data-key=accept]").click();
    await step(page, "handoff");
    await page.waitForFunction(() => window.gallery.left.length === 1);
    await page.evaluate(() => (window.gallery.left.length = 0));
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await step(page, "consent");
    assert.equal(await focused(page), "accept");
    assert.deepEqual(await page.evaluate(() => window.gallery.left), []);
    await close();
  });
});

describe("what is connected", () => {
  test("the way back from one connection leads to its row, without a question", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "manage");
    await page.locator("[data-key=row-c-shop]").focus();
    await page.keyboard.press("Enter");
    await step(page, "managed");
    assert.equal(await focused(page), "H1");
    await page.locator("[data-key=platforms]").click();
    await step(page, "manage");
    assert.equal(await focused(page), "row-c-shop");
    assert.equal((await sent(page)).length, 1);
    await close();
  });

  test("Escape keeps a connection, and leaves one that is another business's as it was", async () => {
    const { page, close } = await open();
    for (const [screen, action] of [["disconnect", "cancel"], ["mismatch", "cancel"], ["disconnected", "continue"]]) {
      await page.goto("about:blank");
      await strike(page, site.origin, screen);
      assert.equal(await focused(page), "H1");
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => window.gallery.sent.length === 1);
      assert.equal((await sent(page))[0].action, action, screen);
    }
    await close();
  });
});

describe("when things go wrong", () => {
  test("a double click sends once", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "consent");
    await page.evaluate(() => (window.gallery.answer = "hang"));
    await page.locator("[data-key=accept]").dblclick();
    await page.locator("[data-key=accept][aria-busy=true]").waitFor();
    assert.equal((await sent(page)).length, 1);
    await close();
  });

  test("a lost answer is announced, the screen stays, and trying again goes on", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "consent-fault");
    const alert = page.getByRole("alert");
    assert.match(await alert.innerText(), /did not go through/);
    assert.match(await alert.innerText(), /5f0c1e2d3b4a/);
    await page.evaluate(() => (window.gallery.answer = ""));
    await page.getByRole("button", { name: "Try again" }).click();
    await step(page, "handoff");
    const messages = await sent(page);
    assert.deepEqual(messages[0], messages[1]);
    await close();
  });

  test("an expired session ends on a screen without the company's name", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "main");
    await page.evaluate(() => (window.gallery.answer = "expired"));
    await page.locator("[data-key=connect-Banking]").click();
    await step(page, "expired");
    assert.doesNotMatch(await page.locator("body").innerText(), /Rosa/);
    await close();
  });

  test("the client's logo keeps its proportions, and never takes more than its part of the card", async () => {
    for (const width of [390, 1280]) {
      const { page, close } = await open({ viewport: { width, height: 844 } });
      await strike(page, site.origin, "consent");
      const card = await page.locator(".frame").evaluate((one) => one.clientWidth);
      const sizes = async (wide, high) => {
        const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}"><rect width="100%" height="100%" fill="#14495c"/></svg>`;
        await page.evaluate(async (url) => {
          for (const image of document.querySelectorAll(".client img, .tie .logo:first-child img")) {
            image.src = url;
            await image.decode();
          }
        }, `data:image/svg+xml,${encodeURIComponent(drawing)}`);
        return page.locator(".client .logo, .tie .logo:first-child").evaluateAll((all) => all.map((one) => [one.clientWidth, one.clientHeight]));
      };
      for (const [most, [inTop, inTie]] of [[[34, 70], await sizes(300, 300)], [[34, 70], await sizes(100, 400)]]) assert.deepEqual([inTop, inTie], most.map((one) => [one, one]));
      for (const [one, high] of (await sizes(600, 100)).map((size, at) => [size, [34, 70][at]])) {
        assert.equal(one[1], high);
        assert.ok(one[0] > 110 && one[0] <= card * 0.4, `${one} in ${card}`);
      }
      await close();
    }
  });

  test("a logo that does not load leaves letters", async () => {
    const { page, close } = await open();
    await strike(page, site.origin, "picker");
    await page.locator(".row img").first().evaluate((image) => (image.src = "/no-such-logo.png"));
    await page.locator(".row img").first().waitFor({ state: "hidden" });
    assert.equal(await page.locator(".row .logo").first().innerText(), "CL");
    await page.locator(".client img").evaluate((image) => (image.src = "/no-such-logo.png"));
    await page.locator(".client img").waitFor({ state: "hidden" });
    assert.deepEqual(await page.locator(".client .logo").evaluate((one) => [one.clientWidth, one.clientHeight]), [34, 34]);
    await close();
  });
});
