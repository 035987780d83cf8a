// A scenario is one test: its own Bowlines, browsers and providers, taken down
// in reverse order whatever happens, and a picture of every page when it fails.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { leaks } from "./leaks.mjs";
import { Bowline } from "./bowline.mjs";
import { openPage, pictures } from "./browser.mjs";
import { Customer } from "./customer.mjs";
import { startProvider } from "./provider.mjs";

class Scenario {
  #ends = [];
  #customers = [];
  #bowlines = [];

  constructor(name) {
    this.name = name;
  }

  /** Has something done at the end. */
  after(end) {
    this.#ends.push(end);
  }

  /** A started Bowline; see Bowline.create. */
  async bowline(options) {
    const started = await Bowline.create(options);
    this.#bowlines.push(started);
    this.after(() => started.remove());
    return started.start();
  }

  /** An independent provider: the OpenID provider, or the one that `start` starts. */
  async provider(start = startProvider) {
    const provider = await start();
    this.after(() => provider.stop());
    return provider;
  }

  /** An independent provider, see provider, and a Bowline that knows it by YAML alone. */
  async withProvider({ start, ...options } = {}) {
    const provider = await this.provider(start);
    const { integrations, env } = provider.configuration();
    const bowline = await this.bowline({ ...options, integrations, env: { ...env, ...options?.env } });
    await provider.expect(`${bowline.url}/oauth/callback/oidp`);
    return { provider, bowline };
  }

  /** Somebody with a browser of their own. */
  async customer(options) {
    const { page, close } = await openPage(options);
    this.after(close);
    const customer = new Customer(page, options);
    this.#customers.push(customer);
    return customer;
  }

  /** No code and no state of any journey is logged or stored, whatever the journey was about. */
  async assertNothingTold() {
    const answers = this.#customers.flatMap((customer) => customer.answers());
    for (const bowline of this.#bowlines) {
      const stored = bowline.engine === "sqlite" ? await bowline.everythingStored() : {};
      const found = leaks(answers, { ...stored, stdout: bowline.stdout, stderr: bowline.stderr });
      if (found.length) throw new Error(`in clear: ${found.join(", ")}`);
    }
  }

  async photograph() {
    await mkdir(pictures, { recursive: true });
    for (const [n, { page }] of this.#customers.entries()) {
      const path = join(pictures, `${this.name.replace(/[^a-z0-9]+/gi, "-")}-${n + 1}.png`);
      await page.screenshot({ path, fullPage: true }).catch(() => {}); // the page may be gone
    }
  }

  async end() {
    const faults = [];
    for (const end of this.#ends.reverse()) await Promise.resolve().then(end).catch((fault) => faults.push(fault));
    if (faults.length) throw new AggregateError(faults, faults.map((fault) => fault.message).join("\n"));
  }
}

/** What has been declared: { name, run }. */
export const scenarios = [];

/** Declares one test. */
export function scenario(name, play) {
  scenarios.push({ name, run: () => stage(name, play) });
}

async function stage(name, play) {
  const one = new Scenario(name);
  try {
    await play(one);
    await one.assertNothingTold();
  } catch (fault) {
    await one.photograph();
    await one.end().catch(() => {}); // the first fault is the one to tell
    throw fault;
  }
  await one.end();
}
