import type { VNode } from "preact";
import { webAddress, type OnStage } from "../context.ts";
import { Frame, Intro } from "../parts/frame.tsx";
import { Leave } from "../parts/leave.tsx";
import { Logo } from "../parts/logo.tsx";

/** Says where the person is being taken, then takes them. The link is for when that fails. */
export function Handoff(_: object, { stage }: OnStage): VNode {
  const { shown, words, go } = stage;
  const { integration, url } = shown.view.handoff!;
  const { client } = shown.view;
  const address = webAddress(url);
  return (
    <Frame back calm>
      {!shown.stay && <Leave address={address} go={go.assign} />}
      <div class="tie moving">
        <Logo name={client.name} url={client.logoUrl} size="large" />
        <span class="rope"><i /><i /><i /></span>
        <Logo name={integration.name} url={integration.logoUrl} size="large" />
      </div>
      <Intro title={words("handoffTitle", { name: integration.name })}>{words("handoffBody")}</Intro>
      {address && <p><a class="quiet-link" href={address}>{words("handoffManual", { name: integration.name })}</a></p>}
    </Frame>
  );
}
