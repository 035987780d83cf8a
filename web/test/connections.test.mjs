// The Connections SDK inside other people's pages. The script is the real one; the server is a
// stand-in. What it shares with Link is tried in embed.test.mjs.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "../scripts/browser.mjs";
import { startSite } from "../scripts/embed-site.mjs";

const args = { connectionId: "c-1", integrationId: "i-1", integrationKey: "mqjo", platformName: "Clear Ledger", sourceId: "s-1", sourceType: "Accounting" };
const tile = { key: "mqjo", name: "Clear Ledger", monogram: "CL", color: "#125f4a", sandbox: true };

/** The one connection, as the stand-in knows it. */
let status;
const one = () => ({ id: "c-1", name: "Clear Ledger", monogram: "CL", color: "#125f4a", sourceType: "Accounting", status });
const content = {
  manage: () => ({ title: "Manage connected accounts", subtitle: "", connections: [one()], canConnect: false, canFinish: false }),
  managed: () => ({ connection: one(), dataTypes: [], canDisconnect: status === "Linked", canReconnect: status !== "Linked", leads: true }),
  disconnect: () => ({ connection: one(), dataTypes: [] }),
  disconnected: () => ({ connection: one() }),
  handoff: () => ({ integration: tile, url: "/link/handoff?ticket=t1", mode: "tab", canHandOver: false }),
  success: () => ({ integration: tile, connectionId: "c-1", canAddAnother: false }),
  mismatch: () => ({ integration: tile, previous: "Rosa’s Café", selected: ["Somebody else"], leads: true }),
};
let flows = 0;
const view = (step, behind, events) => ({
  flow: `flow-${++flows}`, post: "/sdk/connections/journey", step, locale: "en-US", company: { id: "", name: "Rosa’s Café" },
  client: { name: "Harbor Lending" }, exit: step === "handoff" ? "ask" : "close", [step]: content[step](), ...(behind && { [behind]: content[behind]() }), events,
});

