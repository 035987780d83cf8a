// Ports that stay free. The system gives whoever asks for any port one of those above 32767,
// and so would give away that of a server which a test has stopped and is about to start again.

import { once } from "node:events";
import { createServer } from "node:net";
import { randomInt } from "node:crypto";

const given = new Set();

/** A port that nobody listens on, and that this run gives to nobody else. */
export async function freePort() {
  for (;;) {
    const port = randomInt(11_000, 32_000);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // somebody else's
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
