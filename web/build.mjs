// Builds the embedded assets: bundle, hash, compress, account for every byte.
// Output: dist/manifest.json, dist/assets/<name>-<hash>.<ext> and dist/sdk/…, with
// .br and .gz beside each file. Fails when a page grows over its budget.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { cssText, target } from "./css.mjs";
import { holdInPage } from "./held.mjs";
import { assertPortalWithin, buildPortal } from "./portal/build.mjs";
import { buildPreview } from "./preview.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");

/**
 * Budgets in brotli bytes, as files are served: script and style until the first
 * screen answers a touch, be it the list of types or, where there is one type, that of its
 * software; and everything that any journey in one language loads. The Connections SDK
 * begins with its list.
 */
const budgets = {
  hosted: { "types first": 14_000, "software first": 14_000, "whole journey": 45_000 },
  embedded: { "types first": 14_000, "software first": 14_000, "whole journey": 45_000 },
  connections: { "first screen": 14_000, "whole journey": 45_000 },
};

/** Options that the gallery's bundle shares with the real ones. */
export const bundling = {
  bundle: true,
  format: "esm",
  splitting: true,
  target,
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
const makers = await Promise.all(["build.mjs", "css.mjs", "held.mjs"].map((name) => readFile(join(web, name), "utf8")));

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
  const [, of, language] = /words\/(later\/|list\/|manage\/)?([a-z]{2}-[A-Z]{2})\.ts$/.exec(source) ?? [];
  if (language) return `link.${(of ?? "").replace("/", ".")}${language}`;
  const [, part] = /(gate|screens\/(?:list|pick|managed?|later|rare))\.ts$/.exec(source) ?? [];
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
const needs = { list: ["link.list.{locale}"], pick: [], manage: ["link.manage.{locale}"] };
needs.later = [...needs.list, "link.list", "link.pick", "link.later.{locale}"];
needs.rare = [...needs.later, "link.later"];
needs.managed = [...needs.later, "link.later", ...needs.manage, "link.manage"];
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
  for (const { script } of [link, manifest["link.list"], manifest["link.pick"], manifest["link.manage"]]) assertLight(result.metafile.outputs, `dist/${script}`);
  for (const part of Object.values(manifest)) part.chunks = part.chunks?.filter((chunk) => chunk !== link.script);
  for (const name of ["link.list", "link.pick", "link.manage"]) {
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

/** Leaves the screens out that the Connections SDK never shows, where all are in one file. */
const unseen = ["Main", "Picker", "Consent", "Landing", "Invite", "Gate", "NotListed", "Share", "HandOver", "Device", "Helper", "Closed"];
const without = {
  name: "without",
  setup(plugin) {
    plugin.onResolve({ filter: new RegExp(`/(${unseen.join("|")})\\.tsx$`) }, ({ path }) => ({ path, namespace: "without" }));
    plugin.onLoad({ filter: /./, namespace: "without" }, ({ path }) => ({
      contents: `export { NotFound as ${/(\w+)\.tsx$/.exec(path)[1]}, NotFound as Shared } from "./Ended.tsx";`, loader: "ts", resolveDir: join(web, "link/src/screens"),
    }));
  },
};

/** Puts what differs in the Connections SDK in the place of what Link has there. */
const connecting = {
  name: "connections",
  setup: (plugin) => plugin.onResolve({ filter: /\/product\.ts$/ }, () => ({ path: join(web, "link/src/connections/product.ts") })),
};

/** Leaves the import of the core as it is. */
const elsewhere = {
  name: "elsewhere",
  setup: (plugin) => plugin.onResolve({ filter: /\/core\.ts$/ }, ({ path }) => ({ path, external: true })),
};

/**
 * The entry of the Connections SDK. Its screens are those of the embedded journey: it
 * imports the same core as Link does, which `embedded` has made.
 */
export async function buildConnections(embedded) {
  const core = /import\("\/assets\/[\w-]+\.js"\)\.then\(\w+=>\(\{[^}]*\}\)\)/;
  const [imported] = core.exec(embedded.files.get("sdk/link.js").toString());
  const result = await build({
    ...embedding, ...hashed("connections"), plugins: [connecting, elsewhere, cssText], entryNames: "entry/[name]",
    entryPoints: { connections: "link/src/connections.ts" },
  });
  const files = byPath(result, "connections");
  if (files.size !== 1) throw new Error("the entry of the Connections SDK is more than one script");
  const [path, bytes] = [...files][0];
  assertLight(result.metafile.outputs, `dist/${path}`);
  const parts = bytes.toString().split('import("./core.ts")');
  if (parts.length !== 2) throw new Error("the entry of the Connections SDK does not import its core once");
  // Its first screen is always the same, so it does not wait for the server's word.
  const first = `import("/${embedded.manifest["link.manage"].script}").catch(()=>{})`;
  return {
    files: new Map([["sdk/connections.js", Buffer.from(parts.join(`(${first},${imported})`))]]),
    manifest: { ...embedded.manifest, link: { script: "sdk/connections.js" } },
  };
}

/** An embedding as one file under an address of its own that never changes, for those who pin. */
async function pin(name, source, plugins) {
  const { outputFiles } = await build({ ...embedding, plugins: [...plugins, ...embedding.plugins], splitting: false, entryPoints: { sdk: source } });
  const body = Buffer.from(outputFiles[0].contents);
  const { version: release } = JSON.parse(await readFile(join(web, "packages/link/package.json"), "utf8"));
  const digest = createHash("sha384").update(body).digest();
  // A release may be built more than once; each build that differs has another address.
  const version = `${release}-${digest.toString("hex").slice(0, 8)}`;
  return { body, entry: { version, url: `/sdk/${version}/${name}.js`, integrity: `sha384-${digest.toString("base64")}` } };
}

/** The pinned editions, and the table that names them. */
export async function buildPinned() {
  const [link, connections] = await Promise.all([
    pin("link", "link/src/sdk.ts", []), pin("connections", "link/src/connections.ts", [connecting, without]),
  ]);
  const versions = { latest: link.entry, connections: connections.entry };
  return new Map([
    [link.entry.url.slice(1), link.body],
    [connections.entry.url.slice(1), connections.body],
    ["sdk/versions.json", Buffer.from(JSON.stringify(versions, null, 2) + "\n")],
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

/** What is loaded until a first screen answers, and by a journey that shows everything. */
const whole = [...needs.managed, "link.managed", "link.rare"];
const linking = { "types first": [...needs.list, "link.list"], "software first": [...needs.pick, "link.pick"], "whole journey": whole };
const caring = { "first screen": [...needs.manage, "link.manage"], "whole journey": whole };

/** What a face loads at first and at most, in its heaviest language. */
function weigh(manifest, sizes, journeys) {
  const weight = (...parts) => {
    const files = new Set(parts.flatMap((part) => (part ? [part.script, part.stylesheet, ...(part.chunks ?? [])] : [])).filter(Boolean));
    return [...files].reduce((sum, path) => sum + sizes[path].brotli, 0);
  };
  const languages = Object.keys(manifest).flatMap((name) => /^link\.([a-z]{2}-[A-Z]{2})$/.exec(name)?.[1] ?? []);
  const heaviest = (...names) => Math.max(...languages.map((language) => weight(
    ...["link", "core", "link.{locale}", ...names].map((name) => manifest[name.replace("{locale}", language)]),
  )));
  return Object.fromEntries(Object.entries(journeys).map(([name, parts]) => [name, heaviest(...parts)]));
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
  const [hosted, embedded, pinned, portal, preview] = await Promise.all([buildHosted(), buildEmbedded(), buildPinned(), buildPortal(), buildPreview()]);
  const connections = await buildConnections(embedded);
  const sizes = {};
  for (const [path, bytes] of [...hosted.files, ...embedded.files, ...connections.files, ...pinned, ...portal.files, ...preview.files]) {
    if (sizes[path]) throw new Error(`two files would be ${path}`);
    sizes[path] = await store(path, bytes);
  }
  await writeFile(join(dist, "manifest.json"), JSON.stringify({ ...hosted.manifest, ...portal.manifest, ...preview.manifest }, null, 2) + "\n");
  const totals = {
    hosted: weigh(hosted.manifest, sizes, linking), embedded: weigh(embedded.manifest, sizes, linking), connections: weigh(connections.manifest, sizes, caring),
  };
  const within = [account(sizes, totals), assertPortalWithin(portal.manifest, sizes)];
  if (within.includes(false)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
