// Runs the tests: TypeScript ones are bundled first, because Node 20 does not
// read TypeScript. Arguments narrow it down to files whose name contains one.

import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundling } from "../build.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(web, "node_modules/.cache/bowline-tests");

const wanted = process.argv.slice(2);
const names = (await readdir(join(web, "test")))
  .filter((name) => /\.test\.(ts|tsx|mjs)$/.test(name))
  .filter((name) => !wanted.length || wanted.some((part) => name.includes(part)));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  ...bundling,
  splitting: false,
  platform: "node",
  target: "node20",
  absWorkingDir: web,
  entryPoints: names.filter((name) => !name.endsWith(".mjs")).map((name) => `test/${name}`),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  sourcemap: "inline",
});

const files = names.map((name) => (name.endsWith(".mjs") ? join(web, "test", name) : join(out, name.replace(/\.tsx?$/, ".mjs"))));
const run = spawn(process.execPath, ["--enable-source-maps", "--test", "--test-concurrency=2", ...files], { cwd: web, stdio: "inherit" });
run.on("exit", (code) => (process.exitCode = code ?? 1));
