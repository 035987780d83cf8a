import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { webAddress, type OnStage } from "../context.ts";
import { Frame, Heading } from "../parts/frame.tsx";
import { Leave } from "../parts/leave.tsx";
import { Logo } from "../parts/logo.tsx";

/** The end: back to the client's own page, or a confirmation that may be closed. */
export function Done(_: object, { stage }: OnStage): VNode {
  const { shown, words, go } = stage;
  const { done, client, company } = shown.view;
  const { redirectUrl, connections } = done!;
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
        : <p class="lead">{words(connections.length ? "doneBody" : "doneNothing", names)}</p>}
      {!address && connections.length > 0 && (
        <ul class="accounts boxed" aria-label={words("doneList")}>
          {connections.map((one) => (
            <li class="account" key={one.name + one.tenantName}>
              <Logo name={one.name} url={one.logoUrl} size="small" />
              <span class="names">
                <span>{one.name}</span>
                {one.tenantName && <span class="minor">{one.tenantName}</span>}
              </span>
              <Icon path={paths.check} class="ok" />
            </li>
          ))}
        </ul>
      )}
    </Frame>
  );
}
