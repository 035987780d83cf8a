// The flight simulator as an operator runs it: `bowline simulate` beside a
// Bowline whose providers it plays.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { bowline as program } from "./tools.mjs";

export class Simulator {
  #process;

  /** Starts it for a Bowline that is, or will be, at the address. */
  static async start(bowlineURL) {
    const self = new Simulator();
    const child = spawn(program, ["simulate", "--listen", "127.0.0.1:0", "--for", bowlineURL], { env: {}, stdio: ["ignore", "pipe", "inherit"] });
    self.#process = child;
    let printed = "";
    self.url = await new Promise((resolve, reject) => {
      child.stdout.on("data", (text) => {
        printed += text;
        const [, url] = /--simulator (http:\/\/\S+)\n/.exec(printed) ?? [];
        if (url) resolve(url);
      });
      child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}: ${printed}`)));
    });
    return self;
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, "exit");
  }

  /** What an operator would have been given by the provider of an integration. */
  async registration(key) {
    const page = await (await fetch(this.url)).text();
    const [, section] = new RegExp(`<details id="${key}"[^>]*>(.*?)</dl>`, "s").exec(page);
    return Object.fromEntries([...section.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, value]) => [name, value]));
  }

  /** Makes the provider of an integration misbehave; without arguments it behaves. */
  async misbehave(key, ...on) {
    const answer = await fetch(this.url, {
      method: "POST", redirect: "manual", body: new URLSearchParams([["key", key], ...on.map((one) => ["on", one])]),
    });
    if (answer.status >= 400) throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
  }
}
