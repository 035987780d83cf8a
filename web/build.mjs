// Builds the embedded assets: bundle, hash, compress, account for every byte.
// Output: dist/manifest.json, dist/assets/<name>-<hash>.<ext> and dist/sdk/…, with
// .br and .gz beside each file. Fails when a page grows over its budget.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { holdInPage } from "./held.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");

/**
 * Budgets in brotli bytes, as files are served: script and style until the first
 * screen answers a touch, be it the list of types or, where there is one type, that of its
 * software; and everything that any journey in one language loads.
 */
const budgets = {
  hosted: { "types first": 14_000, "software first": 14_000, "whole journey": 45_000 },
  embedded: { "types first": 14_000, "software first": 14_000, "whole journey": 45_000 },
};

/** `import css from "./x.css?text"`: a style sheet with its imports, minified, as a string. */
const cssText = {
  name: "css-text",
  setup(plugin) {
    plugin.onResolve({ filter: /\.css\?text$/ }, (args) => ({
      // Relative, so that the same source gives the same hashes wherever it lies.
      path: relative(web, join(args.resolveDir, args.path.replace("?text", ""))),
      namespace: "css-text",
    }));
    plugin.onLoad({ filter: /.*/, namespace: "css-text" }, async (args) => {
      const { outputFiles, metafile } = await build({
        absWorkingDir: web, entryPoints: [args.path], bundle: true, minify: true, write: false, metafile: true,
        target: bundling.target, logLevel: "silent",
      });
      const watchFiles = Object.keys(metafile.inputs).map((path) => join(web, path));
      return { contents: outputFiles[0].text.trimEnd(), loader: "text", watchFiles };
    });
  },
};

/** Options that the gallery's bundle shares with the real ones. */
export const bundling = {
  bundle: true,
  format: "esm",
  splitting: true,
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  // The default escapes every accent, which doubles French.
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  // Draws without Preact until Preact is there; what it draws must not mention Preact.
  alias: { "preact/jsx-runtime": join(web, "link/src/draw/jsx-runtime.ts") },
  logLevel: "warning",
  legalComments: "none",
  plugins: [cssText],
};

/** What the files of a build depend on besides their sources. */
const makers = await Promise.all(["build.mjs", "held.mjs"].map((name) => readFile(join(web, name), "utf8")));

/**
 * Stands in each script until a name has been made of it, so that scripts which are put together
 * differently, for another face or by another version of this file, have other names.
 */
const edition = (face) => `/*${createHash("sha256").update(makers.join() + face).digest("hex")}*/`;

const hashed = (face) => ({
  entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
  publicPath: "/assets/", banner: { js: edition(face) },
});

/** The options of a bundle that ships. Nothing is written yet: files are looked through first. */
const shipping = { ...bundling, absWorkingDir: web, outdir: "dist/assets", minify: true, metafile: true, write: false };

/** The options of the embedded journey: its first part is the core instead of the hosted page. */
const embedding = {
  ...shipping,
  plugins: [cssText, {
    name: "embedded-first",
    setup: (plugin) => plugin.onResolve({ filter: /\/first\.ts$/ }, () => ({ path: join(web, "link/src/embed/core.ts") })),
  }],
};

/** Path below dist -> contents. */
const byPath = ({ outputFiles }, face) => new Map(outputFiles.map((file) => [
  relative(dist, file.path), Buffer.from(Buffer.from(file.contents).toString().replace(`${edition(face)}\n`, "")),
]));

/** Name of each part in the manifest, by its source file. */
function partName(source) {
  const [, of, language] = /words\/(later\/|list\/)?([a-z]{2}-[A-Z]{2})\.ts$/.exec(source) ?? [];
  if (language) return `link.${(of ?? "").replace("/", ".")}${language}`;
  const [, part] = /(gate|screens\/(?:list|pick|later|rare))\.ts$/.exec(source) ?? [];
  return part ? `link.${part.replace("screens/", "")}` : "link";
}

/** Output path -> the static imports of its script, its own and theirs. */
function chunksOf(outputs, path, found = new Set()) {
  for (const { kind, path: to } of outputs[path].imports) {
    if (kind !== "import-statement" || found.has(to)) continue;
    found.add(to);
    chunksOf(outputs, to, found);
  }
  return found;
}

/** A first screen, of either kind, is drawn without Preact (draw/once.ts); this says when it has crept in. */
function assertLight(outputs, path) {
  const heavy = Object.keys(outputs[path].inputs).find((input) => input.includes("node_modules/"));
  if (heavy) throw new Error(`${heavy} got into the first script`);
}

/**
 * Lets the first script ask for the chunks that the later part needs together with that
 * part. A browser would hear of them only from it, a round trip later.
 */
