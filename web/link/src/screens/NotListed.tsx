import type { VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Fields } from "../parts/fields.tsx";
import { Button, Intro } from "../parts/frame.tsx";
import { Help } from "../parts/help.tsx";
import { Message } from "../parts/message.tsx";

/** The software is missing from the list: its name is noted for the client. */
export function NotListed(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { name, sent } = shown.view.notListed!;
  const client = shown.view.client.name;
  if (sent) {
    return (
      <Message
        icon={paths.check}
        tone="good"
        title={words("missingSentTitle")}
        body={words("missingSentBody", { client, name: name ?? "" })}
        actions={(
          <>
            <Button name="continue" onClick={() => journey.act({ action: "continue" }, "continue")}>{words("missingSentBack")}</Button>
            <Button name="leave" kind="quiet" onClick={() => journey.act({ action: "leave" }, "leave")}>{words("missingSentLeave")}</Button>
          </>
        )}
      >
        <Help />
      </Message>
    );
  }
  return (
    <Fields
      back
      above={<Intro title={words("missingNameTitle")}>{words("missingNameBody", { client })}</Intro>}
      fields={[{ name: "name", label: words("missingNameLabel"), value: name, maxLength: 100 }]}
      button={words("missingNameSend")}
      below={<Help />}
      onSend={(values) => journey.act({ action: "request", name: values.name! }, "submit")}
    />
  );
}
