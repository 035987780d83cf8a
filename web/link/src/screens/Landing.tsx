import type { VNode } from "preact";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";

/** The client's welcome. */
export function Landing(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { landing, client } = shown.view;
  const { title, body, button, showLogo } = landing!;
  const newTab = words("newTab");
  return (
    <Frame
      actions={<Button name="start" onClick={() => journey.act({ action: "start" }, "start")}>{button || words("next")}</Button>}
    >
      {showLogo && client.logoUrl && <div class="welcome"><Logo of={client} size="large" /></div>}
      <Intro title={title ? <InlineText text={title} newTab={newTab} /> : client.name}>
        {body && <RichText text={body} newTab={newTab} />}
      </Intro>
    </Frame>
  );
}