function hurry(files, first, { script, chunks }) {
  const text = files.get(first).toString();
  const [, before, call, after] = new RegExp(`^(.*)(import\\("[./a-z]*${basename(script)}"\\))(.*)$`, "s").exec(text) ?? [];
  if (!call || after.includes(basename(script))) throw new Error(`${script} is not imported once`);
  const early = chunks.filter((chunk) => chunk !== first).map((chunk) => `${call.replace(basename(script), basename(chunk))}.catch(()=>{}),`);
  files.set(first, Buffer.from(`${before}(${early.join("")}${call})${after}`));
}

const below = (path) => path.slice(path.indexOf("dist/") + "dist/".length);

/** Source of a part with screens -> the steps that it draws, and the parts that it builds on (supply.ts). */
const screens = {};
const needs = { list: ["link.list.{locale}"], pick: [] };
needs.later = [...needs.list, "link.list", "link.pick", "link.later.{locale}"];
needs.rare = [...needs.later, "link.later"];
for (const name in needs) {
  const source = `link/src/screens/${name}.ts`;
  const [, table = ""] = /screens = \{([^}]*)\}/.exec(await readFile(join(web, source), "utf8")) ?? [];
  const steps = [...table.matchAll(/(\w+):/g)].map(([, step]) => step);
  if (!steps.length) throw new Error(`${source} names no screens`);
  // A gate is opened before it is drawn, and hardly ever drawn.
  screens[source] = { steps: steps.filter((step) => step !== "gate"), needs: needs[name] };
}
screens["link/src/gate.ts"] = { steps: ["gate"], needs: [] };

/**
 * Manifest: part name -> files, relative to dist. "link" is the page's script and
 * style sheet; "link.<language>", "link.later" and so on are scripts that it
 * imports and that a page may preload; `chunks` are shared parts that each needs at
 * once, `steps` the screens that it draws and `needs` the parts that come with it;
 * `inline` says that its files may lie in the page itself.
 */
function describe(outputs) {
  const manifest = {};
  for (const [path, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const part = { script: below(path) };
    if (output.cssBundle) part.stylesheet = below(output.cssBundle);
    const chunks = [...chunksOf(outputs, path)].map(below);
    if (chunks.length) part.chunks = chunks;
    if (screens[output.entryPoint]) Object.assign(part, screens[output.entryPoint]);
    manifest[partName(output.entryPoint)] = part;
  }
  return manifest;
}

/** Core scripts are read by others once, so nothing that they export may change. */
async function assertSteady(inputs) {
  for (const input of inputs) {
    if (/^export (let|var)\b/m.test(await readFile(join(web, input.replace(/^.*:/, "")), "utf8"))) throw new Error(`${input} exports a variable`);
  }
}

/**
 * The hosted page. Everything that its later parts share with the first lies in one
 * chunk, and what remains of the entry only imports that chunk: the page names the
 * chunk itself and saves a request. That and what a first screen is drawn with may lie
 * in the page, which saves a round trip (held.mjs).
 */
export async function buildHosted() {
  const result = await build({ ...shipping, ...hashed("hosted"), entryPoints: { link: "link/src/hosted.ts" } });
  const files = byPath(result, "hosted");
  const manifest = describe(result.metafile.outputs);
  const { link } = manifest;
  if (link.chunks?.length !== 1) throw new Error("the hosted page is more than one script");
  files.delete(link.script);
  link.script = link.chunks[0];
  for (const { script } of [link, manifest["link.list"], manifest["link.pick"]]) assertLight(result.metafile.outputs, `dist/${script}`);
  for (const part of Object.values(manifest)) part.chunks = part.chunks?.filter((chunk) => chunk !== link.script);
  for (const name of ["link.list", "link.pick"]) {
    if (manifest[name].chunks?.length) throw new Error(`${name} is more than one script`);
  }
  hurry(files, link.script, manifest["link.later"]);
  const parts = Object.keys(manifest).filter((name) => /^link\.(list|pick|(list\.)?[a-z]{2}-[A-Z]{2})$/.test(name));
  for (const name of ["link", ...parts]) manifest[name].inline = true;
  await assertSteady(Object.keys(result.metafile.outputs[`dist/${link.script}`].inputs));
  holdInPage(files, link.script, parts.map((name) => manifest[name].script));
  return { files, manifest };
}

/** The embedded journey in parts. The entry has a fixed address. */
export async function buildEmbedded() {
  const result = await build({
    ...embedding, ...hashed("embedded"), entryNames: "entry/[name]", entryPoints: { sdk: "link/src/sdk.ts" },
  });
  const { outputs } = result.metafile;
  const files = byPath(result, "embedded");
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === "link/src/sdk.ts");
  if (outputs[entry].imports.some(({ kind }) => kind === "import-statement")) {
    throw new Error("the embedded entry needs a second script before it can ask the server");
  }
  // What the core's entry would only import and hand on, the first script imports itself.
  const handing = Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith("embed/core.ts"));
  const [, imported, core, exported] = /^import\{([^}]*)\}from"\/([^"]*)";export\{([^}]*)\};\s*$/.exec(files.get(below(handing)).toString()) ?? [];
  if (!core) throw new Error("the core of the embedded journey is more than one script");
  for (const path of [entry, `dist/${core}`]) assertLight(outputs, path);
  const call = `import("/${below(handing)}")`;
  const text = files.get(below(entry)).toString();
  if (text.split(call).length !== 2) throw new Error("the embedded entry does not import its core once");
  const inner = Object.fromEntries(imported.split(",").map((one) => one.split(" as ").reverse()));
  const given = exported.split(",").map((one) => one.split(" as ")).map(([local, name = local]) => `${name}:m.${inner[local]}`);
  files.delete(below(entry));
  files.delete(below(handing));
  files.set("sdk/link.js", Buffer.from(text.replace(call, () => `import("/${core}").then(m=>({${given}}))`)));
  const manifest = { ...describe(outputs), core: { script: core }, link: { script: "sdk/link.js" } };
  hurry(files, core, manifest["link.later"]);
  return { files, manifest };
}

