import type { VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Address } from "../parts/address.tsx";
import { Copy } from "../parts/copy.tsx";
import { moment } from "../parts/dates.ts";
import { Frame, Intro } from "../parts/frame.tsx";
import { mailto } from "../parts/mail.ts";
import { onPhone } from "../parts/phone.ts";
import { Symbol } from "../parts/symbol.tsx";
import { Waiting } from "../parts/waiting.tsx";

/**
 * Going on somewhere else. A phone shows the address first, because it is a
 * computer that goes on; a computer shows the code first, for a phone's camera.
 */
export function Device(_: object, { stage }: OnStage): VNode {
  const { shown, words } = stage;
  const { device, client, company, locale } = shown.view;
  const { integration, url, code, qr, expires } = device!;
  const names = { client: client.name, company: company.name, url, date: moment(expires, locale), name: integration?.name ?? "" };
  const scan = (
    <div class="scan">
      <Symbol of={qr} label={words("deviceScan")} />
      <p class="minor">{words("deviceScan")}</p>
    </div>
  );
  const phone = onPhone();
  return (
    <Frame back>
      <Intro title={words("deviceTitle")}>
        {integration?.device === "desktop" && words("deviceDesktopWhy", names)}
      </Intro>
      {!phone && scan}
      <div class="boxed ticket">
        <p class="minor">{words("deviceType")}</p>
        <Address url={url.replace(/^https?:\/\//, "")} strong={code} />
        <p class="minor">{words("deviceExpires", names)}</p>
        <Copy name="copy" kind="solid" label={words("deviceAddress")} text={url} />
        <a class="button outline" data-key="email" href={mailto(words("deviceSubject", names), words("deviceMailBody", names))}>
          <span class="label"><Icon path={laterPaths.mail} />{words("deviceMail")}</span>
        </a>
      </div>
      {phone && scan}
      <Waiting>{words("deviceWaiting")}</Waiting>
    </Frame>
  );
}
