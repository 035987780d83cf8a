// Builds the packages that are published: a script for each entry, what they share, and declarations.

import { build } from "esbuild";
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const packages = dirname(fileURLToPath(import.meta.url));

for (const [name, entries, banner] of [["link", ["src/index.ts", "src/connections.ts"], ""], ["react", ["src/index.tsx"], '"use client";']]) {
  const folder = join(packages, name);
  await rm(join(folder, "dist"), { recursive: true, force: true });
  await build({
    absWorkingDir: folder, entryPoints: entries, outdir: "dist", bundle: true, splitting: entries.length > 1, chunkNames: "shared", packages: "external", format: "esm",
    target: "es2022", charset: "utf8", banner: { js: banner }, logLevel: "warning",
  });
  // React's declarations refer to those of Link, which are there by now.
  await promisify(execFile)(process.execPath, [join(packages, "../node_modules/typescript/bin/tsc"), "-p", folder])
    .catch(({ stdout }) => { throw new Error(stdout); });
}
