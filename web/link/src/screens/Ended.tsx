// The two ends without a way on inside Link. They show nothing of the company:
// whoever holds a dead link may not be the person it was meant for.

import type { VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import { RichText } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";
import { Message } from "../parts/message.tsx";

/** How to reach the client, when they have said so. */
function Support(_: object, { stage }: OnStage): VNode | null {
  const { shown, words } = stage;
  const { supportText } = shown.view.client;
  return supportText
    ? (
      <div class="support">
        <h2>{words("support")}</h2>
        <RichText text={supportText} newTab={words("newTab")} />
      </div>
    )
    : null;
}

/** The link or the session is over. */
export function Expired(_: object, { stage: { words } }: OnStage): VNode {
  return <Message icon={paths.clock} title={words("expiredTitle")} body={words("expiredBody")}><Support /></Message>;
}

/** Nothing lives at this address. */
export function NotFound(_: object, { stage: { words } }: OnStage): VNode {
  return <Message icon={laterPaths.question} title={words("missingTitle")} body={words("missingBody")}><Support /></Message>;
}
