// One Bowline for one test: the real binary on a port and with a database of
// its own. It can be killed and started again with the same of both.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { freePort } from "./port.mjs";
import { bowline as program, change, query } from "./tools.mjs";
import { until } from "./until.mjs";

const server = process.env.BOWLINE_TEST_POSTGRES_URL;

if (!server) {
  if (process.env.BOWLINE_REQUIRE_POSTGRES) throw new Error("BOWLINE_TEST_POSTGRES_URL names no PostgreSQL, and BOWLINE_REQUIRE_POSTGRES wants one");
  console.error("WITHOUT POSTGRESQL: the journeys run on SQLite only. BOWLINE_TEST_POSTGRES_URL would name a server.");
}

// Whatever becomes of the tests, no server of theirs outlives them.
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** The engines that there are to test on. */
export const engines = server ? ["sqlite", "postgres"] : ["sqlite"];

/** A database of its own on the PostgreSQL server, and how to drop it. */
async function createDatabase() {
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  await query(server, `CREATE DATABASE ${name}`);
  // An address with a socket has no host, which the URL class refuses.
  const url = server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
  return { url, drop: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

export class Bowline {
  /** Everything that the process has printed, over all its starts. */
  stdout = "";
  stderr = "";
  /** Where browsers and clients find it, once started. */
  url = "";
  apiKey = `e2e-key-${randomBytes(18).toString("hex")}`;
  #process;
  #dir;
  #env;
  #flags;
  #database;

  /**
   * Prepares a Bowline. `integrations` are catalog files by name; `env` adds to
   * the environment, `flags` to the command. `beside` is another one on PostgreSQL
   * whose database and keys it shares: a replica.
   */
  static async create({ engine = "sqlite", integrations = {}, env = {}, flags = [], beside } = {}) {
    const self = new Bowline();
    self.#flags = flags;
    self.engine = engine;
    self.#dir = await mkdtemp(join(tmpdir(), "bowline-e2e-"));
    self.dataDir = join(self.#dir, "data");
    if (beside) {
      self.dataDir = beside.dataDir;
      self.apiKey = beside.apiKey;
      self.#database = { url: beside.#database.url, async drop() {} };
    } else if (engine === "postgres") self.#database = await createDatabase();
    const catalog = join(self.#dir, "catalog");
    await mkdir(catalog);
    for (const [name, text] of Object.entries(integrations)) await writeFile(join(catalog, name), text);
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BOWLINE_")));
    self.#env = {
      ...inherited,
      BOWLINE_LISTEN: `127.0.0.1:${await freePort()}`,
      BOWLINE_DATA_DIR: self.dataDir,
      BOWLINE_DATABASE_URL: self.#database?.url ?? "",
      BOWLINE_BOOTSTRAP_API_KEY: self.apiKey,
      BOWLINE_CATALOG_DIR: catalog,
      BOWLINE_OUTBOUND_ALLOW: "127.0.0.0/8,::1/128",
      BOWLINE_LOG_LEVEL: "debug",
      ...env,
    };
    return self;
  }

  /** Starts the process and waits until it answers. A second start keeps the address. */
  async start() {
    const child = spawn(program, ["serve", ...this.#flags], { env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let ended = false;
    running.add(child);
    child.once("exit", () => {
      ended = true;
      running.delete(child);
    });
    const from = this.stderr.length;
    child.stdout.on("data", (text) => (this.stdout += text));
    child.stderr.on("data", (text) => (this.stderr += text));
    const [, url] = await until("Bowline to be ready", () => {
      if (ended) throw new Error(`Bowline ended at its start:\n${this.stderr.slice(from)}`);
      return /msg=ready .*publicUrl=(\S+)/.exec(this.stderr.slice(from));
    });
    this.url = url;
    return this;
  }

  /** kill -9: what was not committed is gone. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Stops as an operator does, and waits for what is under way. */
  async stop() {
    await this.#end("SIGTERM");
  }

  async #end(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
  }

  /** Has it read the files of its catalog again, and returns what it says of that. */
  async reload() {
    const from = this.stderr.length;
    this.#process.kill("SIGHUP");
    const [line] = await until("the catalog to be read again", () =>
      /^.*msg="(catalog reloaded|the catalog stays as it was)".*\n/m.exec(this.stderr.slice(from)));
    return line;
  }

  /** kill -9, then a start on the same address and data. */
  async restart() {
    await this.kill();
    await this.start();
  }

  /** Ends it and removes all that it has stored. */
  async remove() {
    await this.kill();
    await this.#database?.drop();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Calls the Platform API and returns the decoded answer; any other status than `want` fails. */
  async api(method, path, body, want = [200, 201, 204]) {
    const answer = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(this.apiKey).toString("base64")}`,
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (![want].flat().includes(answer.status)) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** A company, with its Link URL in `redirect`. */
  createCompany(name = "Harbour Bakery") {
    return this.api("POST", "/companies", { name });
  }

  /** What the fintech sees of a company's connections. */
  async connections(companyId) {
    return (await this.api("GET", `/companies/${companyId}/connections`)).results;
  }

  /** What is really stored. */
  query(statement) {
    return query(this.#database?.url ?? join(this.dataDir, "bowline.db"), statement);
  }

  /** Changes what is stored, while nobody runs on it. */
  async change(statement) {
    await this.stop();
    await change(this.#database?.url ?? join(this.dataDir, "bowline.db"), statement);
    await this.start();
  }

  /** The types of the events recorded for a company, in their order. */
  async events(companyId) {
    const rows = await this.query(`SELECT event_type FROM events WHERE company_id = '${companyId}' ORDER BY seq`);
    return rows.map((row) => row.event_type);
  }

  /** Every file of the data directory but the keyset, and every row on PostgreSQL: name → bytes. */
  async everythingStored() {
    const stored = {};
    for (const entry of await readdir(this.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === "keyset") continue;
      stored[entry.name] = await readFile(join(entry.path, entry.name));
    }
    if (!this.#database) return stored;
    const tables = await this.query("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()");
    for (const { table_name: name } of tables) {
      const rows = await this.query(`SELECT * FROM ${name}`);
      stored[name] = Buffer.from(rows.map((row) => Object.values(row).join("\n")).join("\n"));
    }
    return stored;
  }
}
