// The hosted page as it ships: shell, module script, real requests, a provider on
// the same server, and the browser's own Back.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { buildHosted } from "../build.mjs";
import { launch } from "../scripts/browser.mjs";
import { policy, policyWith } from "../scripts/gallery-site.mjs";

const path = "/link/company/c1";
const shelf = (count) => Array.from({ length: count }, (_, n) => ({ key: `shelf${n}`, name: `Shelf ${n}`, monogram: "S", color: "#225e7a" }));
const ledger = { key: "mqjo", name: "Clear Ledger", logoUrl: "/none.svg", sandbox: true };
const base = { post: "/link/companies/c1/journey", company: { id: "c1", name: "Rosa’s Café" }, client: { name: "Harbor Lending", primaryColor: "#1f5eff" }, locale: "en-US" };
const views = {
  main: { main: { types: [{ sourceType: "Accounting", required: true, state: "empty", connections: [], actions: ["connect"] }], canFinish: false } },
  picker: { picker: { sourceType: "Accounting", integrations: [ledger] } },
  consent: { consent: { sourceType: "Accounting", integration: ledger, title: "Connect to Clear Ledger", subtitle: "", sections: [], terms: "", button: "Next" } },
  handoff: { handoff: { integration: ledger, url: "/provider", mode: "redirect", canHandOver: false } },
  done: { done: { redirectUrl: "/elsewhere", connections: [] } },
};
const answers = { connect: "picker", choose: "consent", accept: "handoff", finish: "done" };
const view = (step, locale = "en-US") => ({ ...base, locale, flow: `flow-${step}`, step, ...views[step] });

let server, browser, origin;
let files, manifest;
const asked = [];
const posted = [];
const refuse = { next: 0 };

/** While closed, the later screens do not come. */
const gate = {
  closed: undefined,
  open: () => undefined,
  close() {
    this.closed = new Promise((open) => {
      this.open = () => {
        this.closed = undefined;
        open();
      };
    });
  },
};

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * A page that opens at a step, and its policy; as the server makes them (internal/hosted/head.go).
 * A first screen has its script and style in it, unless they are to be fetched.
 */
function shell(first, fetched) {
  const json = JSON.stringify(first).replaceAll("<", "\\u003c");
  const parts = { main: [`link.list.${first.locale}`, "link.list"], picker: ["link.pick"] }[first.step];
  const text = (path) => files.get(`/${path}`).toString();
  const { script, stylesheet } = manifest.link;
  let head = `<link rel="stylesheet" href="/${stylesheet}"><script type="module" src="/${script}"></script>`;
  let allowed = policy;
  if (parts && !fetched) {
    const style = text(stylesheet);
    const scripts = ["link", `link.${first.locale}`, ...parts].map((name) => text(manifest[name].script));
    head = `<style>${style}</style>${scripts.map((one) => `<script type="module">${one}</script>`).join("")}`;
    allowed = policyWith(scripts.map(hash), [hash(style)]);
  }
  return { allowed: `${allowed}; require-trusted-types-for 'script'; trusted-types 'none'`, html: `<!doctype html><html lang="en-US"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}<title>Link</title></head>
    <body><div id="bowline-link"></div><script type="application/json" id="bowline-view">${json}</script></body></html>` };
}

function answer(request, body, response) {
  const url = new URL(request.url, "http://x");
  const send = (status, type, text, allowed = policy) => response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": allowed }).end(text);
  asked.push(url.pathname);
  if (url.pathname === path) {
    const { step = "main", locale = "en-US", many, fetched } = Object.fromEntries(url.searchParams);
    const first = view(step, locale);
    if (many) first.picker = { ...first.picker, integrations: shelf(Number(many)), canHandOver: true };
    const { html, allowed } = shell({ ...first, locales: ["en-US", "fr-CA"] }, fetched);
    return send(200, "text/html", html, allowed);
  }
  if (url.pathname === "/provider" || url.pathname === "/elsewhere") return send(200, "text/html", `<h1>${url.pathname}</h1>`);
  if (url.pathname === "/link/companies/c1/journey") {
    const message = JSON.parse(body);
    posted.push(message);
    if (refuse.next-- > 0) return send(503, "application/json", '{"statusCode":503,"correlationId":"abc"}');
    return send(200, "application/json", JSON.stringify(view(answers[message.action])));
  }
  const held = url.pathname.includes("/later") && gate.closed;
  if (held) return void gate.closed.then(() => answer(request, body, response));
  const file = files.get(url.pathname);
  if (!file) return send(404, "text/plain", "");
  send(200, url.pathname.endsWith(".css") ? "text/css" : "text/javascript", file);
}

