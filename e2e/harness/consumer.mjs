// Webhook consumers in Bowline, each with a sink of its own, and what the
// fintech's staff see of them through the API.

import { Sink } from "./sink.mjs";

/** A Bowline that may send to sinks on this machine. */
export function receiving(s, options) {
  return s.bowline({ ...options, env: { BOWLINE_INSECURE_CONSUMERS: "true", ...options?.env } });
}

/** A new consumer: its id, and the sink behind it, which knows its secret. */
export async function consumer(s, bowline, options) {
  const sink = await Sink.open();
  s.after(() => sink.close());
  const { id, signingSecret } = await bowline.api("POST", "/webhooks", { url: sink.url, eventTypes: ["company.created"], ...options });
  sink.secret = signingSecret;
  return { id, sink };
}

/** The messages of a consumer, newest first. */
export async function messages(bowline, id) {
  return (await bowline.api("GET", `/webhooks/${id}/messages`)).results;
}

/** The message to a consumer about a company. */
export async function messageOf(bowline, id, company) {
  return (await bowline.api("GET", `/webhooks/${id}/messages?companyId=${company.id}`)).results[0];
}

/** The attempts of a message. */
export async function attempts(bowline, { id }) {
  return (await bowline.api("GET", `/webhooks/messages/${id}/attempts`)).results;
}
