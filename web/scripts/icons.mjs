// Writes the brand icons that tiles of the catalog can carry to
// internal/catalog/icons, from the pinned icon set. Run it after a change of the
// list or of the set's version, look at the difference, and commit it: the
// server embeds the files, and builds without Node.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const set = createRequire(import.meta.url);

/** Where the icons lie that the server embeds. */
export const directory = join(web, "../internal/catalog/icons");

/**
 * The icons of software that people connect, as far as the set has them. Brands
 * that are not here have asked to be left out of the set, or were never in it:
 * their tiles show letters.
 */
export const wanted = [
  "bigcommerce", "kashflow", "myob", "paypal", "prestashop", "quickbooks", "sage", "shopify",
  "square", "stripe", "sumup", "woocommerce", "xero", "zoho",
];

/** An icon of the set is one path in a square of 24; all else is left behind. */
const one = /^<svg [^>]*\bviewBox="0 0 24 24"[^>]*>(?:<title>[^<]*<\/title>)?<path d="([MmLlHhVvCcSsQqTtAaZz0-9 ,.e-]+)"\/><\/svg>\s*$/;

async function icon(slug) {
  const found = one.exec(await readFile(set.resolve(`simple-icons/icons/${slug}.svg`), "utf8"));
  if (!found) throw new Error(`the icon ${slug} is more than one path`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${found[1]}"/></svg>\n`;
}

/** What stands beside the icons: whose they are, and where each came from. */
function notice(entries, version) {
  const row = ({ slug, title, hex, source, guidelines }) =>
    `| \`${slug}\` | ${title} | #${hex.toLowerCase()} | ${source} | ${guidelines ?? ""} |\n`;
  return `# Whose icons these are

The drawings are taken from Simple Icons ${version} (https://simpleicons.org), which its contributors have released under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/). \`web/scripts/icons.mjs\` reduced each file to its path and wrote this note; change them there.

CC0 frees the drawings, not the names and marks: those belong to the companies, and their rules on use apply. The icons stand here to tell one piece of software from another in a list, and do not say that a company endorses Bowline or an operator of it. Where a provider has handed you official assets, put them into your catalog directory (\`KEY.logo.svg\`, \`KEY.button.svg\`, \`KEY.button-hover.svg\`): they take precedence.

| icon | brand | its colour | source | guidelines, as the set names them |
|---|---|---|---|---|
${entries.map(row).join("")}`;
}

/** Every file of the directory: its name and its text. */
export async function files() {
  const { devDependencies } = JSON.parse(await readFile(join(web, "package.json"), "utf8"));
  const known = new Map(set("simple-icons/icons.json").map((entry) => [entry.slug, entry]));
  const out = new Map();
  for (const slug of wanted) {
    const entry = known.get(slug);
    if (!entry) throw new Error(`the set has no icon ${slug} any more`);
    // The set's own licence does not cover an icon that names another.
    if (entry.license) throw new Error(`the icon ${slug} has a licence of its own: ${entry.license.type}`);
    out.set(`${slug}.svg`, await icon(slug));
  }
  out.set("LICENSE.md", notice(wanted.map((slug) => known.get(slug)), devDependencies["simple-icons"]));
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await files();
  await mkdir(directory, { recursive: true });
  for (const old of await readdir(directory)) if (!made.has(old)) await rm(join(directory, old));
  for (const [name, text] of made) await writeFile(join(directory, name), text);
}
