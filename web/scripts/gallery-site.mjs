// Bundles the gallery and serves it on loopback under the policy that the hosted
// page has, so that whatever breaks under it breaks here first.

import { build } from "esbuild";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundling } from "../build.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));

/** The hosted page's Content-Security-Policy, with the hashes of what lies in the page. */
export const policyWith = (scripts = [], styles = []) => [
  "default-src 'none'", ["script-src 'self'", ...scripts].join(" "), ["style-src 'self'", ...styles].join(" "), "img-src 'self' data:",
  "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join("; ");

/** The same for a page with files alone. */
export const policy = policyWith();

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** In the gallery, gallery.ts starts what first.ts starts on the page. */
const ownStart = {
  name: "own-start",
  setup(plugin) {
    plugin.onResolve({ filter: /\/first\.ts$/ }, () => ({ path: "first", namespace: "own-start" }));
    plugin.onLoad({ filter: /.*/, namespace: "own-start" }, () => ({ contents: "" }));
  },
};

/** Starts the site; resolves to its address and a way to stop it. */
export async function startGallery() {
  const { outputFiles } = await build({
    ...bundling,
    plugins: [...bundling.plugins, ownStart],
    absWorkingDir: web,
    entryPoints: { gallery: "link/gallery/gallery.ts" },
    outdir: "gallery",
    write: false,
  });
  const files = new Map(outputFiles.map((file) => [file.path.slice(join(web, "gallery").length), Buffer.from(file.contents)]));
  files.set("/", await readFile(join(web, "link/gallery.html")));
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://gallery").pathname;
    const body = files.get(path);
    response.writeHead(body ? 200 : 404, {
      "Content-Type": types[path === "/" ? ".html" : extname(path)] ?? "text/plain",
      "Content-Security-Policy": policy,
    });
    response.end(body ?? "not found");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((stopped) => {
      server.closeAllConnections();
      server.close(stopped);
    }),
  };
}
