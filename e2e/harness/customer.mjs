// The owner of a small business, played in a browser. Finds everything as a
// person does: by its role and its words.

/** The people of the sandbox, by how much there is to choose from. */
export const people = { owner: /Robin Ellery/, bookkeeper: /Sam Okafor/, stranger: /Zoë Ångström/ };

export class Customer {
  /** Every address that the browser asked for, in order. */
  requests = [];

  #touch;

  constructor(page, { hasTouch = false } = {}) {
    this.page = page;
    this.#touch = hasTouch;
    page.context().on("request", (request) => this.requests.push(request.url()));
  }

  /** Clicks, or taps where there is a finger. */
  press(locator) {
    return this.#touch ? locator.tap() : locator.click();
  }

  button(name) {
    return this.page.getByRole("button", { name });
  }

  /** Waits for a screen of Link. */
  async sees(step, options) {
    await this.page.locator(`.bowline[data-step=${step}]`).waitFor(options);
  }

  async open(url) {
    await this.page.goto(url);
  }

  /** Gives up on the page that is there, and opens an address in a new tab. */
  async openAnew(url) {
    const tab = await this.page.context().newPage();
    await this.page.close();
    this.page = tab;
    await this.open(url);
  }

  /** From the list of types to the consent screen, with the search box. */
  async choose(type, query, name) {
    await this.toPicker(type);
    await this.page.getByRole("searchbox").fill(query);
    await this.pick(name);
  }

  /** From the list of types to the picker. */
  async toPicker(type = "Accounting") {
    await this.press(this.button(new RegExp(`^(Connect|Replace|Add).* ${type}$`)));
    await this.sees("picker");
  }

  /** From the picker to the consent screen: a row that is clicked leads on by itself. */
  async pick(name) {
    await this.press(this.page.getByRole("radio", { name }));
    await this.sees("consent");
  }

  /** Agrees. Where that leads depends on the provider. */
  agree() {
    return this.press(this.button("Agree and continue"));
  }

  /** Agrees, and waits for the provider's page. */
  async accept() {
    await this.agree();
    await this.page.waitForURL((url) => !url.pathname.startsWith("/link/"));
  }

  /** Everything up to the consent screen. */
  async toConsent(url) {
    await this.open(url);
    await this.sees("main");
    await this.choose("Accounting", "acc", /Accounting Sandbox/);
  }

  /** Everything up to the sign-in page of the Accounting Sandbox. */
  async toSandbox(url) {
    await this.toConsent(url);
    await this.accept();
    await this.seesSignIn();
  }

  /** Everything up to the sign-in page of the independent provider. */
  async toIndependent(url) {
    await this.open(url);
    await this.sees("main");
    await this.choose("Accounting", "indep", /Independent Books/);
    await this.accept();
  }

  seesSignIn() {
    return this.page.getByRole("heading", { name: "Sign in" }).waitFor();
  }

  /** Signs in at the sandbox and stands on its consent page. */
  async signIn(person = people.owner) {
    await this.press(this.button(person));
    await this.page.getByRole("heading", { name: /Allow .* to connect/ }).waitFor();
  }

  /** Allows, without waiting for where that leads: it may take its time, or lead nowhere. */
  allow() {
    return this.page.getByRole("button", { name: "Allow", exact: true }).dispatchEvent("click");
  }

  /** Signs in and allows: back at Link in the end. */
  async grant(person) {
    await this.signIn(person);
    await this.press(this.page.getByRole("button", { name: "Allow", exact: true }));
  }

  async chooseOrganization(name) {
    await this.sees("tenants");
    await this.press(this.page.getByRole("radio", { name }));
    await this.press(this.button("Next"));
  }

  /** From the success screen to the end of the visit. */
  async finish() {
    await this.sees("success");
    await this.press(this.button("Continue"));
    await this.sees("main");
    await this.press(this.button("Complete"));
  }

  /**
   * Allows on the sandbox's consent page, but stops short of coming back: returns
   * the callback address that the browser would have gone to.
   */
  async answer() {
    const { url, body } = await this.page.getByRole("button", { name: "Allow", exact: true }).evaluate((button) => ({
      url: button.form.action, body: new URLSearchParams(new FormData(button.form, button)).toString(),
    }));
    const answer = await this.page.context().request.post(url, {
      data: body, headers: { "content-type": "application/x-www-form-urlencoded" }, maxRedirects: 0,
    });
    return answer.headers().location;
  }

  /** Sets the switches of the sandbox as a tester does: on its page, in another tab. */
  async misbehave(bowline, { label, slow }) {
    const tab = await this.page.context().newPage();
    await tab.goto(`${bowline.url}/sandbox/switches`);
    if (label) await tab.getByRole("checkbox", { name: new RegExp(`^${label}`) }).check();
    if (slow) await tab.getByText(`After ${slow} s`).click();
    await tab.getByRole("button", { name: "Save" }).click();
    await tab.getByRole("status").filter({ hasText: "Saved" }).waitFor();
    await tab.close();
  }

  /** All switches off again. */
  async behave(bowline) {
    const tab = await this.page.context().newPage();
    await tab.goto(`${bowline.url}/sandbox/switches`);
    await tab.getByRole("button", { name: "Reset all" }).click();
    await tab.getByRole("status").filter({ hasText: "off" }).waitFor();
    await tab.close();
  }

  /** The callback addresses that the browser was sent to. */
  callbacks() {
    return this.requests.filter((url) => new URL(url).pathname.startsWith("/oauth/callback/"));
  }

  /** What came back in those addresses: { kind, value }. Good only for those whom they were meant for. */
  answers() {
    const kinds = ["code", "state"];
    return this.callbacks().flatMap((url) => {
      const { searchParams } = new URL(url);
      return kinds.filter((kind) => searchParams.has(kind)).map((kind) => ({ kind, value: searchParams.get(kind) }));
    });
  }

  /** Moves focus with the Tab key alone to the control of that name. */
  async tabTo(name) {
    const passed = [];
    for (let n = 0; n < 40; n++) {
      const focused = await this.page.evaluate(() => {
        const { activeElement: one } = document;
        return (one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent).replace(/\s+/g, " ").trim();
      });
      if (focused.length < 200 && name.test(focused)) return;
      passed.push(focused.slice(0, 40));
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}; it leads to ${passed.join(" | ")}`);
  }

  /** Tab to a control, then a key. */
  async key(name, key = "Enter") {
    await this.tabTo(name);
    await this.page.keyboard.press(key);
  }
}
