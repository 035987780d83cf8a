// Using once more what was connected on an earlier visit (link.md 1.3.16).

import type { VNode } from "preact";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import type { SourceType } from "@bowline/ui/view.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { Accounts } from "../parts/accounts.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Items } from "../parts/items.tsx";
import { Result } from "../parts/result.tsx";

const others: Record<SourceType, Word> = {
  Accounting: "shareOtherAccounting",
  Banking: "shareOtherBanking",
  Commerce: "shareOtherCommerce",
};

/** Asks for the consent. */
export function Share(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { sourceType, connections, title, subtitle, dataTypes, terms, button } = shown.view.share!;
  const newTab = words("newTab");
  return (
    <Frame
      back
      actions={(
        <>
          <Button name="share" onClick={() => journey.act({ action: "share" }, "share")}>{button || words("share")}</Button>
          <Button name="connect" kind="outline" onClick={() => journey.act({ action: "connect", sourceType }, "connect")}>
            {words(others[sourceType])}
          </Button>
        </>
      )}
    >
      <Intro title={<InlineText text={title} newTab={newTab} />}>
        {subtitle && <RichText text={subtitle} newTab={newTab} />}
      </Intro>
      <Accounts label={words("shareConnected")} of={connections} />
      {dataTypes.length > 0 && (
        <div class="boxed">
          <h2>{words("shareData")}</h2>
          <Items items={dataTypes} />
        </div>
      )}
      {terms.trim() && <div class="terms"><RichText text={terms} newTab={newTab} /></div>}
    </Frame>
  );
}

/** Says that it was given. */
export function Shared(_: object, { stage }: OnStage): VNode {
  const { words, shown } = stage;
  return <Result good title={words("sharedTitle")} body={words("sharedBody", { client: shown.view.client.name })} />;
}
