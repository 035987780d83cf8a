// Builds the Portal: one shell, and each page as a part of its own that the shell
// imports when somebody goes there. Gives every part a name in the manifest and
// holds each to its budget.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cssText, target } from "../css.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(web, "dist");

/** Brotli bytes: what every page needs, and what one page may add to it. */
const budgets = { shell: 70_000, page: 45_000 };

/** Options that the gallery's bundle shares with the shipped one. */
export const portalBundling = {
  absWorkingDir: web,
  bundle: true,
  format: "esm",
  splitting: true,
  target,
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  legalComments: "none",
  plugins: [cssText],
};

/** What the files depend on besides their sources: another maker gives other names. */
const makers = await Promise.all(["portal/build.mjs", "css.mjs"].map((name) => readFile(join(web, name), "utf8")));
const edition = `/*${createHash("sha256").update(makers.join()).digest("hex")}*/`;

/** Name of a page's part by its source: pages/settings/users.tsx is "portal.settings/users". */
const partName = (source) => {
  const [, page] = /portal\/src\/pages\/(.*)\.tsx$/.exec(source) ?? [];
  return page ? `portal.${page}` : "portal";
};

/** Page source -> the addresses that it is for, by the table of routes.ts. */
async function pathsOfPages() {
  const table = await readFile(join(web, "portal/src/routes.ts"), "utf8");
  const paths = {};
  for (const [, path, source] of table.matchAll(/path: "([^"]+)", load: \(\) => import\("\.\/([^"]+)"\)/g)) (paths[`portal/src/${source}`] ??= []).push(path);
  return paths;
}

const below = (path) => path.slice(path.indexOf("dist/") + "dist/".length);

/** Output path -> the scripts that it imports at once, its own and theirs. */
function chunksOf(outputs, path, found = new Set()) {
  for (const { kind, path: to } of outputs[path].imports) {
    if (kind !== "import-statement" || found.has(to)) continue;
    found.add(to);
    chunksOf(outputs, to, found);
  }
  return found;
}

/** Path below dist -> contents, and the manifest entries "portal" and "portal.<page>". */
export async function buildPortal() {
  const { outputFiles, metafile: { outputs } } = await build({
    ...portalBundling, outdir: "dist/assets", minify: true, metafile: true, write: false,
    entryPoints: { portal: "portal/src/main.tsx" },
    entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
    publicPath: "/assets/", banner: { js: edition },
  });
  const files = new Map(outputFiles.map((file) => [
    relative(dist, file.path), Buffer.from(Buffer.from(file.contents).toString().replace(`${edition}\n`, "")),
  ]));
  const manifest = {};
  const paths = await pathsOfPages();
  for (const [path, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const name = partName(output.entryPoint);
    const part = { script: below(path) };
    if (name !== "portal") {
      // Something else that is imported late, such as a preview, is no page.
      part.paths = paths[output.entryPoint] ?? [];
    }
    if (output.cssBundle) part.stylesheet = below(output.cssBundle);
    const chunks = [...chunksOf(outputs, path)].map(below);
    if (chunks.length) part.chunks = chunks;
    if (manifest[name]) throw new Error(`two parts of the Portal would be ${name}`);
    manifest[name] = part;
  }
  return { files, manifest };
}

/** Prints what the shell and each page weigh; whether all keep to their budgets. */
export function assertPortalWithin(manifest, sizes) {
  const filesOf = ({ script, stylesheet, chunks = [] }) => [script, stylesheet, ...chunks].filter(Boolean);
  const weigh = (files) => files.reduce((sum, path) => sum + sizes[path].brotli, 0);
  const shell = new Set(filesOf(manifest.portal));
  let within = true;
  const say = (name, size, budget) => {
    within &&= size <= budget;
    console.log(`${name.padEnd(36)} ${" ".repeat(9)} ${String(size).padStart(7)} B brotli of ${budget}${size > budget ? "  OVER BUDGET" : ""}`);
  };
  say("portal, shell", weigh([...shell]), budgets.shell);
  for (const name of Object.keys(manifest).filter((one) => one !== "portal").sort()) {
    say(name.replace(".", ", "), weigh(filesOf(manifest[name]).filter((path) => !shell.has(path))), budgets.page);
  }
  return within;
}
