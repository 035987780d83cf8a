// The floor under Hosted Link: the least page that shows eight buttons from one
// JSON call. A process of its own, so that the browser's driver, which is Node
// too, does not slow it down. It tells its parent the address.

import { createServer } from "node:http";

const script = `
const { platforms } = await (await fetch("/platforms.json")).json();
for (const { key, name } of platforms) {
  const button = document.createElement("button");
  button.textContent = name;
  button.addEventListener("click", () => button.setAttribute("aria-pressed", "true"));
  document.body.append(button);
}`;

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Bare</title><link rel="icon" href="data:,">
</head><body><script type="module">${script}</script></body></html>`;

process.once("message", ({ names }) => {
  const platforms = JSON.stringify({ platforms: names.map((name, n) => ({ key: `plat${n}`, name })) });
  const answers = {
    "/": { type: "text/html; charset=utf-8", body: page },
    "/platforms.json": { type: "application/json", body: platforms },
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url];
    if (!answer) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": answer.type, "content-length": Buffer.byteLength(answer.body), "cache-control": "no-store" });
    response.end(answer.body);
  });
  server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
});
process.on("disconnect", () => process.exit());
