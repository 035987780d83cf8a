import type { VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Frame, Intro } from "../parts/frame.tsx";

/** Nothing is told yet: the page is asking the server whether its link is good. */
export function Gate(_: object, { stage: { words } }: OnStage): VNode {
  return (
    <Frame calm>
      <div class="tie moving"><span class="rope"><i /><i /><i /></span></div>
      <Intro title={words("busy")} />
    </Frame>
  );
}
