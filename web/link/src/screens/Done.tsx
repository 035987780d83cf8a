import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { webAddress, type OnStage } from "../context.ts";
import { Accounts } from "../parts/accounts.tsx";
import { Frame, Heading } from "../parts/frame.tsx";
import { Leave } from "../parts/leave.tsx";

/** The end: back to the client's own page, or a confirmation that may be closed. */
export function Done(_: object, { stage }: OnStage): VNode {
  const { shown, words, go } = stage;
  const { done, client, company } = shown.view;
  const { redirectUrl, connections, helper } = done!;
  const address = webAddress(redirectUrl);
  const names = { client: client.name, company: company.name };
  return (
    <Frame calm>
      <Leave address={address} go={go.replace} />
      <div class="result good alone"><span class="badge"><Icon path={paths.check} /></span></div>
      <Heading>{words("doneTitle")}</Heading>
      {address
        ? (
          <>
            <p class="lead" role="status">{words("doneLeaving", names)}</p>
            <p><a class="quiet-link" href={address}>{words("doneManual", names)}</a></p>
          </>
        )
        : <p class="lead">{words(!connections.length ? "doneNothing" : helper ? "doneHelper" : "doneBody", names)}</p>}
      {!address && connections.length > 0 && <Accounts label={words("doneList")} of={connections} />}
    </Frame>
  );
}
