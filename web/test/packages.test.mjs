// The packages as they would be published: what is in them, and that they work in a
// page, in React's strict mode and where there is no page at all.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { launch } from "../scripts/browser.mjs";
import { company, startSite } from "../scripts/embed-site.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const run = promisify(execFile);
let browser, site;

const main = () => ({
  flow: "f", post: `/sdk/companies/${company}/journey`, step: "main", locale: "en-US", company: { id: company, name: "Rosa’s Café" },
  client: { name: "Harbor Lending" }, main: { types: [{ sourceType: "Accounting", required: true, state: "empty", connections: [], actions: ["connect"] }], canFinish: true },
});

before(async () => {
  await run(process.execPath, [join(web, "packages/build.mjs")]);
  [browser, site] = await Promise.all([launch(), startSite()]);
  site.answer = ({ action }) => action === "finish" ? { ...main(), step: "done", done: { connections: [] }, events: [{ type: "finish" }] } : main();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Bundles a page's script against the packages as they are installed, and opens it. */
async function open(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(web, "test"), loader: "jsx" }, bundle: true, write: false, format: "esm", jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' }, logLevel: "error",
  });
  site.page = ({ pathname }) => pathname === "/app.js"
    ? { script: outputFiles[0].text }
    : { html: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/app.js"></script>` };
  const page = await browser.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") page.errors.push(message.text()); });
  site.posted.length = 0;
  await page.goto(site.host);
  return page;
}

const props = () => `companyId: "${company}", accessToken: "t", onConnection() {}, onError: (error) => heard.push(error), onFinish: () => heard.push("finish")`;
const shown = (page) => page.locator(".bowline[data-step=main]");

test("the packages hold what they should and nothing else", async () => {
  for (const [name, extra] of [["link", ["codat.d.ts", "connections-types.d.ts", "connections.d.ts", "connections.js", "load.d.ts", "shared.js", "types.d.ts"].map((one) => `dist/${one}`)], ["react", []]]) {
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: join(web, "packages", name) });
    const [{ files, version }] = Object.values(JSON.parse(stdout));
    assert.deepEqual(files.map((file) => file.path).sort(), ["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "package.json", ...extra].sort());
    assert.equal(version, "0.1.0");
  }
});

test("the loader mounts, and its promise is what takes it away", async () => {
  const page = await open(`import { initLink, loadLink, setOrigin, initializeCodatLink } from "@bowline/link";
    globalThis.heard = [];
    const target = document.querySelector("#root"), props = { ${props()} };
    globalThis.unnamed = await loadLink().catch(String);
    globalThis.wrong = await loadLink({ origin: "nonsense" }).catch(String);
    globalThis.link = await initLink(target, props, { origin: "${site.origin}" });
    setOrigin("${site.origin}");
    globalThis.again = async () => await initializeCodatLink(target, props);`);
  await shown(page).waitFor();
  assert.match(await page.evaluate(() => unnamed), /name the server/);
  assert.match(await page.evaluate(() => wrong), /no origin/);
  await page.evaluate(() => link.destroy());
  assert.equal(await page.locator("#root > *").count(), 0);
  assert.equal(await page.evaluate(() => again()), undefined);
  await shown(page).waitFor();
  assert.deepEqual(page.errors, []);
  await page.close();
});

test("a server that is not there is told, and tried again with the next call", async () => {
  const page = await open(`import { initLink } from "@bowline/link";
    globalThis.heard = [];
    globalThis.mount = () => initLink(document.querySelector("#root"), { ${props()} }, { origin: "${site.origin}" }).then(() => "mounted", () => "failed");
    globalThis.ready = true;`);
  await page.waitForFunction(() => globalThis.ready);
  site.down = true;
  assert.equal(await page.evaluate(() => mount()), "failed");
  assert.deepEqual(await page.evaluate(() => heard), [{ message: "Link could not be loaded.", errorCode: 503, userRecoverable: true }]);
  site.down = false;
  await page.close();
});

