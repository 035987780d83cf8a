// Everything that a browser was told by the network: addresses, headers and
// bodies, of every page in its context.

export class Received {
  #texts = [];

  constructor(page) {
    const context = page.context();
    context.on("request", (request) => this.#texts.push(Promise.resolve(request.url())));
    context.on("response", (response) => {
      this.#texts.push(response.allHeaders().then((headers) => JSON.stringify(headers), () => ""));
      this.#texts.push(response.text().catch(() => "")); // a redirect has none
    });
  }

  /** All of it, one text per thing. */
  all() {
    return Promise.all(this.#texts);
  }

  /** Where a word turns up: the beginnings of those texts. */
  async holding(word) {
    return (await this.all()).filter((text) => text.includes(word)).map((text) => text.slice(0, 120));
  }
}
