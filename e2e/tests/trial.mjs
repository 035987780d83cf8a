// An operator tries out an integration with the command line and a browser, and
// reads what went over the wire, without a secret in it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { leaks } from "../harness/leaks.mjs";
import { scenario } from "../harness/scenario.mjs";
import { bowline as program } from "../harness/tools.mjs";

/** Starts `bowline catalog test` and waits for the address to open. */
async function startTest(s, bowline, key) {
  const command = spawn(program, ["catalog", "test", key, "--server", bowline.url], { env: { BOWLINE_API_KEY: bowline.apiKey } });
  s.after(() => command.kill());
  const run = { printed: "", code: new Promise((resolve) => command.on("close", resolve)) };
  const keep = (bytes) => (run.printed += bytes);
  command.stderr.on("data", keep);
  run.address = await new Promise((resolve, reject) => {
    command.stdout.on("data", (bytes) => {
      keep(bytes);
      const found = /^ {2}(http\S+\/link\/trial\?ticket=\S+)\n/m.exec(run.printed);
      if (found) resolve(found[1]);
    });
    run.code.then((code) => reject(new Error(`ended with ${code}: ${run.printed}`)));
  });
  return run;
}

scenario("trial: the command shows every hop, and no secret", async (s) => {
  const bowline = await s.bowline();
  const run = await startTest(s, bowline, "mqjo");
  const operator = await s.customer();
  await operator.open(run.address);
  await operator.grant();
  await operator.page.getByText("The test is over; you can close this tab.").waitFor();
  assert.equal(new URL(operator.page.url()).search, "", "neither code nor state stays in the address bar");
  assert.equal(await run.code, 0, run.printed);
  for (const step of ["redirect", "callback", "exchange", "refresh", "organizations", "company name", "user", "revoke"]) {
    assert.match(run.printed, new RegExp(`^ok +${step}\\b`, "m"));
  }
  assert.match(run.printed, /POST http\S+\/sandbox\/token/);
  assert.match(run.printed, /code_verifier=\[masked, 43 characters\]/);
  const secrets = [...operator.answers(), { kind: "API key", value: bowline.apiKey }];
  assert.ok(secrets.some(({ kind }) => kind === "code") && secrets.some(({ kind }) => kind === "state"), "the test knows what to look for");
  assert.deepEqual(leaks(secrets, { printed: run.printed }), []);

  // The address has done its part.
  await operator.open(run.address);
  await operator.page.getByText("The test is over; you can close this tab.").waitFor();
});

scenario("trial: a refusal is a failed test that says so", async (s) => {
  const bowline = await s.bowline();
  const run = await startTest(s, bowline, "mqjo");
  const operator = await s.customer();
  await operator.open(run.address);
  await operator.signIn();
  await operator.press(operator.button("Deny"));
  await operator.page.getByText("The test is over; you can close this tab.").waitFor();
  assert.equal(await run.code, 1);
  assert.match(run.printed, /^failed +callback .*denied/m);
  assert.match(run.printed, /the test failed/);
});
