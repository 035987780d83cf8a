// Serves a directory of built pages. Nothing in here is about Bowline.

import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * The headers that every file gets: those of headers.json beside the directory,
 * where there is one, with {bowline} replaced by Bowline's origin.
 */
export async function pageHeaders(directory, bowline) {
  const text = await readFile(join(directory, "../headers.json"), "utf8").catch(() => "{}");
  return JSON.parse(text.replaceAll("{bowline}", bowline));
}

/** Answers with the file at that path, or with 404. */
export async function sendFile(directory, pathname, headers, response) {
  if (pathname === "/favicon.ico") return response.writeHead(204).end(); // browsers ask unasked
  const file = join(directory, decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : "");
  const type = types[extname(file)];
  const content = type && file.startsWith(directory + sep) ? await readFile(file).catch(() => undefined) : undefined;
  if (!content) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": type, ...headers }).end(content);
}
