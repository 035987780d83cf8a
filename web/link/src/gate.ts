// A page that tells nothing until its script has opened it: whoever only reads
// addresses, as mail scanners do, uses nothing up.

import type { Action, View } from "@bowline/ui/view.ts";
import type { Send } from "./transport.ts";

/**
 * The one-time password or the code that the address carries. It leaves the
 * address at once, so that it is not bookmarked or passed on.
 */
function key({ gate }: View): { otp: string } | { code: string } {
  const address = new URL(location.href);
  const { searchParams: query, hash } = address;
  const otp = query.get("link.otp") ?? query.get("otp") ?? "";
  query.delete("link.otp");
  query.delete("otp");
  if (gate!.kind === "code") address.hash = "";
  history.replaceState(history.state, "", address);
  return gate!.kind === "code" ? { code: hash.slice(1) } : { otp };
}

/** The view behind a gate; or the gate itself when no answer came, and what to try again. */
export async function pass(gate: View, send: Send): Promise<{ view: View; again?: Action }> {
  const action: Action = { action: "open", ...key(gate) };
  const reply = await send({ flow: gate.flow, ...action }, gate.post);
  if (reply.kind === "view") return { view: reply.view };
  if (reply.kind === "failed") return { view: gate, again: action };
  // Whatever the server has against it, another link is what helps.
  return { view: { ...gate, step: "expired" } };
}
