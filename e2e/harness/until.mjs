// Waiting for conditions. Tests never sleep for a guessed while.

import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks again until the answer is truthy, and returns it. What it waits for is
 * named in the error after `limit` milliseconds.
 */
export async function until(what, ask, limit = 30_000) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await pause(20);
  }
}
