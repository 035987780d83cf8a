import type { VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Button } from "../parts/frame.tsx";
import { Result } from "../parts/result.tsx";

/** The connection is made. Where more accounts help, that comes before moving on. */
export function Success(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { integration, tenantName, canAddAnother, sourceType } = shown.view.success!;
  const client = shown.view.client.name;
  return (
    <Result
      good
      integration={integration}
      title={words("successTitle", { name: integration.name })}
      body={tenantName ? words("successTenant", { client, tenant: tenantName }) : words("successBody", { client })}
      first={canAddAnother && (
        <Button name="another" onClick={() => journey.act({ action: "addAnother", sourceType }, "another")}>
          {words("another")}
        </Button>
      )}
    >
      {canAddAnother && <p class="hint">{words("anotherWhy")}</p>}
    </Result>
  );
}
