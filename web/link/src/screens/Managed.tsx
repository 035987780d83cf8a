import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { ManagedView, SourceType } from "@bowline/ui/view.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { moment, since } from "../parts/dates.ts";
import { Button, Frame, Heading } from "../parts/frame.tsx";
import { Items } from "../parts/items.tsx";
import { Logo } from "../parts/logo.tsx";
import { Notice } from "../parts/notice.tsx";

const types: Record<SourceType, Word> = { Accounting: "accounting", Banking: "banking", Commerce: "commerce" };

const ends: Record<NonNullable<ManagedView["endedBy"]>, Word> = { customer: "endedCustomer", client: "endedClient", provider: "endedProvider" };

function Fact(props: { label: string; children: ComponentChildren }): VNode {
  return <div><dt>{props.label}</dt><dd>{props.children}</dd></div>;
}

/** A time, as one says it and as it is. */
function When({ label, at }: { label: string; at: string | undefined }, { stage: { words } }: OnStage): VNode | null {
  return at ? <Fact label={label}>{since(at, words.locale)}<span class="minor">{moment(at, words.locale, "medium")}</span></Fact> : null;
}

/** Who ended it, what that means, and what would end if it came back. */
function Lost(_: object, { stage: { shown, words } }: OnStage): VNode {
  const { connection, endedBy, canReconnect, replaces } = shown.view.managed!;
  const names = { client: shown.view.client.name, name: connection.name };
  return (
    <Notice icon={laterPaths.alert} kind="warn">
      <p>{endedBy && <>{words(ends[endedBy], names)} </>}{words(canReconnect ? "lostNotice" : "lostForGood", names)}</p>
      {replaces && <p>{replaces}</p>}
    </Notice>
  );
}

/** One connection: what is known of it, and the way to end it or to bring it back. */
export function Managed(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { connection, businessName, linkedAt, endedAt, dataTypes, canDisconnect, canReconnect, replaceButton } = shown.view.managed!;
  const { id, name, sourceType, lastActive } = connection;
  const linked = connection.status === "Linked";
  // The host page of the Connections SDK does not know the company, nor does the view then.
  const inLink = !!shown.view.company.id;
  return (
    <Frame
      back
      actions={(
        <>
          {canReconnect && (
            <Button name="reconnect" onClick={() => journey.act({ action: "reconnect", connectionId: id }, "reconnect")}>{replaceButton ?? words("reconnect")}</Button>
          )}
          {canDisconnect && (
            <Button name="disconnect" kind="risky" onClick={() => journey.act({ action: "disconnect" }, "disconnect")}>{words("disconnect")}</Button>
          )}
          <Button name="platforms" kind="quiet" onClick={() => journey.back()}>{words("manageBack")}</Button>
        </>
      )}
    >
      <div class="platform-head">
        <span class={linked ? "stamp" : "stamp lost"}><Logo of={connection} size="large" /><i /></span>
        <Heading>{name}</Heading>
        <p class="minor">{words(types[sourceType])}</p>
        {linked
          ? <span class="pill linked"><Icon path={paths.check} />{words("stateLinked")}</span>
          : <span class="pill gone"><Icon path={laterPaths.alert} />{words("manageLost")}</span>}
      </div>
      {!linked && <Lost />}
      <dl class="facts">
        {!linked && <When label={words("manageLost")} at={endedAt} />}
        <When label={words(inLink ? "detailSynced" : "detailActive")} at={lastActive} />
        <When label={words(inLink ? "detailLinked" : "detailAuthorized")} at={linkedAt} />
        {businessName && <Fact label={words("detailName")}>{businessName}</Fact>}
      </dl>
      {dataTypes.length > 0 && <div class="boxed"><h2>{words("detailData")}</h2><Items items={dataTypes} /></div>}
    </Frame>
  );
}
