import type { VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Button } from "../parts/frame.tsx";
import { Help } from "../parts/help.tsx";
import { Result } from "../parts/result.tsx";

/** An attempt failed: what happened in the server's words, and the ways on. */
export function Failure(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { integration, title, message, canRetry, canHandOver, code, correlationId } = shown.view.error!;
  return (
    <Result
      good={false}
      integration={integration}
      eyebrow={<>{words("errorEyebrow")}{integration && <> · {integration.name}</>}</>}
      title={title}
      body={message}
      first={canRetry && (
        <>
          {canHandOver && (
            <Button name="handOver" onClick={() => journey.act({ action: "handOver" }, "handOver")}>{words("errorHandOver")}</Button>
          )}
          <Button name="retry" kind={canHandOver ? "outline" : "solid"} onClick={() => journey.act({ action: "retry" }, "retry")}>
            {words(code === "role" ? "errorOther" : "errorRetry")}
          </Button>
        </>
      )}
    >
      {correlationId && <p class="reference">{words("reference")} <code>{correlationId}</code></p>}
      <Help />
    </Result>
  );
}
