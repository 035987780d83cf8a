// The two ends without a way on inside Link. They show nothing of the company:
// whoever holds a dead link may not be the person it was meant for.

import type { VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Help } from "../parts/help.tsx";
import { Message } from "../parts/message.tsx";

/** The link or the session is over. */
export function Expired(_: object, { stage: { words } }: OnStage): VNode {
  return <Message icon={paths.clock} title={words("expiredTitle")} body={words("expiredBody")}><Help /></Message>;
}

/** Nothing lives at this address. */
export function NotFound(_: object, { stage: { words } }: OnStage): VNode {
  return <Message icon={laterPaths.question} title={words("missingTitle")} body={words("missingBody")}><Help /></Message>;
}
