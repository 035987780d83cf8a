// Three replicas on one PostgreSQL deliver together, one dies at any time, and
// the consumer fails at any time: nothing is lost, and nothing comes again
// without cause. The same with 20,000 events is in "make bench".

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { consumer, receiving } from "../harness/consumer.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const rounds = 6;
const each = 60; // companies created in a round
const uneasy = 7; // every so manieth request fails

if (engines.includes("postgres")) {
  scenario("webhooks: three replicas, of which one after the other is killed, lose nothing", async (s) => {
    const env = { BOWLINE_LOG_LEVEL: "info" };
    const first = await receiving(s, { engine: "postgres", env });
    const replicas = [first, await receiving(s, { engine: "postgres", beside: first, env }), await receiving(s, { engine: "postgres", beside: first, env })];
    const { sink } = await consumer(s, first);
    const failed = new Set();
    sink.decide = ({ id }, count) => {
      if (count % uneasy || failed.has(id)) return 204;
      failed.add(id); // once only: the second retry is five minutes away
      return count % 2 ? 503 : "hang up";
    };

    const created = [];
    const create = async (bowline, name) => {
      try {
        created.push((await bowline.createCompany(name)).id);
      } catch {
        // It died before it answered; whether it had committed, the database knows.
      }
    };
    for (let round = 0; round < rounds; round++) {
      const victim = replicas[round % replicas.length];
      const work = Array.from({ length: each }, (_, n) => create(replicas[n % replicas.length], `Bakery ${round} ${n}`));
      await Promise.race(work);
      await victim.kill();
      await Promise.all(work);
      await victim.start();
    }

    const stored = (await first.query("SELECT id, company_id FROM events")).map(({ id, company_id }) => ({ id, company: company_id }));
    assert.ok(stored.length >= created.length && stored.length > rounds * each / 2, `${stored.length} events of ${created.length} companies`);
    const arrived = () => new Set(sink.accepted.map(({ event }) => event.id));
    await until(`all ${stored.length} to arrive`, () => arrived().size === stored.length, 100_000);
    assert.deepEqual([...arrived()].sort(), stored.map(({ id }) => id).sort());
    await until("all of them to be recorded", async () =>
      (await first.query("SELECT count(*) AS open FROM messages WHERE status <> 'Success'"))[0].open === 0, 100_000);

    assert.equal(new Set(sink.accepted.map(({ id }) => id)).size, stored.length, "one message for each event");
    const again = sink.accepted.length - stored.length;
    // What a replica had under way when it died comes again, and nothing else: it has a bound.
    assert.ok(again <= stored.length / 4, `${again} of ${stored.length} came again`);
    assert.deepEqual(sink.refused, []);
  });
}
