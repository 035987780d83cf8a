// Builds what the end-to-end tests need and runs them against bin/bowline (or
// the program that BOWLINE_E2E_BIN names). Arguments narrow it down to files
// of tests/:
//
//	node run.mjs story secrets
//
// On PostgreSQL too where BOWLINE_TEST_POSTGRES_URL names a server.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bowline, buildTools } from "./harness/tools.mjs";
import { pictures } from "./harness/browser.mjs";

if (!existsSync(bowline)) {
  console.error(`There is no ${bowline}: run "make build" first.`);
  process.exit(1);
}
await Promise.all([buildTools(), rm(pictures, { recursive: true, force: true })]);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const tests = spawn(
  process.execPath,
  [`--test-reporter=${here("harness/reporter.mjs")}`, "--test-reporter-destination=stdout", here("all.mjs"), ...process.argv.slice(2)],
  { stdio: "inherit" },
);
tests.on("exit", (code) => (process.exitCode = code ?? 1));
