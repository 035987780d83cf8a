// Serves the Portal for working on it: bundled anew at each page load, under the policy
// that Bowline has, with a backend behind it.
//
//	node portal/dev/serve.mjs                              the mock backend (mock.mjs)
//	node portal/dev/serve.mjs --backend http://127.0.0.1:8080   a real Bowline
//	node portal/dev/serve.mjs --port 8090                  elsewhere than on a free port
//
// /portal/_kit is the gallery of components, which is never shipped.

import { build } from "esbuild";
import { existsSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { portalBundling } from "../build.mjs";
import { Mock } from "./mock.mjs";

const web = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The policy of Bowline's shell (internal/portal). */
export const policy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "frame-src 'self'",
  "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join("; ");

const types = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

const shell = (entry) => `<!doctype html>
<html lang="en-US" class="bowline"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Bowline</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${entry}.css"><script type="module" src="/assets/${entry}.js"></script>
</head><body><div id="portal"></div></body></html>`;

/** A page that is in the table and not yet in its folder says so when somebody goes there. */
const unwritten = {
  name: "unwritten",
  setup(plugin) {
    plugin.onResolve({ filter: /^\.\/pages\/.*\.tsx$/ }, ({ path, resolveDir }) => (existsSync(join(resolveDir, path)) ? undefined : { path, namespace: "unwritten" }));
    plugin.onLoad({ filter: /./, namespace: "unwritten" }, ({ path }) => ({ contents: `throw new Error("${path} is not there yet")` }));
  },
};

/** Bundles the sources as they are now: file name -> contents. */
async function bundle() {
  const { outputFiles } = await build({
    ...portalBundling, plugins: [unwritten, ...portalBundling.plugins], outdir: "dev", write: false, sourcemap: "inline",
    entryPoints: { portal: "portal/src/main.tsx", kit: "portal/gallery/kit.tsx" }, entryNames: "[name]", chunkNames: "[name]-[hash]", publicPath: "/assets/",
  });
  return new Map(outputFiles.map(({ path, contents }) => [relative(join(web, "dev"), path), Buffer.from(contents)]));
}

function pass(backend, request, response) {
  const url = new URL(request.url, backend);
  const onward = ask(url, { method: request.method, headers: { ...request.headers, host: url.host, ...(request.headers.origin && { origin: url.origin }) } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end("the backend does not answer"));
  request.pipe(onward);
}

/** Starts the site; resolves to its address and a way to stop it. `fresh`: bundles at each page load; `files`: those of another site. */
export async function startPortal({ backend, port = 0, fresh = false, mock = new Mock(), files } = {}) {
  files ??= await bundle();
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url, "http://portal");
      if (pathname.startsWith("/assets/") && files.has(pathname.slice(8))) {
        return response.writeHead(200, { "Content-Type": types[extname(pathname)] ?? "application/octet-stream", "Cache-Control": "no-store" }).end(files.get(pathname.slice(8)));
      }
      const wantsPage = request.method === "GET" && request.headers["sec-fetch-dest"] === "document" && !/^\/portal\/(api|sso|preview)\//.test(pathname);
      if (wantsPage && (pathname === "/portal" || pathname.startsWith("/portal/"))) {
        if (fresh) files = await bundle();
        const entry = pathname === "/portal/_kit" ? "kit" : "portal";
        return response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy }).end(shell(entry));
      }
      if (wantsPage && pathname === "/") return response.writeHead(303, { Location: "/portal/" }).end();
      if (backend) return pass(backend, request, response);
      await mock.answer(request, response);
    } catch (thrown) {
      console.error(thrown);
      response.writeHead(500).end(String(thrown));
    }
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`, mock, files,
    stop: () => new Promise((stopped) => {
      server.closeAllConnections();
      server.close(stopped);
    }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : undefined);
  const { origin } = await startPortal({ backend: option("backend"), port: Number(option("port") ?? 0), fresh: true });
  console.log(`${origin}/portal/   components: ${origin}/portal/_kit   mock sign-in: ada@example.com, any password`);
}
