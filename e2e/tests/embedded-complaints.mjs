// What people complain about in other products' connect screens, as link.md 7.2
// counts it: each row that a browser can show is a test here.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { callbacks, Host, only, strict } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const options = only("accounting", "mqjo");
const connect = ["onConsent", "onConnectionStarted", "onConnection"];

async function start(s, given) {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline, typeof given === "function" ? given(bowline) : given);
  return { bowline, company, host, customer: host.customer };
}

/** From the success screen to the end, and what must have come of it. */
async function complete({ host, bowline, company }, names = [...connect, "onFinish"]) {
  await host.finish();
  assert.deepEqual(await host.names(), names);
  return assertLinked(bowline, company);
}

scenario("embedded complaints, row 1: a tab that looks closed is not a cancellation", async (s) => {
  const it = await start(s, { headers: { "cross-origin-opener-policy": "same-origin" } });
  const { host, company, customer } = it;
  await host.visit(company, { options });
  const there = await host.toProvider();
  await host.page.waitForFunction(() => window.opened[0].closed); // though it is open
  assert.equal(there.page.isClosed(), false);
  // Long enough for the page to have asked: it neither gives up nor asks the customer to.
  await host.page.waitForResponse((response) => response.url().endsWith("/journey") && response.status() === 204);
  await customer.sees("handoff");
  await there.signIn();
  await there.allow();
  await complete(it);
});

scenario("embedded complaints, row 3: pop-ups refused, then a link", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  await host.visit(company, { options, blocked: true });
  await host.next();
  await customer.sees("consent");
  await customer.agree();
  await customer.sees("handoff");
  const door = host.page.getByRole("link", { name: /^Open Accounting Sandbox/ });
  await door.waitFor();
  assert.equal(host.tabs(), 1);
  const there = await host.abroad(() => door.click());
  await there.signIn();
  await there.allow();
  await complete(it);
});

scenario("embedded complaints, row 3: pop-ups refused, then the same tab", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  await host.visit(company, { options, blocked: true });
  await host.next();
  await customer.sees("consent");
  await customer.agree();
  await customer.sees("handoff");
  const address = host.page.url();
  await customer.button("Continue in this tab").click();
  await customer.seesSignIn();
  await customer.grant();
  await host.page.waitForURL(address);
  await customer.sees("success");
  assert.equal(host.tabs(), 1);
  await complete(it, ["onConnection", "onFinish"]); // the page is a new one; it has heard the rest before
});

scenario("embedded complaints, row 3: refused by the browser itself, without a gesture", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  await host.visit(company, { options });
  await host.next();
  await customer.sees("consent");
  // A script's click is no gesture, once the real ones have been used up.
  const session = await host.page.context().newCDPSession(host.page);
  const { result } = await session.send("Runtime.evaluate", { expression: `
    while (navigator.userActivation.isActive) open("about:blank", "spent").close();
    opened.length = 0;
    document.querySelector("#link > *").shadowRoot.querySelector("[data-key=accept]").click();
    opened[0] === null` });
  assert.equal(result.value, true, "the browser refuses");
  await customer.sees("handoff");
  const door = host.page.getByRole("link", { name: /^Open Accounting Sandbox/ });
  const there = await host.abroad(() => door.click());
  await there.signIn();
  await there.allow();
  await complete(it);
});

scenario("embedded complaints, row 4: the sign-in opens again, whether its tab was closed or not", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  const again = () => host.abroad(() => customer.button("Open Accounting Sandbox again").click());
  await host.visit(company, { options });
  const first = await host.toProvider();
  await first.page.close();
  const second = await again();
  const third = await again(); // the provider has no hold on this page, and this page none on its tab
  assert.equal(second.page.isClosed(), false);
  await third.page.close();
  await host.grant(second); // whichever tab is used, it counts
  await complete(it);
  assert.deepEqual(await it.bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
});

scenario("embedded complaints, row 7: denying leaves no endless spinner", async (s) => {
  const { host, company, customer, bowline } = await start(s);
  await host.visit(company, { options });
  await host.deny(await host.toProvider());
  await host.page.getByRole("heading", { name: "You chose not to connect" }).waitFor();
  assert.equal(await host.at(".spinner, .moving, [aria-busy=true]").count(), 0);
  assert.equal(host.tabs(), 1);
  await customer.button("Continue").click();
  await customer.sees("main");
  await host.page.getByText("Not finished").waitFor();
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "PendingAuth");
});