test("the component mounts once in strict mode, calls the latest callbacks and leaves nothing", async () => {
  const page = await open(`import { StrictMode, useState } from "react";
    import { createRoot } from "react-dom/client";
    import { Link } from "@bowline/react";
    globalThis.heard = [];
    function App() {
      const [count, setCount] = useState(0);
      const [open, setOpen] = useState(true);
      return <>
        <button id="more" onClick={() => setCount(count + 1)}>{count}</button>
        <button id="close" onClick={() => setOpen(false)}>close</button>
        {open && <Link origin="${site.origin}" companyId="${company}" accessToken="t" style={{ width: 460, height: 800 }}
          onConnection={() => {}} onError={(error) => heard.push(error)} onFinish={() => heard.push("finished with " + count)} />}
      </>;
    }
    createRoot(document.querySelector("#root")).render(<StrictMode><App /></StrictMode>);`);
  await shown(page).waitFor();
  assert.equal(await shown(page).count(), 1);
  await page.locator("#more").click();
  await page.locator("#more").click();
  await page.locator("[data-key=finish]").click();
  await page.locator(".bowline[data-step=done]").waitFor();
  assert.deepEqual(await page.evaluate(() => heard), ["finished with 2"]);
  assert.equal(site.posted.filter((one) => one.action === "boot").length, 1);
  await page.locator("#close").click();
  await page.locator(".bowline").waitFor({ state: "detached" });
  assert.deepEqual(page.errors, []);
  await page.close();
});

/** An empty list, as the Connections SDK gets it. */
const nothing = () => ({
  ...main(), step: "manage", main: undefined, post: "/sdk/connections/journey", company: { id: "", name: "Rosa’s Café" },
  manage: { title: "Manage connected accounts", subtitle: "", connections: [], canConnect: false, canFinish: false }, exit: "close",
});

test("the Connections SDK mounts by its loader, shares the chosen server with Link, and is a component too", async () => {
  const before = site.answer;
  site.answer = nothing;
  const list = (page) => page.locator(".bowline[data-step=manage]");
  try {
    const page = await open(`import { setOrigin } from "@bowline/link";
      import { initConnections, initCodatConnections } from "@bowline/link/connections";
      setOrigin("${site.origin}");
      const target = document.querySelector("#root");
      globalThis.connections = await initConnections(target, { accessToken: "t" });
      globalThis.again = async () => await initCodatConnections(target, { accessToken: "t" });`);
    await list(page).waitFor();
    await page.evaluate(() => connections.destroy());
    assert.equal(await page.locator("#root > *").count(), 0);
    assert.equal(await page.evaluate(() => again()), undefined);
    await list(page).waitFor();
    assert.deepEqual(page.errors, []);
    await page.close();

    const drawn = await open(`import { StrictMode, useState } from "react";
      import { createRoot } from "react-dom/client";
      import { BowlineConnections } from "@bowline/react";
      globalThis.heard = [];
      function App() {
        const [count, setCount] = useState(0);
        return <><button id="more" onClick={() => setCount(count + 1)}>{count}</button>
          <BowlineConnections origin="${site.origin}" accessToken="t" style={{ width: 460, height: 800 }} onClose={() => heard.push("closed after " + count)} /></>;
      }
      createRoot(document.querySelector("#root")).render(<StrictMode><App /></StrictMode>);`);
    await list(drawn).waitFor();
    await drawn.locator("#more").click();
    await drawn.locator("[data-key=close]").click();
    assert.deepEqual(await drawn.evaluate(() => heard), ["closed after 1"]);
    assert.equal(site.posted.filter((one) => one.action === "boot").length, 1);
    assert.deepEqual(drawn.errors, []);
    await drawn.close();
  } finally {
    site.answer = before;
  }
});

test("without a page there is an empty element", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bowline-ssr-"));
  try {
    await build({
      stdin: {
        contents: `import { createElement } from "react"; import { renderToString } from "react-dom/server"; import { Link } from "@bowline/react";
          console.log(renderToString(createElement(Link, { origin: "https://x.example", companyId: "${company}", className: "c", onConnection() {}, onError() {}, onFinish() {} })));`,
        resolveDir: join(web, "test"),
      },
      bundle: true, platform: "node", format: "cjs", outfile: join(folder, "app.cjs"), logLevel: "error",
    });
    const { stdout } = await run(process.execPath, [join(folder, "app.cjs")]);
    assert.equal(stdout.trim(), '<div class="c"></div>');
  } finally {
    await rm(folder, { recursive: true });
  }
  assert.match(await readFile(join(web, "packages/react/dist/index.js"), "utf8"), /^"use client";/);
});
