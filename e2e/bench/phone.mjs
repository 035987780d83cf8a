// How long somebody with a slow phone on a slow network waits until Hosted Link
// can be used, beside a bare page that shows as many buttons. Prints a table;
// with -v, also what each visit asked for, when and how large. -quick makes three
// runs. Fails when there is nothing to measure or there are too many requests,
// never for a time: times depend on what else the machine does.

import { loadavg } from "node:os";
import { closeBrowser } from "../harness/browser.mjs";
import { openBare, openLink } from "./pages.mjs";
import { visit } from "./visit.mjs";

/** More requests than this, and the page has lost its way, whatever it takes here. */
const mostRequests = 5;

const verbose = process.argv.includes("-v");
const runs = process.argv.includes("-quick") ? 3 : 5;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const whole = (value) => Math.round(value).toLocaleString("en-US");

/** The visits to each page, in turn; the first to each, which warms the servers up, does not count. */
async function measure(pages) {
  const visits = pages.map(() => []);
  for (let n = -1; n < runs; n++) {
    for (const [at, page] of pages.entries()) {
      const one = await visit(page);
      if (verbose) tell(page, one);
      if (n >= 0) visits[at].push(one);
    }
  }
  return visits;
}

function tell(page, { visible, usable, lost, all }) {
  console.log(`${page.name}: visible ${whole(visible)} ms, usable ${whole(usable)} ms, ${lost} touches lost`);
  for (const { path, bytes, begun, answered, ended } of all) {
    console.log(`  ${[begun, answered, ended].map((time) => whole(time).padStart(5)).join(" ")} ms ${whole(bytes).padStart(7)} B  ${path.replace(/[0-9a-f-]{36}/, "{id}")}`);
  }
}

/** One figure of both pages: median and spread, and how many times the floor where that says something. */
function row(title, visits, of, { goal = "", ratio = true } = {}) {
  const cells = visits.map((all) => {
    const values = all.map(of);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return whole(median(values)) + (least === most ? "" : ` (${whole(least)}–${whole(most)})`);
  });
  const [ours, floor] = visits.map((all) => median(all.map(of)));
  return [title, ...cells, ratio ? `${(ours / floor).toFixed(2)}×` : "–", goal];
}

function print(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const [first, ...others] = rows.map((row) => `| ${row.map((cell, n) => (n ? cell.padStart(widths[n]) : cell.padEnd(widths[n]))).join(" | ")} |`);
  const rule = `|${widths.map((width, n) => "-".repeat(width + 1) + (n ? ":" : "-")).join("|")}|`;
  console.log([first, rule, ...others].join("\n"));
}

const pages = [];
const [busy] = loadavg();
try {
  pages.push(await openLink());
  pages.push(await openBare());
  const visits = await measure(pages);
  print([
    ["slow phone: first platform of eight", ...pages.map(({ name }) => name), "ratio", "goal"],
    row("visible, ms", visits, ({ visible }) => visible),
    row("usable, ms", visits, ({ usable }) => usable, { goal: "1.25×" }),
    row("requests until usable", visits, ({ requests }) => requests.length, { goal: String(mostRequests), ratio: false }),
    row("bytes of these", visits, ({ bytes }) => bytes, { ratio: false }),
    row("touches without effect", visits, ({ lost }) => lost, { goal: "0", ratio: false }),
  ]);
  console.log(`\nMedian of ${runs} (least to most), nothing cached; processor 4 times slower, 150 ms round trip, 1.6 Mb/s down, 0.75 up; load before ${busy.toFixed(2)}.`);
  const most = Math.max(...visits[0].map(({ requests }) => requests.length));
  if (most > mostRequests) {
    console.error(`\nHosted Link made ${most} requests until it was usable; at most ${mostRequests} are meant.`);
    process.exitCode = 1;
  }
} catch (fault) {
  console.error(`slow phone: ${fault.message}`);
  process.exitCode = 1;
} finally {
  for (const page of pages) await page.close();
  await closeBrowser();
}
