// One visit of a slow phone to a page: a fresh browser context, nothing cached.

import { readFile } from "node:fs/promises";
import { browser, phone } from "../harness/browser.mjs";

/** Slow 4G, in the units of the DevTools protocol: milliseconds and bytes per second. */
const network = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

/** How many times slower than this machine the phone's processor is. */
const slowdown = 4;

/** A visit that takes longer than this many milliseconds cannot be measured. */
const limit = 30_000;

/** After how many milliseconds a touch without effect is tried again. */
const patience = 100;

const world = "benchmark";
const probe = await readFile(new URL("probe.js", import.meta.url), "utf8");

/**
 * Opens the page and touches its first platform as soon as that has been
 * painted, and again and again until a touch has had its effect. `visible` and
 * `usable` are milliseconds since the navigation began, both after the paint;
 * `lost` counts touches without effect; `requests` are those of `all` that began
 * before the page was usable, and `bytes` what they brought, headers included.
 */
export async function visit({ url, button, answered }) {
  const context = await (await browser()).newContext({ ...phone, locale: "en-US" });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const log = await watchNetwork(cdp);
    await cdp.send("Network.emulateNetworkConditions", network);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await cdp.send("Page.enable");
    await cdp.send("Runtime.enable");
    await cdp.send("Runtime.addBinding", { name: "benchmarkSays", executionContextName: world });
    const source = `${probe}(${JSON.stringify({ button, answered, patience })})`;
    await cdp.send("Page.addScriptToEvaluateOnNewDocument", { source, worldName: world });
    const heard = listen(cdp, url);
    await Promise.all([page.goto(url, { waitUntil: "commit" }), heard.done]);
    const { visible, usable, lost } = heard;
    await page.waitForLoadState("networkidle"); // sizes are known at a request's end
    const all = log.finish();
    const tooFast = all.find(({ begun, answered: at }) => at - begun < network.latency * 0.9);
    if (tooFast) throw new Error(`the network was not slow: ${tooFast.path} was answered at once`);
    const requests = all.filter(({ begun }) => begun <= usable);
    return { visible, usable, lost, all, requests, bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0) };
  } finally {
    await context.close();
  }
}

/** Hears what the probe says, and touches what it has found. */
function listen(cdp, url) {
  const heard = {};
  let timer;
  let touched = Promise.resolve();
  const done = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${url}: ${heard.visible ? "no touch has an effect" : "no platform is visible"} after ${limit} ms`)), limit);
    cdp.on("Runtime.bindingCalled", ({ name, payload }) => {
      if (name !== "benchmarkSays") return;
      const { at, early, ...times } = JSON.parse(payload);
      Object.assign(heard, times);
      if (early) reject(new Error(`${url}: looks touched before it was`));
      if (at) touched = touched.then(() => touch(cdp, at)).catch(reject);
      if (times.usable) resolve(touched);
    });
  });
  heard.done = done.finally(() => clearTimeout(timer));
  return heard;
}

async function touch(cdp, at) {
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** Notes each request with its times, since the document was asked for, and its bytes, headers included. */
async function watchNetwork(cdp) {
  const requests = [];
  const current = new Map();
  const end = (id, bytes, timestamp) => Object.assign(current.get(id) ?? {}, { bytes, ended: timestamp });
  cdp.on("Network.requestWillBeSent", ({ requestId, request, timestamp, redirectResponse }) => {
    if (!/^https?:/.test(request.url)) return;
    if (redirectResponse) end(requestId, redirectResponse.encodedDataLength, timestamp);
    const one = { url: request.url, begun: timestamp, bytes: 0 };
    requests.push(one);
    current.set(requestId, one);
  });
  // What a preload has brought is asked for again, but not over the network.
  cdp.on("Network.requestServedFromCache", ({ requestId }) => {
    const at = requests.indexOf(current.get(requestId));
    if (at >= 0) requests.splice(at, 1);
    current.delete(requestId);
  });
  cdp.on("Network.responseReceived", ({ requestId, timestamp }) => Object.assign(current.get(requestId) ?? {}, { answered: timestamp }));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength, timestamp }) => end(requestId, encodedDataLength, timestamp));
  await cdp.send("Network.enable");
  return {
    finish() {
      const [{ begun: zero }] = requests;
      const since = (timestamp) => (timestamp - zero) * 1000;
      return requests.map(({ url, bytes, begun, answered, ended }) => ({
        path: new URL(url).pathname, bytes, begun: since(begun), answered: since(answered ?? ended), ended: since(ended),
      }));
    },
  };
}