scenario("embedded complaints, row 7: a tab closed without finishing leaves a way on", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  await host.visit(company, { options });
  const there = await host.toProvider();
  await there.page.close();
  await customer.button("I have finished").click();
  await host.page.getByText("has not told us yet").waitFor();
  await host.at("[data-key=back]").click();
  await until("a screen that is left by hand", async () => ["consent", "picker", "main"].includes(await host.page.locator(".bowline").getAttribute("data-step")));
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted"], "nobody said that it was cancelled");
});

scenario("embedded complaints, row 8: the host's page is loaded anew while the provider is open", async (s) => {
  const it = await start(s);
  const { host, company, customer } = it;
  await host.visit(company, { options });
  const there = await host.toProvider();
  await host.page.reload();
  await customer.sees("handoff");
  await there.signIn();
  await there.allow();
  await complete(it, ["onConnection", "onFinish"]);
});

scenario("embedded complaints, row 8: and after it was done", async (s) => {
  const it = await start(s);
  const { host, company } = it;
  await host.visit(company, { options });
  const there = await host.toProvider();
  const address = host.page.url();
  await host.page.goto("about:blank");
  await there.signIn();
  await there.allow();
  await until("the connection", async () => (await it.bowline.connections(company.id))[0].status === "Linked");
  await host.page.goto(address);
  await complete(it, ["onConnection", "onFinish"]);
});

scenario("embedded complaints, row 15: handlers that are replaced after mounting are the ones that are called", async (s) => {
  const { host, company, customer } = await start(s);
  await host.visit(company, { options });
  await customer.sees("picker");
  await host.page.evaluate(() => {
    window.props.link.onConnection = () => window.told.push({ link: "link", name: "the new onConnection", args: [] });
    window.props.link.onConsent = undefined;
  });
  await host.grant(await host.toProvider());
  await customer.sees("success");
  await host.tells("the new onConnection").catch(() => {});
  assert.deepEqual(await host.names(), ["onConnectionStarted", "the new onConnection"]);
});

