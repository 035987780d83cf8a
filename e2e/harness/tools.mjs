// What the tests run: the binary under test, the small Go program that reads its
// database, and a provider in Go. The latter two are built by run.mjs, once.

import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root of the repository. */
export const root = resolve(fileURLToPath(import.meta.url), "../../..");

/** The program under test: bin/bowline unless BOWLINE_E2E_BIN names another. */
export const bowline = resolve(root, process.env.BOWLINE_E2E_BIN ?? "bin/bowline");

const cache = join(root, "e2e/node_modules/.cache");
const rowsProgram = join(cache, "rows");

/** The OpenID provider in Go, see e2e/zitadel. */
export const zitadel = join(cache, "zitadel");

/** Builds the program that reads databases, and the provider, which is a module of its own. */
export async function buildTools() {
  const env = { ...process.env, CGO_ENABLED: "0" };
  await run("go", ["build", "-o", rowsProgram, "./e2e/rows"], { cwd: root, env });
  await run("go", ["build", "-o", zitadel, "."], { cwd: join(root, "e2e/zitadel"), env });
}

/** Runs one SQL statement and returns its rows as objects. */
export async function query(database, statement) {
  const { stdout } = await run(rowsProgram, [database, statement], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout);
}

/** Runs one SQL statement that changes what is stored. */
export async function change(database, statement) {
  await run(rowsProgram, ["-write", database, statement]);
}
