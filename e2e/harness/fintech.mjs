// The fintech's own page, where customers return to.

import { createServer } from "node:http";
import { once } from "node:events";

/** Opens it on a free port. */
export async function openFintech() {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end('<!doctype html><html lang="en"><title>Fintech</title><h1>Back at the fintech</h1>');
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${server.address().port}/welcome-back`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
