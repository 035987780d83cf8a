import type { VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import type { Fault as Trouble } from "../journey.ts";

/** Why the last action brought nothing, and what to do about it. */
export function Fault({ fault }: { fault: Trouble }, { stage }: OnStage): VNode {
  const { words, journey } = stage;
  return (
    <div class="fault">
      <Icon path={laterPaths.alert} />
      <div>
        <strong>{words("faultTitle")}</strong>
        <p>{words(fault.kind === "offline" ? "faultOffline" : fault.kind === "stale" ? "faultStale" : "faultFailed")}</p>
        {fault.correlationId && <p class="reference">{words("reference")} <code>{fault.correlationId}</code></p>}
        <button
          type="button"
          class="button outline compact"
          data-key="retry-fault"
          aria-disabled={fault.retrying || undefined}
          onClick={() => journey.retry()}
        >
          {words(fault.retrying ? "busy" : fault.kind === "stale" ? "reload" : "tryAgain")}
        </button>
      </div>
    </div>
  );
}
