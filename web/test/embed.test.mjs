// Link inside other people's pages: hostile styles, strict policies, several at once,
// removed at any moment. The script is the real bundle; the server is a stand-in.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "../scripts/browser.mjs";
import { company, startSite } from "../scripts/embed-site.mjs";

const ledger = { key: "mqjo", name: "Clear Ledger", monogram: "CL", color: "#125f4a", sandbox: true };
const args = {
  connectionId: "c-1", integrationId: "i-1", integrationKey: "mqjo", platformName: "Clear Ledger", sourceId: "s-1", sourceType: "Accounting",
};
const type = { sourceType: "Accounting", required: true, state: "empty", connections: [], actions: ["connect"] };
const screens = {
  main: { main: { types: [type], canFinish: false }, exit: "close" },
  pending: { step: "main", main: { types: [{ ...type, state: "pending", actions: ["resume"], connections: [{ id: "c-1", name: "Clear Ledger", status: "PendingAuth" }] }], canFinish: false } },
  picker: { picker: { sourceType: "Accounting", integrations: [ledger], canHandOver: true }, exit: "ask" },
  consent: {
    consent: { sourceType: "Accounting", integration: ledger, title: "Connect to Clear Ledger", subtitle: "", sections: [], terms: "", button: "Agree", leads: true, canHandOver: true }, exit: "ask",
  },
  handoff: { handoff: { integration: ledger, url: "/link/handoff?ticket=t1", mode: "tab", canHandOver: true }, exit: "ask" },
  success: { success: { integration: ledger, connectionId: "c-1", canAddAnother: false }, exit: "close" },
  error: { error: { integration: ledger, code: "cancelled", title: "Not connected", message: "You cancelled.", canRetry: true }, exit: "ask" },
  done: { done: { connections: [{ name: "Clear Ledger" }] } },
};
let flows = 0;
const view = (name, more = {}) => ({
  flow: `flow-${++flows}`, post: `/sdk/companies/${company}/journey`, step: name, locale: "en-US",
  company: { id: company, name: "Rosa’s Café" }, client: { name: "Harbor Lending", primaryColor: "#1f5eff" }, ...screens[name], ...more,
});
const events = {
  accept: [{ type: "consent", text: "I agree" }, { type: "connectionStarted", connection: args }],
  linked: [{ type: "connection", connection: args }],
  finish: [{ type: "finish" }],
};

/** The simple journey; `check` answers nothing until `ready`. */
function story(message) {
  switch (message.action) {
    case "boot": case "continue": case "back": case "reset": return view("main");
    case "connect": return view("picker");
    case "choose": return view("consent");
    case "accept": return view("handoff", { events: events.accept });
    case "retry": return message.return ? view("handoff", { handoff: { ...screens.handoff.handoff, mode: "redirect" } }) : view("handoff");
    case "check": return site.ready ? view("success", { events: events.linked, main: screens.main.main }) : undefined;
    case "finish": return view("done", { events: events.finish });
  }
  return { status: 400, body: { statusCode: 400, error: "what?" } };
}

let browser, site;

/** A host page that mounts Link and writes down what it is told. */
function html({ style = "", options = {}, body = "", props = "", attributes = "", nonce = "", module = "/sdk/link.js", mounts = 1 } = {}) {
  const tag = nonce ? ` nonce="${nonce}"` : "";
  return `<!doctype html><html ${attributes}><head><meta charset="utf-8"><title>Host</title>
    <link rel="icon" href="data:,">
    ${style && `<style${tag}>${style}</style>`}</head><body><input id="own">${body}
    ${Array.from({ length: mounts }, (_, n) => `<div id="target${n || ""}" class="target"></div>`).join("")}
    <script type="module"${tag}>
      import { Link, CodatLink, BowlineLink } from "${site.origin}${module}";
      window.heard = []; window.same = Link === CodatLink && Link === BowlineLink;
      const hear = (name) => (argument) => { heard.push(argument === undefined ? name : [name, argument]); };
      window.props = { companyId: "${company}", accessToken: "token", options: ${JSON.stringify(options)},
        onConnection: hear("onConnection"), onError: hear("onError"), onFinish: hear("onFinish"),
        onConnectionStarted: hear("onConnectionStarted"), onConsent: hear("onConsent"), ${props} };
      window.Link = Link;
      window.links = [...document.querySelectorAll(".target")].map((target) => new Link({ target, props: window.props }));
    </script></body></html>`;
}

