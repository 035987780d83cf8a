import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Button, Heading } from "../parts/frame.tsx";
import { Items } from "../parts/items.tsx";
import { Logo } from "../parts/logo.tsx";
import { Sheet } from "../parts/sheet.tsx";

/** Asks before a connection is ended. Escape keeps it. */
export function Disconnect(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { connection, dataTypes } = shown.view.disconnect!;
  const names = { client: shown.view.client.name, name: connection.name };
  const keep = () => journey.act({ action: "cancel" }, "cancel");
  return (
    <Sheet
      labelledBy="disconnect-title"
      onEscape={keep}
      actions={(
        <>
          <Button name="confirm" kind="final" onClick={() => journey.act({ action: "confirm" }, "confirm")}>{words("disconnect")}</Button>
          <Button name="cancel" kind="outline" onClick={keep}>{words("disconnectKeep")}</Button>
        </>
      )}
    >
      <Logo of={connection} size="large" />
      <Heading id="disconnect-title">{words("disconnectTitle", names)}</Heading>
      <p class="lead">{words("disconnectBody", names)}</p>
      {dataTypes.length > 0 && <div class="boxed"><h2>{words("detailData")}</h2><Items items={dataTypes} /></div>}
    </Sheet>
  );
}

/** Says that it was ended. */
export function Disconnected(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { connection } = shown.view.disconnected!;
  const names = { client: shown.view.client.name, name: connection.name };
  const proceed = () => journey.act({ action: "continue" }, "continue");
  return (
    <Sheet labelledBy="disconnected-title" onEscape={proceed} actions={<Button name="continue" onClick={proceed}>{words("continue")}</Button>}>
      <div class="result ended"><Logo of={connection} size="large" /><span class="badge"><Icon path={paths.check} /></span></div>
      <Heading id="disconnected-title">{words("disconnectedTitle", names)}</Heading>
      <p class="lead">{words("disconnectedBody", names)}</p>
    </Sheet>
  );
}