function story({ action, connectionId }) {
  switch (action) {
    case "boot": case "back": case "continue": return view("manage");
    case "details": return connectionId === "c-1" ? view("managed") : undefined;
    case "disconnect": return view("disconnect", "managed");
    case "cancel": return view("managed");
    case "confirm":
      status = "Unlinked";
      return view("disconnected", "managed", [{ type: "disconnect", connection: args }]);
    case "reconnect": case "retry": return view("handoff");
    case "check":
      if (site.ready === "other") return view("mismatch", "managed", [{ type: "error", error: { errorCode: 409, userRecoverable: true } }]);
      if (!site.ready) return undefined;
      status = "Linked";
      return view("success", "manage", [{ type: "reconnect", connection: args }]);
  }
  return { status: 400, body: { statusCode: 400, error: "what?" } };
}

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launch(), startSite()]);
});
beforeEach(() => {
  Object.assign(site, { answer: story, ready: false, down: false });
  site.posted.length = site.asked.length = 0;
  status = "Linked";
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens a host page that mounts the component and writes down what it is told. */
async function open({ props = "onClose: hear('onClose')", module = "/sdk/connections.js", headers, more = "" } = {}) {
  site.page = () => ({
    headers,
    html: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><style nonce="n">.target { width: 460px; height: 760px }</style>${more}<div id="target" class="target"></div>
      <script type="module" nonce="n">
        import { Connections, BowlineConnections, CodatConnections } from "${site.origin}${module}";
        window.heard = []; window.same = Connections === CodatConnections && Connections === BowlineConnections;
        const hear = (name) => (argument) => { heard.push(argument === undefined ? name : [name, argument]); };
        window.props = { accessToken: "token", onDisconnect: hear("onDisconnect"), onReconnect: hear("onReconnect"), onError: hear("onError"),
          options: { text: { "accounting.connectionDetails.dataTypes": ["Bills"] }, nonce: "n" }, ${props} };
        window.instance = new Connections({ target: document.getElementById("target"), props: window.props });
      </script>`,
  });
  const page = await browser.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(String(error)));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.troubles.push(message.text()); });
  await page.goto(site.host);
  return page;
}

const step = (page, name) => page.locator(`.bowline[data-step=${name}]`).waitFor();
const click = (page, key) => page.locator(`[data-key="${key}"]`).click();
/** Undefined members are no news. */
const heard = async (page) => JSON.parse(await page.evaluate(() => JSON.stringify(window.heard)));
const comeBack = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));

async function disconnect(page) {
  await step(page, "manage");
  await click(page, "row-c-1");
  await step(page, "managed");
  await click(page, "disconnect");
  await step(page, "disconnect");
  await click(page, "confirm");
  await step(page, "disconnected");
}

async function reconnect(page) {
  await step(page, "managed");
  const [tab] = await Promise.all([page.waitForEvent("popup"), click(page, "reconnect")]);
  await step(page, "handoff");
  return tab;
}

test("the token alone says whose it is, and the first screen comes in one round after the entry", async () => {
  let askedFor = false;
  site.answer = async (message) => {
    for (let n = 0; n < 2000 && !(askedFor = site.asked.some((one) => /manage-/.test(one))); n++) await new Promise((resolve) => setTimeout(resolve, 10));
    return story(message);
  };
  const page = await open();
  await step(page, "manage");
  const [boot] = site.posted;
  assert.deepEqual([boot.action, boot.path, boot.token], ["boot", "/sdk/connections/journey", "Bearer token"]);
  assert.deepEqual(boot.options, { text: { "accounting.connectionDetails.dataTypes": ["Bills"] } });
  assert.equal("companyId" in boot, false);
  assert.equal(await page.evaluate(() => window.same), true);
  await page.getByRole("dialog", { name: "Manage connections" }).waitFor();
  assert.ok(askedFor, "the list's script is asked for before the server has answered");
  assert.deepEqual(page.troubles, []);
  await page.close();
});

test("ending and bringing back are told once each time, in their order", async () => {
  const page = await open();
  for (let n = 0; n < 2; n++) {
    site.ready = false;
    await disconnect(page);
    await click(page, "continue");
    await step(page, "manage");
    await page.getByText("Disconnected").waitFor();
    await click(page, "row-c-1");
    const tab = await reconnect(page);
    site.ready = true;
    await comeBack(page);
    await step(page, "success");
    await click(page, "continue");
    await step(page, "manage");
    await tab.close();
  }
  const told = { connectionId: "c-1" };
  assert.deepEqual(await heard(page), [["onDisconnect", told], ["onReconnect", told], ["onDisconnect", told], ["onReconnect", told]]);
  await click(page, "close");
  assert.equal((await heard(page)).at(-1), "onClose");
  assert.deepEqual(page.troubles, []);
  await page.close();
});

test("an answer that was lost and comes with a second try tells once", async () => {
  const page = await open();
  let lost = true;
  site.answer = (message) => {
    const answer = story(message);
    if (message.action !== "confirm" || !lost) return answer;
    lost = false;
    return { status: 503, body: { error: "gone" } };
  };
  await step(page, "manage");
  await click(page, "row-c-1");
  await click(page, "disconnect");
  await step(page, "disconnect");
  await click(page, "confirm");
  await page.locator(".fault").waitFor();
  await click(page, "retry-fault");
  await step(page, "disconnected");
  assert.deepEqual(await heard(page), [["onError", { errorCode: 503, message: "gone", userRecoverable: true }], ["onDisconnect", { connectionId: "c-1" }]]);
  await page.close();
});

test("another business is told as an error, and a page that was reloaded goes on waiting", async () => {
  status = "Deauthorized";
  const page = await open();
  await step(page, "manage");
  await click(page, "row-c-1");
  const tab = await reconnect(page);
  const { flow } = JSON.parse(await page.evaluate(() => JSON.stringify({ flow: JSON.parse(sessionStorage.getItem("bowline.connections"))[0] })));
  await page.reload();
  await step(page, "manage");
  assert.equal(site.posted.filter((one) => one.action === "boot").at(-1).resume, flow);
  await click(page, "row-c-1");
  const second = await reconnect(page);
  site.ready = "other";
  await comeBack(page);
  await step(page, "mismatch");
  assert.deepEqual(await heard(page), [["onError", { errorCode: 409, userRecoverable: true }]]);
  await click(page, "cancel");
  await step(page, "managed");
  await Promise.all([tab.close(), second.close()]);
  await page.close();
});

test("without onClose there is no X, without a token there is no journey", async () => {
  const plain = await open({ props: "" });
  await step(plain, "manage");
  assert.equal(await plain.locator("[data-key=close]").count(), 0);
  await plain.evaluate(() => instance.destroy());
  assert.equal(await plain.locator("#target > *").count(), 0);
  await plain.close();
  site.posted.length = 0;
  const bare = await open({ props: "accessToken: undefined" });
  await step(bare, "notFound");
  assert.deepEqual((await heard(bare))[0][1], { errorCode: 400, message: "accessToken is no text", userRecoverable: false });
  assert.deepEqual(site.posted, []);
  await bare.close();
});

test("one pinned file does the same under a strict policy", async () => {
  const { connections } = JSON.parse(site.files.get("sdk/versions.json"));
  const headers = { "Content-Security-Policy": `default-src 'none'; script-src 'nonce-n' ${site.origin}; style-src 'nonce-n'; connect-src ${site.origin}; img-src data:` };
  const page = await open({ module: connections.url, headers });
  await disconnect(page);
  assert.deepEqual(await heard(page), [["onDisconnect", { connectionId: "c-1" }]]);
  assert.deepEqual(site.asked.filter((one) => one.includes("/assets/")), []);
  assert.deepEqual(page.troubles, []);
  await page.close();
});