const box = ".target { width: 460px; height: 760px }";

/** Opens a host page; fails the test on any error of the page or report of its policy. */
async function open(given = {}, { headers, context, ...where } = {}) {
  site.page = () => ({ html: html({ style: box, ...given }), headers });
  const page = await (context ?? browser).newPage(where);
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") page.troubles.push(message.text());
  });
  await page.goto(site.host);
  return page;
}

const step = (page, name) => page.locator(`.bowline[data-step=${name}]`).waitFor();
const click = (page, key) => page.locator(`[data-key="${key}"]`).click();
const comeBack = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));
const heard = (page) => page.evaluate(() => window.heard);

async function toConsent(page) {
  await step(page, "main");
  await click(page, "connect-Accounting");
  await step(page, "picker");
  await page.locator(".row").click();
  await step(page, "consent");
}

before(async () => {
  [browser, site] = await Promise.all([launch(), startSite()]);
});
beforeEach(() => {
  Object.assign(site, { answer: story, ready: false, down: false, provider: {} });
  site.posted.length = site.asked.length = 0;
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

test("a whole journey: callbacks in order, each once, the provider in another tab", async () => {
  const page = await open();
  await toConsent(page);
  assert.deepEqual(await heard(page), []);
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  await tab.waitForURL("**/link/handoff?ticket=t1");
  assert.equal(await tab.evaluate(() => window.opener), null);
  await page.getByRole("heading", { name: "Finish in the other tab" }).waitFor();
  site.ready = true;
  await comeBack(page);
  await step(page, "success");
  site.ready = false;
  await click(page, "continue");
  await step(page, "main");
  assert.deepEqual(await heard(page), [["onConsent", { text: "I agree" }], ["onConnectionStarted", args], ["onConnection", args]]);
  assert.ok(await page.evaluate(() => window.same));
  const [{ locales, ...boot }] = site.posted;
  assert.deepEqual(boot, { action: "boot", options: {}, path: `/sdk/companies/${company}/journey`, token: "Bearer token" });
  assert.equal(locales[0], "en-US");
  assert.ok(site.posted.every((one) => one.token === "Bearer token" && one.options));
  assert.deepEqual(page.troubles, []);
  await page.close();
});

test("the page's style stays out, and ours stays in", async () => {
  const hostile = `html { font-size: 10px } * { box-sizing: content-box !important; color: red !important; margin: 9px !important; --brand: red !important; --ink: red !important;
    text-transform: uppercase !important; letter-spacing: 9px !important; direction: rtl !important; visibility: hidden !important }
    div { display: none !important; height: 3px !important } button { font-size: 3px !important }
    .target { display: block !important; width: 460px !important; height: 760px !important; visibility: visible !important }`;
  const plain = await open();
  const page = await open({ style: hostile, attributes: 'dir="rtl"' });
  await step(plain, "main");
  await step(page, "main");
  const look = (one) => one.locator("[data-key=connect-Accounting]").evaluate((button) => {
    const style = getComputedStyle(button);
    const { width, height } = button.getBoundingClientRect();
    return [style.color, style.fontSize, style.backgroundColor, style.letterSpacing, style.textTransform, style.direction, style.visibility, width, height];
  });
  assert.deepEqual(await look(page), await look(plain));
  assert.equal(await page.evaluate(() => document.head.querySelectorAll("style, link[rel=stylesheet]").length), 1, "nothing of ours in the head");
  assert.equal(await plain.locator("#own").evaluate((own) => getComputedStyle(own).fontSize), "13.3333px", "nothing of ours on the page");
  await Promise.all([page.close(), plain.close()]);
});

for (const [name, policy, nonce] of [
  ["a policy without nonce for styles", (ours) => `default-src 'none'; script-src 'nonce-x' ${ours}; style-src 'self'; connect-src ${ours}; img-src ${ours} data:`, "x"],
  ["trusted types without any policy", (ours) => `script-src 'nonce-x' ${ours}; require-trusted-types-for 'script'; trusted-types 'none'`, "x"],
]) {
  test(`${name} is kept`, async () => {
    const page = await open({ nonce, style: "" }, { headers: { "Content-Security-Policy": policy(site.origin) } });
    await toConsent(page);
    await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
    await step(page, "handoff");
    assert.deepEqual(page.troubles, []);
    assert.equal(await page.locator("[data-key=check]").evaluate((button) => getComputedStyle(button).minHeight), "52px");
    await page.close();
  });
}

test("without constructed style sheets the host's nonce lets a style element in", async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor"); };
  });
  const policy = `script-src 'nonce-x' ${site.origin}; style-src 'nonce-y'`;
  const page = await open({ nonce: "x", style: "", options: { nonce: "y" } }, { context, headers: { "Content-Security-Policy": policy } });
  await step(page, "main");
  await click(page, "connect-Accounting");
  await step(page, "picker");
  assert.equal(await page.locator("[data-key=next]").evaluate((button) => getComputedStyle(button).minHeight), "52px");
  assert.ok(!JSON.stringify(site.posted).includes('"nonce"'), "the nonce is nobody else's business");
  assert.deepEqual(page.troubles, []);
  await context.close();
});