/** Counts what a page keeps running: timers, and listeners on what outlives Link. Before any script of the page. */
function countKept() {
  const timers = new Set();
  const { setTimeout: later, clearTimeout: forget, setInterval: often, clearInterval: stop } = window;
  window.setTimeout = (run, ...more) => {
    const timer = later(() => {
      timers.delete(timer);
      run();
    }, ...more);
    timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => {
    timers.delete(timer);
    forget(timer);
  };
  window.setInterval = (...given) => {
    const timer = often(...given);
    timers.add(timer);
    return timer;
  };
  window.clearInterval = (timer) => {
    timers.delete(timer);
    stop(timer);
  };
  const listeners = new Map();
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  // Whatever has no end of its own, if it is Link that asks and not the test's driver.
  const kept = (target) => [window, document, document.body, document.documentElement].includes(target) && /\/(sdk|assets)\//.test(new Error().stack);
  const capture = (given) => (typeof given === "boolean" ? given : !!given?.capture);
  EventTarget.prototype.addEventListener = function (type, listener, given) {
    if (kept(this ?? window)) listeners.set(listener, [...(listeners.get(listener) ?? []), `${type} ${capture(given)}`]);
    return add.call(this ?? window, type, listener, given);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, given) {
    if (kept(this ?? window)) listeners.set(listener, (listeners.get(listener) ?? []).filter((one) => one !== `${type} ${capture(given)}`));
    return remove.call(this ?? window, type, listener, given);
  };
  window.kept = () => ({ timers: timers.size, listeners: [...listeners.values()].flat().sort() });
}

const trace = () => ({
  ...window.kept(),
  html: document.documentElement.outerHTML,
  sheets: document.adoptedStyleSheets.length + document.styleSheets.length,
  overflow: [getComputedStyle(document.body).overflow, getComputedStyle(document.documentElement).overflow, document.body.inert],
  scroll: [scrollX, scrollY],
  title: document.title,
  history: [history.length, location.href, JSON.stringify(history.state)],
});

scenario("embedded complaints, row 16: whatever was shown, nothing of it stays", async (s) => {
  const { bowline, host, customer } = await start(s, { css: "body { height: 3000px }" });
  await host.page.addInitScript(countKept);
  await host.visitBare();
  const embed = async () => host.embed(await bowline.createCompany(), { options });
  const clean = await host.page.evaluate(trace);
  const stages = {
    "before anything came": async () => {},
    "on a list": async () => customer.sees("picker"),
    "on the consent": async () => {
      await host.next();
      await customer.sees("consent");
    },
    "under the question whether to leave": async () => {
      await customer.sees("picker");
      await host.page.getByRole("button", { name: "Close", exact: true }).click();
      await host.page.getByRole("dialog", { name: "Leave before you are done?" }).waitFor();
    },
    "while an action is under way": async () => {
      await host.next();
      await customer.sees("consent");
      await host.page.evaluate(() => document.querySelector("#link > *").shadowRoot.querySelector("[data-key=back]").click());
    },
    "while the tab waits for an answer": async () => {
      await host.next();
      await customer.sees("consent");
      await host.page.route(/\/journey$/, () => {}); // which never comes
      await host.abroad(() => customer.agree(), { signIn: false });
    },
    "while the provider is open": async () => {
      await host.toProvider();
    },
  };
  const found = {};
  const compare = async (name, before) => {
    const left = await host.page.evaluate(trace);
    for (const key of Object.keys(clean)) {
      // The test itself scrolls to what it clicks on.
      const wanted = key === "scroll" ? before.scroll : clean[key];
      if (JSON.stringify(left[key]) !== JSON.stringify(wanted)) (found[name] ??= {})[key] = left[key];
    }
  };
  const settled = () => host.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))); // observers have reported
  for (const [name, go] of Object.entries(stages)) {
    await embed();
    await go();
    const before = await host.page.evaluate(trace);
    if (JSON.stringify(before.history) !== JSON.stringify(clean.history)) (found[name] ??= {}).historyMeanwhile = before.history;
    await host.remove();
    await settled();
    await compare(name, before);
    // A tab at the provider is out of reach; it ends on a page of ours that closes itself.
    if (name === "while the tab waits for an answer") await until("the empty tab to close", () => host.tabs() === 1);
    await host.page.unrouteAll({ behavior: "ignoreErrors" });
    for (const other of host.page.context().pages()) if (other !== host.page) await other.close();
  }
  // The other ways out.
  for (const way of ["destroy", "$destroy"]) {
    await embed();
    await host.page.waitForFunction(() => document.querySelector("#link > *")?.shadowRoot.querySelector(".bowline"));
    const before = await host.page.evaluate(trace);
    await host.page.evaluate((one) => window.instances.link[one](), way);
    await settled();
    await compare(way, before);
  }
  assert.deepEqual(found, {});
  const kept = await host.page.evaluate(() => Object.keys(sessionStorage));
  assert.ok(kept.length === 1 && kept[0].startsWith("bowline.link."), `a sign-in that goes on is remembered, and nothing else: ${kept}`);
});

scenario("embedded complaints, row 16: mounting moves nothing and takes no focus", async (s) => {
  const { host, company, customer } = await start(s, { css: "main { padding-top: 1500px }" });
  await host.visitBare();
  await host.page.locator("#before").focus();
  const before = await host.page.evaluate(() => [scrollX, scrollY]);
  await host.embed(company, { options });
  await customer.sees("picker");
  assert.deepEqual(await host.page.evaluate(() => [scrollX, scrollY]), before);
  assert.equal((await host.focus()).name, "Before Link");
});

