// Builds the page that previews settings in the Portal. It is apart from the journey's
// own build, whose every byte customers wait for.

import { build } from "esbuild";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cssText, target } from "./css.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");

/** Path below dist -> contents, and the manifest's entry "preview". */
export async function buildPreview() {
  const { outputFiles } = await build({
    absWorkingDir: web, outdir: "dist/assets", bundle: true, format: "esm", minify: true, write: false, target, logLevel: "warning",
    legalComments: "none", entryNames: "[name]-[hash]",
    jsx: "automatic", jsxImportSource: "preact", alias: { "preact/jsx-runtime": join(web, "link/src/draw/jsx-runtime.ts") }, plugins: [cssText],
    entryPoints: { preview: "link/src/preview/preview.ts", "preview-page": "link/src/preview/preview.css" },
  });
  const files = new Map(outputFiles.map((file) => [relative(dist, file.path), Buffer.from(file.contents)]));
  const named = (extension) => [...files.keys()].find((path) => path.endsWith(extension));
  return { files, manifest: { preview: { script: named(".js"), stylesheet: named(".css") } } };
}