test("the card fills its target, also a narrow one, and grows in a page without heights", async () => {
  for (const [size, check] of [
    ["width: 460px; height: 840px", (box) => box.width === 460 && box.height === 840],
    ["width: 320px; height: 500px", (box) => box.width === 320 && box.height === 500],
    ["width: 900px", (box) => box.width === 900 && box.height > 300],
  ]) {
    const page = await open({ style: `body { margin: 0 } .target { ${size} }` });
    await step(page, "main");
    const box = await page.locator(".card").boundingBox();
    assert.ok(check(box), `${size}: ${JSON.stringify(box)}`);
    assert.ok((await page.locator(".top").boundingBox()).height < 100, "parts are as high as what they hold");
    const { inner, outer } = await page.locator(".bowline").evaluate((root) => ({ inner: root.scrollWidth, outer: root.clientWidth }));
    assert.ok(inner <= outer, `${size} scrolls sideways`);
    const button = await page.locator("[data-key=connect-Accounting]").boundingBox();
    assert.ok(button.x >= box.x && button.x + button.width <= box.x + box.width);
    await page.close();
  }
});

test("mounting takes no focus, and a journey takes it only from itself", async () => {
  const page = await open();
  await page.locator("#own").focus();
  await step(page, "main");
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((one) => one.name.includes("/later-")));
  assert.equal(await page.evaluate(() => document.activeElement.id), "own");
  await toConsent(page);
  assert.equal(await page.evaluate(() => document.querySelector("#target > div").shadowRoot.activeElement.tagName), "H1");
  await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  await page.locator("#own").focus();
  site.ready = true;
  await comeBack(page);
  await step(page, "success");
  assert.equal(await page.evaluate(() => document.activeElement.id), "own", "news take no focus");
  await page.close();
});

/** Counts what a page keeps alive: listeners on window and document, timers, observers. */
async function watched() {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const kept = (window.kept = new Map());
    const count = (name, by) => kept.set(name, (kept.get(name) ?? 0) + by);
    for (const target of [window, document]) {
      const { addEventListener, removeEventListener } = target;
      target.addEventListener = (name, ...more) => (count(name, 1), addEventListener.call(target, name, ...more));
      target.removeEventListener = (name, ...more) => (count(name, -1), removeEventListener.call(target, name, ...more));
    }
    const timers = new Set();
    const { setTimeout, clearTimeout } = window;
    window.setTimeout = (run, delay, ...more) => {
      const timer = setTimeout(() => (timers.delete(timer), run()), delay, ...more);
      if (delay > 0) timers.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => (timers.delete(timer), clearTimeout(timer));
    for (const name of ["MutationObserver", "ResizeObserver"]) {
      const { observe, disconnect } = window[name].prototype;
      window[name].prototype.observe = function (...more) { count(name, 1); observe.apply(this, more); };
      window[name].prototype.disconnect = function () { count(name, -1); disconnect.call(this); };
    }
    window.leftovers = () => [...kept].filter(([, n]) => n !== 0).map(([name]) => name).concat(timers.size ? ["timers"] : []);
  });
  return context;
}

