// A fintech's own site that embeds Link: a server of its own origin, the page that
// it serves, and the customer in front of it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { Customer, people } from "./customer.mjs";
import { until } from "./until.mjs";

const script = await readFile(new URL("host-page.mjs", import.meta.url));

/** Every callback of link.md 2.2. */
export const callbacks = ["onConsent", "onConnectionStarted", "onConnection", "onError", "onFinish", "onClose"];

/** Options that lead straight to one integration, with nothing else to choose. */
export const only = (type, key) => ({
  sourceTypes: { [type]: { optional: false, enableIntegrations: true, allowedIntegrations: [key] } },
});

/** A module that the page will only run with that content. */
const pin = ({ url, integrity }) => `<script type="module" crossorigin="anonymous" src="${url}" integrity="${integrity}"></script>`;

const page = (setup, { css, pinned, targets }) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Fintech</title><link rel="stylesheet" href="/site.css">${css ? '<link rel="stylesheet" href="/hostile.css">' : ""}</head>
<body>
<main>
<h1>Apply for a loan</h1>
<button id="before">Before Link</button>
${targets.map((id) => `<div class="place" id="${id}"></div>`).join("\n")}
<button id="after">After Link</button>
</main>
${pinned ? pin(pinned) : ""}
<script type="application/json" id="setup">${JSON.stringify(setup).replaceAll("<", "\\u003c")}</script>
<script type="module" src="/host-page.js"></script>
</body>
</html>`;

const site = ".place { width: 460px; height: 780px; max-width: 100% }";

/** The policy of a careful fintech. Link's own origin must be named, and nothing more is asked of it. */
export const strict = (bowline, style = "'self'") => [
  "default-src 'none'", `script-src 'self' ${bowline.url}`, `style-src ${style}`, `connect-src ${bowline.url}`,
  `img-src ${bowline.url}`, "base-uri 'none'", "form-action 'none'", "object-src 'none'",
  "require-trusted-types-for 'script'", "trusted-types 'none'",
].join("; ");

export class Host {
  /** The messages of the page's console: { type, text }. */
  console = [];
  #pages = [];
  #server;

  /**
   * Opens the site on a port of its own. `headers` are added to each page, `css`
   * to its style. The origin is registered with Bowline unless `registered` is false.
   */
  static async open(s, bowline, { headers = {}, css = "", registered = true, customer } = {}) {
    const self = new Host();
    self.bowline = bowline;
    self.css = css;
    self.#server = createServer((request, response) => self.#answer(request, response, headers));
    self.#server.listen(0, "localhost");
    await once(self.#server, "listening");
    s.after(() => {
      self.#server.closeAllConnections();
      return new Promise((resolve) => self.#server.close(resolve));
    });
    self.url = `http://localhost:${self.#server.address().port}`;
    if (registered) {
      const { allowedOrigins } = await bowline.api("GET", "/corsSettings");
      await bowline.api("POST", "/corsSettings", { allowedOrigins: [...allowedOrigins, self.url] });
    }
    self.customer = await s.customer(customer);
    self.#listen(self.customer.page);
    return self;
  }

  #answer({ url }, response, headers) {
    const types = { js: "text/javascript", css: "text/css" };
    const reply = (type, body, more = {}) => {
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store", ...more });
      response.end(body);
    };
    if (url === "/host-page.js") return reply(types.js, script);
    if (url === "/site.css") return reply(types.css, site);
    if (url === "/hostile.css") return reply(types.css, this.css);
    const shown = this.#pages[Number(new URL(url, this.url).searchParams.get("visit"))];
    if (!shown) return response.writeHead(404).end();
    return reply("text/html", shown, headers);
  }

  #listen(tab) {
    tab.on("console", (message) => this.console.push({ type: message.type(), text: message.text() }));
  }

  get page() {
    return this.customer.page;
  }

  /** A company access token. */
  async token(company) {
    return (await this.bowline.api("GET", `/companies/${company.id}/accessToken`)).accessToken;
  }

  /** What `embed` of the page wants to be told for a company. */
  async link(company, { id = "link", options, ...more } = {}) {
    return { id, companyId: company.id, accessToken: await this.token(company), options, callbacks, ...more };
  }

  /**
   * The address of a page with these links on it. `blocked` refuses windows;
   * `pinned` { url, integrity } loads that one edition of Link; `script` is another
   * one than Link's.
   */
  address(links, { blocked = false, pinned, script = "link" } = {}) {
    const setup = { sdk: pinned?.url ?? `${this.bowline.url}/sdk/${script}.js`, blocked, links };
    const targets = links.length ? links.map(({ id }) => id) : ["link"];
    this.#pages.push(page(setup, { css: this.css, pinned, targets }));
    return `${this.url}/?visit=${this.#pages.length - 1}`;
  }

  /** Opens the page with Link for a company. */
  async visit(company, { blocked, pinned, script, ...options } = {}) {
    await this.customer.open(this.address([await this.link(company, options)], { blocked, pinned, script }));
    await this.ready();
  }

  /** Opens the page without any Link on it. */
  async visitBare(options) {
    await this.customer.open(this.address([], options));
    await this.ready();
  }

  ready() {
    return this.page.locator("html[data-ready]").waitFor();
  }

  /** Puts Link on the page that is open. */
  async embed(company, options) {
    await this.page.evaluate((link) => window.embed(link), await this.link(company, options));
  }

  /** Takes it off. */
  remove(id = "link") {
    return this.page.evaluate((one) => window.unembed(one), id);
  }

  /** The callbacks so far: [{ link, name, args }]. */
  told() {
    return this.page.evaluate(() => window.told);
  }

  /** The names of the callbacks so far; an error with its code. */
  async names(id) {
    const all = await this.told();
    return all.filter(({ link }) => !id || link === id).map(({ name, args }) => (name === "onError" ? `onError ${args[0].errorCode}` : name));
  }

  /** Waits for a callback, and returns its one argument. */
  async tells(name, count = 1) {
    const calls = async () => (await this.told()).filter((one) => one.name === name);
    return (await until(`${name}, ${count} of them`, async () => {
      const all = await calls();
      return all.length >= count && all;
    })).at(-1).args[0];
  }

  /** What the page was warned of. */
  warnings() {
    return this.console.filter(({ type, text }) => type === "warning" && text.startsWith("Bowline Link:")).map(({ text }) => text);
  }

  /** Something inside Link. */
  at(selector) {
    return this.page.locator(`.bowline ${selector}`);
  }

  /** From the list of types to the picker. */
  async openType(type) {
    const { customer } = this;
    await customer.sees("main");
    await customer.press(customer.button(new RegExp(`^(Connect|Replace|Add).* ${type}$`)));
    await customer.sees("picker");
  }

  /** Chooses a row of the picker with a click, which goes on to the consent. */
  async pick(name) {
    const { customer } = this;
    await customer.sees("picker");
    await customer.press(this.page.getByRole("radio", { name }));
    await customer.sees("consent");
  }

  /** Goes on with the row that is chosen already. */
  async next() {
    await this.customer.sees("picker");
    await this.customer.press(this.customer.button("Next"));
  }

  /** Does something that opens the provider, and returns the customer as they stand there. */
  async abroad(act, { signIn = true } = {}) {
    // Not one that was closed before it was there: a test may have used those up.
    const opening = this.page.context().waitForEvent("page", (page) => !page.isClosed());
    await act();
    const there = new Customer(await opening);
    if (signIn) await there.seesSignIn();
    return there;
  }

  /** Everything up to the sign-in page; for a visit with one integration. */
  async toProvider() {
    await this.next();
    await this.customer.sees("consent");
    const there = await this.abroad(() => this.customer.agree());
    await this.customer.sees("handoff");
    return there;
  }

  /** Signs in and allows in the other tab, which then closes itself. */
  async grant(there, person = people.owner) {
    await there.signIn(person);
    await this.closing(there, () => there.allow());
  }

  /** Declines there. */
  async deny(there) {
    await there.signIn();
    await this.closing(there, () => there.button("Deny").dispatchEvent("click"));
  }

  /** From the success screen of a visit with one kind of software to its end. */
  async finish() {
    await this.customer.sees("success");
    await this.customer.button("Complete").click();
    await this.tells("onFinish");
  }

  async closing(there, act) {
    const closed = there.page.isClosed() ? undefined : there.page.waitForEvent("close");
    await act();
    await closed;
  }

  /** The number of tabs that are open. */
  tabs() {
    return this.page.context().pages().length;
  }

  /** The control that has the focus: its name, and whether it is inside Link. */
  focus() {
    return this.page.evaluate(() => {
      let one = document.activeElement;
      const inside = !!one?.shadowRoot;
      while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
      const name = one?.ariaLabel ?? one?.labels?.[0]?.textContent ?? one?.textContent ?? "";
      return { inside: inside && !one.shadowRoot, tag: one?.localName, name: name.replace(/\s+/g, " ").trim().slice(0, 80) };
    });
  }

  /** Moves the focus with the Tab key alone to the control of that name. */
  async tabTo(name) {
    const passed = [];
    for (let n = 0; n < 40; n++) {
      const focused = await this.focus();
      if (focused.tag !== "h1" && name.test(focused.name)) return;
      passed.push(focused.name.slice(0, 30));
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}; it leads to ${passed.join(" | ")}`);
  }

  async key(name, key = "Enter") {
    await this.tabTo(name);
    await this.page.keyboard.press(key);
  }

  /** No page did what its policy forbids. */
  async assertClean() {
    assert.deepEqual(await this.page.evaluate(() => window.violations), []);
  }
}
