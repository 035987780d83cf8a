// Events reach a fintech's endpoint through the whole product. The endpoint
// decides with the npm libraries of Standard Webhooks and of Svix alone what is
// genuine (see harness/sink.mjs).

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { attempts, consumer, messageOf, messages, receiving } from "../harness/consumer.mjs";
import { leaks } from "../harness/leaks.mjs";
import { scenario } from "../harness/scenario.mjs";
import { refusals, refusalsLater } from "../harness/sink.mjs";
import { until } from "../harness/until.mjs";

const everyLibrary = ["standardwebhooks", "svix"];
const journey = ["company.created", "connection.created", "connection.connected"];

for (const engine of engines) {
  scenario(`webhooks: a company that connects is told of, signed and in order (${engine})`, async (s) => {
    const bowline = await receiving(s, { engine });
    const { sink } = await consumer(s, bowline, { eventTypes: journey });
    const other = await consumer(s, bowline, { eventTypes: ["connection.connected", "connection.failed"] });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toSandbox(company.redirect);
    await customer.grant();
    await customer.finish();

    const told = await sink.has(3);
    assert.deepEqual(told.map(({ event }) => event.eventType), journey);
    const [connection] = await bowline.connections(company.id);
    assert.equal(told[0].event.payload.id, company.id);
    for (const { event } of told.slice(1)) {
      assert.equal(event.payload.referenceCompany.id, company.id);
      assert.equal(event.payload.connection.id, connection.id);
    }
    assert.deepEqual(told.map(({ event }) => event.payload.connection?.status), [undefined, "PendingAuth", "Linked"]);
    for (const { headers, method, event, id, body } of told) {
      assert.equal(method, "POST");
      assert.match(headers["content-type"], /^application\/json\b/);
      assert.match(id, /^msg_[^.]+$/);
      assert.match(headers["webhook-signature"], /^v1,[A-Za-z0-9+/]{43}=$/);
      assert.deepEqual(Object.keys(event), ["id", "eventType", "generatedDate", "payload"]);
      assert.match(event.generatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      assert.ok(!("svix-id" in headers));
      assert.ok(!body.includes(":null"), "what is optional is left out, never null");
    }
    assert.equal(new Set(told.map(({ id }) => id)).size, 3, "each message has an id of its own");

    const [there] = await other.sink.has(1);
    assert.equal(there.event.id, told[2].event.id, "one event has one id, whoever is told of it");
    assert.notEqual(there.id, told[2].id, "and each consumer a message of its own");
    assert.ok(refusals(sink.secret, there.body, there.headers).svix, "another consumer's secret is no good here");
    assert.deepEqual([...sink.refused, ...other.sink.refused], []);
    assert.equal(sink.requests.length + other.sink.requests.length, 4, "and nothing more is sent");
  });

  scenario(`webhooks: a consumer that fails twice and then accepts (${engine})`, async (s) => {
    const bowline = await receiving(s, { engine });
    const { id, sink } = await consumer(s, bowline);
    sink.meet(500, "hang up");
    const company = await bowline.createCompany();
    const [first, second] = await sink.received(2);
    assert.deepEqual([first.status, second.status], [500, 0]);
    const gap = second.at - first.at;
    // A busy machine may add to them; the third attempt would be minutes away.
    assert.ok(gap >= 5000 && gap < 20_000, `the second attempt comes five seconds after the first, not ${gap} ms`);
    const waiting = await until("both failures to be recorded", async () => {
      const found = await messageOf(bowline, id, company);
      return found.status === "Attempting" && (await attempts(bowline, found)).length === 2 && found;
    });

    // The third is due five minutes later: they pass while Bowline is down.
    await bowline.change("UPDATE messages SET run_at = run_at - 600000000, due_at = due_at - 600000000 WHERE run_at IS NOT NULL");
    const [third] = await sink.has(1);
    assert.equal(third.id, first.id, "a message keeps its id");
    assert.equal(third.body, first.body);
    assert.ok(Number(third.headers["webhook-timestamp"]) >= Number(first.headers["webhook-timestamp"]) + 5, "an attempt has its own time");
    await until("the success to be recorded", async () => (await messageOf(bowline, id, company)).status === "Success");
    const made = await attempts(bowline, waiting);
    assert.deepEqual(made.map(({ statusCode }) => statusCode ?? 0).sort(), [0, 204, 500]);
    assert.equal(sink.requests.length, 3);
    assert.deepEqual(sink.refused, []);
  });

  scenario(`webhooks: the secret is rotated without a message lost (${engine})`, async (s) => {
    const bowline = await receiving(s, { engine });
    const { id, sink } = await consumer(s, bowline);
    const former = sink.secret;
    const { signingSecret: present } = await bowline.api("POST", `/webhooks/${id}/secret`);
    assert.match(present, /^whsec_/);
    assert.notEqual(present, former);
    assert.equal((await bowline.api("GET", `/webhooks/${id}/secret`)).signingSecret, present);

    await bowline.createCompany(); // the consumer still knows the former one
    const [during] = await sink.has(1);
    assert.equal(during.headers["webhook-signature"].split(" ").length, 2);
    assert.deepEqual(refusals(present, during.body, during.headers), {}, "and the present one is as good");
    sink.secret = present;
    await bowline.createCompany();
    await sink.has(2);
    await bowline.stop();
    await bowline.start();
    await bowline.createCompany();
    await sink.has(3);

    // A day later the former one is no good any more.
    await bowline.change(`UPDATE consumers SET former_until = former_until - 86401000000 WHERE id = '${id}'`);
    await bowline.createCompany();
    const { body, headers } = (await sink.has(4))[3];
    assert.equal(headers["webhook-signature"].split(" ").length, 1);
    assert.deepEqual(Object.keys(refusals(former, body, headers)), everyLibrary);
    assert.deepEqual(sink.refused, []);
    for (const consumer of (await bowline.api("GET", "/webhooks")).results) assert.ok(!("signingSecret" in consumer));
  });

  scenario(`webhooks: killed again and again, and everything arrives (${engine})`, async (s) => {
    const bowline = await receiving(s, { engine });
    const { sink } = await consumer(s, bowline);
    const created = [];
    const create = async () => created.push((await bowline.createCompany(`Bakery ${created.length}`)).id);
    for (const behaviour of ["hang", 204, "hang up", 500]) {
      sink.usually(behaviour);
      for (let n = 0; n < 8; n++) await create();
      await bowline.kill(); // before, while or after they were sent
      sink.usually(204);
      await bowline.start();
      await create();
    }
    const arrived = () => new Set(sink.accepted.map(({ event }) => event.payload.id));
    // On PostgreSQL what a process held when it died is free again after its lease, a minute.
    await until("all of them to arrive", () => arrived().size === created.length, 100_000);
    assert.deepEqual([...arrived()].sort(), created.sort());
    const stored = await bowline.query("SELECT id FROM events");
    assert.equal(new Set(sink.accepted.map(({ event }) => event.id)).size, stored.length);
    // What was under way when it died comes again, as the same message.
    assert.equal(new Set(sink.requests.map(({ id }) => id)).size, stored.length);
    assert.deepEqual(sink.refused, []);
  });
}

scenario("webhooks: what was tampered with is refused by each library", async (s) => {
  const bowline = await receiving(s);
  const { sink } = await consumer(s, bowline);
  await bowline.createCompany();
  const [{ body, headers }] = await sink.has(1);
  const forged = {
    body: [body.replace("Harbour", "Harbor"), headers],
    "body, by white space alone": [`${body} `, headers],
    id: [body, { ...headers, "webhook-id": "msg_another" }],
    timestamp: [body, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }],
    signature: [body, { ...headers, "webhook-signature": `v1,${Buffer.alloc(32, 7).toString("base64")}` }],
    "version of the signature": [body, { ...headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,") }],
    "missing signature": [body, { ...headers, "webhook-signature": "" }],
    "boundary between id and timestamp": [body, { ...headers, "webhook-id": `${headers["webhook-id"]}.${headers["webhook-timestamp"]}` }],
  };
  for (const [what, [text, sent]] of Object.entries(forged)) {
    assert.deepEqual(Object.keys(refusals(sink.secret, text, sent)), everyLibrary, what);
    const { host, connection, "content-length": length, ...rest } = sent;
    const answer = await fetch(sink.url, { method: "POST", headers: rest, body: text });
    assert.equal(answer.status, 401, what);
  }
  assert.deepEqual(refusals(sink.secret, body, headers), {}, "the message itself is good");
  assert.deepEqual(refusalsLater(280, sink.secret, body, headers), {}, "and stays so for five minutes");
  for (const seconds of [310, -310]) assert.deepEqual(Object.keys(refusalsLater(seconds, sink.secret, body, headers)), everyLibrary, `${seconds} s`);
});

scenario("webhooks: resent, recovered, replayed and tried out", async (s) => {
  const bowline = await receiving(s);
  const before = await bowline.createCompany("Before anybody listened");
  const { id, sink } = await consumer(s, bowline);
  const company = await bowline.createCompany();
  const [first] = await sink.has(1);
  const message = await until("its success to be recorded", async () => {
    const found = await messageOf(bowline, id, company);
    return found?.status === "Success" && found;
  });
  assert.equal(message.id, first.id);

  await bowline.api("POST", `/webhooks/messages/${message.id}/resend`, undefined, 202);
  const [, again] = await sink.has(2);
  assert.equal(again.id, first.id);
  assert.equal(again.body, first.body);
  assert.equal((await until("its second attempt", async () => {
    const made = await attempts(bowline, message);
    return made.length === 2 && made;
  })).filter(({ kind }) => kind === "Resent").length, 1);

  await bowline.api("POST", `/webhooks/${id}/replay`, { since: "2000-01-01T00:00:00Z" }, 202);
  const [, , replayed] = await sink.has(3);
  assert.equal(replayed.event.payload.id, before.id, "what happened before the consumer was there, and nothing else");

  sink.meet(500);
  const failing = await bowline.createCompany("Fails at first");
  await until("the failure to be recorded", async () => (await messageOf(bowline, id, failing))?.status === "Attempting");
  await bowline.api("POST", `/webhooks/${id}/recover`, { since: first.event.generatedDate }, 202);
  assert.equal((await sink.has(4))[3].event.payload.id, failing.id);

  await bowline.api("POST", `/webhooks/${id}/example`, { eventType: "connection.connected" }, 202);
  const example = (await sink.has(5))[4];
  assert.equal(example.event.eventType, "connection.connected", "an example comes although the consumer does not list its type");
  assert.deepEqual(sink.refused, []);
});

scenario("webhooks: a disabled consumer is left alone, and asks for what it missed", async (s) => {
  const bowline = await receiving(s);
  const { id, sink } = await consumer(s, bowline);
  const witness = await consumer(s, bowline);
  const disable = async (disabled) => bowline.api("PATCH", `/webhooks/${id}`, { disabled, version: (await bowline.api("GET", `/webhooks/${id}`)).version });
  await disable(true);
  const missed = await bowline.createCompany("Missed");
  await witness.sink.has(1);
  await disable(false);
  const heard = await bowline.createCompany("Heard");
  await witness.sink.has(2);
  assert.deepEqual((await sink.has(1)).map(({ event }) => event.payload.id), [heard.id]);
  await bowline.api("POST", `/webhooks/${id}/replay`, { since: "2000-01-01T00:00:00Z" }, 202);
  assert.equal((await sink.has(2))[1].event.payload.id, missed.id);
});

scenario("webhooks: one that hangs, one that redirects and one that is gone delay nobody", async (s) => {
  const bowline = await receiving(s);
  const healthy = await consumer(s, bowline);
  const target = await consumer(s, bowline, { eventTypes: ["company.deleted"] });
  const hanging = await consumer(s, bowline);
  hanging.sink.usually("hang");
  const redirecting = await consumer(s, bowline);
  redirecting.sink.usually(target.sink.url);
  const gone = await consumer(s, bowline);
  await gone.sink.close();
  const began = Date.now();
  const companies = await Promise.all(Array.from({ length: 40 }, (_, n) => bowline.createCompany(`Bakery ${n}`)));
  const told = await healthy.sink.has(40, 10_000);
  assert.deepEqual(told.map(({ event }) => event.payload.id).sort(), companies.map(({ id }) => id).sort());
  assert.ok(Date.now() - began < 10_000);

  await hanging.sink.received(1);
  const failed = await until("the time limit of an attempt", async () => {
    const [oldest] = (await messages(bowline, hanging.id)).filter(({ status }) => status === "Attempting");
    return oldest && (await attempts(bowline, oldest))[0];
  }, 60_000);
  assert.ok(!failed.statusCode);
  const [redirected] = await until("the redirect to be a failure", async () => {
    const found = (await messages(bowline, redirecting.id)).filter(({ status }) => status === "Attempting");
    return found.length && found;
  });
  assert.equal((await attempts(bowline, redirected))[0].statusCode, 302);
  assert.deepEqual(target.sink.requests, [], "a redirect is not followed");
});

scenario("webhooks: only what a consumer asked for, with what it wants in its headers", async (s) => {
  const bowline = await receiving(s);
  const token = "Bearer token-of-the-fintech-94c1";
  const { id, sink } = await consumer(s, bowline, { companyTags: ["region:north", "desk:four:five"] });
  const { version } = await bowline.api("GET", `/webhooks/${id}`);
  await bowline.api("PATCH", `/webhooks/${id}`, { version, headers: { Authorization: token } });
  const names = [];
  for (const [name, tags] of Object.entries({ North: { region: "north" }, South: { region: "south" }, None: undefined, Desk: { desk: "four:five" } })) {
    await bowline.api("POST", "/companies", { name, tags });
  }
  for (const { event, headers } of await sink.has(2)) {
    names.push(event.payload.name);
    assert.equal(headers.authorization, token);
  }
  assert.deepEqual(names, ["North", "Desk"]);
  const secrets = [{ kind: "signing secret", value: sink.secret }, { kind: "header", value: token }];
  assert.deepEqual(leaks(secrets, { ...(await bowline.everythingStored()), stdout: bowline.stdout, stderr: bowline.stderr }), []);
});

scenario("webhooks: a transformation decides what is sent, how and where", async (s) => {
  const bowline = await receiving(s);
  const { id, sink } = await consumer(s, bowline);
  const handler = (body) => bowline.api("PUT", `/webhooks/${id}/transformation`, { source: `function handler(webhook) { ${body} return webhook; }`, enabled: true });
  await handler(`
    if (webhook.payload.payload.name === "Quiet") webhook.cancel = true;
    webhook.method = "PUT";
    webhook.url += "/moved";
    webhook.payload = { text: webhook.payload.eventType + ": " + webhook.payload.payload.name };
  `);
  const quiet = await bowline.createCompany("Quiet");
  await bowline.createCompany("Loud");
  const [{ method, path, body }] = await sink.has(1);
  assert.deepEqual([method, path, JSON.parse(body)], ["PUT", "/hooks/moved", { text: "company.created: Loud" }]);
  await until("the cancelled one to count as sent", async () => (await messageOf(bowline, id, quiet))?.status === "Success");
  assert.equal(sink.requests.length, 1);

  // What goes wrong in it is a failed attempt, and what it must not reach it does not.
  for (const [what, source, told] of [
    ["throws", 'throw new Error("not today");', /not today/],
    ["never ends", "for (;;) {}", /./],
    ["leads to the metadata of a cloud", 'webhook.url = "http://169.254.169.254/latest/meta-data/";', /not allowed/],
  ]) {
    await handler(source);
    const company = await bowline.createCompany(what);
    const failed = await until(`the failure of one that ${what}`, async () => {
      const found = await messageOf(bowline, id, company);
      return found?.status === "Attempting" && (await attempts(bowline, found))[0];
    });
    assert.equal(failed.success, false);
    assert.match(failed.error, told, what);
  }
  assert.equal(sink.requests.length, 1);
});