for (const [name, remove] of [
  ["by its host, as the examples do", () => target.removeChild(target.children[0])],
  ["together with an ancestor", () => target.remove()],
  ["by destroy", () => links[0].destroy()],
  ["by $destroy, twice", () => { links[0].$destroy(); links[0].$destroy(); }],
]) {
  test(`removed ${name}, nothing is left and nothing is heard`, async () => {
    const context = await watched();
    const page = await open({}, { context });
    await toConsent(page);
    await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
    await step(page, "handoff");
    const before = await heard(page);
    assert.notDeepEqual(await page.evaluate(() => window.leftovers()), [], "the count sees what is alive");
    let asked;
    const answering = new Promise((done) => (asked = done));
    let answer;
    site.answer = (message) => message.action === "check" ? new Promise((done) => { answer = done; asked(); }) : story(message);
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await answering;
    await page.evaluate(remove);
    // The browser reports a lost box with its next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(await page.evaluate(() => window.leftovers()), []);
    answer(view("success", { events: events.linked }));
    await page.evaluate(() => fetch("/late").then(() => undefined));
    assert.deepEqual(await heard(page), before);
    assert.equal(await page.evaluate(() => document.querySelectorAll("#target > *").length), 0);
    assert.equal(await page.evaluate(() => document.documentElement.style.length + document.body.style.length), 0);
    assert.deepEqual(page.troubles, []);
    await context.close();
  });
}

test("being moved is not being removed", async () => {
  const page = await open();
  await step(page, "main");
  await page.evaluate(() => {
    const other = document.createElement("section");
    document.body.append(other);
    other.append(document.querySelector("#target"));
  });
  await click(page, "connect-Accounting");
  await step(page, "picker");
  await page.close();
});

test("a second mount replaces the first, and the first is over", async () => {
  const page = await open();
  await step(page, "main");
  const children = await page.evaluate(async () => {
    window.links.push(new window.Link({ target: document.querySelector("#target"), props: window.props }));
    return document.querySelector("#target").children.length;
  });
  assert.equal(children, 1);
  await step(page, "main");
  assert.equal(site.posted.filter((one) => one.action === "boot").length, 2);
  await page.close();
});

test("three on one page are three journeys", async () => {
  const page = await open({ mounts: 3, style: ".target { width: 330px; height: 500px; float: left }" });
  await page.locator(".bowline[data-step=main]").nth(2).waitFor();
  await page.locator("[data-key=connect-Accounting]").nth(1).click();
  await step(page, "picker");
  assert.equal(await page.locator(".bowline[data-step=main]").count(), 2);
  await page.evaluate(() => window.links[0].destroy());
  await page.locator(".row").click();
  await step(page, "consent");
  assert.deepEqual(page.troubles, []);
  await page.close();
});

test("a target outside the document may be put into it later", async () => {
  const page = await open({ mounts: 0, body: "" });
  await page.waitForFunction(() => window.Link);
  await page.evaluate(() => {
    window.target = document.createElement("div");
    new window.Link({ target: window.target, props: window.props });
  });
  await page.evaluate(() => document.body.append(window.target));
  await step(page, "main");
  await page.close();
});

for (const [name, props, message] of [
  ["no UUID", 'companyId: "nonsense"', /companyId/],
  ["no onFinish", "onFinish: undefined", /onFinish/],
  ["options that are no data", "options: { text: 1n }", /options/],
]) {
  test(`wrong props (${name}) are said to the host and shown, without a question to the server`, async () => {
    const page = await open({ props });
    await step(page, "notFound");
    const [[callback, error]] = await heard(page);
    assert.equal(callback, "onError");
    assert.equal(error.errorCode, 400);
    assert.equal(error.userRecoverable, false);
    assert.match(error.message, message);
    assert.equal(await page.evaluate(() => document.querySelector("#target").children.length), 1);
    assert.match(page.troubles.join(), message);
    assert.equal(site.posted.length, 0);
    await page.close();
  });
}

