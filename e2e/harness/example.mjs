// One of the examples as its reader would start it: its pages, served by the
// examples' backend, in the browser of somebody who is signed in there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { Customer } from "./customer.mjs";
import { leaks } from "./leaks.mjs";
import { root } from "./tools.mjs";
import { until } from "./until.mjs";

const examples = join(root, "examples");

/** Starts the backend with the pages in that directory of examples/; returns their address. */
async function startBackend(s, bowline, pages) {
  const directory = join(examples, pages);
  if (!existsSync(join(directory, "index.html"))) throw new Error(`examples/${pages} is not built: run "make examples"`);
  const child = spawn(process.execPath, [join(examples, "backend/server.mjs"), directory], {
    env: { PATH: process.env.PATH, BOWLINE_URL: bowline.url, BOWLINE_API_KEY: bowline.apiKey, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  s.after(async () => {
    if (child.exitCode === null && child.kill()) await once(child, "exit");
  });
  const [, url] = await until("the example's backend", () => {
    if (child.exitCode !== null) throw new Error(`the backend ended:\n${said}`);
    return /^Open (\S+)$/m.exec(said);
  });
  return url;
}

/** What a page is made of, but for the list of callbacks. */
const anatomy = () => {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelector("#log").replaceChildren();
  return copy.outerHTML;
};

/** Whether a finger on the middle of an element would touch it. */
const inReach = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const touched = element.getRootNode().elementFromPoint(x + width / 2, y + height / 2);
  return element.contains(touched);
};

export class Example {
  #before;
  #faults = [];
  #bodies = [];

  /** Starts the example and opens its page. */
  static async open(s, bowline, pages) {
    const self = new Example();
    self.bowline = bowline;
    self.url = await startBackend(s, bowline, pages);
    self.customer = await s.customer();
    const { page } = self.customer;
    page.context().on("console", (message) => {
      if (["error", "warning"].includes(message.type())) self.#faults.push(`${message.type()} at ${message.location().url}: ${message.text()}`);
    });
    page.on("response", (response) => self.#bodies.push(response.text().catch(() => ""))); // a redirect has none
    await self.customer.open(self.url);
    await self.#connect().waitFor();
    self.#before = await page.evaluate(anatomy);
    return self;
  }

  #connect() {
    return this.customer.button("Connect your books");
  }

  /** Opens Link in the page. */
  async openLink() {
    await this.customer.press(this.#connect());
    await this.#explain(this.customer.sees("main"));
    const first = this.customer.button(/^Connect.* Accounting$/);
    await until("the first button of Link to be in reach without scrolling", () => first.evaluate(inReach));
  }

  /** Adds what the browser has said to the error of something that fails. */
  #explain(waiting) {
    return waiting.catch((fault) => {
      fault.stack = [fault.stack, ...this.#faults].join("\n");
      throw fault;
    });
  }

  /** Opens the Connections SDK in the page, where the page has it. */
  async openConnections() {
    await this.customer.press(this.customer.button("See what you share"));
    await this.#explain(this.customer.sees("manage"));
  }

  /** Presses what opens the provider in another tab. Returns the customer as they stand there. */
  async abroad(press) {
    const opened = this.customer.page.context().waitForEvent("page");
    await press();
    const there = new Customer(await opened);
    await there.seesSignIn();
    return there;
  }

  /** Agrees; the provider opens in another tab. Returns the customer as they stand there. */
  toProvider() {
    return this.abroad(() => this.customer.agree());
  }

  /** The callbacks that the page was told of, in order: [{ name, args }]. */
  async told() {
    const lines = await this.customer.page.locator("#log > li").allTextContents();
    return lines.map((line) => {
      const [, name, args] = /^(\S+) ?(.*)$/s.exec(line);
      return { name, args: args && JSON.parse(args) };
    });
  }

  /** Waits for the last callback of a visit. */
  tells(name) {
    const line = this.customer.page.locator("#log > li").filter({ hasText: new RegExp(`^${name}`) });
    return this.#explain(line.waitFor());
  }

  /** Link is gone: the page is what it was, to the letter. */
  async assertUntouched() {
    const { page } = this.customer;
    await page.locator("dialog > *").first().waitFor({ state: "detached" }); // a dialog tells of its closing a moment later
    // What draws the page may follow a moment later.
    await until("the page to be what it was", async () => (await page.evaluate(anatomy)) === this.#before).catch(() => {});
    assert.equal(await page.evaluate(anatomy), this.#before);
    const sheets = await page.evaluate(() => document.adoptedStyleSheets.length);
    assert.equal(sheets, 0, "adopted style sheets");
  }

  /** Nothing was complained of, nobody else was asked, and the API key stayed at home. */
  async assertClean() {
    assert.deepEqual(this.#faults, []);
    const origins = new Set(this.customer.requests.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).origin));
    assert.deepEqual([...origins].sort(), [this.url, this.bowline.url].sort());
    const bodies = Object.fromEntries((await Promise.all(this.#bodies)).entries());
    assert.deepEqual(leaks([{ kind: "API key", value: this.bowline.apiKey }], bodies), []);
  }
}
