// The part of your product that talks to Bowline, as small as it gets. It keeps
// the API key, which the browser must never see, and hands the page a token
// that is good for one company and one day.
//
//	BOWLINE_URL=http://127.0.0.1:8080 BOWLINE_API_KEY=bwl_… node server.mjs DIRECTORY
//
// serves the built pages in DIRECTORY on http://localhost:3000 (PORT).

import { createServer } from "node:http";
import { resolve } from "node:path";
import { pageHeaders, sendFile } from "./static.mjs";

const { BOWLINE_URL, BOWLINE_API_KEY, PORT = "3000" } = process.env;
const directory = process.argv[2];
if (!BOWLINE_URL || !BOWLINE_API_KEY || !directory) {
  console.error("Set BOWLINE_URL and BOWLINE_API_KEY, and name the directory to serve.");
  process.exit(1);
}
const pages = resolve(directory);
const bowlineUrl = new URL(BOWLINE_URL).origin;

/** Calls the Platform API. */
async function bowline(method, path, body) {
  const response = await fetch(`${bowlineUrl}/api${path}`, {
    method,
    headers: {
      Authorization: `Basic ${Buffer.from(BOWLINE_API_KEY).toString("base64")}`,
      "Content-Type": "application/json",
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Bowline answered ${response.status} to ${method} ${path}`);
  return response.json();
}

/** Lets pages of this origin open Link. Others stay allowed. You do this once, when you set up. */
async function allowOrigin(origin) {
  const { allowedOrigins } = await bowline("GET", "/corsSettings");
  if (allowedOrigins.includes(origin)) return;
  await bowline("POST", "/corsSettings", { allowedOrigins: [...allowedOrigins, origin] });
}

/** The customer's company: the one that carries our tag, or a new one. */
async function companyOf(customer) {
  const tags = encodeURIComponent(`customer=${customer.id}`);
  const { results } = await bowline("GET", `/companies?tags=${tags}`);
  return results[0] ?? bowline("POST", "/companies", { name: customer.name, tags: { customer: customer.id } });
}

/** What a page needs to open Link, and nothing more. */
async function openSession(customer) {
  const { id } = await companyOf(customer);
  const { accessToken } = await bowline("GET", `/companies/${id}/accessToken`);
  return { bowlineUrl, companyId: id, accessToken };
}

/** Who is asking. Your product takes this from its own session, never from the request's body. */
function signedIn() {
  return { id: "customer-1", name: "Harbour Bakery" };
}

const headers = await pageHeaders(pages, bowlineUrl);
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  try {
    if (pathname === "/session" && request.method === "POST") {
      const session = await openSession(signedIn(request));
      response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify(session));
    } else {
      await sendFile(pages, pathname, headers, response);
    }
  } catch (fault) {
    console.error(fault.message);
    response.writeHead(502).end();
  }
});
server.listen(Number(PORT), "localhost", async () => {
  const origin = `http://localhost:${server.address().port}`;
  await allowOrigin(origin);
  console.log(`Open ${origin}`);
});