test("a target that is no element is said, and nothing else happens", async () => {
  const page = await open({ mounts: 0 });
  await page.waitForFunction(() => window.Link);
  await page.evaluate(() => void new window.Link({ target: null, props: window.props }));
  await page.waitForFunction(() => window.heard.length === 1);
  assert.equal((await heard(page))[0][1].errorCode, 400);
  await page.close();
});

for (const [status, shown] of [[401, "expired"], [403, "notFound"], [404, "notFound"]]) {
  test(`a ${status} at the start is the end, and the host knows`, async () => {
    site.answer = () => ({ status, body: { statusCode: status, error: "no", correlationId: "abc" } });
    const page = await open();
    await step(page, shown);
    assert.deepEqual(await heard(page), [["onError", { errorCode: status, message: "no", correlationId: "abc", userRecoverable: false }]]);
    assert.equal(site.posted.length, 1);
    await page.close();
  });
}

test("a session that ends on the way says so", async () => {
  const page = await open();
  await step(page, "main");
  site.answer = () => ({ status: 401, body: { statusCode: 401, error: "over", correlationId: "abc" } });
  await click(page, "connect-Accounting");
  await step(page, "expired");
  assert.deepEqual(await heard(page), [["onError", { errorCode: 401, message: "over", correlationId: "abc", userRecoverable: false }]]);
  await page.close();
});

test("a server that does not answer is tried three times, then the host hears of it, and the person may go on trying", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  site.page = () => ({ html: html({ style: box }) });
  site.answer = () => ({ status: 503, body: { statusCode: 503, error: "busy", correlationId: "abc" } });
  await page.goto(site.host);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  assert.deepEqual(await heard(page), []);
  for (let n = 2; n <= 3; n++) {
    // The page's clock also goes by itself, so that a busy machine may see a try before it is asked for.
    for (let seconds = 0; site.posted.length < n && seconds < 300; seconds++) await page.clock.runFor(1000);
    await page.getByRole("button", { name: "Try again" }).waitFor();
  }
  await page.waitForFunction(() => window.heard.length > 0);
  assert.deepEqual(await heard(page), [["onError", { errorCode: 503, message: "busy", correlationId: "abc", userRecoverable: true }]]);
  await page.clock.runFor(60_000);
  assert.equal(site.posted.length, 3, "after that nobody tries unasked");
  site.answer = story;
  await page.getByRole("button", { name: "Try again" }).click();
  await step(page, "main");
  await context.close();
});

test("offline, with nothing loaded, there is still a way to try again", async () => {
  const page = await open({ mounts: 0 });
  await page.waitForFunction(() => window.Link);
  site.down = true;
  await page.evaluate(() => {
    const target = document.createElement("div");
    document.body.append(target);
    new window.Link({ target, props: window.props });
  });
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  site.down = false;
  await again.click();
  await step(page, "main");
  await page.close();
});

test("a callback that throws, or rejects, breaks nothing and is logged", async () => {
  const page = await open({ props: 'onConsent: () => { throw new Error("theirs") }, onConnectionStarted: async () => { throw new Error("theirs too") },' });
  await toConsent(page);
  await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  await page.waitForFunction(() => true);
  assert.equal(page.troubles.length, 2);
  assert.match(page.troubles.join(), /onConsent.*theirs.*onConnectionStarted.*theirs too/s);
  await page.close();
});

test("callbacks are looked up when they are called; everything else is as it was", async () => {
  const page = await open();
  await step(page, "main");
  await page.evaluate(() => {
    window.props.onConsent = () => window.heard.push("exchanged");
    window.props.companyId = "other";
    window.props.options.hideBorder = true;
  });
  await toConsent(page);
  await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  assert.equal((await heard(page))[0], "exchanged");
  assert.ok(site.posted.every((one) => one.options.hideBorder === undefined));
  await page.close();
});

