import type { VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Button, Heading } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { Sheet } from "../parts/sheet.tsx";

/** Somebody signed in to another business than the connection belongs to (link.md 1.3.18). Nothing overrides that. */
export function Mismatch(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { integration, previous, selected, correlationId } = shown.view.mismatch!;
  const cancel = () => journey.act({ action: "cancel" }, "cancel");
  const unknown = words("mismatchUnknown");
  return (
    <Sheet
      labelledBy="mismatch-title"
      onEscape={cancel}
      actions={(
        <>
          <Button name="retry" onClick={() => journey.act({ action: "retry" }, "retry")}>{words("mismatchAgain")}</Button>
          <Button name="cancel" kind="outline" onClick={cancel}>{words("cancel")}</Button>
        </>
      )}
    >
      <Logo of={integration} size="large" />
      <Heading id="mismatch-title">{words("mismatchTitle")}</Heading>
      <p class="lead">{words("mismatchBody")}</p>
      <dl class="swap">
        <div><dt>{words("mismatchBefore")}</dt><dd>{previous || unknown}</dd></div>
        <div class="now">
          <dt><Icon path={laterPaths.down} />{words("mismatchNow")}</dt>
          {selected.length ? selected.map((name) => <dd key={name}>{name}</dd>) : <dd>{unknown}</dd>}
        </div>
      </dl>
      {correlationId && <p class="reference">{words("reference")} <code>{correlationId}</code></p>}
    </Sheet>
  );
}
