import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { moment } from "../parts/dates.ts";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Help } from "../parts/help.tsx";
import { Items } from "../parts/items.tsx";
import { Logo } from "../parts/logo.tsx";
import { Notice } from "../parts/notice.tsx";

/** What somebody sees who was asked to sign in for the company. */
export function Helper(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { helper, client, company, locale } = shown.view;
  const { integration, dataTypes, who, expires } = helper!;
  const names = { name: integration.name, client: client.name, company: company.name, date: moment(expires, locale) };
  return (
    <Frame
      actions={<Button name="help" onClick={() => journey.act({ action: "help" }, "help")}>{words("helperGo", names)}</Button>}
    >
      <div class="tie">
        <Logo of={client} size="large" />
        <span class="rope"><Icon path={paths.knot} /></span>
        <Logo of={integration} size="large" />
      </div>
      <Intro title={words("helperTitle", names)}>{words("helperBody", names)}</Intro>
      {who && <Notice icon={laterPaths.accountInformation}><p>{who}</p></Notice>}
      {dataTypes.length > 0 && (
        <div class="boxed">
          <h2>{words("shareData")}</h2>
          <Items items={dataTypes} />
        </div>
      )}
      <p class="promise"><Icon path={laterPaths.lock} /><span>{words("helperPromise", names)}</span></p>
      <p class="promise"><Icon path={laterPaths.clock} /><span>{words("helperExpires", names)}</span></p>
      <Help />
    </Frame>
  );
}