test("a host that takes Link away within a callback hears nothing more", async () => {
  const page = await open({ props: 'onConsent: () => { heard.push("gone"); target.removeChild(target.children[0]) },' });
  await toConsent(page);
  await click(page, "accept");
  await page.waitForFunction(() => window.heard.length > 0);
  await page.waitForFunction(() => document.querySelector("#target").children.length === 0);
  assert.deepEqual(await heard(page), ["gone"]);
  await page.close();
});

test("warnings reach the console once each", async () => {
  site.answer = (message) => ({ ...story(message), warnings: ["unknown option: colour"] });
  const page = await open();
  await toConsent(page);
  assert.deepEqual(page.troubles, ["Bowline Link: unknown option: colour"]);
  await page.close();
});

test("border and X: as the options and the callbacks say", async () => {
  for (const [options, props, border, x] of [
    [{}, "", "1px", 0], [{}, "onClose() {}", "1px", 1], [{ hideBorder: true }, "onClose() {}", "0px", 1], [{ nonModal: true }, "onClose() {}", "0px", 0],
  ]) {
    const page = await open({ options, props });
    await step(page, "main");
    assert.equal(await page.locator(".card").evaluate((card) => getComputedStyle(card).borderTopWidth), border);
    assert.equal(await page.locator("[data-key=close]").count(), x);
    assert.equal(await page.getByRole(x ? "dialog" : "region", { name: "Share your records with Harbor Lending" }).count(), 1);
    await page.close();
  }
});

test("the X asks where something would be lost; Escape stays, and onClose is heard once", async () => {
  const page = await open({ props: 'onClose: () => { heard.push("closed") }' });
  await toConsent(page);
  await click(page, "close");
  const question = page.getByRole("dialog", { name: "Leave before you are done?" });
  await question.waitFor();
  assert.equal(await page.locator("[data-key=accept]").evaluate((button) => !!button.closest("[inert]")), true);
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  const focused = () => page.evaluate(() => document.querySelector("#target > div").shadowRoot.activeElement.dataset.key);
  assert.equal(await focused(), "close");
  await click(page, "close");
  await page.getByRole("button", { name: "Finish connecting" }).click();
  assert.equal(await focused(), "close");
  assert.equal(await page.locator("[data-key=accept]").evaluate((button) => !!button.closest("[inert]")), false);
  assert.deepEqual(await heard(page), []);
  await click(page, "close");
  const leave = page.getByRole("button", { name: "Exit without saving" });
  await leave.click();
  await leave.click();
  assert.deepEqual(await heard(page), ["closed"]);
  await page.close();
});

test("the X leaves at once where nothing would be lost", async () => {
  const page = await open({ props: 'onClose: () => { heard.push("closed") }' });
  await step(page, "main");
  await click(page, "close");
  assert.deepEqual(await heard(page), ["closed"]);
  await page.close();
});

test("a browser that blocks the tab is no dead end: a link, and this tab", async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => { window.open = () => null; });
  const page = await open({}, { context });
  await toConsent(page);
  await click(page, "accept");
  await step(page, "handoff");
  const door = page.getByRole("link", { name: /Open Clear Ledger/ });
  assert.equal(await door.getAttribute("href"), `${site.origin}/link/handoff?ticket=t1`);
  assert.equal(await door.getAttribute("rel"), "noopener");
  const [tab] = await Promise.all([context.waitForEvent("page"), door.click()]);
  await tab.waitForURL("**/link/handoff?ticket=t1");
  await tab.close();
  await page.getByRole("heading", { name: "Finish in the other tab" }).waitFor();
  await click(page, "same");
  await page.waitForURL("**/link/handoff?ticket=t1");
  assert.equal(site.posted.at(-1).return, `${site.host}/`);
  await context.close();
});

test("a tab that was opened for nothing is closed again", async () => {
  site.answer = (message) => message.action === "accept" ? view("error", { main: screens.main.main }) : story(message);
  const page = await open();
  await toConsent(page);
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "error");
  if (!tab.isClosed()) await tab.waitForEvent("close");
  await page.close();
});

