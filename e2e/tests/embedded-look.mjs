// How Link looks inside a page that is not ours: it fits its target, the page's style
// does not get in, ours does not get out, and a screen reader finds its way.

import assert from "node:assert/strict";
import { violations } from "../harness/browser.mjs";
import { Host, only } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const options = only("accounting", "mqjo");

/** What is wrong with the layout of the screen that is shown; for a target with a height. */
const layout = () => {
  const host = document.querySelector("#link > *");
  const root = host.shadowRoot;
  const wrong = [];
  const box = (one) => one.getBoundingClientRect();
  const [target, card] = [box(document.querySelector("#link")), box(root.querySelector(".card"))];
  const within = (one) => box(one).left >= card.left - 1 && box(one).right <= card.right + 1 && box(one).top >= card.top - 1 && box(one).bottom <= card.bottom + 1;
  if (Math.abs(card.width - target.width) > 2 || Math.abs(card.height - target.height) > 2) wrong.push(`the card is ${card.width} x ${card.height} in a target of ${target.width} x ${target.height}`);
  const frames = [...root.querySelectorAll(".frame, .sheet")].filter((one) => !one.closest("[inert]"));
  const front = frames.at(-1);
  const head = front.querySelector(".top");
  if (head && box(head).height > 100) wrong.push(`the header is ${box(head).height} px high`);
  const body = front.querySelector(".body, .sheet-body");
  if (head && box(body).height < 150) wrong.push(`only ${box(body).height} px are left for the content`);
  if (body.scrollWidth > body.clientWidth + 1) wrong.push(`the content is ${body.scrollWidth - body.clientWidth} px too wide`);
  for (const control of front.querySelectorAll(".top button, .foot button")) if (!within(control)) wrong.push(`${control.dataset.key} is outside the card`);
  const heading = front.querySelector("h1");
  if (!within(heading)) wrong.push("the heading is outside the card");
  const { left, top, width, height } = box(heading);
  const seen = root.elementFromPoint(left + width / 2, top + Math.min(12, height / 2));
  if (box(body).top <= top && !heading.contains(seen) && !seen?.contains(heading)) wrong.push(`the heading is covered by ${seen?.className}`);
  return wrong;
};

for (const [width, height] of [[460, 840], [320, 600], [900, 1100]]) {
  scenario(`embedded look: every screen fits a target of ${width} x ${height}`, async (s) => {
    const bowline = await s.bowline();
    const company = await bowline.createCompany();
    const host = await Host.open(s, bowline, { css: `.place { width: ${width}px; height: ${height}px }`, customer: { viewport: { width: 1280, height: 1300 } } });
    const { customer } = host;
    const found = {};
    const look = async (step) => {
      await customer.sees(step);
      let wrong;
      await until("the screen to settle", async () => !(wrong = await host.page.evaluate(layout)).length).catch(() => (found[step] = wrong));
    };
    await host.visit(company, { options: { showLandingPage: true } });
    await look("landing");
    await customer.button("Next").click();
    await look("main");
    await host.openType("Accounting");
    await look("picker");
    await host.pick(/Accounting Sandbox/);
    await look("consent");
    await host.page.getByRole("button", { name: "Close", exact: true }).click();
    await host.page.getByRole("dialog", { name: "Leave before you are done?" }).waitFor();
    await look("consent");
    await customer.button("Finish connecting").click();
    const there = await host.abroad(() => customer.agree());
    await look("handoff");
    await host.grant(there);
    await look("success");
    await customer.button("Continue").click();
    await look("main");
    assert.deepEqual(found, {});
  });
}

scenario("embedded look: in a target without a height it is as high as its content", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline, { css: ".place { height: auto }" });
  await host.visit(company);
  await host.customer.sees("main");
  const { card, body } = await host.page.evaluate(() => {
    const root = document.querySelector("#link > *").shadowRoot;
    const inner = root.querySelector(".body");
    return { card: root.querySelector(".card").getBoundingClientRect().height, body: inner.scrollHeight - inner.clientHeight };
  });
  assert.ok(card > 500, `${card} px`);
  assert.ok(body <= 1, "nothing to scroll inside");
});

/** Everything about how a tree looks, element by element. */
const looks = (of) => {
  const start = of === "link" ? document.querySelector("#link > *").shadowRoot : document.querySelector("main");
  return [...start.querySelectorAll("*")].map((one) => {
    const style = getComputedStyle(one);
    return `${one.localName}.${one.getAttribute("class")} ${[...style].filter((name) => !/^(perspective|transform)-origin$/.test(name)).map((name) => `${name}:${style.getPropertyValue(name)}`).join(";")}`;
  });
};

const hostile = `
  html { font-size: 10px; direction: rtl; letter-spacing: 3px; line-height: 3; text-transform: uppercase }
  * { color: red !important; font-family: monospace !important; box-sizing: content-box !important; margin: 7px !important }
  div { display: none !important; background: yellow !important; visibility: hidden !important; opacity: .1 !important }
  button, input, h1, p, li { display: none !important; transform: rotate(9deg) !important }
  .card, .bowline, .frame, .body, .top, .button, .place > * { border: 9px solid lime !important; position: fixed !important; pointer-events: none !important }
  .place, main, body { display: block !important; visibility: visible !important; opacity: 1 !important; margin: 0 !important }`;

scenario("embedded look: a page's style does not get in, and ours does not get out", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const seen = {};
  for (const [name, css] of Object.entries({ plain: ".place { direction: ltr }", hostile })) {
    const host = await Host.open(s, bowline, { css: `${css}\n.place { width: 460px !important; height: 780px !important; padding: 0 !important; border: 0 !important }` });
    await host.visitBare();
    const before = await host.page.evaluate(looks, "page");
    await host.embed(company, { options });
    await host.customer.sees("picker");
    const own = new Set(await host.page.evaluate(looks, "page"));
    if (name === "plain") assert.deepEqual(before.filter((one) => !own.has(one)), [], "the page's own elements look as they did");
    await until("all of it to be drawn", async () => JSON.stringify(seen[name]) === JSON.stringify((seen[name] = await host.page.evaluate(looks, "link"))));
  }
  const different = seen.plain.flatMap((one, n) => {
    const there = new Set(seen.hostile[n]?.split(";"));
    const lost = one.split(";").filter((part) => !there.has(part));
    return lost.length ? [`${one.slice(0, 40)}: ${lost.slice(0, 5).join("; ")}`] : [];
  });
  assert.equal(seen.plain.length, seen.hostile.length);
  assert.deepEqual(different, []);
});

scenario("embedded look: axe finds nothing on the page with Link on it", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  const { customer } = host;
  const found = {};
  const inspect = async (step) => {
    await customer.sees(step);
    const wrong = await violations(host.page);
    if (wrong.length) found[step] = wrong;
  };
  await host.visit(company);
  await inspect("main");
  await host.openType("Accounting");
  await inspect("picker");
  await host.pick(/Accounting Sandbox/);
  await host.page.getByRole("button", { name: "Close", exact: true }).click();
  await host.page.getByRole("dialog", { name: "Leave before you are done?" }).waitFor();
  await inspect("consent");
  await customer.button("Finish connecting").click();
  const there = await host.abroad(() => customer.agree());
  await inspect("handoff");
  await host.deny(there);
  await inspect("error");
  assert.deepEqual(found, {});
});