/** The embedded journey as one file under an address of its own that never changes, for those who pin. */
export async function buildPinned() {
  const { outputFiles } = await build({ ...embedding, splitting: false, entryPoints: { sdk: "link/src/sdk.ts" } });
  const body = Buffer.from(outputFiles[0].contents);
  const { version: release } = JSON.parse(await readFile(join(web, "packages/link/package.json"), "utf8"));
  const digest = createHash("sha384").update(body).digest();
  // A release may be built more than once; each build that differs has another address.
  const version = `${release}-${digest.toString("hex").slice(0, 8)}`;
  const latest = { version, url: `/sdk/${version}/link.js`, integrity: `sha384-${digest.toString("base64")}` };
  return new Map([
    [`sdk/${version}/link.js`, body],
    ["sdk/versions.json", Buffer.from(JSON.stringify({ latest }, null, 2) + "\n")],
  ]);
}

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

/** Writes a file and its compressed twins; returns its sizes. */
async function store(path, bytes) {
  const small = brotli(bytes);
  await mkdir(dirname(join(dist, path)), { recursive: true });
  await writeFile(join(dist, path), bytes);
  await writeFile(join(dist, `${path}.br`), small);
  await writeFile(join(dist, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  return { raw: bytes.length, brotli: small.length };
}

/** What a face loads at first and at most, in its heaviest language. */
function weigh(manifest, sizes) {
  const weight = (...parts) => {
    const files = new Set(parts.flatMap((part) => (part ? [part.script, part.stylesheet, ...(part.chunks ?? [])] : [])).filter(Boolean));
    return [...files].reduce((sum, path) => sum + sizes[path].brotli, 0);
  };
  const languages = Object.keys(manifest).flatMap((name) => /^link\.([a-z]{2}-[A-Z]{2})$/.exec(name)?.[1] ?? []);
  const heaviest = (...names) => Math.max(...languages.map((language) => weight(
    ...["link", "core", "link.{locale}", ...names].map((name) => manifest[name.replace("{locale}", language)]),
  )));
  return {
    "types first": heaviest(...needs.list, "link.list"),
    "software first": heaviest(...needs.pick, "link.pick"),
    "whole journey": heaviest(...needs.rare, "link.rare"),
  };
}

/** Prints the sizes; whether everything stays within its budget. */
function account(sizes, totals) {
  for (const [path, size] of Object.entries(sizes)) {
    console.log(`${path.padEnd(36)} ${String(size.raw).padStart(7)} B ${String(size.brotli).padStart(7)} B brotli`);
  }
  let within = true;
  for (const [face, total] of Object.entries(totals)) {
    for (const [name, size] of Object.entries(total)) {
      const budget = budgets[face][name];
      const over = size > budget;
      within &&= !over;
      console.log(`${`${face}, ${name}`.padEnd(36)} ${" ".repeat(9)} ${String(size).padStart(7)} B brotli of ${budget}${over ? "  OVER BUDGET" : ""}`);
    }
  }
  return within;
}

async function main() {
  await clean();
  const [hosted, embedded, pinned] = await Promise.all([buildHosted(), buildEmbedded(), buildPinned()]);
  const sizes = {};
  for (const [path, bytes] of [...hosted.files, ...embedded.files, ...pinned]) {
    if (sizes[path]) throw new Error(`two files would be ${path}`);
    sizes[path] = await store(path, bytes);
  }
  await writeFile(join(dist, "manifest.json"), JSON.stringify(hosted.manifest, null, 2) + "\n");
  const totals = { hosted: weigh(hosted.manifest, sizes), embedded: weigh(embedded.manifest, sizes) };
  if (!account(sizes, totals)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