test("a tab that waits for its address goes with the page", async () => {
  site.answer = (message) => message.action === "accept" ? new Promise(() => undefined) : story(message);
  const page = await open();
  await toConsent(page);
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await page.evaluate(() => window.links[0].destroy());
  if (!tab.isClosed()) await tab.waitForEvent("close");
  await page.close();
});

test("a provider that severs the tab from us (COOP) changes nothing", async () => {
  site.provider = { "Cross-Origin-Opener-Policy": "same-origin" };
  const page = await open();
  await toConsent(page);
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await tab.waitForURL("**/link/handoff?ticket=t1");
  await page.locator(".bowline[data-step=handoff]").waitFor();
  assert.deepEqual((await heard(page)).map(([name]) => name), ["onConsent", "onConnectionStarted"]);
  site.ready = true;
  await comeBack(page);
  await step(page, "success");
  assert.equal((await heard(page)).at(-1)[0], "onConnection");
  await page.close();
});

test("opening again asks for a fresh address and leads a new tab there", async () => {
  const page = await open();
  await toConsent(page);
  await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  site.answer = (message) => message.action === "retry" ? view("handoff", { handoff: { ...screens.handoff.handoff, url: "/link/handoff?ticket=t2" } }) : story(message);
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "retry")]);
  await tab.waitForURL("**/link/handoff?ticket=t2");
  assert.deepEqual(page.troubles, []);
  await page.close();
});

test("waiting asks for news every 2 to 5 seconds, and a reload goes on waiting", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  site.page = () => ({ html: html({ style: box }) });
  await page.goto(site.host);
  await toConsent(page);
  await Promise.all([page.waitForEvent("popup"), click(page, "accept")]);
  await step(page, "handoff");
  const flow = site.posted.findLast((one) => one.action === "check")?.flow;
  const checks = () => site.posted.filter((one) => one.action === "check").length;
  const before = checks();
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('"check"'));
  await page.clock.runFor(2000);
  await answered;
  assert.equal(checks(), before + 1);
  assert.equal(await page.locator("[aria-busy=true]").count(), 0, "nobody sees it");
  assert.equal(flow, undefined);
  site.answer = (message) => message.action === "boot" ? view(message.resume ? "handoff" : "main") : story(message);
  await page.reload();
  await step(page, "handoff");
  const boots = site.posted.filter((one) => one.action === "boot");
  assert.equal(boots[0].resume, undefined);
  assert.equal(boots[1].resume, site.posted.findLast((one) => one.action === "check").flow);
  site.answer = story;
  site.ready = true;
  await comeBack(page);
  await step(page, "success");
  await page.reload();
  await step(page, "main");
  assert.equal(site.posted.findLast((one) => one.action === "boot").resume, undefined, "what has ended is forgotten");
  await context.close();
});

test("a frame is warned about once, when the server does not answer", async () => {
  site.page = (url) => url.pathname === "/"
    ? { html: `<!doctype html><title>Outer</title><iframe src="/inner" width="500" height="800"></iframe>` }
    : { html: html({ style: box }) };
  site.answer = () => ({ status: 503, body: {} });
  const page = await browser.newPage();
  const warned = [];
  page.on("console", (message) => { if (message.type() === "warning") warned.push(message.text()); });
  await page.goto(site.host);
  await page.frameLocator("iframe").getByRole("button", { name: "Try again" }).click();
  await page.frameLocator("iframe").getByRole("button", { name: "Try again" }).waitFor();
  assert.equal(warned.length, 1);
  assert.match(warned[0], /frame/);
  await page.close();
});

test("the pinned file is one file, and its hash is what the list says", async () => {
  const { latest } = JSON.parse(site.files.get("sdk/versions.json"));
  const page = await open({ module: latest.url });
  await toConsent(page);
  assert.deepEqual(site.asked.filter((one) => one.includes(".js")), [`GET ${latest.url}`]);
  const sound = await page.evaluate(async ({ url, integrity }) => (await fetch(url, { integrity })).ok, { url: site.origin + latest.url, integrity: latest.integrity });
  assert.ok(sound);
  await page.close();
});
