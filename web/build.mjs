// Builds the embedded assets: bundle, hash, compress, account for every byte.
// Output: dist/manifest.json and dist/assets/<name>-<hash>.<ext> with .br and .gz
// beside each. Fails when a page grows over its budget.

import { build, transform } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");

/** Budgets in brotli bytes, as the page is served. */
const budgets = { "first screen": 14_000, "whole page": 20_000 };

/** `import css from "./x.css?text"`: a style sheet, minified, as a string. */
const cssText = {
  name: "css-text",
  setup(plugin) {
    plugin.onResolve({ filter: /\.css\?text$/ }, (args) => ({
      // Relative, so that the same source gives the same hashes wherever it lies.
      path: relative(web, join(args.resolveDir, args.path.replace("?text", ""))),
      namespace: "css-text",
    }));
    plugin.onLoad({ filter: /.*/, namespace: "css-text" }, async (args) => {
      const { code } = await transform(await readFile(join(web, args.path), "utf8"), { loader: "css", minify: true, target: bundling.target });
      return { contents: code, loader: "text", watchFiles: [join(web, args.path)] };
    });
  },
};

/** Options that the gallery's bundle shares with the real one. */
export const bundling = {
  bundle: true,
  format: "esm",
  splitting: true,
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  // The default escapes every accent, which doubles French.
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  legalComments: "none",
  plugins: [cssText],
};

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

/** Everything in dist but the placeholder, which lets Go compile without a build. */
async function clean() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (name !== "placeholder.txt") await rm(join(dist, name), { recursive: true });
  }
}

/** Writes the compressed twins and returns the sizes by file name. */
async function compress(folder) {
  const sizes = {};
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    const small = brotli(bytes);
    await writeFile(join(folder, `${name}.br`), small);
    await writeFile(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    sizes[name] = { raw: bytes.length, brotli: small.length };
  }
  return sizes;
}

/** Name of each entry in the manifest, by its source file. */
function entryName(source) {
  const language = /words\/([a-z]{2}-[A-Z]{2})\.ts$/.exec(source)?.[1];
  if (language) return `link.${language}`;
  return source.endsWith("later.ts") ? "link.later" : "link";
}

/**
 * Manifest: entry name -> files, relative to dist. "link" is the page's script
 * and style sheet; "link.<language>", "link.later" are scripts that it imports
 * and that a page preloads; `chunks` are shared parts that an entry needs at once.
 */
function describe(outputs) {
  const manifest = {};
  const file = (path) => path.slice(path.indexOf("dist/") + "dist/".length);
  for (const [path, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const entry = { script: file(path) };
    if (output.cssBundle) entry.stylesheet = file(output.cssBundle);
    const chunks = output.imports.filter((one) => one.kind === "import-statement").map((one) => file(one.path));
    if (chunks.length) entry.chunks = chunks;
    manifest[entryName(output.entryPoint)] = entry;
  }
  return manifest;
}

/** Prints the sizes; whether the heaviest language stays within each budget. */
function account(manifest, sizes) {
  const weight = (...entries) => {
    const files = new Set(entries.flatMap((entry) => [entry.script, entry.stylesheet, ...(entry.chunks ?? [])]).filter(Boolean));
    return [...files].reduce((sum, path) => sum + sizes[path.slice("assets/".length)].brotli, 0);
  };
  const languages = Object.keys(manifest).filter((name) => /^link\.[a-z]{2}-/.test(name)).map((name) => manifest[name]);
  const totals = {
    "first screen": Math.max(...languages.map((words) => weight(manifest.link, words))),
    "whole page": Math.max(...languages.map((words) => weight(manifest.link, manifest["link.later"], words))),
  };
  for (const [name, size] of Object.entries(sizes)) {
    console.log(`${name.padEnd(28)} ${String(size.raw).padStart(7)} B ${String(size.brotli).padStart(7)} B brotli`);
  }
  let within = true;
  for (const [name, total] of Object.entries(totals)) {
    const over = total > budgets[name];
    within &&= !over;
    console.log(`${name.padEnd(28)} ${" ".repeat(9)} ${String(total).padStart(7)} B brotli of ${budgets[name]}${over ? "  OVER BUDGET" : ""}`);
  }
  return within;
}

async function main() {
  await clean();
  const result = await build({
    ...bundling,
    absWorkingDir: web,
    entryPoints: { link: "link/src/hosted.ts" },
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    minify: true,
    metafile: true,
  });
  const manifest = describe(result.metafile.outputs);
  const sizes = await compress(join(dist, "assets"));
  await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  if (!account(manifest, sizes)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
