// The two ends without a way on inside Link. They show nothing of the company:
// whoever holds a dead link may not be the person it was meant for.

import type { VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Help } from "../parts/help.tsx";
import { Message } from "../parts/message.tsx";

/** The link is over; in a host's page, where nobody has a link, the session. */
export function Expired(_: object, { stage: { words, embedded } }: OnStage): VNode {
  return embedded
    ? <Message icon={laterPaths.clock} title={words("sessionTitle")} body={words("sessionBody")}><Help /></Message>
    : <Message icon={laterPaths.clock} title={words("expiredTitle")} body={words("expiredBody")}><Help /></Message>;
}

/** Nothing lives at this address, or the host's page may not show it. */
export function NotFound(_: object, { stage: { words, embedded } }: OnStage): VNode {
  return embedded
    ? <Message icon={paths.question} title={words("refusedTitle")} body={words("refusedBody")}><Help /></Message>
    : <Message icon={paths.question} title={words("missingTitle")} body={words("missingBody")}><Help /></Message>;
}