before(async () => {
  const built = await buildHosted();
  files = new Map([...built.files].map(([name, bytes]) => [`/${name}`, bytes]));
  manifest = built.manifest;
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => answer(request, body, response));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

const step = (page, name) => page.locator(`.bowline[data-step=${name}]`).waitFor();

test("a journey leaves for the provider, and Back comes home to the consent", async () => {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(origin + path);
  await step(page, "main");
  assert.match(await page.title(), /^Share your records with Harbor Lending/);
  assert.equal(await page.locator("#bowline-link").getAttribute("role"), "main");
  await page.locator("[data-key=connect-Accounting]").click();
  await step(page, "picker");
  refuse.next = 1;
  await page.locator(".row").click();
  await page.getByRole("button", { name: "Try again" }).click();
  await step(page, "consent");
  await page.locator("[data-key=accept]").click();
  await page.waitForURL("**/provider");
  await page.goBack();
  await step(page, "consent");
  await page.goBack();
  await step(page, "picker");
  assert.equal(await page.getByRole("radio").isChecked(), true, "the choice survives the visit to the provider");
  await page.locator("[data-key=next]").click();
  await step(page, "consent");
  assert.deepEqual(posted.map((one) => `${one.flow} ${one.action}`), [
    "flow-main connect", "flow-picker choose", "flow-picker choose", "flow-consent accept", "flow-picker choose",
  ]);
  assert.deepEqual(errors, []);
  await page.close();
});

test("a French page speaks French, in its title and language too", async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}${path}?locale=fr-CA`);
  await page.getByRole("heading", { name: "Partagez vos données avec Harbor Lending" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "fr-CA");
  assert.match(await page.title(), /^Partagez/);
  await page.close();
});

test("the brand colour arrives without an inline style in the markup of the shell", async () => {
  const page = await browser.newPage();
  await page.goto(origin + path);
  await step(page, "main");
  const colour = await page.locator("[data-key=connect-Accounting]").evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(colour, "rgb(31, 94, 255)");
  await page.close();
});

test("before the script runs, a quiet card stands there", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(origin + path);
  await page.screenshot(); // style sheets have been applied once there is a picture
  const box = await page.locator("#bowline-link").boundingBox();
  assert.ok(box.height > 500, `the skeleton is ${box.height} pixels high`);
  await context.close();
});

/** A page of ours that is drawn without Preact until `gate.open()`. */
async function early(query, act) {
  gate.close();
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  try {
    await page.goto(`${origin}${path}?${query}`);
    await page.locator(".bowline").waitFor();
    posted.length = 0;
    await act(page);
    assert.deepEqual(errors, []);
  } finally {
    gate.open();
    await page.close();
  }
}

/** Lets the rest come, and waits until Preact has taken over: it draws the choice of languages. */
async function takeOver(page) {
  gate.open();
  await page.locator(".language").waitFor();
}

const down = async (page, selector) => {
  // Clear of the footer, which sticks.
  await page.locator(selector).evaluate((one) => one.scrollIntoView({ block: "center" }));
  const box = await page.locator(selector).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
};

for (const [query, control, action, next] of [
  ["step=main", "[data-key=connect-Accounting]", "connect", "picker"],
  ["step=picker&many=8", ".row >> nth=2", "choose", "consent"],
  ["step=picker&many=8", "[data-key=notListed]", "notListed", undefined],
]) {
  test(`a press that begins before the rest is there and ends after it counts once: ${action}`, () => early(query, async (page) => {
    await down(page, control);
    await takeOver(page);
    await page.mouse.up();
    if (next) await step(page, next);
    else await page.locator(".fault").waitFor(); // this server has no answer to it
    assert.deepEqual(posted.map((one) => one.action), [action]);
  }));

  test(`a press before the rest is there is answered and sent once it is: ${action}`, () => early(query, async (page) => {
    await page.locator(control).click();
    await page.locator("[aria-busy=true]").waitFor();
    const colour = () => page.locator(".button.solid").first().evaluate((one) => getComputedStyle(one).borderColor);
    if (action === "connect") assert.equal(await colour(), "rgb(31, 94, 255)", "drawn again, it keeps the brand");
    await page.locator(control).click({ force: true });
    assert.equal(posted.length, 0);
    gate.open();
    if (next) await step(page, next);
    else await page.locator(".fault").waitFor();
    assert.deepEqual(posted.map((one) => one.action), [action]);
  }));
}

test("nodes stay the same when the rest takes over: nothing that is held or focused is replaced", () => early("step=picker&many=8", async (page) => {
  const mark = (name) => page.evaluate((name) => (window[name] = [...document.querySelectorAll(".bowline *")]), name);
  await mark("before");
  await takeOver(page);
  await mark("after");
  const [lost, came] = await page.evaluate(() => [
    window.before.filter((node) => !window.after.includes(node)).map((node) => node.outerHTML),
    window.after.filter((node) => !window.before.includes(node) && !node.closest(".ends")).map((node) => node.outerHTML),
  ]);
  assert.deepEqual([lost, came], [[], []]);
}));

test("a search that is being typed keeps its text, its caret and the keyboard's focus while the rest comes", () => early("step=picker&many=30", async (page) => {
  const box = page.getByRole("searchbox");
  const caret = () => box.evaluate((input) => [input.value, input.selectionStart, document.activeElement === input]);
  await box.focus();
  await page.keyboard.type("shlf 2");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("e");
  assert.deepEqual(await caret(), ["shelf 2", 3, true]);
  assert.deepEqual(await page.locator(".row .names > span:first-child").allInnerTexts(), [2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29].map((n) => `Shelf ${n}`));
  await takeOver(page);
  assert.deepEqual(await caret(), ["shelf 2", 3, true]);
  assert.equal(await page.locator(".row").count(), 11);
  assert.equal(await page.locator(".row mark").count(), 11, "the search proper marks what it found");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("radio").first().isChecked(), true);
  await page.keyboard.press("Shift+Tab");
  await box.press("Escape");
  assert.equal(await page.locator(".row").count(), 30);
}));

test("the list is whole before the rest is there: keys, search, a nudge, someone else's sign-in", () => early("step=picker&many=8", async (page) => {
  await page.locator("[data-key=next]").click({ force: true });
  await page.getByText("Choose one from the list first.").waitFor();
  const box = page.getByRole("searchbox");
  await box.fill("shelf 5");
  assert.equal(await page.locator(".nudge").innerText(), "");
  await box.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.value), "shelf5");
  await page.getByRole("button", { name: "Clear search" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "search");
  assert.equal(await page.getByRole("radio", { name: "Shelf 5" }).isChecked(), true, "the choice outlives the search");
  await page.getByRole("radio", { name: "Shelf 5" }).press("Home");
  assert.equal(await page.getByRole("radio", { name: "Shelf 0" }).isChecked(), true);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("radio", { name: "Shelf 1" }).isChecked(), true);
  await box.fill("nothing like it");
  await page.getByRole("heading", { name: "No match" }).waitFor();
  await page.locator("[data-key=clear]").click();
  assert.equal(await page.locator(".row").count(), 8);
  assert.equal(posted.length, 0);
  await takeOver(page);
  assert.equal(await page.getByRole("radio", { name: "Shelf 1" }).isChecked(), true, "Preact takes the choice over");
  await page.locator("[data-key=next]").click();
  await step(page, "consent");
  assert.deepEqual(posted.map(({ action, integrationKey }) => [action, integrationKey]), [["choose", "shelf1"]]);
}));

/** A page that remembers what its policy refused. */
async function watched(query, prepare = () => undefined) {
  const page = await browser.newPage();
  await prepare(page);
  await page.addInitScript(() => {
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  asked.length = posted.length = 0;
  await page.goto(`${origin}${path}?${query}`);
  return { page, errors };
}

for (const [opening, control, next, carried] of [
  ["main", "[data-key=connect-Accounting]", "picker", ["link", "link.fr-CA", "link.list", "link.list.fr-CA"]],
  ["picker", ".row", "consent", ["link", "link.fr-CA", "link.pick"]],
]) {
  test(`a first screen stands with one request, and the later parts join what lies in the page: ${opening}`, async () => {
    const drawn = {};
    drawn.promise = new Promise((resolve) => (drawn.resolve = resolve));
    const { page, errors } = await watched(`step=${opening}&locale=fr-CA`, (page) => page.route("**/assets/**", async (route) => {
      await drawn.promise;
      await route.continue();
    }));
    await step(page, opening);
    assert.deepEqual(asked.filter((one) => one !== ledger.logoUrl), [path]);
    drawn.resolve();
    const first = await page.evaluateHandle(() => globalThis[Symbol.for("bowline")]);
    await page.locator(control).click();
    await step(page, next);
    const own = carried.map((name) => `/${manifest[name].script}`);
    assert.deepEqual(asked.filter((one) => own.includes(one) || one.endsWith(".css")), [], "what lies in the page is not fetched");
    assert.ok(await first.evaluate((one) => one === globalThis[Symbol.for("bowline")]), "there is one core");
    assert.deepEqual([await page.evaluate(() => window.refused), errors], [[], []]);
    await page.close();
  });
}

test("the same scripts work as files", async () => {
  const { page, errors } = await watched("step=picker&fetched=yes");
  await step(page, "picker");
  assert.ok(asked.includes(`/${manifest["link.pick"].script}`));
  await page.locator(".row").click();
  await step(page, "consent");
  assert.deepEqual([await page.evaluate(() => window.refused), errors], [[], []]);
  await page.close();
});

test("a script in the page that has no hash does not run", async () => {
  const page = await browser.newPage();
  await page.route(`${origin}${path}`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("</head>", "<script>window.ran = true</script></head>");
    await route.fulfill({ response, body });
  });
  await page.goto(origin + path);
  await step(page, "main");
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await page.close();
});

test("Preact and the core ship once", () => {
  const scripts = [...files].filter(([name]) => name.endsWith(".js"));
  const having = (mark) => scripts.filter(([, text]) => text.includes(mark)).map(([name]) => name);
  assert.deepEqual(having("http://www.w3.org/1999/xhtml").length, 1, "Preact");
  assert.deepEqual(having("requestIdleCallback"), [`/${manifest.link.script}`]);
  assert.deepEqual(having(manifest.link.script.replace("assets/", "")), [], "nothing imports the core");
  assert.doesNotMatch(files.get(`/${manifest.link.script}`).toString(), /export\{|import\{/);
});
