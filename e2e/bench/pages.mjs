// The two pages that are compared, each with what the probe must know of it:
// `button` selects the platforms, `answered` what a touch on one must bring
// about, which no markup without its script does.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Bowline } from "../harness/bowline.mjs";

const names = ["Alder Books", "Birch Ledger", "Cedar Accounts", "Dogwood Finance", "Elder Invoicing", "Fir Bookkeeping", "Hazel Cloud", "Juniper Desk"];

/** One integration that exists nowhere; nobody gets as far as its sign-in. */
const integration = (name, n) => `key: ben${"abcdefgh"[n]}
name: ${name}
sourceType: Accounting
order: ${n + 1}
logo:
  monogram: ${name.slice(0, 2)}
  color: "#2${n}5e7a"
dataTypes: [Invoices and bills]
oauth:
  authorizeUrl: https://login.example.com/${n}/authorize
  tokenUrl: https://login.example.com/${n}/token
  clientId: benchmark
  clientSecret: benchmark
  scopes: [accounting]
`;

/** Hosted Link with eight platforms of one type: the picker is its first screen. */
export async function openLink() {
  const bowline = await Bowline.create({
    integrations: Object.fromEntries(names.map((name, n) => [`ben${"abcdefgh"[n]}.yaml`, integration(name, n)])),
    env: { BOWLINE_SANDBOX: "false", BOWLINE_LOG_LEVEL: "info" },
  });
  await bowline.start();
  const company = await bowline.createCompany();
  return {
    name: "Hosted Link",
    url: company.redirect,
    button: "[data-step=picker] label:has(input[type=radio])",
    answered: "[data-step=picker] [type=submit]:is(:not([aria-disabled]), [aria-busy])",
    close: () => bowline.remove(),
  };
}

/** The bare page with the same eight names. */
export async function openBare() {
  const child = fork(fileURLToPath(new URL("bare-process.mjs", import.meta.url)));
  child.send({ names });
  const [{ url }] = await once(child, "message");
  return {
    name: "bare page",
    url,
    button: "button",
    answered: "button[aria-pressed=true]",
    async close() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
