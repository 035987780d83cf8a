// A fintech's endpoint for webhooks. It knows nothing of Bowline but its secret:
// whether to accept a delivery is decided by the two npm libraries that
// consumers use, and by nothing else.

import { createServer } from "node:http";
import { once } from "node:events";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { until } from "./until.mjs";

const libraries = { standardwebhooks: Standard, svix: Svix };

/** Which libraries refuse a message, with their reasons: empty when all accept. */
export function refusals(secret, body, headers) {
  const found = {};
  for (const [name, Library] of Object.entries(libraries)) {
    try {
      new Library(secret).verify(body, headers);
    } catch (fault) {
      found[name] = fault.message;
    }
  }
  return found;
}

/** refusals, asked while the receiver's clock is that many seconds ahead. */
export function refusalsLater(seconds, secret, body, headers) {
  const { now } = Date;
  Date.now = () => now() + seconds * 1000;
  try {
    return refusals(secret, body, headers);
  } finally {
    Date.now = now;
  }
}

export class Sink {
  /** Every request that arrived, oldest first: { id, headers, body, event, at, status, refused }. */
  requests = [];
  /** What the consumer checks with. */
  secret = "";
  /** Decides about a genuine request where meet and usually do not say it: of the request and how many there were. */
  decide;
  #server;
  #behaviours = [];
  #usual = 204;

  /** Opens one on a free port. */
  static async open() {
    const self = new Sink();
    self.#server = createServer((request, response) => void self.#receive(request, response));
    self.#server.listen(0, "127.0.0.1");
    await once(self.#server, "listening");
    self.url = `http://127.0.0.1:${self.#server.address().port}/hooks`;
    return self;
  }

  /**
   * How to meet the next requests, one each: a status, "hang" to never answer,
   * "hang up" to close the connection, or an address to redirect to. The usual
   * comes after them.
   */
  meet(...behaviours) {
    this.#behaviours.push(...behaviours);
  }

  /** How to meet requests from now on. */
  usually(behaviour) {
    this.#usual = behaviour;
  }

  async #receive(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const { headers, method, url } = request;
    // A real consumer looks into a body only once it is known to be genuine.
    const refused = refusals(this.secret, body, headers);
    const genuine = Object.keys(refused).length === 0;
    const behaviour = genuine ? (this.#behaviours.shift() ?? this.decide?.({ id: headers["webhook-id"] }, this.requests.length + 1) ?? this.#usual) : 401;
    const status = typeof behaviour === "number" ? behaviour : /^http/.test(behaviour) ? 302 : 0;
    const event = genuine ? JSON.parse(body) : undefined;
    this.requests.push({ id: headers["webhook-id"], method, path: url, headers, body, event, at: Date.now(), status, refused });
    if (behaviour === "hang") return;
    if (behaviour === "hang up") return void request.socket.destroy();
    response.writeHead(status, status === 302 ? { location: behaviour } : {}).end();
  }

  /** What was accepted, oldest first. */
  get accepted() {
    return this.requests.filter(({ status }) => status >= 200 && status < 300);
  }

  /** What a library refused. */
  get refused() {
    return this.requests.filter(({ refused }) => Object.keys(refused).length);
  }

  /** Waits until that many requests have arrived, and returns them. */
  async received(count, limit) {
    await until(`${count} requests at the consumer`, () => this.requests.length >= count, limit);
    return this.requests;
  }

  /** Waits until that many messages have been accepted, and returns them. */
  async has(count, limit) {
    await until(`${count} accepted messages at the consumer`, () => this.accepted.length >= count, limit);
    return this.accepted;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
