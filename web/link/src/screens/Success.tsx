import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Button } from "../parts/frame.tsx";
import { Result } from "../parts/result.tsx";

/** The connection is made. Where more accounts help, that comes before moving on. */
export function Success(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { integration, tenantName, tenantNames = [], canAddAnother, sourceType, canFinish, more, again, note } = shown.view.success!;
  const client = shown.view.client.name;
  const many = tenantNames.length > 1;
  const tenant = tenantNames[0] ?? tenantName;
  return (
    <Result
      good
      integration={integration}
      title={words("successTitle", { name: integration.name })}
      body={many ? words("successMany", { client }) : tenant ? words("successTenant", { client, tenant }) : words("successBody", { client })}
      last={canFinish && !more}
      first={canAddAnother && (
        <Button name="another" onClick={() => journey.act({ action: "addAnother", sourceType }, "another")}>
          {words("another")}
        </Button>
      )}
    >
      {many && <ul class="items boxed">{tenantNames.map((name) => <li key={name}><Icon path={paths.check} />{name}</li>)}</ul>}
      {again && <p class="hint">{words("successAgain")}</p>}
      {note && <p class="hint">{note}</p>}
      {canAddAnother && <p class="hint">{words("anotherWhy")}</p>}
    </Result>
  );
}
