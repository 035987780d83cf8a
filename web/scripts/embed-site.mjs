// Two servers on loopback: a host page's, and a stand-in for ours, which serves the real
// bundle of the embedded journey and answers as the test says. Different ports are
// different origins, so everything between them is as cross-origin as it will be.

import { createServer } from "node:http";
import { extname } from "node:path";
import { buildConnections, buildEmbedded, buildPinned } from "../build.mjs";

export const company = "7a9a2d06-6f1c-4b47-9bd8-2d4cbb4cbe0e";

const types = { ".js": "text/javascript; charset=utf-8", ".json": "application/json" };

function listen(handler) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => handler(request, body, response));
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((stopped) => {
      server.closeAllConnections();
      server.close(stopped);
    }),
  })));
}

/**
 * `site.answer(message, request)` gives a view, `{ status, body }`, or nothing (204), or a
 * promise of one. `site.page(url)` gives `{ html, headers }` or `{ script }`. `site.posted` has every message.
 */
export async function startSite() {
  const embedded = await buildEmbedded();
  const { files } = embedded;
  const connections = await buildConnections(embedded);
  for (const [path, bytes] of [...connections.files, ...await buildPinned()]) files.set(path, bytes);
  const site = { posted: [], asked: [], answer: () => undefined, page: () => undefined, down: false };
  const ours = await listen(async (request, body, response) => {
    const { pathname } = new URL(request.url, "http://x");
    site.asked.push(`${request.method} ${pathname}`);
    const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization, content-type", "Access-Control-Max-Age": "600" };
    if (site.down) return request.socket.destroy();
    if (request.method === "OPTIONS") return response.writeHead(204, cors).end();
    if (/^\/sdk\/(companies\/|connections\/)/.test(pathname)) {
      const message = JSON.parse(body);
      site.posted.push({ ...message, path: pathname, token: request.headers.authorization });
      const answer = await site.answer(message, request);
      const { status = answer ? 200 : 204, body: text = answer } = answer?.status ? answer : {};
      return response.writeHead(status, { ...cors, "Content-Type": "application/json" }).end(status === 204 ? undefined : JSON.stringify(text));
    }
    if (pathname === "/link/handoff") return response.writeHead(200, { "Content-Type": "text/html", ...site.provider }).end("<h1>Provider</h1>");
    const file = files.get(pathname.slice(1));
    response.writeHead(file ? 200 : 404, { ...cors, "Content-Type": types[extname(pathname)] ?? "text/plain" }).end(file);
  });
  const host = await listen((request, _body, response) => {
    const { html, script, headers } = site.page(new URL(request.url, "http://x")) ?? {};
    const type = script ? types[".js"] : "text/html; charset=utf-8";
    response.writeHead(html || script ? 200 : 404, { "Content-Type": type, ...headers }).end(html ?? script);
  });
  return Object.assign(site, {
    origin: ours.origin,
    host: host.origin,
    files,
    stop: () => Promise.all([ours.stop(), host.stop()]),
  });
}
