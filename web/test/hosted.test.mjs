// The hosted page as it ships: shell, module script, real requests, a provider on
// the same server, and the browser's own Back.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { bundling } from "../build.mjs";
import { launch } from "../scripts/browser.mjs";
import { policy } from "../scripts/gallery-site.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const path = "/link/company/c1";
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
let files = new Map();
const posted = [];
const refuse = { next: 0 };

function shell(locale) {
  const json = JSON.stringify(view("main", locale)).replaceAll("<", "\\u003c");
  return `<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Link</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="/assets/link.css"><script type="module" src="/assets/link.js"></script></head>
    <body><div id="bowline-link"></div><script type="application/json" id="bowline-view">${json}</script></body></html>`;
}

function answer(request, body, response) {
  const url = new URL(request.url, "http://x");
  const send = (status, type, text) => response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy }).end(text);
  if (url.pathname === path) return send(200, "text/html", shell(url.searchParams.get("locale") ?? "en-US"));
  if (url.pathname === "/provider" || url.pathname === "/elsewhere") return send(200, "text/html", `<h1>${url.pathname}</h1>`);
  if (url.pathname === "/link/companies/c1/journey") {
    const message = JSON.parse(body);
    posted.push(message);
    if (refuse.next-- > 0) return send(503, "application/json", '{"statusCode":503,"correlationId":"abc"}');
    return send(200, "application/json", JSON.stringify(view(answers[message.action])));
  }
  const file = files.get(url.pathname);
  if (!file) return send(404, "text/plain", "");
  send(200, url.pathname.endsWith(".css") ? "text/css" : "text/javascript", file);
}

before(async () => {
  const { outputFiles } = await build({
    ...bundling, absWorkingDir: web, entryPoints: { link: "link/src/hosted.ts" }, outdir: "assets", minify: true, write: false,
  });
  files = new Map(outputFiles.map((file) => [file.path.slice(web.length), Buffer.from(file.contents)]));
  assert.ok(files.has(join("/assets", "link.js")));
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
  await page.getByRole("radio").check();
  refuse.next = 1;
  await page.locator("[data-key=next]").click();
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