for (const [name, given] of [
  ["style-src 'self', no nonce", {}],
  ["a nonce, in a browser without constructed sheets", { nonce: "bm9uY2UxMjM0", old: true }],
]) {
  scenario(`embedded complaints, row 17: a strict policy and Trusted Types: ${name}`, async (s) => {
    const { nonce, old } = given;
    const it = await start(s, (bowline) => ({ headers: { "content-security-policy": strict(bowline, nonce ? `'self' 'nonce-${nonce}'` : "'self'") } }));
    const { host, company, customer } = it;
    if (old) await host.page.addInitScript(() => delete CSSStyleSheet.prototype.replaceSync);
    await host.visit(company, { options: { ...options, nonce } });
    await customer.sees("picker");
    const look = await host.at(".button.solid").first().evaluate((one) => getComputedStyle(one).borderTopLeftRadius);
    assert.ok(parseFloat(look) > 4, `styles are applied: ${look}`);
    const sheets = await host.page.evaluate(() => [...document.querySelector("#link > *").shadowRoot.querySelectorAll("style")].map((one) => one.nonce));
    if (old) assert.ok(sheets.length > 0 && sheets.every((one) => one === nonce), JSON.stringify(sheets));
    else assert.deepEqual(sheets, []);
    assert.equal(await host.page.locator("style").evaluateAll((all) => all.filter((one) => one.getRootNode() === document).length), 0, "nothing in the page's own tree");
    await host.grant(await host.toProvider());
    await complete(it);
    await host.remove();
    await host.visit(company, { options: { nonce, showLandingPage: true, text: { "landing.title": "**M** [l](https://example.com)", "landing.subtitle": "| a |\n|---|\n| b |" } } });
    await customer.sees("landing");
    await host.assertClean();
  });
}

scenario("embedded complaints, row 17: one edition, held to its content", async (s) => {
  const it = await start(s, (bowline) => ({ headers: { "content-security-policy": strict(bowline) } }));
  const { bowline, host, company, customer } = it;
  const { latest } = await (await fetch(`${bowline.url}/sdk/versions.json`)).json();
  const pinned = { url: new URL(latest.url, bowline.url).href, integrity: latest.integrity };
  await host.visit(company, { options, pinned });
  await host.grant(await host.toProvider());
  await complete(it);
  const scripts = customer.requests.filter((url) => url.startsWith(bowline.url) && /\.js$/.test(new URL(url).pathname) && !url.includes("/sandbox/"));
  assert.deepEqual([...new Set(scripts)].filter((url) => !url.includes("/assets/")), [pinned.url], "nothing that the hash does not cover");
  await host.assertClean();

  const other = { ...pinned, integrity: `sha384-${"A".repeat(64)}` };
  await host.customer.open(host.address([await host.link(company)], { pinned: other }));
  await host.page.locator("html[data-failed]").waitFor();
  assert.equal(await host.page.locator("#link > *").count(), 0);
});

/** Each way of not being let in: what it looks like, and what the host is told. */
const refusals = [
  { name: "no token", link: { accessToken: undefined }, code: 401, step: "expired", says: /Your session has ended/ },
  { name: "a token that is none", link: { accessToken: "nonsense" }, code: 401, step: "expired", says: /Your session has ended/ },
  { name: "a token of another company", other: true, code: 403, step: "notFound", says: /cannot be opened here/ },
  { name: "an origin that is not registered", registered: false, code: 403, step: "notFound", says: /cannot be opened here/ },
  { name: "a company that is gone", gone: true, code: 404, step: "notFound", says: /cannot be opened here/ },
];

for (const { name, link, other, gone, registered, code, step, says } of refusals) {
  scenario(`embedded complaints, row 20: ${name} is explained`, async (s) => {
    const { bowline, host, company, customer } = await start(s, { registered });
    await host.visitBare();
    const given = { ...await host.link(company, { options }), ...link };
    if (other) given.accessToken = await host.token(await bowline.createCompany("Somebody Else"));
    if (gone) await bowline.api("DELETE", `/companies/${company.id}`);
    await host.page.evaluate((one) => window.embed(one), given);
    await customer.sees(step);
    const screen = host.page.locator(".bowline");
    assert.match(await screen.innerText(), says);
    assert.doesNotMatch(await screen.innerText(), /Harbour Bakery/, "nothing of the company");
    const error = await host.tells("onError");
    assert.equal(error.errorCode, code);
    assert.equal(error.userRecoverable, false);
    assert.equal(typeof error.message, "string", "the developers are told why");
    assert.match(error.correlationId ?? "", /./);
    assert.deepEqual(await host.names(), [`onError ${code}`]);
    assert.deepEqual(await host.page.evaluate(() => document.querySelector("#link").children.length), 1);
  });
}

scenario("embedded complaints, row 20: a host that shows no X and no more still gets one child", async (s) => {
  const { host, company } = await start(s);
  await host.visitBare();
  await host.page.evaluate((one) => window.embed(one), { ...await host.link(company), accessToken: "nonsense", callbacks: callbacks.filter((name) => name !== "onClose") });
  await host.tells("onError");
  assert.equal(await host.page.locator("#link > *").count(), 1);
});
